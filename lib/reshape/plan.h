/*
 * The records that etl-map writes: the columns of the input in their order, what is assigned in its
 * place, and what is new behind them.
 */
#ifndef ETL_PLAN_H
#define ETL_PLAN_H

#include <stddef.h>

#include "csv/csv.h"
#include "expr/program.h"
#include "mem.h"

/* One stretch of an output record: fields of the input, or a target. */
struct plan_part {
	size_t first;
	size_t last;
	size_t target; /* PROGRAM_NONE: fields first..last as they are */
};

struct plan {
	const struct program_target *target;
	size_t targets;
	struct plan_part *part;
	size_t parts;
	size_t columns; /* of a record */
};

/* For input of so many columns.  The plan is in the arena, and the targets are the program's. */
struct plan plan_make(const struct program *p, size_t columns, struct arena *arena);

/* row: the header's, as csv_header_row() has it; without it there is no header. */
void plan_put_header(const struct plan *plan, struct csv_out *out, const struct batch *row);

/* Row of the source, whose values are in row `at` of the results of a program like the plan's. */
void plan_put_row(const struct plan *plan, struct csv_out *out, const struct program *p, size_t row,
	size_t at);

#endif
