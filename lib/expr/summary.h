/*
 * Aggregates in a program: what each is called, and which value it takes.
 */
#ifndef ETL_EXPR_SUMMARY_H
#define ETL_EXPR_SUMMARY_H

#include "expr/emit.h"
#include "expr/types.h"

/*
 * Types all statements: aggregates, of which there is at least one, get a name, and what is
 * assigned besides is there for those behind it.  Returns false with the error filled.
 */
bool summary_type(struct typing *t, struct statement *first);

/* Fills the program's aggregates; what has been assigned is emitted already. */
void summary_emit(struct emitter *e, const struct typing *t, struct statement *first);

#endif
