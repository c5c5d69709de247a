/*
 * Which column of the input goes into which of the table, and as what.
 */
#ifndef ETL_SQLITE_MATCH_H
#define ETL_SQLITE_MATCH_H

#include <stdbool.h>

#include "sqlite-table.h"

/* Is there such a table?  Ends the program if there is a view of that name. */
bool match_is_there(struct table *t);

/*
 * Makes the table's columns of the header's, each with what it is bound as: by the table if there
 * is one, else by the schema, or to be guessed.  A header that does not fit ends the program; file
 * is where it comes from.
 */
void match_header(struct table *t, const struct header *header, const char *file);

#endif
