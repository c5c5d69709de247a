/*
 * Records out of JSON: objects, one behind the other, to the records that etl-csv(7) writes.
 */
#ifndef ETL_JSON_IN_H
#define ETL_JSON_IN_H

#include <stdbool.h>

#include "csv/csv.h"

struct json_in_how {
	const struct csv_how *csv; /* its inputs are those of next */
	bool is_lines;             /* each line is an object */
	const char *path;          /* as in json-values.h */
	const char *columns;       /* names, separated by commas; NULL: all there are */
	bool is_strict;            /* an object with others, which a schema has not, is no record */
};

/*
 * Writes all records of the inputs.  Without columns they wait in a file until it is known which
 * names there are, and then leave under all of them, in the order in which they were first met.
 */
void json_in_copy(const struct json_in_how *how);

#endif
