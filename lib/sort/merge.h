/*
 * Sorted sources, in memory or on file, read as one: of equal records those of the first source
 * come first.
 */
#ifndef ETL_MERGE_H
#define ETL_MERGE_H

#include <stdbool.h>
#include <stddef.h>

#include "sort/pile.h"
#include "sort/run.h"

struct merge_source {
	const struct pile *pile; /* sorted; NULL: a run */
	size_t next;             /* record of it */
	struct run_reader run;
	struct record now;
	bool is_done;
};

struct merge {
	struct merge_source *source;
	size_t count;
	size_t *loser; /* of each match of the tournament: [1 .. count - 1]; [0] is the winner of all */
	bool is_begun;
};

/* Room for so many sources, at least one. */
void merge_init(struct merge *m, size_t max);
/* The next source; keeps what it is given. */
void merge_add_pile(struct merge *m, const struct pile *pile);
void merge_add_run(struct merge *m, struct out *file, struct run run, size_t piece);
/* The next record; NULL at the end.  Valid until the next call. */
const struct record *merge_next(struct merge *m);
/* Does not clear the piles. */
void merge_clear(struct merge *m);

#endif
