/*
 * What the server has acknowledged, which is said at whatever end comes before all of it has been.
 */
#ifndef ETL_HTTP_PROGRESS_H
#define ETL_HTTP_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "mem.h"
#include "msg.h"

struct progress {
	const char *shown;      /* the URL, for messages */
	uint64_t total;         /* records */
	uint64_t batches;       /* acknowledged, with so many records */
	uint64_t records;
	bool is_all;            /* the batch that is being sent has all records */
	bool is_under_way;      /* a request is, and may have been taken */
	bool is_unknown;        /* one of the same batch before it was lost */
	struct cleanup cleanup;
	/* A signal handler says one line while the other is being made. */
	struct buf line[2];
	const struct buf *volatile now;
};

/* From now on an end that is not a good one says what was acknowledged.  Keeps p and shown. */
void progress_start(struct progress *p, const char *shown, uint64_t total);
/* A request with so many records begins: it may be taken from now on. */
void progress_send(struct progress *p, uint64_t records);
/* It was not taken, or nobody knows. */
void progress_fail(struct progress *p, bool is_known);
/* It was taken, with so many records; the batch is done. */
void progress_acknowledge(struct progress *p, uint64_t records);
void progress_finish(struct progress *p);

#endif
