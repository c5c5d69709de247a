/*
 * The parts of an input as files that appear together, and what they are.
 */
#ifndef ETL_SPLIT_TO_FILES_H
#define ETL_SPLIT_TO_FILES_H

#include <stdbool.h>
#include <stdint.h>

#include "csv/csv.h"
#include "split/split.h"

struct to_files_how {
	const char *template;
	unsigned digits;  /* of a number, at least */
	bool lists;       /* the files and their records go to the output */
	bool has_names;   /* with a header */
	uint64_t memory;
};

/* Splits all of in; out is the list.  Ends the program on errors, and then no file is changed. */
void to_files(const struct to_files_how *how, const struct split_how *split, struct csv_in *in,
	struct csv_out *out);

#endif
