/*
 * What a Table Schema says of the columns that a program uses: --schema of etl-expr(7).
 */
#ifndef ETL_EXPR_SAID_H
#define ETL_EXPR_SAID_H

#include <stdbool.h>

#include "csv/columns.h"
#include "expr/program.h"
#include "mem.h"

/*
 * Reads the schema of that file; one for each column of the header, all in the arena, NULL if it
 * has none.  Ends the program where the schema is wrong, or has a field that is no column, which is
 * allowed where the header has_some of them.
 */
const struct program_said *said_read(
	const char *path, const struct header *header, bool has_some, struct arena *arena);

#endif
