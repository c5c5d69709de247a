/*
 * Groups of an input that is grouped already by some columns of their key (--sorted): they leave as
 * these columns change.
 */
#ifndef ETL_AGG_ORDERED_H
#define ETL_AGG_ORDERED_H

#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"
#include "agg/results.h"
#include "csv/columns.h"
#include "mem.h"
#include "table/sorted.h"

struct ordered {
	const struct grouping *grouping;
	struct columns by; /* some of the grouping's */
	struct sorted sorted;
};

/*
 * The columns of a list, as --sorted has it; ends the program where one of them is none of the
 * grouping's, which has its own and is kept.  Takes from the arena.
 */
void ordered_init(struct ordered *o, const char *list, const struct grouping *g,
	struct arena *arena);

/*
 * Adds row[0 .. rows - 1], counted from the first one that the grouping has taken, and puts the
 * groups that end before them.  Ends the program with END_DATA where one comes that has ended.
 */
void ordered_add(struct ordered *o, struct results *r, const uint16_t *row, size_t rows);

#endif
