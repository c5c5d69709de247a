/*
 * Schemas: what type a column has, by the values seen or by a Table Schema in JSON (frictionlessdata.io).
 */
#ifndef ETL_SCHEMA_H
#define ETL_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

/* The first four, in this order, are what values can be seen to be; the others only a schema says. */
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

struct schema_field {
	struct slice name;
	enum schema_type type;
};

struct schema {
	struct schema_field *field;
	size_t count;
};

/*
 * Reads a Table Schema: an object with `fields`, an array of objects with `name` and, if it is not text,
 * `type`; other members are left alone.  The result is in the arena and in text.  Returns false with the
 * reason, which begins with the line.
 */
bool schema_parse(struct schema *out, struct slice text, struct arena *arena, struct buf *why);

/* The field of that name; NULL: none. */
const struct schema_field *schema_find(const struct schema *schema, struct slice name);

#endif
