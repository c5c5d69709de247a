/*
 * Records that wait: when there is no memory for more of what is to be unique, records wait on
 * file until the end, when it is known which of them are the first of their keys.
 */
#ifndef ETL_CHECK_LATE_H
#define ETL_CHECK_LATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/check.h"
#include "csv/csv.h"
#include "spill/stream.h"

struct late {
	struct check *check;
	struct csv_out *out; /* NULL: no records are written */
	struct stream_file *file;
	struct stream waiting;
	struct csv_out ready;
	struct buf text;
	/* The last row of the batch whose line was counted. */
	size_t row;
	uint64_t line;
};

/* Keeps all of them; out has its columns. */
void late_init(struct late *l, struct check *check, struct csv_out *out, struct stream_file *file);
/* The rows that follow are of this batch. */
void late_source(struct late *l, const struct batch *b);
/*
 * A row of those that check has taken last, from the row first on, is to wait: one whose values are
 * right, whether a key is repeated or not, so that each key is told of all that wait for it.
 */
void late_keep(struct late *l, const struct batch *b, size_t first, size_t row);
/*
 * At the end: writes what has waited and is the first of its keys, in order; the others are
 * rejects, or the end of the program.
 */
void late_finish(struct late *l);

#endif
