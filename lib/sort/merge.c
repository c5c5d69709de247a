#include "sort/merge.h"

#include <stdlib.h>

#include "mem.h"

void
merge_init(struct merge *m, size_t max)
{
	*m = (struct merge){
		.source = xcalloc(max, sizeof *m->source),
		.loser = xcalloc(max, sizeof *m->loser),
	};
}

void
merge_clear(struct merge *m)
{
	for (size_t i = 0; i < m->count; i++)
		run_close(&m->source[i].run); /* of what is none it is empty */
	free(m->source);
	free(m->loser);
	*m = (struct merge){0};
}

static inline bool
next_fed(struct merge_feed *feed, struct record *r)
{
	if (++feed->row >= feed->rows) {
		if (!feed->more(feed))
			return false;
		feed->row = 0;
	}
	r->key = feed->order->key[feed->row];
	r->tail = order_tail(feed->order, feed->row);
	return true;
}

static inline void
advance(struct merge_source *s)
{
	if (s->pile == NULL) {
		s->is_done = s->feed != NULL ? !next_fed(s->feed, &s->now)
			: !run_next(&s->run, &s->now);
		return;
	}
	s->is_done = s->next == s->pile->count;
	if (!s->is_done)
		pile_read(s->pile, s->next++, &s->now);
}

void
merge_add_pile(struct merge *m, const struct pile *pile)
{
	struct merge_source *s = &m->source[m->count++];
	*s = (struct merge_source){.pile = pile};
	advance(s);
}

void
merge_add_run(struct merge *m, struct out *file, struct run run, size_t piece)
{
	struct merge_source *s = &m->source[m->count++];
	*s = (struct merge_source){0};
	run_open(&s->run, file, run, piece);
	advance(s);
}

void
merge_add_feed(struct merge *m, struct merge_feed *feed)
{
	struct merge_source *s = &m->source[m->count++];
	feed->row = 0;
	feed->rows = 0;
	*s = (struct merge_source){.feed = feed};
	advance(s);
}

static inline bool
comes_before(const struct merge *m, size_t a, size_t b)
{
	const struct merge_source *x = &m->source[a], *y = &m->source[b];
	if (x->is_done || y->is_done)
		return !x->is_done;
	int order = record_order(&x->now, &y->now);
	return order != 0 ? order < 0 : a < b;
}

/* The winner among the sources below a match; those from count on are the sources themselves. */
static size_t
play(struct merge *m, size_t match)
{
	if (match >= m->count)
		return match - m->count;
	size_t a = play(m, 2 * match);
	size_t b = play(m, 2 * match + 1);
	bool is_a = comes_before(m, a, b);
	m->loser[match] = is_a ? b : a;
	return is_a ? a : b;
}

/* The winner has a new record: it plays again on its way up. */
static void
replay(struct merge *m)
{
	size_t winner = m->loser[0];
	for (size_t match = (winner + m->count) / 2; match > 0; match /= 2) {
		if (comes_before(m, m->loser[match], winner)) {
			size_t swap = winner;
			winner = m->loser[match];
			m->loser[match] = swap;
		}
	}
	m->loser[0] = winner;
}

const struct record *
merge_next(struct merge *m)
{
	if (!m->is_begun) {
		m->is_begun = true;
		m->loser[0] = play(m, 1);
	} else {
		advance(&m->source[m->loser[0]]);
		replay(m);
	}
	const struct merge_source *s = &m->source[m->loser[0]];
	return s->is_done ? NULL : &s->now;
}
