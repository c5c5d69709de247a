/*
 * A side of a join whose inputs are in order (--sorted), at one of its rows: by its key, and of the
 * same key by its time where it has times.
 */
#ifndef ETL_SIDE_H
#define ETL_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "join/instants.h"
#include "join/match-parts.h"
#include "mem.h"
#include "slice.h"
#include "sort/order.h"

/* A key as order_take() makes it, kept.  {0} is none. */
struct side_key {
	bool is_there;
	uint64_t key;
	struct buf tail;
};

struct side {
	struct match *m;
	bool is_left;
	bool is_once;             /* each key may come once */
	const struct columns *by; /* none: all rows have the same key */
	const struct header *header;
	struct order order;
	struct instants *times;   /* of the same rows as order; NULL: they do not count */
	const struct batch *b;    /* NULL: at its end */
	size_t first;             /* row of it that is row 0 of order */
	size_t rows;              /* of order */
	size_t row;               /* that it is at, of these */
	uint64_t line;            /* of it, where is_once */
	struct side_key last;     /* key of the row before */
	bool has_last_time;       /* has a row of that key had a time? */
	int128 last_time;
	struct match_alone alone; /* LEFT's */
};

/*
 * Goes to the first row, if there is one; s is {0}.  Keeps times, which are set up, or NULL.  This
 * and side_advance() end the program where the input is not in order, and as csv_read() does.
 */
void side_start(struct side *s, struct match *m, bool is_left, struct instants *times);
void side_clear(struct side *s);
/* Goes to the next row; at the end of LEFT's batch, what match_left_done() does is done. */
void side_advance(struct side *s);

void side_keep(struct side_key *k, const struct side *s);

/* Number of the row in the batch. */
static inline size_t
side_row(const struct side *s)
{
	return s->first + s->row;
}

/* Is the row the last one of the batch, which goes with the next side_advance()? */
static inline bool
side_is_last(const struct side *s)
{
	return s->row + 1 == s->rows && s->first + s->rows == s->b->rows;
}

/* No key begins with another one. */
static inline int
side_compare_keys(uint64_t a, struct slice a_tail, uint64_t b, struct slice b_tail)
{
	if (a != b)
		return a < b ? -1 : 1;
	size_t len = a_tail.len < b_tail.len ? a_tail.len : b_tail.len;
	return len != 0 ? memcmp(a_tail.at, b_tail.at, len) : 0;
}

/* Less than 0, 0 or more, as the key of the row is less than the one kept, the same or greater. */
static inline int
side_compare_kept(const struct side *s, const struct side_key *k)
{
	return side_compare_keys(s->order.key[s->row], order_tail(&s->order, s->row), k->key,
		(struct slice){k->tail.at, k->tail.len});
}

static inline int
side_compare(const struct side *a, const struct side *b)
{
	return side_compare_keys(a->order.key[a->row], order_tail(&a->order, a->row),
		b->order.key[b->row], order_tail(&b->order, b->row));
}

/* Is one of the values of its key empty? */
static inline bool
side_is_null(const struct side *s)
{
	for (size_t i = 0; i < s->order.columns; i++)
		if (s->order.cell[i * s->order.rows_max + s->row].len == 0)
			return true;
	return false;
}

static inline enum instants_is
side_is(const struct side *s)
{
	return (enum instants_is)s->times->is[s->row];
}

/* Where side_is() INSTANTS_THERE. */
static inline int128
side_time(const struct side *s)
{
	return s->times->at[s->row];
}

#endif
