/*
 * The list of operations that a program has become, and what runs it.
 */
#ifndef ETL_EXPR_EVAL_H
#define ETL_EXPR_EVAL_H

#include "expr/kernel.h"
#include "expr/program.h"

enum op_kind {
	OP_LOAD, /* the fields of a column into out */
	OP_CALL,
	OP_NARROW, /* from here on only the rows that arg[0] and narrow tell */
	OP_RESTORE /* all rows again that there were before the last OP_NARROW */
};

enum narrow { NARROW_TRUE, NARROW_NOT_TRUE, NARROW_NOT_FALSE, NARROW_NULL };

struct op {
	enum op_kind kind;
	enum narrow narrow;
	const struct function *function;
	struct vector *out;
	struct vector **arg;
	size_t args;
	size_t column;     /* OP_LOAD: which; OP_CALL: for faults, or FAULT_NO_COLUMN */
	const struct program_said *said; /* OP_LOAD: what is null; NULL: what is empty alone */
	struct slice text; /* of the expression, for faults */
	size_t place;      /* of FORM_ACROSS: see struct call */
};

struct program {
	struct arena arena; /* everything below but vectors and operations */
	struct slice text;
	const struct program_said *said; /* of each column; NULL: there is no schema */
	struct op *op;
	size_t ops;
	struct vector **vector; /* all that operations use, to be freed */
	size_t vectors;
	struct program_target *target;
	struct vector **result; /* of each target, or the condition */
	size_t targets;
	struct program_aggregate *aggregate;
	size_t aggregates;
	uint16_t (*narrowed)[VECTOR_ROWS]; /* rows at each depth of OP_NARROW */
	size_t depth_max;
	size_t places;      /* struct kept of a group, */
	size_t ring_places; /* and further ones that prev(x, k) keeps of it */
	struct kept *alone; /* the memory of all records where there are no groups, */
	void **alone_group; /* for each row */
	size_t stretch;     /* most rows of the next run */
	struct evaluation e;
};

/*
 * Computes a function of constants into out, a constant too; texts go to the arena.  Returns
 * false if there is a fault.
 */
bool eval_constant(const struct function *f, struct vector **arg, size_t args, struct vector *out,
	bool floats, struct arena *arena);

#endif
