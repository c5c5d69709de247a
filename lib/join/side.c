#include "join/side.h"

#include <stdlib.h>

#include "join/key-text.h"
#include "msg.h"

_Static_assert((int)ORDER_ROWS <= (int)KEYS_ROWS, "times are taken of as many rows as keys");

void
side_keep(struct side_key *k, const struct side *s)
{
	struct slice tail = order_tail(&s->order, s->row);
	k->is_there = true;
	k->key = s->order.key[s->row];
	k->tail.len = 0;
	buf_add(&k->tail, tail.at, tail.len);
}

/* The names of the columns and the values of the key that it is at, for a message. */
static void
describe(const struct side *s, struct buf *names, struct buf *values)
{
	struct keys keys;
	key_text_names(s->by, s->header, names);
	keys_init_columns(&keys, s->by, &s->m->arena);
	keys_take(&keys, s->b, side_row(s), 1);
	key_text_values(keys.key[0], s->by->count, values);
}

static _Noreturn void
die_unsorted(const struct side *s)
{
	struct buf names = {0}, values = {0};
	describe(s, &names, &values);
	csv_die(END_DATA, s->b, side_row(s),
		"%s: less than the key before, so that the input is not sorted (--sorted): %s",
		names.at, values.at);
}

static _Noreturn void
die_untimely(const struct side *s)
{
	char name[SHOWN_MAX], text[SHOWN_MAX];
	struct slice value = s->times->value[s->row];
	shown(name, s->times->name.at, s->times->name.len);
	csv_die(END_DATA, s->b, side_row(s),
		"column '%s': less than the time before, "
		"so that the input is not sorted (--sorted): '%s'",
		name, shown(text, value.at, value.len));
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
read_batch(struct side *s)
{
	struct match *m = s->m;
	if (!s->is_left) {
		s->b = match_read_right(m);
	} else {
		if (s->b != NULL)
			match_left_done(m, s->b, &s->alone);
		s->b = csv_read(m->left);
		csv_source(&m->out, s->b);
	}
	if (s->b != NULL)
		s->line = s->b->line;
}

/* The next rows of the batch, or of the next one. */
static void
take_rows(struct side *s)
{
	s->first += s->rows;
	if (s->b == NULL || s->first == s->b->rows) {
		read_batch(s);
		s->first = 0;
	}
	s->row = s->rows = 0;
	if (s->b == NULL)
		return;
	size_t left = s->b->rows - s->first;
	s->rows = left < s->order.rows_max ? left : s->order.rows_max;
	if (s->by->count != 0)
		order_take(&s->order, s->b, s->first, s->rows);
	if (s->times != NULL)
		instants_take(s->times, s->b, s->first, s->rows);
}

static void
check_time(struct side *s, bool is_same_key)
{
	if (!is_same_key)
		s->has_last_time = false;
	if (side_is(s) != INSTANTS_THERE)
		return;
	if (s->has_last_time && side_time(s) < s->last_time)
		die_untimely(s);
	s->has_last_time = true;
	s->last_time = side_time(s);
}

static void
check_row(struct side *s, uint64_t line)
{
	size_t row = side_row(s);
	if (s->is_once && row != 0)
		s->line = batch_line_on(s->b, row - 1, s->line, row);
	int order = s->last.is_there ? side_compare_kept(s, &s->last) : 1;
	if (order < 0)
		die_unsorted(s);
	if (order == 0 && s->is_once && !side_is_null(s))
		die_twice(s, line);
	if (s->times != NULL)
		check_time(s, order == 0);
}

void
side_advance(struct side *s)
{
	uint64_t line = s->line;
	if (s->b != NULL)
		side_keep(&s->last, s);
	if (++s->row >= s->rows)
		take_rows(s);
	if (s->b != NULL)
		check_row(s, line);
}

/* All rows have a key of no bytes. */
static void
start_without_key(struct order *o)
{
	o->rows_max = ORDER_ROWS;
	buf_room(&o->bytes, 1);
}

void
side_start(struct side *s, struct match *m, bool is_left, struct instants *times)
{
	struct buf why = {0};
	s->m = m;
	s->is_left = is_left;
	s->times = times;
	s->by = is_left ? &m->pairs.left : &m->pairs.right;
	s->header = csv_header(is_left ? m->left : m->right);
	s->is_once = is_left ? m->how->rule->left_once : m->how->rule->right_once;
	if (s->header->count == 0) {
		read_batch(s); /* there is none */
		return;
	}
	if (s->by->count != 0) /* no column has a modifier that could be wrong */
		order_init(&s->order, s->by, s->header, ORDER_NULLS_USUAL, &why);
	else
		start_without_key(&s->order);
	side_advance(s);
}

void
side_clear(struct side *s)
{
	order_clear(&s->order);
	buf_clear(&s->last.tail);
	free(s->alone.row);
}
