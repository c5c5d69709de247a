/*
 * The values that inputs hold as JSON, one at a time, in constant memory: a line each (NDJSON), or
 * those of arrays, of objects one behind the other, and of an array within each of them.
 */
#ifndef ETL_JSON_VALUES_H
#define ETL_JSON_VALUES_H

#include <stdbool.h>

#include "csv/csv.h"
#include "json-text.h"

struct json_values;

/*
 * Inputs are those of how->next.  is_lines: each line is a value.  path: the members, from the
 * outermost on and with points between, that lead to the array in each object; NULL: none.  What w
 * holds goes out before an input is waited for.  Keeps how and w; ends the program on errors, here
 * and below.
 */
struct json_values *json_values_new(const struct csv_how *how, bool is_lines, const char *path,
	struct csv_out *w);
void json_values_free(struct json_values *v);

/* The next value: t begins with it, valid until the next call.  False: there are no more. */
bool json_values_next(struct json_values *v, struct json_text *t);
/*
 * Where it could not be read: was it only that not all of it was there?  Then all is, and t begins
 * with it again.
 */
bool json_values_complete(struct json_values *v, struct json_text *t);
/* It has been read as far as t now begins. */
void json_values_take(struct json_values *v, const struct json_text *t);
/*
 * It is no good, for the reason of t and at its place: ends the program, or puts it on file as a
 * reject where that is allowed and it is known where the next one begins.
 */
void json_values_refuse(struct json_values *v, const struct json_text *t);

#endif
