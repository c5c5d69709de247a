/*
 * What was inferred as a Table Schema, and to people what a narrower type would lose.
 */
#ifndef ETL_CHECK_INFER_OUT_H
#define ETL_CHECK_INFER_OUT_H

#include "check/infer.h"
#include "csv/columns.h"
#include "out.h"

/* Ends the program where there is no schema of these names: one is there twice, or not UTF-8. */
void infer_out_names(const struct header *header);
/* Writes the schema and prints the messages.  Once. */
void infer_out(struct infer *in, const struct header *header, struct out *out);

#endif
