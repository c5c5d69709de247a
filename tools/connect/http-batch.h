/*
 * The records that were kept, cut into the bodies of requests.
 */
#ifndef ETL_HTTP_BATCH_H
#define ETL_HTTP_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "json/keep.h"
#include "http-upload.h"
#include "mem.h"

/* How much one body holds; 0: any. */
struct batch_limits {
	uint64_t records;
	uint64_t bytes; /* a record that is larger goes alone */
};

struct batches {
	struct keep *keep;
	struct batch_limits limits;
	struct csv_in *in;         /* NULL: no record was kept */
	const struct batch *block; /* of which the next record is */
	size_t row;
	struct buf head;           /* what each body begins with */
	/* between head and tail; of another form than CSV only its `out` is used */
	struct csv_out body;
	uint64_t size;             /* of what is between them */
	uint64_t records;          /* in the body that was made last */
};

/* Begins with the first record that k has kept.  Keeps k. */
void batches_open(struct batches *s, struct keep *k, struct batch_limits limits);
/*
 * Makes the next body; its upload is valid until the next call.  Where no records are left it has
 * none, and is what no records look like: `[]`, a header, nothing.
 */
struct upload batches_next(struct batches *s);
void batches_close(struct batches *s);

#endif
