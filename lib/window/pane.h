/*
 * A pane: some of the records of one key that windows wait for, as texts, in the order in which
 * they came.  A window is one pane or several; of several the records are read in that order too.
 */
#ifndef ETL_PANE_H
#define ETL_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date/date.h"
#include "slice.h"

enum { PANE_PAD = 64 /* readable bytes behind a record */ };

struct pane_chunk;
struct pane_group;

struct pane {
	struct pane_group *group;       /* the panes of the same key */
	int64_t index;                  /* its place among them */
	struct moment earliest, latest; /* of the times of its records */
	uint64_t first;                 /* number of its first record */
	uint64_t records;
	bool is_closed;                 /* its records have left */
	struct pane_chunk *chunk, *last_chunk;
	struct pane *next;              /* with the same hash */
	struct pane *older, *newer;     /* in the queue of the group */
};

/*
 * Puts a record, which has a number larger than the ones before, and a line feed.  Returns the
 * bytes taken for it.
 */
size_t pane_put(struct pane *p, uint64_t number, struct slice record);
/* Lets go of the records.  Returns their bytes. */
size_t pane_empty(struct pane *p);

/* Where the reading of a pane is. */
struct pane_cursor {
	const struct pane_chunk *chunk;
	size_t at;
	uint64_t number; /* of the record there; UINT64_MAX: behind the last */
};

/* The records of several panes by their numbers.  {0} is a valid empty one. */
struct pane_merge {
	struct pane_cursor *heap; /* the next one at [0] */
	size_t count, room;
};

void pane_merge_start(struct pane_merge *m, struct pane *const *pane, size_t panes);
/* The next record, with its line feed, PANE_PAD bytes readable behind; false behind the last. */
bool pane_merge_next(struct pane_merge *m, struct slice *record);
void pane_merge_clear(struct pane_merge *m);

#endif
