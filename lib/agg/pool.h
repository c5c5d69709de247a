/*
 * Many groups that several jobs add records to, side by side: each in one of some shards, which one
 * job at a time has.  Beyond the caches it does not matter whose they were last, and there is one
 * of each, not one for each job.
 */
#ifndef ETL_AGG_POOL_H
#define ETL_AGG_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"

struct pool;

/*
 * For the groups of g, which keeps the numbers of first records and has none so far; p as for
 * grouping_start(), and as long as the pool.  Only where agg_can_move().
 */
struct pool *pool_new(const struct grouping *g, const struct program *p, size_t jobs);
void pool_free(struct pool *pool);

/* Adds row[0 .. rows - 1] of those that the grouping of a job has taken last, with their keys. */
void pool_add(struct pool *pool, size_t job, const struct grouping *from,
	const struct slice *key, const uint16_t *row, size_t rows);
/* Memory that the groups take, in bytes. */
uint64_t pool_bytes(struct pool *pool);

/* What no other job is at: adds the groups of a grouping of other records of the input. */
void pool_merge(struct pool *pool, const struct grouping *from);
/* Moves all groups to g, in order of their first records. */
void pool_give(struct pool *pool, struct grouping *g);

#endif
