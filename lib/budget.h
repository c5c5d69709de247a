/*
 * How much a program may hold in memory of what it cannot let go: the one number that --memory is.
 */
#ifndef ETL_BUDGET_H
#define ETL_BUDGET_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "mem.h"
#include "msg.h"
#include "opt.h"

#define BUDGET_UNSET UINT64_MAX

/* A row for a program's option table; bytes is a uint64_t of its arg, BUDGET_UNSET at first. */
#define OPT_MEMORY(bytes, what) \
	{0, "memory", "BYTES", "most memory for " what " (a quarter of the machine's)", OPT_BYTES, \
		&(bytes), NULL}

/* The same where what is beyond it goes to a file, whose directory is the next row's. */
#define OPT_SPILL(bytes, what) \
	OPT_MEMORY(bytes, what), \
	{0, "tmp-dir", "DIR", "the directory for what is beyond --memory (TMPDIR, else /tmp)", \
		OPT_DO, NULL, budget_set_directory}

/* A directory that is wrong is told at once, and not when it is needed. */
static inline void
budget_set_directory(const struct opt *opt, const char *value)
{
	struct stat st;
	if (stat(value, &st) != 0 || (S_ISDIR(st.st_mode) && access(value, W_OK | X_OK) != 0))
		die(END_SETUP, "option --%s: %s: %s", opt->name, value, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		die(END_SETUP, "option --%s: %s: %s", opt->name, value, strerror(ENOTDIR));
	if (setenv("TMPDIR", value, 1) != 0)
		die(END_SETUP, "out of memory");
}

/*
 * What was given, or else a quarter of the machine's, in bytes.  Who runs out of memory before is
 * told of it.
 */
static inline uint64_t
budget_bytes(uint64_t given)
{
	uint64_t bytes = given != BUDGET_UNSET ? given : compat_memory() / 4;
	mem_note_budget(bytes);
	return bytes;
}

#endif
