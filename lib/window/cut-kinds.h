/*
 * What the parts of cut share: how windows of each kind close, and where a record goes.  The kinds
 * are below cut, which calls them.
 */
#ifndef ETL_CUT_KINDS_H
#define ETL_CUT_KINDS_H

#include "window/cut.h"

/* The first and the last moment that there are. */
#define CUT_FIRST ((int64_t)-62135596800)
#define CUT_LAST ((int64_t)253402300799)

static inline struct moment
cut_later(struct moment m, int64_t seconds)
{
	m.seconds += seconds;
	return m;
}

/* Has the watermark come to this moment? */
static inline bool
cut_has_come(const struct cut *c, struct moment m)
{
	return c->is_over || date_order(m, c->watermark) <= 0;
}

/* Adds a window to those that close now; its panes are listed next. */
struct cut_window *cut_list_window(struct cut *c, struct moment start, struct moment end);
/* Adds a pane to the window listed last. */
void cut_list_pane(struct cut *c, struct cut_window *w, struct pane *pane);

void cut_spans_init(struct cut *c);
/* The watermark has moved on: may a window close? */
bool cut_spans_advance(struct cut *c);
/* Lists the windows that close next, all with the same end; false: there are none. */
bool cut_spans_list(struct cut *c);
/* Those listed have left. */
void cut_spans_drop(struct cut *c);
/* Sets the rest of place, whose time is set; makes the pane where the record goes there. */
void cut_spans_place(struct cut *c, struct pane_group *g, struct cut_place *place);

/* The same of sessions, and of windows of so many records. */
bool cut_sessions_advance(struct cut *c);
bool cut_sessions_list(struct cut *c);
void cut_sessions_drop(struct cut *c);
void cut_sessions_place(struct cut *c, struct pane_group *g, struct cut_place *place);
bool cut_counts_list(struct cut *c);
void cut_counts_drop(struct cut *c);
void cut_counts_place(struct cut *c, struct pane_group *g, struct cut_place *place);

#endif
