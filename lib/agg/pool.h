/*
 * Many groups that several jobs add records to, side by side: each in one of some parts, which one
 * job at a time has.  Beyond the caches it does not matter whose they were last, and there is one
 * of each, not one for each job.
 */
#ifndef ETL_AGG_COMMON_H
#define ETL_AGG_COMMON_H

#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"

struct common;

/*
 * For the groups of g, which keeps the numbers of first records and has none so far; p as for
 * grouping_start().  Only where agg_can_move().
 */
struct common *common_new(const struct grouping *g, const struct program *p, size_t jobs);
void common_free(struct common *c);

/* Adds row[0 .. rows - 1] of those that the grouping of a job has taken last, with their keys. */
void common_add(struct common *c, size_t job, const struct grouping *from,
	const struct slice *key, const uint16_t *row, size_t rows);
/* Memory that the groups take. */
uint64_t common_bytes(struct common *c);

/* What no other job is at: adds the groups of a grouping of other records of the input. */
void common_merge(struct common *c, const struct grouping *from);
/* Moves all groups to g, in order of their first records. */
void common_give(struct common *c, struct grouping *g);

#endif
