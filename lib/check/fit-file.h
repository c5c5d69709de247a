/*
 * The schema of a file, for who holds no more than a header against it.
 */
#ifndef ETL_FIT_FILE_H
#define ETL_FIT_FILE_H

#include <stdbool.h>

#include "check/fit.h"
#include "csv/columns.h"
#include "mem.h"
#include "schema/schema.h"

struct fit_file {
	const char *path;
	struct schema schema;
	enum fit fit;
	struct arena arena;
};

/* Reads the schema; ends the program where it is none.  Keeps the path. */
void fit_file_read(struct fit_file *f, const char *path);

/*
 * Ends the program where the header does not fit.  Without names the columns are the fields by
 * their place.
 */
void fit_file_hold(const struct fit_file *f, const struct header *header, bool has_names);

/* The names of the fields as --columns has names, in f's arena; NULL: there are none. */
const char *fit_file_columns(struct fit_file *f);
/* May there be columns that the schema has not? */
bool fit_file_allows_more(const struct fit_file *f);

#endif
