/*
 * Sessions: the records of a key that are less than a gap apart.  Panes are as long as the gap, so
 * that the records of one belong to the same session whatever comes, and a session is panes side by
 * side.  Nothing is moved where a record bridges two sessions: it is looked at when the last pane
 * may close whether those before it are linked.
 *
 * The last pane of a session that has closed stays behind without its records for as long as one
 * may come that would have belonged to it.
 */
#include "window/cut-kinds.h"

static struct moment
end_of(const struct cut *c, const struct pane *p)
{
	return cut_later(p->latest, c->how.size);
}

static int64_t
index_of(const struct cut *c, struct moment time)
{
	return time.seconds / c->how.size - (time.seconds % c->how.size < 0);
}

/* Is the moment less than a gap behind the newest record of the pane? */
static bool
is_within(const struct cut *c, const struct pane *p, struct moment time)
{
	return p != NULL && date_order(time, end_of(c, p)) < 0;
}

/* Are two neighbours of the same session? */
static bool
is_linked(const struct cut *c, const struct pane *before, const struct pane *p)
{
	return p != NULL && !p->is_closed && !before->is_closed &&
		is_within(c, before, p->earliest);
}

bool
cut_sessions_advance(struct cut *c)
{
	c->has_begun = true;
	return c->due.count != 0 && cut_has_come(c, c->due.heap[0].at);
}

/* The session that this pane is the last of. */
static void
list_session(struct cut *c, struct pane *last)
{
	struct cut_window *w = cut_list_window(c, last->earliest, end_of(c, last));
	for (struct pane *p = last, *before; p != NULL; p = before) {
		cut_list_pane(c, w, p);
		w->start = p->earliest;
		before = panes_find(&c->panes, p->group, p->index - 1);
		if (before != NULL && !is_linked(c, before, p))
			before = NULL;
	}
}

/* The moment has come at which a pane, as it was when it was put there, was to be looked at. */
static void
look(struct cut *c, struct due_pane due)
{
	struct pane *p = due.pane;
	if (p->is_closed)
		panes_drop(&c->panes, p);
	else if (date_order(end_of(c, p), due.at) > 0)
		due_put(&c->due, end_of(c, p), p);
	else if (!is_linked(c, p, panes_find(&c->panes, p->group, p->index + 1)))
		list_session(c, p);
	/* Else the last pane of its session takes it along. */
}

bool
cut_sessions_list(struct cut *c)
{
	while (c->closes == 0 && c->due.count != 0 && cut_has_come(c, c->due.heap[0].at)) {
		struct moment now = c->due.heap[0].at;
		while (c->due.count != 0 && date_order(c->due.heap[0].at, now) == 0)
			look(c, due_take(&c->due));
	}
	return c->closes != 0;
}

void
cut_sessions_drop(struct cut *c)
{
	for (size_t i = 0; i < c->closes; i++) {
		const struct cut_window *w = &c->closed[i];
		struct pane *last = c->listed[w->pane];
		for (size_t k = 1; k < w->panes; k++)
			panes_drop(&c->panes, c->listed[w->pane + k]);
		panes_empty(&c->panes, last);
		last->is_closed = true;
		due_put(&c->due, cut_later(end_of(c, last), c->how.size), last);
	}
}

/* Where it is the only one so far of its place, or the earliest. */
static bool
is_late(const struct cut *c, const struct pane *here, const struct pane *before,
	struct cut_place *place)
{
	bool follows = is_within(c, before, place->time);
	const struct pane *closed = here != NULL && here->is_closed ? here
		: follows && before->is_closed ? before : NULL;
	place->closed_end = closed != NULL ? end_of(c, closed)
		: cut_later(place->time, c->how.size);
	return closed != NULL || (!follows && date_order(place->closed_end, c->watermark) <= 0);
}

void
cut_sessions_place(struct cut *c, struct pane_group *g, struct cut_place *place)
{
	int64_t index = index_of(c, place->time);
	struct pane *here = panes_find(&c->panes, g, index);
	bool is_inside = here != NULL && !here->is_closed &&
		date_order(here->earliest, place->time) <= 0;
	if (place->time.seconds + c->how.size > CUT_LAST) {
		place->verdict = CUT_RANGE;
		return;
	}
	if (!is_inside && is_late(c, here, panes_find(&c->panes, g, index - 1), place)) {
		place->verdict = CUT_LATE;
		place->closed = 1;
		return;
	}
	place->windows = 1;
	place->pane = here != NULL ? here : panes_make(&c->panes, g, index);
	if (here == NULL)
		due_put(&c->due, cut_later(place->time, c->how.size), place->pane);
}
