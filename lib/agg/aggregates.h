/*
 * Which aggregates there are: one table, from which the type checker, the states, the results and
 * the list of functions are made (etl-agg(1), AGGREGATES).
 */
#ifndef ETL_AGG_AGGREGATES_H
#define ETL_AGG_AGGREGATES_H

#include <stdbool.h>

#include "agg/fold.h"
#include "expr/functions.h"

/* Rows like those of functions[]; parameter says which of aggregates[] it is. */
extern const struct function aggregate_functions[];

/* How values are gathered, and what becomes of that; several share a fold, and then one state. */
struct aggregate {
	const struct fold *fold;
	result *result;
	bool in_order; /* values in another order, or states merged, may give another result */
};

extern const struct aggregate aggregates[];

#endif
