/*
 * What a record must have to be let into a window: a value in each column of its key, and a time
 * that can be read.
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

/* The column of --time; ends the program where it is none, or several. */
void admit_find_time(struct admit *a, const char *column, struct arena *arena);
/* The format of --time-format, likewise. */
const struct date_format *admit_format(const char *text);

/*
 * Looks at the rows of a batch: fills moment[] and returns how many admit_is_fault().  Valid until
 * the next call.
 */
size_t admit_judge(struct admit *a, const struct batch *b);
bool admit_is_fault(const struct admit *a, size_t row);
/* Such a row is rejected, or ends the program, as in admit_batch(). */
void admit_drop(const struct admit *a, const struct batch *b, size_t row, bool is_state);

/*
 * Adds the rows of a batch.  One that lacks something is rejected, or ends the program with
 * END_DATA; one of a file of our own (is_state) is damage and ends it with END_SETUP.
 */
void admit_batch(struct admit *a, struct window *w, const struct batch *b, bool is_state);
void admit_clear(struct admit *a);

#endif
