/*
 * Folds: how values become the states of their groups, and how two states become one.
 *
 * A state is some bytes of a group's payload.  Zeros are the state of no value at all.  What it
 * keeps besides is in the memory of its slot, which lives as long as all groups do.
 */
#ifndef ETL_AGG_FOLD_H
#define ETL_AGG_FOLD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "agg/state.h"
#include "expr/vector.h"
#include "mem.h"
#include "decimal/decimal.h"
#include "table/table.h"

/* What the states keep besides themselves. */
struct memory {
	struct arena arena;
	size_t bytes;
	size_t spare;  /* what the result of one group may take for a time */
	bool can_fail; /* a result may be one that cannot be */
};

static inline void *
memory_take(struct memory *m, size_t bytes)
{
	m->bytes += bytes;
	return arena_take(&m->arena, bytes);
}

static inline void
memory_take_over(struct memory *m, struct memory *from)
{
	arena_take_over(&m->arena, &from->arena);
	m->bytes += from->bytes;
	m->spare = m->spare > from->spare ? m->spare : from->spare;
	m->can_fail |= from->can_fail;
}

struct fold;

/* One state in each group, and what all of these share. */
struct slot {
	const struct fold *fold;
	const struct vector *value; /* of the rows that were computed last; NULL: it takes none */
	size_t offset;              /* of the state in a group's payload */
	struct memory *memory;
	struct table *values; /* of a fold that tells them apart: which there are, in which group */
	struct arena scratch; /* for one call */
};

/* Rows whose values go into the states of their groups. */
struct run {
	const uint16_t *row; /* of the vectors */
	size_t rows;
	char *const *group;     /* of each: the payload, */
	const uint32_t *number; /* and the group's number */
	bool is_one;            /* all are of one group */
};

/* Another state, of the same fold, that is to be added to the one of a group; it is not touched. */
struct meeting {
	struct slot *slot;
	uint32_t group; /* its number */
	void *state;
	const struct slot *from;
	const void *other;
};

struct fold {
	size_t state;  /* bytes, a multiple of 8, which is how it is aligned */
	size_t values; /* bytes of payload of an entry of slot.values; 0: there is no such table */
	int parameter; /* what tells folds apart that are the same otherwise */
	bool in_order; /* what it writes depends on the order of the values */
	void (*add)(struct slot *s, const struct run *r);
	void (*merge)(const struct meeting *m);
	/*
	 * A state as items of state.h, and back to a state of zeros; takes its own off the front of
	 * *text.  Returns false where they are none that it could have written.
	 */
	void (*write)(const struct slot *s, const void *state, struct buf *out);
	bool (*read)(struct slot *s, uint32_t group, void *state, struct slice *text);
};

/* Takes len bytes off the front. */
static inline void
fold_take(struct slice *bytes, void *to, size_t len)
{
	memcpy(to, bytes->at, len);
	bytes->at += len;
	bytes->len -= len;
}

static inline void *
slot_state(const struct slot *s, const struct run *r, size_t i)
{
	return r->group[i] + s->offset;
}

extern const struct fold fold_count, fold_true;
extern const struct fold fold_total, fold_total_real;
extern const struct fold fold_least, fold_greatest;
extern const struct fold fold_least_real, fold_greatest_real;
extern const struct fold fold_least_time, fold_greatest_time;
extern const struct fold fold_least_text, fold_greatest_text;
extern const struct fold fold_first, fold_last;
extern const struct fold fold_tally, fold_tally_number;
extern const struct fold fold_values, fold_values_real;
extern const struct fold fold_spread, fold_spread_real;
extern const struct fold fold_sketch, fold_sketch_number;
extern const struct fold fold_intervals, fold_intervals_real;
extern const struct fold fold_list;

/* What states become: one aggregate of some groups. */
struct answer {
	struct slot *slot;
	struct decimal parameter; /* of quantile(x, p) */
	struct slice separator;   /* of list(x, separator) */
	char *const *group;       /* payloads */
	size_t groups;
	struct slice *text; /* of each, to be set; an empty one is null */
	struct arena *arena;
	size_t faults;      /* groups that have no value for a reason, */
	size_t bad;         /* the first of them, */
	const char *reason; /* and why */
};

typedef void result(struct answer *a);

static inline void *
answer_state(const struct answer *a, size_t i)
{
	return a->group[i] + a->slot->offset;
}

/* answer.c: set text[i] */
void answer_null(struct answer *a, size_t i);
void answer_text(struct answer *a, size_t i, struct slice text);
void answer_count(struct answer *a, size_t i, uint64_t n);
void answer_decimal(struct answer *a, size_t i, struct decimal d);
/* Not finite: a fault. */
void answer_real(struct answer *a, size_t i, double x);
void answer_fault(struct answer *a, size_t i, enum number_fault fault);

result count_result;
result total_sum, total_mean, total_sum_real, total_mean_real;
result extreme_result, extreme_result_real, extreme_result_time, pick_result;
result tally_distinct, tally_mode, tally_mode_number;
result values_median, values_quantile, values_median_real, values_quantile_real;
result sketch_distinct, intervals_quantile, list_result;
result spread_var, spread_var_pop, spread_stddev, spread_stddev_pop;
result spread_var_real, spread_var_pop_real, spread_stddev_real, spread_stddev_pop_real;

#endif
