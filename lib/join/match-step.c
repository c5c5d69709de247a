#include "join/match-parts.h"

#include <stdlib.h>

#include "join/asof.h"
#include "join/side.h"
#include "join/texts.h"
#include "msg.h"
#include "stage.h"

/*
 * A record of RIGHT that may have a match.  It is made ready for the output when it has one, or its
 * batch goes: of many that lie between two of LEFT's no text is made.
 */
struct candidate {
	bool is_there;
	bool is_matched;
	int128 time;
	size_t row; /* of the batch, while there is no text */
	bool has_text;
	size_t before; /* bytes of text that only a record without a match has in front */
	struct buf text;
};

/*
 * Records of RIGHT without a match leave in its order.  Of all that RIGHT has passed one alone may
 * be undecided, `earlier`, and only until LEFT's row has been joined: if that does not take it, it
 * is too far off, or the later one is nearer, and of LEFT's next times that is all the more so.
 */
struct step {
	struct match *m;
	enum timeline_direction direction;
	int128 tolerance;
	struct side left, right;
	struct instants left_times, right_times;
	struct side_key key;      /* of earlier */
	struct candidate earlier; /* the last one passed that is not later than LEFT's row */
	struct candidate later;   /* the row that RIGHT is at */
	bool is_open;             /* is earlier undecided? */
	struct texts waiting;     /* without a match as well, behind earlier */
};

/* It is the row that RIGHT is at. */
static void
take_right(struct candidate *c, const struct step *g)
{
	c->is_there = true;
	c->time = side_time(&g->right);
	c->row = side_row(&g->right);
}

static void
make_text(struct candidate *c, const struct step *g)
{
	if (c->has_text)
		return;
	struct slice text = match_ready(g->m, c->row, &c->before);
	c->has_text = true;
	c->text.len = 0;
	buf_add(&c->text, text.at, text.len);
	buf_room(&c->text, OUT_PAD);
}

static struct slice
text_of(const struct candidate *c, size_t from)
{
	return (struct slice){c->text.at + from, c->text.len - from};
}

/* It is known now whether earlier has a match. */
static void
settle(struct step *g)
{
	if (!g->is_open)
		return;
	if (!g->earlier.is_matched) {
		make_text(&g->earlier, g);
		match_put_right_alone(g->m, text_of(&g->earlier, 0));
	}
	for (size_t i = 0; i < g->waiting.count; i++)
		match_put_right_alone(g->m, texts_at(&g->waiting, i));
	texts_reset(&g->waiting);
	g->is_open = false;
}

static void
wait_behind(struct step *g, struct slice text)
{
	texts_add(&g->waiting, text);
	if (texts_bytes(&g->waiting) > g->m->memory)
		csv_die(END_SETUP, g->right.b, side_row(&g->right),
			"the records without a time up to here need more than "
			"the %ju bytes of --memory",
			(uintmax_t)g->m->memory);
}

/* RIGHT's row goes: if it has no match by now, it has none. */
static void
leave(struct step *g)
{
	size_t before;
	if (!g->m->keeps_right || g->later.is_matched || side_is(&g->right) == INSTANTS_DROPPED)
		return;
	struct slice text = match_ready(g->m, side_row(&g->right), &before);
	if (g->is_open)
		wait_behind(g, text);
	else
		match_put_right_alone(g->m, text);
}

static void
become_earlier(struct step *g)
{
	settle(g);
	struct candidate old = g->earlier;
	g->earlier = g->later;
	g->later = old;
	take_right(&g->earlier, g);
	g->is_open = g->m->keeps_right && !g->earlier.is_matched;
}

static void
next_right(struct step *g)
{
	if (g->earlier.is_there && side_is_last(&g->right))
		make_text(&g->earlier, g);
	g->later.is_matched = g->later.has_text = false;
	side_advance(&g->right);
}

/* Is RIGHT's row, which has LEFT's key, one that LEFT's row passes? */
static bool
is_passed(const struct step *g)
{
	if (side_is(&g->right) != INSTANTS_THERE)
		return true;
	int128 right = side_time(&g->right), left = side_time(&g->left);
	return g->direction == TIMELINE_FORWARD ? right < left : right <= left;
}

/* RIGHT goes on to the first row behind LEFT's; returns whether that has LEFT's key. */
static bool
go_on(struct step *g)
{
	for (; g->right.b != NULL; next_right(g)) {
		int order = side_compare(&g->right, &g->left);
		if (order > 0)
			return false;
		if (order == 0 && !is_passed(g))
			return true;
		if (order == 0 && g->direction != TIMELINE_FORWARD &&
			side_is(&g->right) == INSTANTS_THERE)
			become_earlier(g);
		else
			leave(g);
	}
	return false;
}

/* Which of those on either side of LEFT's row is nearest; NULL: there is none. */
static struct candidate *
choose(struct step *g)
{
	int128 time = side_time(&g->left);
	struct candidate *nearest = g->earlier.is_there ? &g->earlier : NULL;
	int128 distance = nearest != NULL ? time - nearest->time : 0;
	if (g->later.is_there && (nearest == NULL || g->later.time - time < distance)) {
		nearest = &g->later;
		distance = nearest->time - time;
	}
	return distance <= g->tolerance ? nearest : NULL;
}

/* The record of RIGHT that is put beside LEFT's row; NULL: there is none. */
static struct candidate *
find(struct step *g)
{
	if (side_is(&g->left) != INSTANTS_THERE || side_is_null(&g->left))
		return NULL;
	if (!g->key.is_there || side_compare_kept(&g->left, &g->key) != 0) {
		side_keep(&g->key, &g->left);
		g->earlier.is_there = g->earlier.is_matched = false;
	}
	g->later.is_there = go_on(g) && g->direction != TIMELINE_BACKWARD;
	if (g->later.is_there)
		take_right(&g->later, g);
	struct candidate *found = choose(g);
	if (found != NULL) {
		make_text(found, g);
		found->is_matched = true;
	}
	settle(g);
	return found;
}

static void
join_row(struct step *g)
{
	const struct match *m = g->m;
	struct csv_out *out = &g->m->out;
	size_t row = side_row(&g->left);
	if (side_is(&g->left) == INSTANTS_DROPPED)
		return;
	const struct candidate *found = find(g);
	if (found != NULL) {
		csv_put_run(out, row, 0, m->last);
		csv_put_rest(out, text_of(found, found->before));
		return;
	}
	match_note_alone(m, &g->left.alone, row);
	if (m->kind->left_alone)
		match_put_alone(m, out, row);
	else
		stage_counts()->filtered++;
}

static struct instants *
set_times(struct instants *t, const struct match *m, const struct columns *time,
	const struct header *header)
{
	t->how = &m->how->asof->times;
	if (time->count == 0)
		return t; /* it has no rows */
	t->column = time->at->index;
	t->name = header->name[time->at->index];
	return t;
}

static void
start(struct step *g, struct match *m)
{
	g->m = m;
	g->direction = m->how->asof->direction;
	g->tolerance = asof_tolerance(m->how->asof);
	g->right_times.is_beside = true;
	csv_flush_before_wait(m->left, &m->out);
	csv_flush_before_wait(m->right, &m->out);
	match_put_header(m);
	side_start(&g->right, m, false,
		set_times(&g->right_times, m, &m->times.right, csv_header(m->right)));
	side_start(&g->left, m, true,
		set_times(&g->left_times, m, &m->times.left, csv_header(m->left)));
}

static void
clear(struct step *g)
{
	side_clear(&g->left);
	side_clear(&g->right);
	instants_clear(&g->left_times);
	instants_clear(&g->right_times);
	buf_clear(&g->key.tail);
	buf_clear(&g->earlier.text);
	buf_clear(&g->later.text);
	texts_clear(&g->waiting);
	free(g);
}

void
match_by_step(struct match *m)
{
	struct step *g = xcalloc(1, sizeof *g);
	start(g, m);
	for (; g->left.b != NULL; side_advance(&g->left))
		join_row(g);
	for (; g->right.b != NULL; next_right(g))
		leave(g);
	instants_report(&m->how->asof->times);
	clear(g);
}
