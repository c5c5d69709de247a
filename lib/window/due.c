#include "window/due.h"

#include <stdlib.h>

#include "mem.h"

enum { ROOM = 64 };

void
due_put(struct due *d, struct moment at, struct pane *pane)
{
	if (d->count == d->room) {
		d->room = d->room == 0 ? ROOM : 2 * d->room;
		d->heap = xrealloc(d->heap, d->room, sizeof *d->heap);
	}
	size_t place = d->count++;
	for (size_t above; place > 0; place = above) {
		above = (place - 1) / 2;
		if (date_order(d->heap[above].at, at) <= 0)
			break;
		d->heap[place] = d->heap[above];
	}
	d->heap[place] = (struct due_pane){at, pane};
}

struct due_pane
due_take(struct due *d)
{
	struct due_pane first = d->heap[0];
	struct due_pane moved = d->heap[--d->count];
	size_t place = 0;
	for (size_t below; (below = 2 * place + 1) < d->count; place = below) {
		if (below + 1 < d->count &&
			date_order(d->heap[below + 1].at, d->heap[below].at) < 0)
			below++;
		if (date_order(d->heap[below].at, moved.at) >= 0)
			break;
		d->heap[place] = d->heap[below];
	}
	d->heap[place] = moved;
	return first;
}

size_t
due_bytes(const struct due *d)
{
	return d->room * sizeof *d->heap;
}

void
due_clear(struct due *d)
{
	free(d->heap);
	*d = (struct due){0};
}
