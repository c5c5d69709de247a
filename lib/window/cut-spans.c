/*
 * Windows of a fixed length.  Panes are as long as the greatest common divisor of a window's length
 * and the way to the next one, so that each window is whole panes, and a record is kept once,
 * whatever the number of windows it is in. Panes wait in a heap until a window that closes reaches
 * them, then in the queue of their group, in order, until no window has them any more.
 */
#include <stdlib.h>

#include "mem.h"
#include "window/cut-kinds.h"

static int64_t
divide_down(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
common_divisor(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

void
cut_spans_init(struct cut *c)
{
	c->width = common_divisor(c->how.size, c->how.slide);
	c->per_window = c->how.size / c->width;
	c->per_slide = c->how.slide / c->width;
}

static int64_t
start_of(const struct cut *c, int64_t window)
{
	return window * c->how.slide + c->how.offset;
}

static int64_t
first_window(const struct cut *c, int64_t pane)
{
	return divide_down(pane - c->per_window, c->per_slide) + 1;
}

static int64_t
last_window(const struct cut *c, int64_t pane)
{
	return divide_down(pane, c->per_slide);
}

/* All windows up to this one have closed, those without a record too. */
static void
close_up_to(struct cut *c, int64_t window)
{
	c->done = window;
	c->next_end = start_of(c, window + 1) + c->how.size;
}

/* The last window that the watermark has come to the end of. */
static int64_t
last_ended(const struct cut *c)
{
	return divide_down(c->watermark.seconds - c->how.offset - c->how.size, c->how.slide);
}

bool
cut_spans_advance(struct cut *c)
{
	if (c->has_begun)
		return c->watermark.seconds >= c->next_end;
	c->has_begun = true;
	close_up_to(c, last_ended(c));
	return false;
}

static void
activate(struct cut *c, struct pane_group *g)
{
	if (c->actives == c->active_room) {
		c->active_room = c->active_room == 0 ? 16 : 2 * c->active_room;
		c->active = xrealloc(c->active, c->active_room, sizeof *c->active);
	}
	g->is_active = true;
	c->active[c->actives++] = g;
}

/* Most are newer than all that are there. */
static void
enqueue(struct cut *c, struct pane *pane)
{
	struct pane_group *g = pane->group;
	struct pane *before = g->newest;
	if (!g->is_active)
		activate(c, g);
	while (before != NULL && before->index > pane->index)
		before = before->older;
	struct pane *behind = before != NULL ? before->newer : g->oldest;
	pane->older = before;
	pane->newer = behind;
	*(before != NULL ? &before->newer : &g->oldest) = pane;
	*(behind != NULL ? &behind->older : &g->newest) = pane;
}

static void
list_window(struct cut *c, int64_t window)
{
	struct moment start = {.seconds = start_of(c, window)};
	int64_t last = window * c->per_slide + c->per_window - 1;
	while (c->due.count != 0 && c->due.heap[0].pane->index <= last)
		enqueue(c, due_take(&c->due).pane);
	for (size_t i = 0; i < c->actives; i++) {
		struct cut_window *w = cut_list_window(c, start, cut_later(start, c->how.size));
		for (struct pane *p = c->active[i]->oldest; p != NULL; p = p->newer)
			cut_list_pane(c, w, p);
	}
}

/*
 * What is in a queue is in the window behind the one that closed last as well: else it would have
 * been dropped.
 */
bool
cut_spans_list(struct cut *c)
{
	int64_t ended = c->is_over ? INT64_MAX : last_ended(c);
	int64_t window = c->done + 1;
	if (c->actives == 0 && c->due.count != 0) {
		int64_t first = first_window(c, c->due.heap[0].pane->index);
		window = first > window ? first : window;
	}
	bool is_there = c->actives != 0 || c->due.count != 0;
	if (is_there && window <= ended) {
		list_window(c, window);
		close_up_to(c, window);
		return true;
	}
	if (!c->is_over && ended > c->done)
		close_up_to(c, ended);
	return false;
}

/* Drops the panes of a group that are before this one.  Returns whether there are more. */
static bool
drop_before(struct cut *c, struct pane_group *g, int64_t index)
{
	while (g->oldest != NULL && g->oldest->index < index) {
		struct pane *old = g->oldest;
		bool is_last = old->newer == NULL;
		g->oldest = old->newer;
		*(is_last ? &g->newest : &old->newer->older) = NULL;
		g->is_active = !is_last;
		panes_drop(&c->panes, old); /* may take the group with it */
		if (is_last)
			return false;
	}
	return true;
}

void
cut_spans_drop(struct cut *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->actives; i++)
		if (drop_before(c, c->active[i], (c->done + 1) * c->per_slide))
			c->active[kept++] = c->active[i];
	c->actives = kept;
}

void
cut_spans_place(struct cut *c, struct pane_group *g, struct cut_place *place)
{
	int64_t index = divide_down(place->time.seconds - c->how.offset, c->width);
	int64_t first = first_window(c, index);
	int64_t last = last_window(c, index);
	if (start_of(c, first) < CUT_FIRST || start_of(c, last) + c->how.size > CUT_LAST) {
		place->verdict = CUT_RANGE;
		return;
	}
	int64_t closed = c->done < last ? c->done : last;
	if (closed >= first) {
		place->verdict = closed == last ? CUT_LATE : CUT_PARTLY_LATE;
		place->closed = (uint64_t)(closed - first) + 1;
		place->closed_end.seconds = start_of(c, closed) + c->how.size;
	}
	place->windows = (uint64_t)(last - first) + 1 - place->closed;
	if (place->windows == 0)
		return;
	place->pane = panes_find(&c->panes, g, index);
	if (place->pane != NULL)
		return;
	place->pane = panes_make(&c->panes, g, index);
	due_put(&c->due, (struct moment){.seconds = index}, place->pane);
}
