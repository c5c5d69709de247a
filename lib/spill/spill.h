/*
 * What does not fit into memory: items with a key, spread over partitions by a hash of it, to be
 * worked through one after the other; and the results, in one order at the end.
 *
 *	pass 0       spill_put() what has no place; spill_result() what has its result
 *	spill_next() a partition is there: spill_take() its items, spill_put() and spill_result()
 *	             as before
 *	...          until spill_next() says that there is none
 *	spill_merge() the results of all passes, in order
 *
 * All items of a key are in one partition, in the order in which they were put.  The results of a
 * pass come in ascending order.  A block of 64 KiB for each of the partitions that are written, or
 * of the results that are merged, is all the memory needed, besides a list of blocks.
 */
#ifndef ETL_SPILL_H
#define ETL_SPILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"
#include "spill/stream.h"

struct spill;

struct spill_item {
	uint64_t order; /* of a result: what it comes by; carried along otherwise */
	struct slice key;
	struct slice body;
};

/* The file is the caller's, and may have other streams. */
struct spill *spill_new(struct stream_file *file);
void spill_free(struct spill *s);

void spill_put(struct spill *s, const struct spill_item *item);
/* Has anything been put in this pass? */
bool spill_is_used(const struct spill *s);
/*
 * The next items, SPILL_ITEMS or less, of the partition that is worked through; returns how many, 0
 * at its end.  They take some 256 KiB together, unless one alone is longer.  Valid until the next
 * call.
 */
enum { SPILL_ITEMS = 1024 };
size_t spill_take(struct spill *s, struct spill_item *item);
void spill_result(struct spill *s, uint64_t order, struct slice text);

/* Ends a pass and begins the next; false: there is nothing left. */
bool spill_next(struct spill *s);
/*
 * The next of all results; false at the end, after which s can be used again.  Valid until the next
 * call.
 */
bool spill_merge(struct spill *s, uint64_t *order, struct slice *text);

#endif
