/*
 * Typed trees to a list of vector operations.
 */
#ifndef ETL_EXPR_EMIT_H
#define ETL_EXPR_EMIT_H

#include "expr/eval.h"
#include "expr/parse.h"

/*
 * A column that has been loaded, or read as a number or a time, for the rows of one OP_NARROW: it
 * serves there and in those within, until the OP_RESTORE.
 */
struct reading {
	size_t depth;
	size_t column;
	const struct function *function; /* NULL: loaded */
	struct vector *vector;
};

struct emitter {
	struct program *program;
	size_t depth; /* of OP_NARROW */
	struct reading *reading;
	size_t readings;
	struct vector **spare; /* vectors whose values nobody needs any more */
	size_t spares;
};

/*
 * Appends what computes the node; returns where its values will be, which stay there until the
 * run's end.
 */
struct vector *emit_value(struct emitter *e, struct node *node);
void emitter_clear(struct emitter *e);

#endif
