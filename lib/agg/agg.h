/*
 * Groups of records and the aggregates of each (etl-agg(1)): states side by side in the payload of
 * the group's entry in a table of keys, in order of first appearance.
 */
#ifndef ETL_AGG_AGG_H
#define ETL_AGG_AGG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/aggregates.h"
#include "expr/program.h"
#include "slice.h"
#include "table/table.h"

/* Groups that agg_answer() takes at a time. */
enum { AGG_ROWS = 256 };

struct agg;

/* A result that cannot be. */
struct agg_fault {
	size_t aggregate;
	uint32_t group;
	const char *reason;
};

/*
 * For the aggregates of a program, compiled with aggregate_functions, which stays the caller's and
 * is needed as long as this is.  own: bytes that the caller keeps for each group, zeros at
 * first.  NULL with *error filled where a parameter is at fault.
 */
struct agg *agg_new(const struct program *p, size_t own, struct program_error *error);
/*
 * Another one for the aggregates of a, of the same program: agg_take_over() may have the groups of
 * both.
 */
struct agg *agg_new_beside(const struct agg *a, const struct program *p);
void agg_free(struct agg *a);

/*
 * Adds rows of the last run of the program, row[i] of its vectors to the group of key[i]; at most
 * VECTOR_ROWS.  key is NULL: all are of one group, whose key is empty.
 */
void agg_add(struct agg *a, const struct slice *key, const uint16_t *row, size_t rows);
/*
 * The same with groups that are there already; rows of others are not added.  Their places in key[]
 * and row[] go to left[rows], in order; returns how many.
 */
size_t agg_add_known(struct agg *a, const struct slice *key, const uint16_t *row, size_t rows,
	uint16_t *left);
/* The rows that are added from now on are those of the last run of another one's program. */
void agg_take_rows(struct agg *a, const struct agg *other);
/* The groups of the rows added last; with keys only, and not after agg_add_known(). */
const uint32_t *agg_numbers(const struct agg *a);
/*
 * Is all that is asked how many records there are?  Then agg_count() counts some as agg_add()
 * would.
 */
bool agg_only_counts(const struct agg *a);
void agg_count(struct agg *a, uint64_t records);
/* There is a group with an empty key from now on, if of no record. */
void agg_add_none(struct agg *a);
/*
 * Adds all groups of another one of the same program: the same as if its rows had come behind ours.
 */
void agg_merge(struct agg *a, const struct agg *from);
/*
 * The same of some of them, first .. first + count - 1, at most VECTOR_ROWS; agg_numbers() says
 * which they are here.
 */
void agg_merge_groups(struct agg *a, const struct agg *from, uint32_t first, size_t count);
/*
 * Takes over the groups of others, made beside each other and a, which have no key in common and
 * are empty then; so is a before.  Their order is that of table_take_over().  Only where
 * agg_can_move().
 */
void agg_take_over(struct agg *a, struct agg *const *from, size_t count,
	const struct table_place *order);
bool agg_can_move(const struct agg *a);
/*
 * May one of the aggregates be another one where rows come in another order, or apart and are
 * merged?
 */
bool agg_in_order(const struct agg *a);
/* May the text of a state be another one, if the results are the same? */
bool agg_states_in_order(const struct agg *a);

/* How many there are; they are numbered from 0. */
uint32_t agg_groups(const struct agg *a);
/*
 * A group's key, and the bytes that the caller keeps for it.  Valid until agg_empty() or
 * agg_free().
 */
struct slice agg_key(const struct agg *a, uint32_t group);
void *agg_own(const struct agg *a, uint32_t group);

/*
 * Computes the results of group[0 .. count - 1], at most AGG_ROWS.  Returns how many
 * there are that cannot be; they are null, and *fault is the first of them.
 */
size_t agg_answer(struct agg *a, const uint32_t *group, size_t count, struct agg_fault *fault);
/* Can there be such?  If not, nothing has to be computed to know. */
bool agg_can_fail(const struct agg *a);
/*
 * The result of one of these, row 0 being the first; empty where it is null.  Valid until the next
 * agg_answer().
 */
struct slice agg_text(const struct agg *a, size_t aggregate, size_t row);

/* Forgets all groups; the memory is used again. */
void agg_empty(struct agg *a);
/* Forgets them and lets go of the memory. */
void agg_restart(struct agg *a);
/* Memory that the groups take, in bytes: for --memory. */
size_t agg_bytes(const struct agg *a);
/*
 * The most that they may take while rows with these keys are added, without what is kept besides
 * the states.
 */
size_t agg_bytes_with(const struct agg *a, const struct slice *key, size_t rows);
/* Do groups take more as records are added to them? */
bool agg_grows(const struct agg *a);

/* Is there a group of this key? */
bool agg_has(const struct agg *a, struct slice key);

/*
 * What waits until there is memory: what the aggregates take of a row of the last run of the
 * program, and what there is of a group, the caller's bytes included; appended, and brought back.
 */
void agg_write_row(const struct agg *a, size_t row, struct buf *out);
void agg_write_group(const struct agg *a, uint32_t group, struct buf *out);
/* At most VECTOR_ROWS; they are rows 0 .. rows - 1 then, as long as their bytes are there. */
void agg_read_rows(struct agg *a, const struct slice *bytes, size_t rows);
/* Adds a group, whose key is not there. */
void agg_read_group(struct agg *a, struct slice key, struct slice bytes);

/*
 * The states of a group as text, for others to add (--partial, --merge): several aggregates of one
 * value have one between them, so that there are at most as many as there are aggregates.
 */
size_t agg_states(const struct agg *a);
/* The first of the aggregates that are made of state number i. */
size_t agg_state_of(const struct agg *a, size_t i);
/* Appends state number i of a group. */
void agg_write_state(const struct agg *a, uint32_t group, size_t i, struct buf *out);
/*
 * Adds a group, whose key is not there, of states that come from anywhere: state[agg_states()].
 * Returns false where one is none, *bad: the group is not to be used then.
 */
bool agg_read_states(struct agg *a, struct slice key, const struct slice *state, size_t *bad);
/* From now on the rows that are added are those of agg_read_rows(); false: of the program again. */
void agg_take_back(struct agg *a, bool back);

#endif
