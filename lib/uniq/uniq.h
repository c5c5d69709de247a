/*
 * Of records with the same key one is kept, and how many there were is told.
 */
#ifndef ETL_UNIQ_H
#define ETL_UNIQ_H

#include <stdbool.h>
#include <stdint.h>

#include "csv/csv.h"
#include "spill/census.h"

/* Of which keys a record is kept: of all, of those that several records have, or one alone. */
enum uniq_among { UNIQ_ALL, UNIQ_REPEATED, UNIQ_ALONE };

struct uniq_how {
	const char *key;        /* -k; NULL: all columns */
	enum census_keep keep;
	/* name of a column more: how many records the key has; NULL: none */
	const char *count;
	enum uniq_among among;
	bool is_sorted;         /* those of a key stand together already: in constant memory */
	uint64_t memory;        /* bytes for keys */
};

/*
 * Reads the input, whose header has columns, to its end, and puts the header and what is kept, in
 * the order of the input.  Ends the program where the options do not fit the header, and with
 * END_DATA where the input is not sorted as it was said to be.
 */
void uniq(const struct uniq_how *how, struct csv_in *in, struct csv_out *out);

#endif
