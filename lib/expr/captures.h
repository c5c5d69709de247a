/*
 * Groups of regular expressions as a program asks for them: numbers and names are held against the
 * pattern before any data, and names become numbers.
 */
#ifndef ETL_EXPR_CAPTURES_H
#define ETL_EXPR_CAPTURES_H

#include "expr/types.h"

/*
 * The arguments of extract() and of replace() with a pattern; a call of anything else is as it
 * should be.  Returns false with the error filled.
 */
bool captures_check(struct typing *t, struct node *call);

#endif
