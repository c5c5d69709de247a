#include "join/match-parts.h"

#include <stdlib.h>
#include <string.h>

#include "join/key-text.h"
#include "msg.h"
#include "sort/order.h"
#include "stage.h"

/* A key as order_take() makes it, kept. */
struct kept {
	bool is_there;
	uint64_t key;
	struct buf tail;
};

/* A side, at one of its rows. */
struct side {
	struct match *m;
	bool is_left;
	bool is_once; /* each key may come once */
	const struct columns *by;
	const struct header *header;
	struct order order;
	const struct batch *b; /* NULL: at its end */
	size_t first;          /* row of it that is row 0 of order */
	size_t rows;           /* of order */
	size_t row;            /* that it is at, of these */
	uint64_t line;         /* of it, where is_once */
	struct kept last;      /* key of the row before */
};

/* The records of RIGHT with the key that LEFT is at. */
struct group {
	struct kept key;
	struct buf text;
	size_t *end; /* of each in text */
	size_t rows;
	size_t room;
};

struct merge {
	struct match *m;
	struct side left, right;
	struct group group;
	struct match_alone alone;
};

static void
keep(struct kept *k, const struct side *s)
{
	struct slice tail = order_tail(&s->order, s->row);
	k->is_there = true;
	k->key = s->order.key[s->row];
	k->tail.len = 0;
	buf_add(&k->tail, tail.at, tail.len);
}

/* No key begins with another one. */
static int
compare(uint64_t a, struct slice a_tail, uint64_t b, struct slice b_tail)
{
	if (a != b)
		return a < b ? -1 : 1;
	size_t len = a_tail.len < b_tail.len ? a_tail.len : b_tail.len;
	return len != 0 ? memcmp(a_tail.at, b_tail.at, len) : 0;
}

static int
compare_kept(const struct side *s, const struct kept *k)
{
	return compare(s->order.key[s->row], order_tail(&s->order, s->row), k->key,
		(struct slice){k->tail.at, k->tail.len});
}

static int
compare_sides(const struct side *a, const struct side *b)
{
	return compare(a->order.key[a->row], order_tail(&a->order, a->row), b->order.key[b->row],
		order_tail(&b->order, b->row));
}

/* Is one of the values of its key empty? */
static bool
is_null(const struct side *s)
{
	for (size_t i = 0; i < s->order.columns; i++)
		if (s->order.cell[i * s->order.rows_max + s->row].len == 0)
			return true;
	return false;
}

/* The names of the columns and the values of the key that it is at, for a message. */
static void
describe(const struct side *s, struct buf *names, struct buf *values)
{
	struct keys keys;
	key_text_names(s->by, s->header, names);
	keys_init_columns(&keys, s->by, &s->m->arena);
	keys_take(&keys, s->b, s->first + s->row, 1);
	key_text_values(keys.key[0], s->by->count, values);
}

static _Noreturn void
die_unsorted(const struct side *s)
{
	struct buf names = {0}, values = {0};
	describe(s, &names, &values);
	csv_die(END_DATA, s->b, s->first + s->row,
		"%s: less than the key before, so that the input is not sorted (--sorted): %s",
		names.at, values.at);
}

static _Noreturn void
die_twice(const struct side *s, uint64_t first)
{
	struct buf names = {0}, values = {0};
	describe(s, &names, &values);
	die(END_DATA, "%s:%ju: %s: there before, on line %ju (--validate %s): %s", s->b->file,
		(uintmax_t)s->line, names.at, (uintmax_t)first, s->m->how->rule->name, values.at);
}

static void
read_batch(struct side *s, struct merge *g)
{
	struct match *m = s->m;
	if (!s->is_left) {
		s->b = match_read_right(m);
	} else {
		if (s->b != NULL)
			match_left_done(m, s->b, &g->alone);
		s->b = csv_read(m->left);
		csv_source(&m->out, s->b);
	}
	if (s->b != NULL)
		s->line = s->b->line;
}

/* The next rows of the batch, or of the next one. */
static void
take_rows(struct side *s, struct merge *g)
{
	s->first += s->rows;
	if (s->b == NULL || s->first == s->b->rows) {
		read_batch(s, g);
		s->first = 0;
	}
	s->row = s->rows = 0;
	if (s->b == NULL)
		return;
	size_t left = s->b->rows - s->first;
	s->rows = left < s->order.rows_max ? left : s->order.rows_max;
	order_take(&s->order, s->b, s->first, s->rows);
}

static void
check_row(struct side *s, uint64_t line)
{
	size_t row = s->first + s->row;
	if (s->is_once && row != 0)
		s->line = batch_line_on(s->b, row - 1, s->line, row);
	if (!s->last.is_there)
		return;
	int order = compare_kept(s, &s->last);
	if (order < 0)
		die_unsorted(s);
	if (order == 0 && s->is_once && !is_null(s))
		die_twice(s, line);
}

/* Goes to the next row. */
static void
advance(struct side *s, struct merge *g)
{
	uint64_t line = s->line;
	if (s->b != NULL)
		keep(&s->last, s);
	if (++s->row >= s->rows)
		take_rows(s, g);
	if (s->b != NULL)
		check_row(s, line);
}

/* The row of RIGHT has no match. */
static void
pass_right(struct merge *g)
{
	size_t before;
	size_t row = g->right.first + g->right.row;
	if (g->m->keeps_right)
		match_put_right_alone(g->m, ready_row(&g->m->ready, row, &before));
	advance(&g->right, g);
}

static void
add_row(struct merge *g)
{
	struct group *group = &g->group;
	size_t before;
	struct slice text = ready_row(&g->m->ready, g->right.first + g->right.row, &before);
	if (group->rows == group->room) {
		group->room = group->room != 0 ? group->room * 2 : 16;
		group->end = xrealloc(group->end, group->room, sizeof *group->end);
	}
	buf_add(&group->text, text.at + before, text.len - before);
	group->end[group->rows++] = group->text.len;
	if (group->text.len + group->room * sizeof *group->end > g->m->memory)
		csv_die(END_SETUP, g->right.b, g->right.first + g->right.row,
			"the records with this key need more than the %ju bytes of --memory",
			(uintmax_t)g->m->memory);
}

/* RIGHT is at the first row of a key that LEFT has as well. */
static void
take_group(struct merge *g)
{
	struct group *group = &g->group;
	keep(&group->key, &g->right);
	group->rows = 0;
	group->text.len = 0;
	while (g->right.b != NULL && compare_kept(&g->right, &group->key) == 0) {
		if (g->m->kind->pairs)
			add_row(g);
		advance(&g->right, g);
	}
	buf_room(&group->text, OUT_PAD);
}

/* Has the row of LEFT a match?  RIGHT goes on to behind it. */
static bool
find_group(struct merge *g)
{
	struct group *group = &g->group;
	if (group->key.is_there && compare_kept(&g->left, &group->key) == 0)
		return true;
	group->key.is_there = false;
	while (g->right.b != NULL && compare_sides(&g->right, &g->left) < 0)
		pass_right(g);
	if (g->right.b == NULL || compare_sides(&g->right, &g->left) != 0 || is_null(&g->left))
		return false;
	take_group(g);
	return true;
}

static void
put_pairs(struct merge *g, size_t row)
{
	const struct group *group = &g->group;
	struct csv_out *out = &g->m->out;
	size_t at = 0;
	for (size_t i = 0; i < group->rows; at = group->end[i++]) {
		csv_put_run(out, row, 0, g->m->last);
		csv_put_rest(out, (struct slice){group->text.at + at, group->end[i] - at});
	}
	stage_counts()->made += group->rows - 1;
}

static void
join_row(struct merge *g)
{
	const struct match_kind *kind = g->m->kind;
	size_t row = g->left.first + g->left.row;
	bool is_matched = find_group(g);
	if (!is_matched)
		match_note_alone(g->m, &g->alone, row);
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
start_side(struct side *s, struct merge *g)
{
	struct match *m = g->m;
	struct buf why = {0};
	s->m = m;
	s->by = s->is_left ? &m->pairs.left : &m->pairs.right;
	s->header = csv_header(s->is_left ? m->left : m->right);
	s->is_once = s->is_left ? m->how->rule->left_once : m->how->rule->right_once;
	if (s->header->count == 0) {
		read_batch(s, g); /* there is none */
		return;
	}
	order_init(&s->order, s->by, s->header, ORDER_NULLS_USUAL, &why); /* no column has a modifier */
	advance(s, g);
}

static void
clear_side(struct side *s)
{
	order_clear(&s->order);
	buf_clear(&s->last.tail);
}

static void
clear(struct merge *g)
{
	clear_side(&g->left);
	clear_side(&g->right);
	buf_clear(&g->group.key.tail);
	buf_clear(&g->group.text);
	free(g->group.end);
	free(g->alone.row);
	free(g);
}

void
match_by_merge(struct match *m)
{
	struct merge *g = xcalloc(1, sizeof *g);
	g->m = m;
	g->left.is_left = true;
	csv_flush_before_wait(m->left, &m->out);
	csv_flush_before_wait(m->right, &m->out);
	match_put_header(m);
	start_side(&g->right, g);
	start_side(&g->left, g);
	while (g->left.b != NULL) {
		join_row(g);
		advance(&g->left, g);
	}
	while (g->right.b != NULL)
		pass_right(g);
	clear(g);
}
