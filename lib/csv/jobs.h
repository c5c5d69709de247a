/*
 * Records worked on side by side (--jobs): batches are read in turn, worked on by several threads
 * at a time, and what becomes of them leaves in the order in which they were read.  So are messages
 * and rejects, and of several faults it is the first that ends the program: nothing tells that
 * there were several threads, but the time.
 */
#ifndef ETL_JOBS_H
#define ETL_JOBS_H

#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "opt.h"

enum { JOBS_MAX = 64 };

/* A row for a program's option table; jobs is a uint64_t of its arg, 0 at first. */
#define OPT_JOBS(jobs) \
	{0, "jobs", "N", "threads, where all inputs are regular files", OPT_COUNT, &(jobs), NULL}

/*
 * What each job does with a batch, its number being 0 .. jobs - 1: it puts records into out, which
 * it finds as the output is, and changes nothing that another job can see.  It may end the program,
 * in its turn, where it holds nothing that another job may wait for.
 */
typedef void jobs_work(void *shared, size_t job, const struct batch *b, struct csv_out *out);

/*
 * How many jobs there are to be, `given` by --jobs, 0: it was not.  More than one only where all
 * inputs are regular files; unless it was given, only where there is one of more than 64 MiB and
 * the output is no pipe, and then as many as there are processors for this program.
 */
size_t jobs_choose(uint64_t given, char *const *operands, size_t count, const struct csv_out *out);

/*
 * The same until *is_enough, which a job may set at any time: those that are under way are worked
 * on to their end, and csv_read() goes on behind them.
 */
void jobs_run_until(size_t jobs, jobs_work *work, void *shared, struct csv_in *in,
	struct csv_out *out, const bool *is_enough);

/*
 * Reads all there is to read, to the clean end, works on it, writes what comes out.  Returns when
 * all of it is done.
 */
void jobs_run(size_t jobs, jobs_work *work, void *shared, struct csv_in *in, struct csv_out *out);

#endif
