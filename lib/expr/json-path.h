/*
 * Where in a JSON text a value is: main.temp, items[0].name, 'a.b'.c.  Compiled once, looked up in
 * one pass over a text, all of which is held to be well-formed.
 */
#ifndef ETL_EXPR_JSON_PATH_H
#define ETL_EXPR_JSON_PATH_H

#include <stddef.h>

#include "json-text.h"
#include "mem.h"
#include "slice.h"

struct json_path;

/* Returns NULL with the reason appended and *at set to the offset in the path that it is about. */
struct json_path *json_path_new(struct slice text, struct buf *reason, size_t *at);
void json_path_free(struct json_path *p);
/* The path as it was given; valid as long as p. */
struct slice json_path_text(const struct json_path *p);

enum json_found {
	JSON_MISSING, /* or null */
	JSON_STRING_PLAIN,   /* *raw is the text */
	JSON_STRING_ESCAPED, /* for json_unescape() */
	JSON_OTHER,          /* *raw is the JSON text of a number, a word, an array, an object */
	JSON_MALFORMED       /* t says where and why */
};

/* Looks the value up in all of t. */
enum json_found json_path_find(const struct json_path *p, struct json_text *t, struct slice *raw);

#endif
