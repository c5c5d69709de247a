/*
 * Columns described: of which type they are, how many values, how many different ones, between
 * which bounds, which are frequent.
 */
#ifndef ETL_CHECK_PROFILE_H
#define ETL_CHECK_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/fold.h"
#include "check/infer.h"
#include "csv/batch.h"
#include "csv/columns.h"
#include "mem.h"
#include "slice.h"
#include "table/table.h"

enum { PROFILE_QUANTILES = 5, PROFILE_TOP = 3 };

/* A fold of a column that is one group. */
struct profile_fold {
	struct slot slot;
	struct memory memory;
	void *state; /* NULL: it is no more */
};

struct profile_column {
	struct table *seen;                  /* the different values, each with how often it came */
	bool is_full;                        /* it takes no more */
	bool is_beyond;                      /* there are more, which had no place */
	struct profile_fold total;           /* of numbers: the mean */
	struct profile_fold values;          /* of numbers: quantiles */
	bool is_crowded;                     /* there was no place for all numbers */
	struct profile_fold least, greatest; /* of texts */
};

struct profile {
	struct infer infer;
	struct profile_column *column;
	uint64_t memory; /* for the values of a column, twice */
	struct vector *numbers, *texts;
};

/* memory: for different values and numbers of all columns. */
void profile_init(struct profile *p, const struct header *header, uint64_t memory);
void profile_clear(struct profile *p);

void profile_take(struct profile *p, const struct batch *b);

/* What is said of a column; texts are empty where there is nothing to say. */
struct profile_answer {
	struct infer_claim claim;
	uint64_t values, missing;
	uint64_t distinct;
	bool is_at_least; /* there are more */
	bool is_crowded;  /* there was no place for all numbers: there are no quantiles */
	struct slice least, greatest, mean;
	struct slice quantile[PROFILE_QUANTILES];
	size_t min_length, max_length;
	/* The most frequent values, those that came first before others. */
	size_t tops;
	struct slice top[PROFILE_TOP];
	uint64_t times[PROFILE_TOP];
};

/* Of which shares they are: "0.05". */
extern const char *const profile_quantiles[PROFILE_QUANTILES];

/* At the end, once for each column; texts are in the arena, or valid as long as p. */
struct profile_answer profile_answer(struct profile *p, size_t column, struct arena *arena);

#endif
