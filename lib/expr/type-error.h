/*
 * What the type checker says when types do not fit: the reason and, where there is one, the remedy.
 * All of these fill the error and return false.
 */
#ifndef ETL_EXPR_TYPE_ERROR_H
#define ETL_EXPR_TYPE_ERROR_H

#include "expr/types.h"

/* A reason, as printf does, and the node's place. */
bool type_fail(struct typing *t, const struct node *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The node is an argument that cannot be had as the letter says; usage is what it is an argument
 * of.
 */
bool type_fail_letter(struct typing *t, const struct node *node, const char *usage, char letter);
/* A text that has to be a time is none.  Returns NULL. */
struct node *type_fail_time(struct typing *t, const struct node *node, const char *reason);
/* The node is a column of a form that is not ours, as a schema says, and would be read as one. */
bool type_fail_form(struct typing *t, const struct node *node);
/* Either node would do, but not together. */
bool type_fail_mixture(struct typing *t, const struct node *a, const struct node *b);
/* No row of the function, f being the first, takes the arguments of the call. */
bool type_fail_arguments(struct typing *t, const struct function *f, const struct node *call);
/* Is the node a text between quotes that is the name of a column? */
bool type_quotes_column(const struct typing *t, const struct node *node);
/* It is, and can hardly have been meant. */
bool type_fail_quoted(struct typing *t, const struct node *node);
/* Columns and variables alone do not tell whether they are ordered as numbers or as text. */
bool type_fail_ordering(struct typing *t, const char *sign, const struct node *call);

#endif
