/*
 * The groups of --by, for functions across rows (etl-expr(7), ACROSS ROWS): which one each record
 * belongs to, and the memory that the program has for it.
 */
#ifndef ETL_EXPR_GROUPS_H
#define ETL_EXPR_GROUPS_H

#include <stddef.h>
#include <stdint.h>

#include "budget.h"
#include "csv/batch.h"
#include "csv/columns.h"
#include "expr/program.h"
#include "opt.h"
#include "table/keys.h"
#include "table/table.h"

/* What the options say.  Begin with GROUPS_HOW. */
struct groups_how {
	const char *by;  /* columns; NULL: all records are one group */
	uint64_t memory; /* in bytes; BUDGET_UNSET: not given */
};

#define GROUPS_HOW {.memory = BUDGET_UNSET}

/* Rows for a program's option table; how is its struct groups_how. */
#define OPT_GROUPS(how) \
	{0, "by", "COLS", "functions across rows look at records with the same values here", \
		OPT_LIST, &(how).by, NULL}, \
	OPT_MEMORY((how).memory, "what they keep")

struct groups {
	const struct groups_how *how;
	struct program *program;
	uint64_t memory_max;
	struct keys keys;
	struct table *table; /* NULL: nothing to group */
	uint32_t number[VECTOR_ROWS];
	void *memory[VECTOR_ROWS]; /* of the group of each row taken */
};

/* Keeps how and p, and reads the columns of --by.  Ends the program if they are at fault. */
void groups_open(struct groups *g, const struct groups_how *how, struct program *p,
	const struct header *header, struct arena *arena);
/*
 * Finds the groups of rows first .. first + rows - 1 of a batch, at most VECTOR_ROWS.  Ends the
 * program where all groups together need more than --memory.
 */
void groups_take(struct groups *g, const struct batch *b, size_t first, size_t rows);
/* The program's next run begins with this one of the rows taken. */
void groups_use(struct groups *g, size_t row);
void groups_close(struct groups *g);

#endif
