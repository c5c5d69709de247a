#include "join/match-parts.h"

#include <stdlib.h>

#include "join/side.h"
#include "join/texts.h"
#include "msg.h"
#include "stage.h"

/* The records of RIGHT with the key that LEFT is at. */
struct group {
	struct side_key key;
	struct texts rest;
};

struct merge {
	struct match *m;
	struct side left, right;
	struct group group;
};

/* The row of RIGHT has no match. */
static void
pass_right(struct merge *g)
{
	size_t before;
	if (g->m->keeps_right)
		match_put_right_alone(g->m, ready_row(&g->m->ready, side_row(&g->right), &before));
	side_advance(&g->right);
}

static void
add_row(struct merge *g)
{
	size_t before;
	struct slice text = ready_row(&g->m->ready, side_row(&g->right), &before);
	texts_add(&g->group.rest, (struct slice){text.at + before, text.len - before});
	if (texts_bytes(&g->group.rest) > g->m->memory)
		csv_die(END_SETUP, g->right.b, side_row(&g->right),
			"the records with this key need more than the %ju bytes of --memory",
			(uintmax_t)g->m->memory);
}

/* RIGHT is at the first row of a key that LEFT has as well. */
static void
take_group(struct merge *g)
{
	struct group *group = &g->group;
	side_keep(&group->key, &g->right);
	texts_reset(&group->rest);
	while (g->right.b != NULL && side_compare_kept(&g->right, &group->key) == 0) {
		if (g->m->kind->pairs)
			add_row(g);
		side_advance(&g->right);
	}
}

/* Has the row of LEFT a match?  RIGHT goes on to behind it. */
static bool
find_group(struct merge *g)
{
	struct group *group = &g->group;
	if (group->key.is_there && side_compare_kept(&g->left, &group->key) == 0)
		return true;
	group->key.is_there = false;
	while (g->right.b != NULL && side_compare(&g->right, &g->left) < 0)
		pass_right(g);
	if (g->right.b == NULL || side_compare(&g->right, &g->left) != 0 || side_is_null(&g->left))
		return false;
	take_group(g);
	return true;
}

static void
put_pairs(struct merge *g, size_t row)
{
	const struct texts *rest = &g->group.rest;
	for (size_t i = 0; i < rest->count; i++) {
		csv_put_run(&g->m->out, row, 0, g->m->last);
		csv_put_rest(&g->m->out, texts_at(rest, i));
	}
	stage_counts()->made += rest->count - 1;
}

static void
join_row(struct merge *g)
{
	const struct match_kind *kind = g->m->kind;
	size_t row = side_row(&g->left);
	bool is_matched = find_group(g);
	if (!is_matched)
		match_note_alone(g->m, &g->left.alone, row);
	if (is_matched ? !kind->with_match : !kind->left_alone)
		stage_counts()->filtered++;
	else if (!kind->pairs)
		csv_put_rows(&g->m->out, row, 1);
	else if (is_matched)
		put_pairs(g, row);
	else
		match_put_alone(g->m, &g->m->out, row);
}

static void
clear(struct merge *g)
{
	side_clear(&g->left);
	side_clear(&g->right);
	buf_clear(&g->group.key.tail);
	texts_clear(&g->group.rest);
	free(g);
}

void
match_by_merge(struct match *m)
{
	struct merge *g = xcalloc(1, sizeof *g);
	g->m = m;
	csv_flush_before_wait(m->left, &m->out);
	csv_flush_before_wait(m->right, &m->out);
	match_put_header(m);
	side_start(&g->right, m, false, NULL);
	side_start(&g->left, m, true, NULL);
	while (g->left.b != NULL) {
		join_row(g);
		side_advance(&g->left);
	}
	while (g->right.b != NULL)
		pass_right(g);
	clear(g);
}
