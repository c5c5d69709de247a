#include "window/cut.h"

#include <stdlib.h>

#include "mem.h"
#include "window/cut-kinds.h"

void
cut_init(struct cut *c, const struct cut_how *how)
{
	*c = (struct cut){.how = *how};
	panes_init(&c->panes);
	cut_spans_init(c);
}

void
cut_clear(struct cut *c)
{
	panes_clear(&c->panes);
	due_clear(&c->due);
	pane_merge_clear(&c->merge);
	free(c->active);
	free(c->closed);
	free(c->listed);
}

bool
cut_advance(struct cut *c, struct moment time)
{
	if (c->has_begun && date_order(time, c->newest) <= 0)
		return false;
	c->newest = time;
	c->watermark = cut_later(time, -c->how.late);
	return cut_spans_advance(c);
}

void
cut_finish(struct cut *c)
{
	c->is_over = true;
}

struct cut_window *
cut_list_window(struct cut *c, struct moment start, struct moment end)
{
	if (c->closes == c->closed_room) {
		c->closed_room = c->closed_room == 0 ? 16 : 2 * c->closed_room;
		c->closed = xrealloc(c->closed, c->closed_room, sizeof *c->closed);
	}
	struct cut_window *w = &c->closed[c->closes++];
	*w = (struct cut_window){.start = start, .end = end, .first = UINT64_MAX, .pane = c->lists};
	return w;
}

void
cut_list_pane(struct cut *c, struct cut_window *w, struct pane *pane)
{
	if (c->lists == c->listed_room) {
		c->listed_room = c->listed_room == 0 ? 16 : 2 * c->listed_room;
		c->listed = xrealloc(c->listed, c->listed_room, sizeof *c->listed);
	}
	c->listed[c->lists++] = pane;
	w->panes++;
	if (pane->first < w->first)
		w->first = pane->first;
}

/* Of windows with the same end. */
static int
compare_windows(const void *a, const void *b)
{
	const struct cut_window *x = a, *y = b;
	int order = date_order(x->start, y->start);
	return order != 0 ? order : (x->first > y->first) - (x->first < y->first);
}

/* Those that close next, once those that closed before have left. */
static bool
list_windows(struct cut *c)
{
	if (c->closes != 0)
		cut_spans_drop(c);
	c->closes = c->lists = c->next = 0;
	if (!cut_spans_list(c))
		return false;
	if (c->closes > 1)
		qsort(c->closed, c->closes, sizeof *c->closed, compare_windows);
	return true;
}

bool
cut_close(struct cut *c, struct cut_window *w)
{
	if (c->next == c->closes && !list_windows(c))
		return false;
	*w = c->closed[c->next++];
	pane_merge_start(&c->merge, c->listed + w->pane, w->panes);
	return true;
}

struct cut_place
cut_place(struct cut *c, struct slice key, struct moment time)
{
	struct cut_place place = {.verdict = CUT_IN};
	struct pane_group *g = panes_group(&c->panes, key);
	cut_spans_place(c, g, time, &place);
	if (place.pane == NULL)
		panes_release(&c->panes, g);
	return place;
}

void
cut_put(struct cut *c, const struct cut_place *place, uint64_t number, struct slice record)
{
	panes_put(&c->panes, place->pane, number, record);
}

size_t
cut_bytes(const struct cut *c)
{
	return c->panes.bytes + due_bytes(&c->due) + c->active_room * sizeof *c->active +
		c->closed_room * sizeof *c->closed + c->listed_room * sizeof *c->listed +
		c->merge.room * sizeof *c->merge.heap;
}
