/*
 * Columns described, as records: one for each.
 */
#ifndef ETL_CHECK_PROFILE_OUT_H
#define ETL_CHECK_PROFILE_OUT_H

#include "check/profile.h"
#include "csv/columns.h"
#include "csv/csv.h"

/* Writes the records, and their header unless it is not wanted.  Once. */
void profile_out(
	struct profile *p, const struct header *header, struct csv_out *out, bool with_header);

#endif
