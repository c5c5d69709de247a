/*
 * Records that wait on disk for what is said of them at the end, as they are to leave.
 */
#ifndef ETL_SPILL_WAITING_H
#define ETL_SPILL_WAITING_H

#include <stddef.h>
#include <stdint.h>

#include "csv/whole.h"
#include "slice.h"
#include "spill/stream.h"

struct waiting {
	struct whole whole;
	struct stream_file file; /* may have other streams */
	struct stream stream;
	uint64_t taken; /* records so far */
};

/* like is the output, whose number of columns is set to the input's. */
void waiting_init(struct waiting *w, const struct csv_out *like);
void waiting_clear(struct waiting *w);

/* From now on rows are those of b. */
void waiting_source(struct waiting *w, const struct batch *b);
/* They are numbered from 0. */
void waiting_put(struct waiting *w, size_t row);
/* All have been put. */
void waiting_end(struct waiting *w);
/*
 * The record of a number that is higher than the last one's, without its end, behind which OUT_PAD
 * bytes are readable.  Valid until the next call.
 */
struct slice waiting_take(struct waiting *w, uint64_t number);

#endif
