/*
 * Tokens to a tree that knows nothing of columns and types yet (etl-expr(7), OPERATORS).
 */
#ifndef ETL_EXPR_PARSE_H
#define ETL_EXPR_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "expr/functions.h"
#include "expr/lex.h"
#include "expr/vector.h"

enum {
	NESTING_MAX = 256, /* of parentheses, calls, ?: and unary operators */
	HEIGHT_MAX = 4096  /* of the tree: a + b + c + ... grows to the left */
};

enum node_kind {
	NODE_NAME,     /* name: a column or an earlier assignment */
	NODE_POSITION, /* name: the digits */
	NODE_VARIABLE, /* name */
	NODE_NUMBER,   /* name: as written */
	NODE_TEXT,     /* name: the value */
	NODE_REGEX,    /* name: the pattern; index: its flags */
	NODE_TRUTH,    /* index: 1 for true */
	NODE_NULL,
	NODE_CALL, /* name: of the function or operator; arg[args] */
	/* What becomes of them in types.c: */
	NODE_COLUMN,  /* index: of the column */
	NODE_RESULT,  /* value: what was assigned earlier */
	NODE_CONSTANT /* vector */
};

struct node {
	enum node_kind kind;
	enum vector_type type;
	size_t at; /* offset and bytes in the program text */
	size_t len;
	struct slice name;
	size_t index;
	struct node **arg;
	size_t args;
	size_t height;
	const struct function *function;
	struct node *value;
	bool is_field;         /* a column, text that nobody asked to be anything yet */
	enum vector_type said; /* what a schema says of a field; VECTOR_NULL: nothing */
	/* text as a schema says, which no number or time is read of */
	const struct program_said *foreign;
	bool is_kept;          /* vector stays as it is after its first use */
	struct vector *vector; /* what it is, or, from emit.c on, where it is computed */
};

/* One assignment, or a condition or an aggregate, which may have no target: TOKEN_END. */
struct statement {
	struct token target;
	struct node *value;
	struct slice name; /* of an aggregate's result; at is NULL: it is none */
	struct statement *next;
};

/* A new node over some bytes of the program. */
struct node *node_new(struct arena *arena, enum node_kind kind, size_t at, size_t len);
/* A node that stands for a value without computing it again. */
struct node *node_refer(struct arena *arena, struct node *value);

/*
 * All return the statements in their order, NULL with the lexer's error filled; all is in its
 * arena.
 */
struct statement *parse_assignments(struct lexer *lexer);
struct statement *parse_aggregates(struct lexer *lexer);
struct statement *parse_condition(struct lexer *lexer);

#endif
