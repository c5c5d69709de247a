/*
 * How many records each key has, and which of them is kept, the first or the last: told at the end,
 * in the order of those that are kept, whatever memory there is for keys.
 */
#ifndef ETL_SPILL_CENSUS_H
#define ETL_SPILL_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"
#include "spill/stream.h"

struct census;

enum census_keep { CENSUS_FIRST, CENSUS_LAST };

/* The file is the caller's, and may have other streams. */
struct census *census_new(uint64_t memory, enum census_keep keep, struct stream_file *file);
void census_free(struct census *c);

/*
 * Takes the keys of count records, at most SPILL_ITEMS.  waits[i]: the record may be one that is
 * kept; those that may are numbered from 0.
 */
void census_take(struct census *c, const struct slice *key, size_t count, bool *waits);

/*
 * At the end: the next record that is kept, by its number, and how many its key has; false where
 * there are no more.
 */
bool census_next(struct census *c, uint64_t *number, uint64_t *count);

#endif
