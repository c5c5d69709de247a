/*
 * A stream cut into windows by the times of its records, or by their number.
 *
 * The watermark is the newest time so far less what records may be late; a window closes when the
 * watermark reaches its end, whatever comes between, so that the result does not depend on how the
 * stream was read.  What is held is the windows that are open.
 *
 * Windows over the records of different keys are apart from each other; the watermark is that of
 * all.
 */
#ifndef ETL_CUT_H
#define ETL_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date/date.h"
#include "slice.h"
#include "window/due.h"
#include "window/pane.h"
#include "window/panes.h"

enum cut_kind {
	CUT_SPANS,    /* of a fixed length, one behind the other or overlapping */
	CUT_SESSIONS, /* records of a key that are less than a gap apart, and the gap behind them */
	CUT_COUNTS    /* so many records of a key */
};

/* Seconds: no window is longer. */
#define CUT_SPAN_MAX ((int64_t)10000 * 366 * 86400)

struct cut_how {
	enum cut_kind kind;
	int64_t size;   /* of a window, in seconds; the gap in seconds; records */
	int64_t slide;  /* CUT_SPANS: seconds from a start to the next one, at most size */
	int64_t offset; /* CUT_SPANS: seconds from 1970-01-01T00:00Z to a start; below slide */
	int64_t late;   /* seconds that a record may come behind the newest */
};

/* A window that closes; those of one moment leave together. */
struct cut_window {
	struct moment start, end; /* end is behind it; CUT_COUNTS: seconds are numbers of records */
	uint64_t first;           /* number of its first record */
	size_t pane, panes;       /* in cut.listed */
};

struct cut {
	struct cut_how how;
	struct panes panes;
	/* CUT_SPANS: panes that no window has reached; CUT_SESSIONS: when each may close. */
	struct due due;
	bool has_begun;
	bool is_over;
	struct moment newest, watermark;

	/* CUT_SPANS. */
	int64_t width;           /* of a pane, in seconds */
	int64_t per_window;      /* panes in a window */
	int64_t per_slide;
	int64_t done;            /* the last window that has closed, counted from the offset */
	int64_t next_end;        /* of the next one */
	struct pane_group **active; /* those with panes in the windows that close next */
	size_t actives, active_room;

	struct pane *full; /* CUT_COUNTS: it closes next */

	/* Those that close now. */
	struct cut_window *closed;
	size_t closes, closed_room;
	size_t next;
	struct pane **listed;
	size_t lists, listed_room;
	struct pane_merge merge;
};

enum cut_verdict {
	CUT_IN,
	CUT_LATE,        /* all windows that it belongs to have closed */
	CUT_PARTLY_LATE, /* some of them have */
	CUT_RANGE        /* one of them is not within the years 1 to 9999 */
};

/* Where a record goes. */
struct cut_place {
	enum cut_verdict verdict;
	struct moment time;
	struct pane *pane;         /* CUT_IN and CUT_PARTLY_LATE */
	uint64_t windows;          /* that it is in */
	uint64_t closed;           /* that it would be in, had they not closed */
	struct moment closed_end;  /* CUT_LATE, CUT_PARTLY_LATE: of the last of those */
};

void cut_init(struct cut *c, const struct cut_how *how);
void cut_clear(struct cut *c);

/*
 * A record of this time is next.  Returns whether windows may close by that: cut_close() is to be
 * asked then.
 */
bool cut_advance(struct cut *c, struct moment time);
/* There are no more records: all windows close. */
void cut_finish(struct cut *c);
/*
 * The next window that closes, in order of their ends, then of their starts, then of their first
 * records; false: there is none.  Its records follow by cut_record(), in order of arrival.
 */
bool cut_close(struct cut *c, struct cut_window *w);
/* The key of its records; valid until cut_close(). */
static inline struct slice
cut_key(const struct cut *c, const struct cut_window *w)
{
	return c->listed[w->pane]->group->key;
}

/* Valid until cut_close(); with its line feed, PANE_PAD bytes readable behind. */
static inline bool
cut_record(struct cut *c, struct slice *record)
{
	return pane_merge_next(&c->merge, record);
}

/*
 * Where does a record of this key and time, which is nothing to CUT_COUNTS, go?  After
 * cut_advance() and cut_close().
 */
struct cut_place cut_place(struct cut *c, struct slice key, struct moment time);
/*
 * Puts it there.  Numbers grow from record to record.  Returns whether a window closes by that:
 * cut_close() is to be asked then.
 */
bool cut_put(struct cut *c, const struct cut_place *place, uint64_t number, struct slice record);

/* Memory that it holds. */
size_t cut_bytes(const struct cut *c);

#endif
