/*
 * A record of the input as the bytes that it will be in the output, for those that leave later.
 */
#ifndef ETL_WHOLE_H
#define ETL_WHOLE_H

#include <stddef.h>

#include "csv/csv.h"
#include "mem.h"
#include "slice.h"

struct whole {
	struct csv_out out; /* its source is the batch: csv_source() */
	struct buf text;
};

/* like is the output, whose number of columns is set to the input's. */
void whole_init(struct whole *w, const struct csv_out *like);
void whole_clear(struct whole *w);

/* whole_row() of what does not stand in the batch as it is to leave. */
struct slice whole_made(struct whole *w, size_t row);

/*
 * A row of the source, without its end, behind which OUT_PAD bytes are readable.  Valid until the
 * next call, and as long as the batch.
 */
static inline struct slice
whole_row(struct whole *w, size_t row)
{
	const struct batch *b = w->out.source;
	if (w->out.is_verbatim && b->columns != 1)
		return batch_run(b, row, 0, b->columns - 1);
	return whole_made(w, row);
}

#endif
