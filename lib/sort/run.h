/*
 * Sorted runs of records in a file, one behind the other: the key of a record, then the record as
 * it is in memory.
 */
#ifndef ETL_RUN_H
#define ETL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "out.h"
#include "sort/record.h"

/* Where a run is in the file. */
struct run {
	uint64_t from;
	uint64_t to;
};

void run_put(struct out *file, const struct record *r);

/* Reads a run from its beginning. */
struct run_reader {
	struct out *file;
	struct run left; /* what has not been read from the file */
	struct buf text; /* what has, from `at` on still to be looked at */
	size_t at;
	size_t piece;
};

/* Keeps file; reads so many bytes at a time, more only for a record that is longer. */
void run_open(struct run_reader *reader, struct out *file, struct run run, size_t piece);
/* false: that was the last.  r is valid until the next call. */
bool run_next(struct run_reader *reader, struct record *r);
void run_close(struct run_reader *reader);

#endif
