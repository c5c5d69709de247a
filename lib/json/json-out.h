/*
 * Records as JSON (RFC 8259): each is an object, whose names are those of the columns.
 */
#ifndef ETL_JSON_OUT_H
#define ETL_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "mem.h"
#include "out.h"
#include "schema/schema.h"
#include "slice.h"

struct json_column {
	size_t index;          /* in the header */
	struct slice lead;     /* what stands before its value: `{"name":` or `,"name":` */
	enum schema_type type; /* INTEGER, DECIMAL, NUMBER; BOOLEAN; all else, NONE too: a string */
	struct schema_texts missing; /* unquoted they are null as well */
};

struct json_out {
	struct json_column *column; /* in the header's order, until nest() */
	size_t columns;
	struct slice tail;  /* what stands behind the last value */
	struct slice null;  /* an unquoted field of this text is null; borrowed */
	struct arena leads;
	struct arena values; /* of one row */
};

/*
 * Readies j for records with these names, whose values are all strings until the caller sets
 * types.  False: there are no such objects, with the reason, which has no NUL behind: a name twice,
 * or one that is not UTF-8.
 */
bool json_out_init(struct json_out *j, const struct header *header, struct slice null,
	struct buf *why);

/* Writes a text, which is UTF-8, as a string of JSON. */
void json_out_string(struct out *o, struct slice text);

/*
 * Does a field of the column stand for null?  Where it is the only one, quotes say nothing of an
 * empty one: it has to have them.
 */
bool json_out_is_null(const struct json_out *j, const struct json_column *c, struct cell cell,
	struct slice value);

/*
 * Why a value that is not null cannot be written as this type: "not a number", "not UTF-8"; NULL:
 * it can.  A number is `[+-]?(digits[.digits]|.digits)([eE][+-]?digits)?` of any length; booleans
 * are those of a Table Schema.
 */
const char *json_out_fault(enum schema_type type, struct slice value);

/*
 * Writes the object of a row, without a line end.  Its values are null or without fault; what JSON
 * has no form for, `+1`, `007` and `.5`, is written as the same number with the same digits: 1, 7,
 * 0.5.
 */
void json_out_row(struct json_out *j, const struct batch *b, size_t row, struct out *o);
void json_out_clear(struct json_out *j);

#endif
