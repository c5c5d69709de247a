/*
 * Rules: what a field of a Table Schema asks of a value, compiled once.
 */
#ifndef ETL_CHECK_RULE_H
#define ETL_CHECK_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date/date.h"
#include "decimal/decimal.h"
#include "expr/regex.h"
#include "mem.h"
#include "schema/schema.h"
#include "slice.h"
#include "table/table.h"

/* What is wrong with a value; the first two are nothing. */
enum check_fault {
	CHECK_GOOD,
	CHECK_MISSING,
	CHECK_REQUIRED,
	CHECK_TYPE,
	CHECK_RANGE, /* a number too long to be held against a bound */
	CHECK_MINIMUM,
	CHECK_MAXIMUM,
	CHECK_MIN_LENGTH,
	CHECK_MAX_LENGTH,
	CHECK_PATTERN,
	CHECK_EFFORT, /* the pattern would take too long */
	CHECK_ENUM,
	CHECK_UNIQUE,
	CHECK_KEY
};

/* What `format` says of types that have several; RULE_OTHER: it is a date format. */
enum rule_format {
	RULE_DEFAULT,
	RULE_ANY,
	RULE_EMAIL,
	RULE_URI,
	RULE_BINARY,
	RULE_UUID,
	RULE_ARRAY,
	RULE_OBJECT,
	RULE_TOPOJSON,
	RULE_OTHER
};

struct rule_bound {
	struct decimal place; /* as rule_type() has it */
	struct slice text;
	bool is_there;
	bool is_exclusive;
};

struct rule {
	struct slice name;
	enum schema_kind kind;
	enum rule_format format;
	struct date_format *dates; /* of a time with the year before it, so that it is a moment */
	struct slice dates_text;
	struct schema_texts missing;
	struct schema_texts booleans[2];
	char point;         /* decimalChar */
	struct slice group; /* groupChar; empty: none */
	bool is_bare;       /* nothing but the number */
	bool is_required;
	bool is_unique;
	struct rule_bound minimum, maximum;
	bool has_length;
	size_t min_length, max_length;
	struct regex *pattern;
	struct slice pattern_text;
	struct table *choices; /* enum, as rule_choice() has values; NULL: any */
};

/*
 * Compiles a field of a schema.  What it points to is in the arena or in the schema, the rest is
 * freed by rule_clear(), also after a failure.  false: a constraint that is none of the standard,
 * or not one for this type, or wrong; with the reason, which begins with the line.
 */
bool rule_init(struct rule *r, const struct schema *schema, const struct schema_field *field,
	struct arena *arena, struct buf *why);
void rule_clear(struct rule *r);

bool rule_is_missing(const struct rule *r, struct slice value);

/*
 * Is the value, which is not missing, of the type?  Sets *place where it has one in an order, which
 * for numbers is so where r has a bound.  The arena is for what is made meanwhile.
 */
enum check_fault rule_type(
	const struct rule *r, struct slice value, struct decimal *place, struct arena *arena);

/*
 * The same of many: of those whose state[] is CHECK_GOOD, which it stays or becomes what is wrong.
 */
void rule_types(const struct rule *r, const struct slice *value, size_t count, uint8_t *state,
	struct decimal *place, struct arena *arena);

/* Why a moment, a date, a time or a month is none: for CHECK_TYPE. */
enum date_fault rule_moment(const struct rule *r, struct slice value, struct moment *out);

/* What is counted by minLength and maxLength: characters, or members of arrays and objects. */
size_t rule_length(const struct rule *r, struct slice value, struct arena *arena);

/* A value as it is among the choices: numbers that are the same are the same text. */
struct slice rule_choice(const struct rule *r, struct slice value, struct arena *arena);

#endif
