/*
 * Groups beyond --memory: when no more groups fit, records of others wait on disk, as what the
 * aggregates take of them; groups that have grown too large wait there as well, as what there is of
 * them.  Both are worked through in partitions that fit, and the results of all come in order of
 * first appearance.
 *
 *	overflow_add()     the records of the input, or overflow_merge() groups
 *	overflow_is_used() no: the groups are all there; else
 *	overflow_result()  of each group that is there,
 *	overflow_next()    until there are no others, and then
 *	overflow_take()    all results
 */
#ifndef ETL_AGG_OVERFLOW_H
#define ETL_AGG_OVERFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"
#include "mem.h"
#include "slice.h"
#include "spill/spill.h"
#include "spill/stream.h"

/* Behind the first pass: a group, and where its first record stood. */
struct overflow_rank {
	uint64_t order;
	uint32_t group;
};

struct overflow {
	struct grouping *grouping;
	struct grouping *other; /* of overflow_merge() */
	uint64_t memory;
	bool is_full;   /* no more groups in this pass */
	bool is_behind; /* the first pass is over */
	struct spill *spill; /* NULL: not used so far */
	struct stream_file file;
	uint64_t later; /* groups of others that wait, so far */
	struct overflow_rank *rank;
	size_t ranks;
	size_t room;
	struct buf body;
};

/* Keeps the grouping, which has been started. */
void overflow_init(struct overflow *o, struct grouping *grouping, uint64_t memory);
void overflow_clear(struct overflow *o);

/*
 * Adds row[0 .. rows - 1], counted from the first one taken by grouping_take().  Returns false
 * where one group alone takes more than the memory.
 */
bool overflow_add(struct overflow *o, const uint16_t *row, size_t rows);

/*
 * The same with the group 0 of another one of the same program and columns, which is used for those
 * that have waited as well.
 */
bool overflow_merge(struct overflow *o, struct grouping *other);

bool overflow_is_used(const struct overflow *o);
/*
 * The groups of a pass in the order of their results: number first and those behind it, at most
 * AGG_ROWS, to group[]; returns how many.
 */
size_t overflow_groups(const struct overflow *o, size_t first, uint32_t *group);
/* Where a group's first record stood: for comparison only. */
uint64_t overflow_order(const struct overflow *o, size_t number);
/* The result of the group of that number. */
void overflow_result(struct overflow *o, size_t number, struct slice text);

enum overflow_step {
	OVERFLOW_PASS,     /* other groups are there, all of their records added */
	OVERFLOW_OVER,     /* there are none: overflow_take() has the results */
	OVERFLOW_TOO_LARGE /* one group takes more than the memory; it is the only one there */
};
enum overflow_step overflow_next(struct overflow *o);
/* The next result in order of first appearance, valid until the next call; false at the end. */
bool overflow_take(struct overflow *o, struct slice *text);

/* Forgets all groups, of which the results have been taken. */
void overflow_restart(struct overflow *o);

#endif
