/*
 * A stream cut into windows, with the bounds of its window in front of each record: the whole of a
 * run.
 */
#ifndef ETL_CUTTER_H
#define ETL_CUTTER_H

#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "window/cut.h"

struct cutter_how {
	const struct csv_how *csv;
	struct cut_how cut;
	const char *time;        /* as their options give them; NULL: not given */
	const char *time_format;
	const char *by;
	const char *names;       /* of the columns in front */
	const char *each;        /* a command for each window */
	uint64_t memory;         /* bytes for open windows */
};

/* Ends the program on anything that is wrong. */
void cutter(const struct cutter_how *how, char *const *operands, size_t count);

#endif
