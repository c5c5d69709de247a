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

struct pass {
	struct csv_out *out; /* NULL: no records are written */
	struct check check;
	struct late late;
	struct stream_file file; /* of what does not fit into memory */
};

/*
 * Readies p for the records of in, of which the header goes to out.  The schema is that of the file
 * at path; ends the program where it is wrong, or where the header does not fit it.
 */
void pass_init(struct pass *p, const struct schema *schema, const char *path, bool has_names,
	uint64_t memory, struct csv_in *in, struct csv_out *out);
void pass_take(struct pass *p, const struct batch *b);
/* At the end: what has waited leaves, and memory is freed. */
void pass_finish(struct pass *p);

#endif
