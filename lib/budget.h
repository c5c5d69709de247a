/*
 * How much a program may hold in memory of what it cannot let go: the one number that --memory is.
 */
#ifndef ETL_BUDGET_H
#define ETL_BUDGET_H

#include <stdint.h>

#include "compat.h"
#include "opt.h"

#define BUDGET_UNSET UINT64_MAX

/* A row for a program's option table; bytes is a uint64_t of its arg, BUDGET_UNSET at first. */
#define OPT_MEMORY(bytes, what) \
	{0, "memory", "BYTES", "most memory for " what " (a quarter of the machine's)", OPT_BYTES, &(bytes), NULL}

/* What was given, or else a quarter of the machine's, in bytes. */
static inline uint64_t
budget_bytes(uint64_t given)
{
	return given != BUDGET_UNSET ? given : compat_memory() / 4;
}

#endif
