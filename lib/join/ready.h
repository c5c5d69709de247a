/*
 * What a record of RIGHT will be in the output, made when it is read: its columns without the key,
 * as the rest of a record behind LEFT's columns; and before that, where it is to leave without a
 * match, LEFT's columns as well.
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
	struct csv_out out; /* its source is RIGHT's batch: csv_source() */
	struct buf text;
	size_t columns;     /* of RIGHT without the key */
	struct columns_run *run;
	size_t runs;
	size_t *partner;    /* of each column of LEFT the one of RIGHT paired with it; SIZE_MAX: none */
	size_t partners;    /* 0: LEFT's part is not made */
};

/* like is the output, whose number of columns is set; rest are RIGHT's without the key. */
void ready_init(struct ready *r, const struct csv_out *like, const struct columns *rest,
	struct arena *arena);
/* LEFT's columns, so many, stand in front: the values of the key, the others empty. */
void ready_add_left(struct ready *r, const struct pairs *pairs, size_t columns,
	struct arena *arena);
void ready_clear(struct ready *r);

/* A row of the source with its end; *before is the length of LEFT's part.  Until the next call. */
struct slice ready_row(struct ready *r, size_t row, size_t *before);
/* The rest of a record that has no match, kept in the arena as csv_put_rest() needs it. */
struct slice ready_nothing(struct ready *r, struct arena *arena);

#endif
