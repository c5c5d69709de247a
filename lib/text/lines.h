/*
 * Text of which a record is a line: passed on whole as one column, or cut by places (etl-cut -b,
 * -c; etl-extract --from lines, --from fixed).
 */
#ifndef ETL_LINES_H
#define ETL_LINES_H

#include <stdbool.h>

#include "csv/csv.h"

/*
 * Makes how read lines: no header, no delimiter, no quotes.  --header then names the output's
 * columns.
 */
void lines_set(struct csv_how *how);

/* Opens the operands and writes each line, whole, as the one column of that name. */
void lines_copy(const struct csv_how *how, char *const *operands, size_t count, const char *name);

/*
 * Cuts each line at the places (fixed.h), which the option gave; a short line is ragged.  Blanks
 * around the fields go where trim is set.
 */
void lines_cut(const struct csv_how *how, char *const *operands, size_t count, const char *places,
	bool characters, bool trim);

/*
 * For who makes records of lines in another way: puts the header, the names of --header, one for
 * each of out->columns, else name[], else none.
 */
void lines_put_header(struct csv_out *out, const struct csv_how *how, const struct csv_in *in,
	const struct slice *name);

#endif
