/*
 * Does a header fit a schema, and which column is which field?
 */
#ifndef ETL_CHECK_FIT_H
#define ETL_CHECK_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/columns.h"
#include "mem.h"
#include "schema/schema.h"

/* Which header fits: the standard's fieldsMatch. */
enum fit {
	FIT_EXACT,    /* the same names in the same order */
	FIT_EQUAL,    /* in any order */
	FIT_SUBSET,   /* all of the schema's, and others */
	FIT_SUPERSET, /* of the schema's, some */
	FIT_PARTIAL   /* one of the schema's at least */
};

/* What the schema says; false with the reason where it is none of these. */
bool fit_read(const struct schema *schema, enum fit *out, struct buf *why);

/*
 * Sets field[column] for each column of the header, NULL for one that the schema has not.  Without
 * names the columns are the fields by their place.  false with the reason: it does not fit.
 */
bool fit_columns(const struct schema *schema, enum fit fit, const struct header *header,
	bool has_names, const struct schema_field **field, struct buf *why);

#endif
