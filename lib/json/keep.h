/*
 * Records that wait until all of them are there: what comes is checked, kept in a file without a
 * name, and can then be read again, once.
 */
#ifndef ETL_KEEP_H
#define ETL_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "json/json-out.h"
#include "mem.h"
#include "out.h"

/* What becomes of them. */
enum keep_form { KEEP_JSON, KEEP_NDJSON, KEEP_CSV };
/* By its name, which --to has: json, ndjson, csv; false: none of them. */
bool keep_form_parse(const char *name, enum keep_form *out);

struct keep_how {
	struct csv_how csv;
	enum keep_form form;
	const char *schema; /* a file, or NULL */
	const char *null;
	bool infer;
	bool nests;         /* points in names make objects: for load_json() */
};

struct keep {
	const struct keep_how *how;
	struct csv_in *in;         /* the input, open for its header */
	uint64_t records;          /* kept */
	struct json_out json;      /* its types are right once all is kept; not for KEEP_CSV */

	struct out spool;
	struct csv_how again;      /* how the spool is read */
	bool is_reopened;
	bool *is_guessed;          /* [columns]: the type is what the values have been seen to be */
	bool needs_look;           /* some type says more of its values than that they are UTF-8 */
	struct arena arena;
	struct arena values;       /* of one row */
};

/*
 * Reads the files, or standard input, to their clean end.  What the target cannot hold is rejected,
 * or ends the program, as does everything that etl-csv(7) calls an error.  Keeps how and files.
 */
void keep_all(struct keep *k, const struct keep_how *how, char *const *files, size_t count);
/*
 * The records that were kept, to be read without a header; the caller closes it.  NULL: there are
 * none.
 */
struct csv_in *keep_reopen(struct keep *k);
void keep_clear(struct keep *k);

#endif
