/*
 * Windows of a number of records of a key: a pane each, which closes when it is full.  Their bounds
 * are the numbers of their first record and of their last.
 */
#include "window/cut-kinds.h"

static void
list_pane(struct cut *c, struct pane *p)
{
	cut_list_pane(c, cut_list_window(c, p->earliest, p->latest), p);
}

bool
cut_counts_list(struct cut *c)
{
	if (c->full != NULL)
		list_pane(c, c->full);
	c->full = NULL;
	for (size_t i = 0; c->is_over && i <= c->panes.mask; i++)
		for (struct pane *p = c->panes.pane[i]; p != NULL; p = p->next)
			list_pane(c, p);
	return c->closes != 0;
}

void
cut_counts_drop(struct cut *c)
{
	for (size_t i = 0; i < c->lists; i++)
		panes_drop(&c->panes, c->listed[i]);
}

void
cut_counts_place(struct cut *c, struct pane_group *g, struct cut_place *place)
{
	struct pane *there = panes_find(&c->panes, g, 0);
	place->windows = 1;
	place->pane = there != NULL ? there : panes_make(&c->panes, g, 0);
}
