/*
 * Inputs put side by side: N readers in step, each with a batch of its own; a row is written as one
 * run of bytes from each (etl-join(1), --paste).
 */
#ifndef ETL_PASTE_H
#define ETL_PASTE_H

#include <stddef.h>

#include "csv/csv.h"

/*
 * Pastes count operands, at least one, and finishes the output.  Ends the program on errors, as
 * csv_read() does.
 */
void paste(const struct csv_how *how, char *const *operands, size_t count);

#endif
