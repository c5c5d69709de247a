/*
 * Records one at a time, as the values of some columns; the first of them kept.
 */
#ifndef ETL_VIEW_ROWS_H
#define ETL_VIEW_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/columns.h"
#include "csv/csv.h"
#include "mem.h"
#include "slice.h"

/* Set in, columns, left and value, which has room for a value of each column. */
struct rows {
	struct csv_in *in;
	struct columns columns;
	uint64_t left;       /* records that may still be asked for */
	struct slice *value; /* [columns.count], of the row; valid until the next */
	const struct batch *batch;
	size_t row; /* of batch */
	struct arena resolved;
};

/*
 * Goes to the next record; false: there are no more, or enough have been asked for.  What follows
 * those is not read, and not judged either.
 */
bool rows_next(struct rows *r);

/* The number of the record in its input. */
uint64_t rows_number(const struct rows *r);
void rows_clear(struct rows *r);

/* Records that are kept; {0} is none. */
struct rows_kept {
	struct slice *value; /* [rows * columns] */
	size_t rows;
	size_t room;
	size_t bytes; /* about what they take */
	struct arena text;
};

/* Goes on to the next records, and keeps them, until there are max, or they take max_bytes. */
void rows_keep(struct rows *r, struct rows_kept *kept, size_t max, size_t max_bytes);
void rows_kept_clear(struct rows_kept *kept);

#endif
