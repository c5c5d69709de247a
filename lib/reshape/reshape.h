/*
 * Records to more records: a column of names and one of values out of several (wide to long), and
 * one for each part of a list.
 */
#ifndef ETL_RESHAPE_H
#define ETL_RESHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"

struct reshape_how {
	const char *unpivot;   /* the columns; NULL: explode */
	const char *to;        /* what the columns of names and of values are called: a,b */
	const char *explode;   /* the column */
	const char *separator; /* between its parts; not empty */
	uint64_t jobs;         /* as of OPT_JOBS */
};

/*
 * Reads the operands, or standard input, and writes what becomes of them.  Ends the program on
 * errors.
 */
void reshape(const struct csv_how *csv, const struct reshape_how *how, char *const *operands,
	size_t count);

#endif
