/*
 * What a connector reports to the program that runs it, through the descriptor that ETL_REPORT_FD
 * names in it (etl-connect(7)); stage.h is the connector's side.  The record of the run is then the
 * parent's alone.
 */
#ifndef ETL_CONNECT_REPORT_H
#define ETL_CONNECT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report {
	bool is_committing; /* it has begun to make its work last */
	uint64_t records;   /* that went out; 0 where it does not say */
};

/*
 * Reads a report from fd to its end, and closes it.  What it counts goes into the record of our
 * run: what went in from the files, from standard input where there are none, and out to the
 * target; names are kept.  Where the target is NULL, or the report is no whole one, nothing does.
 */
struct report report_take(int fd, char *const *files, size_t count, const char *target);

#endif
