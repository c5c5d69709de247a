/*
 * What names and literals of a program stand for: columns, earlier assignments, variables,
 * constants.
 */
#ifndef ETL_EXPR_NAMES_H
#define ETL_EXPR_NAMES_H

#include "expr/types.h"

/* Gives a node that is neither a call its meaning and its type; false with the error filled. */
bool name_resolve(struct typing *t, struct node *node);

/* Finds the column that a target names; PROGRAM_NONE where it is a new one. */
bool name_target(struct typing *t, const struct token *target, size_t *column);

/* Says that there is no such function. */
bool name_unknown_function(struct typing *t, const struct node *call);

#endif
