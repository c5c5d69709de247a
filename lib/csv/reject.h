/*
 * Rejects: the records that cannot be passed on, with the reason, for one run of one program
 * (etl(7), REJECTS).
 */
#ifndef ETL_REJECT_H
#define ETL_REJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "csv/batch.h"
#include "opt.h"
#include "slice.h"

/* What the options say. */
struct reject_how {
	const char *file;
	const char *max;
};

#define OPT_REJECTS(how) \
	{0, "rejects", "FILE", "append bad records to FILE and go on", OPT_FILE, &(how).file, \
		NULL}, \
	{0, "max-rejects", "N|N%", "go on after at most that many bad records", OPT_TEXT, \
		&(how).max, NULL}

struct reject {
	const char *file;    /* the input's name */
	uint64_t line;       /* from 1; 0: not known */
	size_t byte;         /* in the line, from 1; 0: not known */
	struct slice column; /* its name; empty: none */
	const char *code;    /* one word, for programs */
	const char *reason;  /* for people */
	struct slice record; /* verbatim, without its end */
};

/* Opens the file and reads the limit; ends the program if either is wrong. */
void reject_start(const struct reject_how *how);
/*
 * Ends the program if a file that is the input, or is to be the output, is also that of the
 * rejects.
 */
void reject_keep_apart(const char *role, const char *name, const struct stat *file);
/* Do the options allow a bad record?  If not, the first ends the run. */
bool reject_is_allowed(void);
/* Puts the record on file and counts it; beyond --max-rejects ends the program with END_DATA. */
void reject_put(const struct reject *r);
/* The same for a row of a batch as it came.  Rows of one batch are put in order. */
void reject_put_row(const struct batch *b, size_t row, struct slice column, const char *code,
	const char *reason);
/*
 * At the end: writes what is left, says how many there were, holds N% against the records read.
 * Once: who commits in two places calls it before the first.
 */
void reject_finish(uint64_t records);

#endif
