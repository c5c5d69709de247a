/*
 * Records passed on where they fit a schema; the others are rejects, or the end of the program.
 */
#ifndef ETL_CHECK_PASS_H
#define ETL_CHECK_PASS_H

#include <stdbool.h>
#include <stdint.h>

#include "check/check.h"
#include "check/late.h"
#include "csv/csv.h"
#include "schema/schema.h"
#include "spill/stream.h"

struct pass_how {
	const struct schema *schema;
	const char *path;    /* its file, for messages */
	bool has_names;      /* columns without names are the fields by their place */
	uint64_t memory;     /* for what is to be unique */
	size_t jobs;         /* side by side, if nothing is to be unique */
	struct csv_out *out; /* NULL: no records are written */
};

struct pass {
	struct csv_out *out;
	struct check *check; /* of each job */
	size_t jobs;
	struct late late; /* where something is to be unique, which one job sees to */
	struct stream_file file;
};

/*
 * Readies p for the records of in, of which the header goes to out.  Ends the program where the
 * schema is wrong, or where the header does not fit it.
 */
void pass_init(struct pass *p, const struct pass_how *how, struct csv_in *in);
/* All records, to the clean end. */
void pass_run(struct pass *p, struct csv_in *in);
void pass_clear(struct pass *p);

#endif
