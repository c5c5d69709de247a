/*
 * What a record must have to be let into the window: a value in each column of its key, and a time that can be read.
 */
#ifndef ETL_ADMIT_H
#define ETL_ADMIT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "date/date.h"
#include "window/window.h"

struct admit {
	/* Set by the caller, kept. */
	const struct header *header;
	const size_t *key;
	size_t key_columns;
	bool has_time;
	size_t time;                      /* its column */
	const struct date_format *format; /* NULL: ISO 8601 */

	/* Of the rows of a batch. */
	struct cell *cell;
	struct admit_fault *fault;
	struct moment *moment;
	size_t rows; /* that there is room for */
};

/*
 * Adds the rows of a batch.  One that lacks something is rejected, or ends the program with END_DATA; one of a file of
 * our own (is_state) is damage and ends it with END_SETUP.
 */
void admit_batch(struct admit *a, struct window *w, const struct batch *b, bool is_state);
void admit_clear(struct admit *a);

#endif
