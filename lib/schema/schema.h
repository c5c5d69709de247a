/*
 * Schemas: what type a column has, by the values seen or by a Table Schema in JSON
 * (frictionlessdata.io).
 */
#ifndef ETL_SCHEMA_H
#define ETL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

/*
 * The first four, in this order, are what values can be seen to be; the others only a schema says.
 */
enum schema_type {
	SCHEMA_NONE,    /* no value so far */
	SCHEMA_INTEGER, /* of 64 bits */
	SCHEMA_DECIMAL, /* of at most 38 digits */
	SCHEMA_TEXT,
	SCHEMA_NUMBER,
	SCHEMA_BOOLEAN,
	SCHEMA_DATE,
	SCHEMA_TIME,
	SCHEMA_DATETIME
};

/* Is the text a 64-bit integer exactly as we would print it?  007, +1, -0 and "1 " are not. */
bool schema_integer(struct slice text, int64_t *out);

/* The narrowest type that holds the value, as it is written, and all that `type` held. */
enum schema_type schema_widen(enum schema_type type, struct slice value);

/* The types of the standard, as they are called there. */
enum schema_kind {
	SCHEMA_IS_STRING,
	SCHEMA_IS_INTEGER,
	SCHEMA_IS_NUMBER,
	SCHEMA_IS_BOOLEAN,
	SCHEMA_IS_DATE,
	SCHEMA_IS_TIME,
	SCHEMA_IS_DATETIME,
	SCHEMA_IS_YEAR,
	SCHEMA_IS_YEARMONTH,
	SCHEMA_IS_DURATION,
	SCHEMA_IS_OBJECT,
	SCHEMA_IS_ARRAY,
	SCHEMA_IS_GEOPOINT,
	SCHEMA_IS_GEOJSON,
	SCHEMA_IS_ANY,
	SCHEMA_KINDS
};

/* The names of the constraints that a field may have. */
enum { SCHEMA_CONSTRAINTS = 10 };
extern const char *const schema_constraints[SCHEMA_CONSTRAINTS];

/* What is false and what is true, unless a field says otherwise: [0] and [1]. */
enum { SCHEMA_BOOLEANS = 4 };
extern const char *const schema_booleans[2][SCHEMA_BOOLEANS];

struct json;

struct schema_texts {
	const struct slice *at;
	size_t count;
};

static inline bool
schema_texts_have(struct schema_texts texts, struct slice text)
{
	for (size_t i = 0; i < texts.count; i++)
		if (slice_same(texts.at[i], text))
			return true;
	return false;
}

struct schema_field {
	struct slice name;
	enum schema_type type;
	enum schema_kind kind;
	const struct json *json; /* all that is said of it */
};

struct schema {
	struct schema_field *field;
	size_t count;
	const struct schema_field **by_name; /* the same in order of their names */
	const struct json *json;             /* the whole */
};

/* The standard's name of a type. */
const char *schema_kind_name(enum schema_kind kind);

/*
 * Reads a Table Schema: an object with `fields`, an array of objects with `name` and, if it is not
 * text, `type`; other members are left to who looks at json.  The result is in the arena and in
 * text.  Returns false with the reason, which begins with the line.
 */
bool schema_parse(struct schema *out, struct slice text, struct arena *arena, struct buf *why);

/* The text of a value of JSON as it stands in a field; false: an array, an object, null. */
bool schema_text(const struct json *value, struct slice *out);
/* A member of an array of texts; of one with a label beside it, an object, its `value` or NULL. */
const struct json *schema_text_of(const struct json *member);
/*
 * An array of texts.  Returns NULL, or what is wrong with *at, a part of it; out->at is in the
 * arena, and in what the JSON is made of.
 */
const char *schema_texts(const struct json *list, struct schema_texts *out, struct arena *arena,
	const struct json **at);
/* The missingValues of the field, or else of the schema; NULL: the empty one alone. */
const struct json *schema_missing(const struct schema *schema, const struct schema_field *field);

/* The field of that name; NULL: none. */
const struct schema_field *schema_find(const struct schema *schema, struct slice name);

#endif
