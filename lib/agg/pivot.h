/*
 * Long to wide (--pivot): groups by some columns and one more, the results of which become columns
 * of the groups without it, for each value of that one.
 *
 *	pivot_choose() the column, and pivot_init() when the grouping has been started
 *	pivot_write()  the results of a group as bytes
 *	pivot_add()    these, in order of first appearance
 *	pivot_settle() when all have been added, and then
 *	pivot_put()    the records
 */
#ifndef ETL_AGG_PIVOT_H
#define ETL_AGG_PIVOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"
#include "agg/wide.h"
#include "csv/csv.h"
#include "expr/program.h"
#include "mem.h"
#include "opt.h"
#include "slice.h"
#include "table/table.h"

struct pivot_how {
	const char *column;
	const char *values; /* the only ones that there may be, in this order; NULL: any */
};

/* Rows for a program's option table; how is its struct pivot_how. */
#define OPT_PIVOT(how) \
	{0, "pivot", "COL", "results become columns, for each value of this column", OPT_LIST, \
		&(how).column, NULL}, \
	{0, "values", "LIST", "--pivot: the values that there may be, in this order", OPT_TEXT, \
		&(how).values, NULL}

struct pivot {
	const struct pivot_how *how;
	const struct grouping *grouping; /* by that column as its last one */
	const struct program_aggregate *aggregate;
	size_t aggregates;
	struct table *value; /* they are columns in the order in which they are there */
	uint64_t memory; /* half of it for results, half for the groups */
	uint64_t columns_max;
	struct slice *none;  /* the results of no records */
	struct arena arena;
	struct wide wide;
	struct buf cell;
	const char **at;     /* in the record that is put: results for each value; NULL: none */
};

/* Ends the program where the options say nothing. */
void pivot_check(const struct pivot_how *how, const struct csv_how *csv);
/* Adds the column to those of the grouping.  Takes from the arena. */
void pivot_choose(const struct pivot_how *how, struct grouping *g, struct arena *arena);
/*
 * For the program of the grouping, both of which are kept; memory: --memory, of which
 * results take half.
 */
void pivot_init(struct pivot *p, const struct pivot_how *how, const struct grouping *g,
	const struct program *program, uint64_t memory, uint64_t columns_max);
void pivot_clear(struct pivot *p);

/* Appends the results of a group, which is that row of the last agg_answer(). */
void pivot_write(const struct pivot *p, uint32_t group, size_t row, struct buf *out);
/* Ends the program where the value is none that there may be, or where it is one too many. */
void pivot_add(struct pivot *p, struct slice text);
/* Ends the program where there is no output: two columns of one name, or none. */
void pivot_settle(struct pivot *p);

/* How many there are; not before pivot_settle() unless the values have been given. */
size_t pivot_columns(const struct pivot *p);
/* The names of those behind the key. */
void pivot_put_header(const struct pivot *p, struct csv_out *out);
/* Writes the records, and forgets them. */
void pivot_put(struct pivot *p, struct csv_out *out);

#endif
