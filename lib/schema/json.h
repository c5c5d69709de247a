/*
 * JSON text as a tree (RFC 8259): small documents such as schemas, read strictly.
 */
#ifndef ETL_JSON_H
#define ETL_JSON_H

#include <stddef.h>

#include "mem.h"
#include "slice.h"

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY,
	JSON_OBJECT };

struct json {
	enum json_kind kind;
	struct slice name;   /* where it is a member of an object */
	struct slice text;   /* a string's value, a number as it is written */
	size_t line;         /* where it begins, from 1 */
	struct json *first;  /* of an array's or object's */
	struct json *next;
};

/*
 * Reads one value.  The tree is in the arena and points into text.  Returns NULL with the reason,
 * which begins with the line: malformed, a name twice in one object, nested too deep, not UTF-8.
 */
const struct json *json_parse(struct slice text, struct arena *arena, struct buf *why);

/*
 * Appends a value as text, on one line: the same for values that are the same, their members in the
 * same order.
 */
void json_print(const struct json *value, struct buf *out);

/* An object's member; NULL where there is none of that name, or value is no object. */
const struct json *json_member(const struct json *value, const char *name);

#endif
