/*
 * A small table of whole numbers, each with a count, in the memory of a state: what sketches are
 * made of while they are small.  {0} is empty.
 */
#ifndef ETL_AGG_COUNTS_H
#define ETL_AGG_COUNTS_H

#include <stddef.h>
#include <stdint.h>

#include "agg/fold.h"

struct count {
	uint64_t n; /* 0: the place is free */
	int32_t key;
};

struct counts {
	struct count *at;
	uint32_t used;
	uint32_t room; /* a power of two, or 0 */
};

/* The count of a key, to be raised from 0 where it is new; valid until the next call. */
uint64_t *counts_of(struct memory *m, struct counts *c, int32_t key);
/* Raises a count, up to STATE_COUNT_MAX: back at 0 its place would be free. */
static inline void
counts_raise(uint64_t *n, uint64_t by)
{
	*n += by < STATE_COUNT_MAX - *n ? by : STATE_COUNT_MAX - *n;
}

/* All that are used, the lowest key first; from the arena. */
struct count *counts_sorted(const struct counts *c, struct arena *arena);

#endif
