/*
 * The names that the columns of two inputs have side by side (etl-join(1), --suffix).
 */
#ifndef ETL_JOIN_NAMES_H
#define ETL_JOIN_NAMES_H

#include <stdbool.h>

#include "csv/columns.h"
#include "mem.h"

/*
 * Gives those of the columns of right whose names left has too a name with the suffix behind, kept
 * in the arena.  Returns false where that name is taken, with *clash the column.
 */
bool names_part(struct columns *columns, const struct header *left, const struct header *right,
	const char *suffix, struct arena *arena, const struct column **clash);

#endif
