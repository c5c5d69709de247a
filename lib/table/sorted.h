/*
 * Input that is grouped by some columns already: where one group ends and the next begins, in
 * constant memory.
 */
#ifndef ETL_TABLE_SORTED_H
#define ETL_TABLE_SORTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "table/keys.h"

enum sorted_step {
	SORTED_ON,  /* the rows go on with the group of those before */
	SORTED_NEW, /* they begin another */
	SORTED_BACK /* they begin one that has ended: the input is not grouped */
};

struct sorted {
	struct keys keys;
	bool is_begun;
	struct buf last; /* key of the group that goes on */
	uint64_t *ended; /* hashes of groups that have ended, the last one at the place of each */
};

/* At least one column; takes from the arena, whose objects are needed as long as s. */
void sorted_init(struct sorted *s, const struct columns *columns, struct arena *arena);
void sorted_clear(struct sorted *s);

/* The keys of rows first .. first + rows - 1 of a batch, at most KEYS_ROWS: for sorted_next(). */
void sorted_take(struct sorted *s, const struct batch *b, size_t first, size_t rows);
/*
 * How many of row[0 .. rows - 1], at least one, are of the same group as row[0], which *step is
 * about; they are numbered from the first one taken.  That a group comes back is certain where it
 * is told; it can be missed after some ten thousand others.
 */
size_t sorted_next(struct sorted *s, const uint16_t *row, size_t rows, enum sorted_step *step);

#endif
