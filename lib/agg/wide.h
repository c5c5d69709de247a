/*
 * Cells put together to rows by their key, in order of the first cell of each; those that do not
 * fit into memory wait on disk, and are worked through in partitions that fit.
 *
 *	wide_add()    the cells
 *	wide_settle() when all have been added, and then
 *	wide_take()   the rows
 */
#ifndef ETL_AGG_WIDE_H
#define ETL_AGG_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"
#include "spill/spill.h"
#include "spill/stream.h"
#include "table/table.h"

struct wide {
	uint64_t memory;
	struct table *row;
	struct arena cells;
	size_t bytes;   /* that they take */
	uint64_t added; /* cells */
	bool is_full;   /* what else comes in this pass waits for the next */
	bool is_spilled;
	uint32_t next;  /* row to be taken */
	struct stream_file file;
	struct spill *spill;
	struct buf text;
};

/* memory: bytes that rows may take. */
void wide_init(struct wide *w, uint64_t memory);
void wide_clear(struct wide *w);

/* Returns false where one row takes more than the memory, here and in wide_settle(). */
bool wide_add(struct wide *w, struct slice key, struct slice cell);
bool wide_settle(struct wide *w);
/*
 * The next row, its cells one behind the other in the order in which they were added; false at the
 * end.  Valid until the next call.
 */
bool wide_take(struct wide *w, struct slice *key, struct slice *cells);

/* Forgets the rows, which have been taken. */
void wide_restart(struct wide *w);

#endif
