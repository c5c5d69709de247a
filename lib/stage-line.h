/*
 * The record of a run as text.  Signal handlers ask for it, so that all of this keeps to what they
 * may call; both lines stand in one place, valid until the next is asked for.
 */
#ifndef ETL_STAGE_LINE_H
#define ETL_STAGE_LINE_H

#include <stdint.h>

#include "slice.h"
#include "stage.h"

/*
 * What a run has been so far; what stage_count() and stage_set() are for is read as they write it.
 */
struct stage_run {
	struct stage counts;
	struct stage_end *inputs;
	struct stage_end *outputs;
	int argc;
	char **argv;
	uint64_t start, first, last; /* of the program, its records: ns since 1970; 0: none */
};

/* Nanoseconds since 1970. */
uint64_t stage_line_now(void);

/*
 * One line of JSON (etl(7), STATISTICS), never longer than 64 KiB: lists are cut, passwords left
 * out.
 */
struct slice stage_line(const struct stage_run *run, int status);
/*
 * The counts alone, as a connector reports them: a line with records, bytes, ns for each input
 * where there are several; then of in and of out records, bytes, ns; filtered, rejected.
 */
struct slice stage_line_report(const struct stage_run *run);

#endif
