/*
 * Records into a file, which is replaced or appended to, all of them or none.
 */
#ifndef ETL_LOAD_H
#define ETL_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "msg.h"

struct load_how {
	struct csv_how *csv;
	bool appends;         /* else what is there goes */
	uint64_t expect_rows; /* CSV_ANY_COUNT: as many as come */
	uint64_t lock_wait;   /* seconds */
};

/*
 * Loads the operands, or standard input, into the file of that name; returns the records.  Ends the
 * program on errors, and then says that nothing was committed.  Sets how->csv->output.
 */
uint64_t load_file(const struct load_how *how, const char *name, char *const *operands,
	size_t count);

/*
 * For who loads into a file: from now on any end but a good one says that nothing was committed to
 * name, whose file is path; ends the program where that is a database.  cleanup_drop(failed) when
 * it is done.
 */
void load_protect(struct cleanup *failed, const char *name, const char *path);
/* Is there anything in the file to append to? */
bool load_has_content(const char *path);

#endif
