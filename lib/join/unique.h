/*
 * Are keys unique?  The line of each is kept in memory, and of those that do not fit there on disk,
 * to be looked at when all have come.
 */
#ifndef ETL_UNIQUE_H
#define ETL_UNIQUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

struct unique;

/* A key that is there twice. */
struct unique_pair {
	uint64_t first; /* line */
	uint64_t second;
	struct slice key; /* valid until unique_free(), or as long as what was taken */
};

struct unique *unique_new(uint64_t memory);
void unique_free(struct unique *u);

/*
 * Takes count keys, at most UNIQUE_ROWS, and the line of each, in ascending order.  False: one is
 * known to have been there before; *pair is the first of all that has come twice, and no more is to
 * be taken.
 */
enum { UNIQUE_ROWS = 1024 };
bool unique_take(struct unique *u, const struct slice *key, const uint64_t *line, size_t count,
	struct unique_pair *pair);
/* All have come: the same of those that could not be told at once. */
bool unique_end(struct unique *u, struct unique_pair *pair);

#endif
