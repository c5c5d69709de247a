/*
 * The rim of the engine: records that several jobs group side by side, each for itself (--jobs),
 * and their groups put together.
 */
#ifndef ETL_AGG_PARTS_H
#define ETL_AGG_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"
#include "csv/csv.h"
#include "expr/formula.h"
#include "slice.h"

/*
 * Adds what there is to read to g, which has been started for the program of that text, keeps the
 * numbers of first records and has no groups but perhaps the one of all; until the end, or until
 * the jobs' groups take so many bytes of memory: csv_read() then goes on behind.  Not where
 * agg_in_order().
 */
void parts_take(struct formula *formula, struct slice text, struct grouping *g, size_t jobs,
	uint64_t memory, struct csv_in *in, struct csv_out *out);

#endif
