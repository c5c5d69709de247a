/*
 * Groups as records of states, which others read and add: --partial and --merge (etl-agg(1),
 * STATES).
 *
 * Behind the columns of the key comes `etl_state`, VERSION:PROGRAM:RECORD, and then a column for
 * each state, with the name of the first aggregate that is made of it.
 */
#ifndef ETL_AGG_PARTIAL_H
#define ETL_AGG_PARTIAL_H

#include <stddef.h>
#include <stdint.h>

#include "agg/grouping.h"
#include "agg/results.h"
#include "csv/csv.h"
#include "expr/formula.h"
#include "mem.h"
#include "slice.h"

/*
 * A header with the columns that a program names: those of the records that the states were made of
 * are not known any more.  From the arena, and the text.
 */
struct header partial_columns(const struct formula *f, struct slice text, struct arena *arena);

struct partial {
	const struct program *of;
	const struct program_aggregate *aggregate;
	uint64_t program; /* what tells it from others */
	/* Of groups that are read: one at a time stands here, until it is added. */
	struct grouping other;
	size_t mark;      /* the column `etl_state`, and those of the states */
	size_t *column;
	struct slice *state;
	size_t states;
	struct buf text;
};

/* For a program of that text, which is kept, with the variables and options of f. */
void partial_init(struct partial *p, const struct formula *f, struct slice text,
	const struct program *program);
void partial_clear(struct partial *p);

/* The columns behind those of the key. */
void partial_put_header(struct partial *p, struct csv_out *out, const struct grouping *g);
/* The fields of a group behind its key. */
void partial_put_states(struct partial *p, struct csv_out *out, const struct grouping *g,
	uint32_t group);

/* Ends the program where a column of the key is a state, or no states are there. */
void partial_check_keys(const struct grouping *g);
/*
 * Before states are read: g has been started, for the program compiled with partial_columns(); its
 * header is that of the states.  Takes from the arena.  Ends the program where the columns are not
 * there.
 */
void partial_open(struct partial *p, const struct grouping *g, struct arena *arena);
/* Adds the groups of a batch; ends the program, or rejects, what is none. */
void partial_take(struct partial *p, struct results *r, const struct batch *b);

#endif
