/*
 * The last records of the input, or of a store and the input: the whole of a run.
 */
#ifndef ETL_LAST_H
#define ETL_LAST_H

#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"

struct last_how {
	const struct csv_how *csv;
	uint64_t rows, span;     /* as in struct window_how */
	const char *time;        /* as their options give them; NULL: not given */
	const char *time_format;
	const char *key;
	const char *store;
	uint64_t lock_wait;      /* seconds */
};

/* Ends the program on anything that is wrong. */
void last(const struct last_how *how, char *const *operands, size_t count);

#endif
