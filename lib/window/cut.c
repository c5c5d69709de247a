#include "window/cut.h"

#include <stdlib.h>

#include "mem.h"
#include "window/cut-kinds.h"

void
cut_init(struct cut *c, const struct cut_how *how)
{
	*c = (struct cut){.how = *how};
	panes_init(&c->panes);
	if (how->kind == CUT_SPANS)
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
	return c->how.kind == CUT_SPANS ? cut_spans_advance(c) : cut_sessions_advance(c);
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

static bool
list_next(struct cut *c)
{
	switch (c->how.kind) {
	case CUT_SESSIONS:
		return cut_sessions_list(c);
	case CUT_COUNTS:
		return cut_counts_list(c);
	default:
		return cut_spans_list(c);
	}
}

static void
drop_listed(struct cut *c)
{
	switch (c->how.kind) {
	case CUT_SESSIONS:
		cut_sessions_drop(c);
		break;
	case CUT_COUNTS:
		cut_counts_drop(c);
		break;
	default:
		cut_spans_drop(c);
	}
}

static void
choose_pane(struct cut *c, struct pane_group *g, struct cut_place *place)
{
	switch (c->how.kind) {
	case CUT_SESSIONS:
		cut_sessions_place(c, g, place);
		break;
	case CUT_COUNTS:
		cut_counts_place(c, g, place);
		break;
	default:
		cut_spans_place(c, g, place);
	}
}

/* Those that close next, once those that closed before have left. */
static bool
list_windows(struct cut *c)
{
	if (c->closes != 0)
		drop_listed(c);
	c->closes = c->lists = c->next = 0;
	if (!list_next(c))
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
	struct cut_place place = {.verdict = CUT_IN, .time = time};
	struct pane_group *g = panes_group(&c->panes, key);
	choose_pane(c, g, &place);
	if (place.pane == NULL)
		panes_release(&c->panes, g);
	return place;
}

bool
cut_put(struct cut *c, const struct cut_place *place, uint64_t number, struct slice record)
{
	struct pane *p = place->pane;
	bool is_counted = c->how.kind == CUT_COUNTS;
	struct moment at = is_counted ? (struct moment){.seconds = (int64_t)number} : place->time;
	panes_put(&c->panes, p, number, record);
	if (p->records == 1 || date_order(at, p->earliest) < 0)
		p->earliest = at;
	if (p->records == 1 || date_order(at, p->latest) > 0)
		p->latest = at;
	if (!is_counted || p->records < (uint64_t)c->how.size)
		return false;
	c->full = p;
	return true;
}

size_t
cut_bytes(const struct cut *c)
{
	return c->panes.bytes + due_bytes(&c->due) + c->active_room * sizeof *c->active +
		c->closed_room * sizeof *c->closed + c->listed_room * sizeof *c->listed +
		c->merge.room * sizeof *c->merge.heap;
}
