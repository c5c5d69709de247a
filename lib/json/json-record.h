/*
 * An object of JSON as a record: its members' values by column, those of objects within it as a.b.
 */
#ifndef ETL_JSON_RECORD_H
#define ETL_JSON_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json-text.h"
#include "slice.h"

struct json_record;

/* A record's field.  Valid until the next json_record_read(). */
struct json_field {
	uint64_t record;    /* the number of the record that it is of; it has no value in others */
	struct slice value;
	bool is_text;       /* an empty one is the empty text */
};

/*
 * Columns are numbered as they are first met in a record; none has a value longer than max_field.
 */
struct json_record *json_record_new(uint64_t max_field, uint64_t max_columns);
void json_record_free(struct json_record *r);

/*
 * Before the first record: adds a column; once there is one, those that are not added are left
 * out.  An object that has this name, of whose members none is asked for, is given as text.  False:
 * there is one already.
 */
bool json_record_want(struct json_record *r, struct slice name);

/* From now on an object with a value that no column takes is no record. */
void json_record_leave_nothing_out(struct json_record *r);

/*
 * Reads the object that t begins with, and goes behind it.  False: it is no record, t says where
 * and why; no column has been added.
 */
bool json_record_read(struct json_record *r, struct json_text *t);

/* The number of the last record that was read, from 1. */
uint64_t json_record_number(const struct json_record *r);
size_t json_record_columns(const struct json_record *r);
struct slice json_record_name(const struct json_record *r, size_t column);
/* field[columns]; a new array where columns have been added. */
const struct json_field *json_record_fields(const struct json_record *r);

#endif
