/*
 * A window: of the records that come, batch after batch, those that are last.
 *
 * Records are in order of their times, equal ones as they came; where they have no times, all as
 * they came.  In that order only the last of those with the same key stays, and of what is left the
 * last ones, by number, by time, or both.  What stays is the same however the records were cut into
 * batches; and where they have keys, to add the same ones again changes nothing.
 */
#ifndef ETL_WINDOW_H
#define ETL_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "date/date.h"

#define WINDOW_ALL UINT64_MAX

struct window;

struct window_how {
	uint64_t rows;      /* at most so many stay; WINDOW_ALL: no limit */
	const size_t *key;  /* its columns; kept */
	size_t key_columns; /* 0: records have no keys */
	bool has_time;
	/* seconds: those not further back from the newest time stay; WINDOW_ALL: no limit */
	uint64_t span;
};

/* An empty window.  Keeps no more of how than its key. */
struct window *window_new(const struct window_how *how);
void window_free(struct window *w);

/*
 * Takes rows first .. first + rows - 1 of a batch, which it copies, with their times (NULL where
 * they have none); all batches have the same columns.
 */
void window_add(struct window *w, const struct batch *b, size_t first, size_t rows,
	const struct moment *time);

/* Drops what is in the window no more.  Called by window_add() too, when there is much to drop. */
void window_settle(struct window *w);

/*
 * After window_settle(): the records in order, as batches, NULL behind the last; *at, which begins
 * as NULL, is where we are.  Valid until the next window_add().
 */
const struct batch *window_next(const struct window *w, const void **at);

/* How many of the records added are in the window no more. */
uint64_t window_dropped(const struct window *w);

#endif
