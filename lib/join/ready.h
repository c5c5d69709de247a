/*
 * What a record of RIGHT will be in the output, made when it is read: its columns without the key,
 * as the rest of a record behind LEFT's columns; and before that, where it is to leave without a
 * match, LEFT's columns as well.  The record as it came may stand in front of that.
 */
#ifndef ETL_READY_H
#define ETL_READY_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/columns.h"
#include "csv/csv.h"
#include "join/pairs.h"
#include "mem.h"
#include "slice.h"

struct ready {
	struct csv_out out;
	struct csv_out own; /* of the record as it came */
	bool has_own;
	struct buf text;
	size_t columns;     /* of RIGHT without the key */
	struct columns_run *run;
	size_t runs;
	/* of each column of LEFT the one of RIGHT paired with it; SIZE_MAX: none */
	size_t *partner;
	size_t partners;    /* 0: LEFT's part is not made */
};

/* like is the output, whose number of columns is set; rest are RIGHT's without the key. */
void ready_init(struct ready *r, const struct csv_out *like, const struct columns *rest,
	struct arena *arena);
/* LEFT's columns, so many, stand in front: the values of the key, the others empty. */
void ready_add_left(struct ready *r, const struct pairs *pairs, size_t columns,
	struct arena *arena);
/* The record as it came, of so many columns, stands in front of all: ready_take_own(). */
void ready_add_own(struct ready *r, const struct csv_out *like, size_t columns);
void ready_clear(struct ready *r);

/* RIGHT's batch. */
void ready_source(struct ready *r, const struct batch *b);

/*
 * A row of the source with its end; *before is the length of what stands in front for the case that
 * it has no match.  Valid until the next call, and OUT_PAD bytes behind it are readable.
 */
struct slice ready_row(struct ready *r, size_t row, size_t *before);
/* Takes the record as it came, with its end, off what ready_row() gave. */
struct slice ready_take_own(struct slice *text);
/* The rest of a record that has no match, kept in the arena as csv_put_rest() needs it. */
struct slice ready_nothing(struct ready *r, struct arena *arena);

#endif
