/*
 * A file of the records of one side of a join that have no match (etl-join(1), --unpaired-left).
 */
#ifndef ETL_UNPAIRED_H
#define ETL_UNPAIRED_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/csv.h"

/* {0} is one that is not asked for. */
struct unpaired {
	struct csv_how how;
	struct csv_out out; /* its columns are set by unpaired_start() */
	bool is_open;
};

/*
 * Ends the program if the file, given by that option, is one of the inputs or where the output
 * goes: what is not there yet may be so too.  output is -o or NULL.
 */
void unpaired_check(const char *file, const char *option, char *const *operands, size_t count,
	const char *output);
/* The same for two of them. */
void unpaired_check_both(const char *left, const char *right);

/*
 * Opens the file, which will be as like says and appear at unpaired_finish(); NULL: it is not asked
 * for.
 */
void unpaired_open(struct unpaired *u, const char *file, const struct csv_how *like);
/* Writes the header of the side. */
void unpaired_start(struct unpaired *u, const struct csv_in *in);
/* Writes what has been put, so that an error of the system shows before anything is finished. */
void unpaired_flush(struct unpaired *u);
/* The file is there. */
void unpaired_finish(struct unpaired *u);

#endif
