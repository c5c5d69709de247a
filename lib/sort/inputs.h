/*
 * Inputs that are sorted already, put together into one; each is read as it comes.
 */
#ifndef ETL_SORT_INPUTS_H
#define ETL_SORT_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "sort/keyed.h"

struct inputs_how {
	const struct csv_how *csv;
	struct keyed_how keys;
	bool is_unique; /* of equal records the first */
	uint64_t limit; /* so many records are written, the first of all; UINT64_MAX: all */
};

/*
 * Reads each operand to its end, puts the header and the records, equal ones in the order of the
 * operands, and finishes the output.  An input that is not in order, or has another header than the
 * first, ends the program with END_DATA.
 */
void inputs_merge(const struct inputs_how *how, char *const *operands, size_t count,
	struct csv_out *out);

#endif
