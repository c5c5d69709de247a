/*
 * A condition on groups (--having): their results as records of a batch, which a program is run
 * over.
 */
#ifndef ETL_AGG_HAVING_H
#define ETL_AGG_HAVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/agg.h"
#include "agg/grouping.h"
#include "csv/columns.h"
#include "expr/formula.h"
#include "mem.h"
#include "slice.h"

struct having {
	struct formula formula;
	struct program *condition;
	struct header header;
	struct buf text;
	uint32_t *end; /* of each value; end[-1] is there */
	size_t values;
	uint64_t groups; /* that have been judged */
};

/*
 * Compiles the condition against the columns of the results of a program, which are those of the
 * key and its aggregates, with the variables and options of like; ends the program where it is
 * none.  Keeps the names; takes from the arena.
 */
void having_init(struct having *h, const struct formula *like, const char *condition,
	const struct grouping *g, const struct program *p, struct arena *arena);
void having_clear(struct having *h);

/* The next value of the results, group by group; at most AGG_ROWS groups. */
void having_put(struct having *h, struct slice value);
/* Are they so long that it is time to judge? */
bool having_is_full(const struct having *h);
/*
 * For which of the groups that have been put the condition is true: keeps[groups].  The next are
 * put behind.
 */
void having_judge(struct having *h, bool *keeps);

#endif
