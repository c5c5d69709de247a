/*
 * The record of one run of one program: what went in, what came out, what it cost (etl(7),
 * STATISTICS). Written at the program's end, however it ends, as one line of JSON.
 */
#ifndef ETL_STAGE_H
#define ETL_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One thing read or written; the rim keeps the counts up to date. */
struct stage_end {
	const char *name;
	bool is_pipe;
	uint64_t device;
	uint64_t inode;
	bool is_beside;   /* its records go with those of the input before: none in the total */
	uint64_t records; /* without the header; STAGE_UNCOUNTED where bytes pass */
	uint64_t bytes;   /* or STAGE_UNCOUNTED, where a child reads or writes them */
	uint64_t waited;  /* ns blocked in read(2) or write(2) */
	struct stage_end *next;
};

#define STAGE_UNCOUNTED UINT64_MAX

/* One program has one record. */
struct stage {
	uint64_t filtered;
	uint64_t rejected;
	uint64_t made; /* out or rejected, but none of those in: further pairs, inputs beside */
};

/*
 * Opens the places that the record goes to: file (may be NULL), and stages.ndjson in $ETL_RUN_DIR.
 * Keeps argv.  Ends the program if one cannot be opened.
 */
void stage_start(const char *file, int argc, char **argv);
struct stage *stage_counts(void);
/*
 * Counts of the record are added to, and set, while another thread may end the program and write
 * it.
 */
static inline void
stage_count(uint64_t *count, uint64_t more)
{
	__atomic_fetch_add(count, more, __ATOMIC_RELAXED);
}

static inline void
stage_set(uint64_t *count, uint64_t n)
{
	__atomic_store_n(count, n, __ATOMIC_RELAXED);
}
/* Names are kept. */
struct stage_end *stage_input(const char *name, int fd);
struct stage_end *stage_output(const char *name, int fd);
/* We are a connector and begin to commit: whoever is killed now may have done so or not. */
void stage_committing(void);
#define STAGE_COMMITTING "committing"
/* A child that is no program of its own writes no record. */
void stage_forget(void);

/* Notes the time of the first record and of the last one so far. */
void stage_tick(void);

#endif
