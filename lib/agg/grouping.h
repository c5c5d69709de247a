/*
 * Records and the groups that they go to: by the values of some columns, or all to one.
 */
#ifndef ETL_AGG_GROUPING_H
#define ETL_AGG_GROUPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/agg.h"
#include "csv/batch.h"
#include "csv/columns.h"
#include "mem.h"
#include "table/keys.h"

struct grouping {
	const struct header *header;
	struct columns by; /* none: all records are one group */
	struct keys keys;
	struct agg *agg;
	bool has_records; /* set before: each group keeps the number of its first record */
	bool is_pivoted;  /* set before: the columns of the result are not called as here */
	/* The rows whose keys were taken last. */
	const struct batch *batch;
	size_t first;
};

/*
 * For the aggregates of a program; header and by are set before, as long as it is used.  Takes from
 * the arena.  Returns false with *error filled where two columns of the result would have one name,
 * or a parameter is at fault.
 */
bool grouping_start(struct grouping *g, const struct program *p, struct arena *arena,
	struct program_error *error);

/*
 * The same beside another one, of the same columns, that keeps the numbers of first records: their
 * groups may come together in grouping_take_over().
 */
void grouping_start_beside(struct grouping *g, const struct grouping *other,
	const struct program *p);

/* What it has made itself: the columns stay the caller's. */
void grouping_clear(struct grouping *g);

/*
 * The keys of rows first .. first + rows - 1 of a batch, at most VECTOR_ROWS, of which the program
 * has been run.
 */
void grouping_take(struct grouping *g, const struct batch *b, size_t first, size_t rows);
/* Adds row[0 .. rows - 1], counted from the first one taken, to their groups. */
void grouping_add(struct grouping *g, const uint16_t *row, size_t rows);

/*
 * The same of rows that another one of the same program and columns has taken, with their keys.
 * The records come in any order: the first one of a group is that with the lowest number.
 */
void grouping_add_taken(struct grouping *g, const struct grouping *from, const struct slice *key,
	const uint16_t *row, size_t rows);

/*
 * Adds one group of another one whose records are others of the same input, in any order.  Both
 * keep the numbers of first records.
 */
void grouping_merge_apart(struct grouping *g, const struct grouping *from, uint32_t group);

/*
 * Takes over the groups of others, started beside each other and g, that have no key in common, in
 * the order of their first records.  g has none before, and they have none behind.  Only where
 * agg_can_move().
 */
void grouping_take_over(struct grouping *g, struct grouping *const *from, size_t count);

/*
 * Adds the groups of several others of the same program and columns, that have been made of
 * different records of one input and have the numbers of these.  The order of first appearance is
 * that of the input, where there were none before.  Not where agg_in_order().
 */
void grouping_merge(struct grouping *g, struct grouping *const *from, size_t count);

/* Adds one group of another one that has records if this one has. */
void grouping_merge_group(struct grouping *g, const struct grouping *from, uint32_t group);

/*
 * The first record of a group, which has none so far, is the one taken last, with that number where
 * it has_records.
 */
void grouping_note_first(struct grouping *g, uint32_t group, uint64_t record);

/* The number of a group's first record; only where it has_records. */
uint64_t grouping_record(const struct grouping *g, uint32_t group);
void grouping_set_record(struct grouping *g, uint32_t group, uint64_t record);

/* What a column that was chosen is called. */
struct slice grouping_name(const struct grouping *g, const struct column *column);
/* Value number i of a group's key; *is_quoted: when it first came it was in quotes. */
struct slice grouping_value(const struct grouping *g, uint32_t group, size_t i, bool *is_quoted);

/*
 * From now on the values of a group's key were in quotes where is_quoted[i] says so, of each of its
 * columns.
 */
void grouping_set_quoted(struct grouping *g, uint32_t group, const bool *is_quoted);

/*
 * `plaza_id '4856', code 'x': ` of a key of these columns, for messages, with a NUL behind; nothing
 * where there are none.
 */
void grouping_describe(const struct grouping *g, const struct columns *columns, struct slice key,
	struct buf *out);

#endif
