/*
 * The rim of the engine: groups as records of the output.
 */
#ifndef ETL_AGG_RESULTS_H
#define ETL_AGG_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"
#include "agg/overflow.h"
#include "csv/csv.h"
#include "expr/formula.h"
#include "mem.h"

struct having;
struct partial;
struct pivot;

struct results {
	struct formula *formula;
	struct csv_out *out;
	struct grouping *grouping;
	const struct program_aggregate *aggregate;
	size_t aggregates;
	struct partial *partial; /* not results, but states leave; may be NULL */
	struct having *having;   /* which results leave; may be NULL: all */
	struct pivot *pivot;     /* they leave as columns of others; may be NULL */
	uint64_t memory; /* --memory; of which overflow has a part */
	struct overflow overflow;
	/* Records that wait for others, as they are to leave. */
	struct csv_out ready;
	struct buf text;
	/* The first group of those that have waited whose result cannot be. */
	struct buf fault;
	uint64_t fault_order;
};

/* Keeps all of them; the grouping has been started, for the program. */
void results_init(struct results *r, struct formula *formula, const struct program *p,
	struct csv_out *out, struct grouping *grouping, uint64_t memory);
void results_clear(struct results *r);
/* States are to leave.  The groups have records. */
void results_be_partial(struct results *r, struct partial *partial);
/* Only those leave of which this is true. */
void results_have(struct results *r, struct having *having);
/* They leave by this, which is settled and put as they are, and has half of the memory. */
void results_pivot(struct results *r, struct pivot *pivot);

/* How much the groups may take, in bytes. */
uint64_t results_memory(const struct results *r);

/*
 * Adds rows of a batch, counted from the first one taken by grouping_take().  Ends the program
 * where they cannot be.
 */
void results_add(struct results *r, const uint16_t *row, size_t rows);

/* The same with the group 0 of others of the same program and columns, which is of that row. */
void results_merge(struct results *r, const struct batch *b, size_t row, struct grouping *other);

/*
 * All groups have all their records, those that wait as well.  Ends the program where a result
 * cannot be and that is no null, or where one group takes more than the memory: nothing has been
 * written then.
 */
void results_settle(struct results *r);
/*
 * Their names; row is the header's, NULL: there is none.  Where they are columns of others, behind
 * results_settle() unless the values are given.
 */
void results_put_header(struct results *r, const struct batch *row);
/* Writes them, and forgets them. */
void results_put(struct results *r);

#endif
