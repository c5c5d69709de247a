/*
 * Sorted sources, in memory, on file or as they come, read as one: of equal records those of the
 * first source come first.
 */
#ifndef ETL_MERGE_H
#define ETL_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "sort/order.h"
#include "sort/pile.h"
#include "sort/run.h"

/* Records that come some at a time: those of the rows of an order, 0 .. rows - 1. */
struct merge_feed {
	const struct order *order;
	size_t row; /* the one that the merge is at */
	size_t rows;
	/* Makes the keys of the next ones, and sets rows; false: there are none. */
	bool (*more)(struct merge_feed *feed);
};

/* One of the three is there: pile, feed, else run. */
struct merge_source {
	const struct pile *pile; /* sorted */
	size_t next;             /* record of it */
	struct merge_feed *feed;
	struct run_reader run;
	struct record now;
	bool is_done;
};

struct merge {
	struct merge_source *source;
	size_t count;
	/* of each match of the tournament: [1 .. count - 1]; [0] is the winner of all */
	size_t *loser;
	bool is_begun;
};

/* Room for so many sources, at least one. */
void merge_init(struct merge *m, size_t max);
/* The next source; keeps what it is given. */
void merge_add_pile(struct merge *m, const struct pile *pile);
void merge_add_run(struct merge *m, struct out *file, struct run run, size_t piece);
void merge_add_feed(struct merge *m, struct merge_feed *feed);
/* The next record; NULL at the end.  Valid until the next call. */
const struct record *merge_next(struct merge *m);
/* Which source that record is of, counted from 0 as they were added. */
static inline size_t
merge_winner(const struct merge *m)
{
	return m->loser[0];
}
/* Does not clear the piles. */
void merge_clear(struct merge *m);

#endif
