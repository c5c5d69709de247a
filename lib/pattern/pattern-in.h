/*
 * Records out of lines of text, by a regular expression.
 */
#ifndef ETL_PATTERN_IN_H
#define ETL_PATTERN_IN_H

#include "csv/csv.h"

struct pattern_in_how {
	const struct csv_how *csv; /* as lines_set() has made it; its inputs are those of next */
	const char *text;          /* of the expression */
	bool is_bytes;             /* as in pattern.h */
};

/*
 * Writes a record for each line that matches, its columns called as the groups are or as
 * how->csv->header says; what does not match is a reject, or the end of the program.
 */
void pattern_in_copy(const struct pattern_in_how *how);

#endif
