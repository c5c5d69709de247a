/*
 * Panes by the moment at which something is due with each: a heap.
 */
#ifndef ETL_DUE_H
#define ETL_DUE_H

#include <stddef.h>

#include "date/date.h"
#include "window/pane.h"

struct due_pane {
	struct moment at;
	struct pane *pane;
};

/* {0} is a valid empty one. */
struct due {
	struct due_pane *heap; /* the first one at [0] */
	size_t count, room;
};

void due_put(struct due *d, struct moment at, struct pane *pane);
/* Takes the first out and returns it; there must be one. */
struct due_pane due_take(struct due *d);
/* Bytes that it takes. */
size_t due_bytes(const struct due *d);
void due_clear(struct due *d);

#endif
