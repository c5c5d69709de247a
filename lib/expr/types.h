/*
 * The type checker: finds out what names are, chooses the row of each function, puts conversions
 * in, and computes what is constant.  Types come from the program alone, never from data
 * (etl-expr(7), TYPES).
 */
#ifndef ETL_EXPR_TYPES_H
#define ETL_EXPR_TYPES_H

#include "expr/parse.h"
#include "expr/program.h"

/* An assignment seen so far. */
struct target {
	struct slice name;
	size_t column; /* PROGRAM_NONE: a new one */
	struct node *value;
};

struct typing {
	const struct program_setting *setting;
	enum program_kind kind;
	struct slice text;
	struct arena *arena; /* of nodes */
	struct program_error *error;
	struct target *target;
	size_t targets;
	/* NULL, or a list in which they are: they have no value for a name */
	const struct statement *aggregates;
	struct vector **constant; /* made here: the caller's to free */
	size_t constants;
	int64_t now; /* of now(): 0 until it is asked for */
};

/* Can the node be had as this letter of functions.h says? */
bool type_fits(const struct node *node, char letter);

/* Makes a node a constant; its one value is the caller's to set. */
struct vector *type_constant(struct typing *t, struct node *node, enum vector_type type);

/*
 * Makes a node a regular expression.  *place is the offset in the program of the pattern's first
 * byte, for messages; NULL: the pattern is not written there.
 */
bool type_regex(struct typing *t, struct node *node, struct slice pattern, unsigned flags,
	const size_t *place);

/* Types a condition.  Returns what it became, NULL with the error filled. */
struct node *type_condition(struct typing *t, struct node *node);
/* Types an assignment and adds or changes its target. */
bool type_assignment(struct typing *t, struct statement *s);

/*
 * Types the call of an aggregate, whose function is found in the setting's table; a condition
 * behind the value goes into it.
 */
bool type_aggregate(struct typing *t, struct node *call);
/* Types an expression that is neither. */
struct node *type_expression(struct typing *t, struct node *node);

/* A value converted to text; what is text already is returned itself. */
struct node *type_print(struct typing *t, struct node *node);

#endif
