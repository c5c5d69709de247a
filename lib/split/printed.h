/*
 * What a command prints, taken apart as it comes: whole records, all as wide as the first one.
 */
#ifndef ETL_SPLIT_PRINTED_H
#define ETL_SPLIT_PRINTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "csv/scan.h"
#include "mem.h"
#include "slice.h"

enum { PRINTED_COLUMNS = 65536 };

struct printed {
	char *at;
	size_t len, cap;
	struct scan scan;
	scan_run_fn *run;
	uint32_t *room;      /* the index of the scan */
	size_t row;          /* of it, the next */
	size_t columns;      /* of a record; 0: none has come */
	uint64_t max_record; /* bytes */
	uint64_t records;    /* that have been taken, the header included */
	bool has_begun;
};

void printed_init(struct printed *p, struct dialect dialect, uint64_t max_record);
/* Where the next bytes are to go, so many.  printed_came() says how many came. */
char *printed_place(struct printed *p, size_t bytes);
void printed_came(struct printed *p, size_t bytes);
/* Nothing more comes.  The last record may lack its end. */
void printed_end(struct printed *p);
/*
 * The next records, at most so many, as they came but with LF between them and nothing behind the
 * last; *count of them.  Valid until the next call.  Returns false where there is none yet, or
 * with the reason in why: what came is malformed.
 */
bool printed_next(struct printed *p, size_t most, struct slice *records, size_t *count,
	struct buf *why);
/* At the end, when there is none: false with the reason in why where one is unfinished. */
bool printed_is_whole(const struct printed *p, struct buf *why);
void printed_clear(struct printed *p);

#endif
