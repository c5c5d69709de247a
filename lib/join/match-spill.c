#include "join/match-parts.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "spill/spill.h"
#include "spill/stream.h"
#include "stage.h"

/*
 * Partitions have RIGHT's records, then the keys of LEFT's, whose texts wait in a stream of their
 * own.  Results are what is put behind a record of LEFT, by its number; and behind all of these
 * RIGHT's records without a match.
 */
#define ORDER_ALONE ((uint64_t)1 << 63)

/* So that each pass gets through a good part of its keys. */
enum { MEMORY_MIN = 64 * 1024 };

/* The records of RIGHT with one key, which are more than the memory: on disk as well. */
struct hot {
	bool is_there;
	struct buf key;
	struct stream text;
	bool is_matched;
};

struct match_spill {
	struct match *m;
	uint64_t memory;
	bool has_rows; /* else the keys are all that is asked of RIGHT */
	struct stream_file file;
	struct spill *spill;
	uint64_t rights;     /* records of RIGHT put so far */
	struct buf body;
	struct csv_out line; /* puts a record of LEFT into text */
	struct buf text;
	struct stream left;
	uint64_t lefts;      /* records in it */

	/* A partition. */
	struct held held;
	uint64_t *order;     /* of each of its rows: their numbers in RIGHT */
	size_t orders;       /* that there is room for */
	bool is_moved;       /* what was held has gone on to the next partitions */
	struct hot hot;
};

/* What the body of an item of RIGHT begins with; one of LEFT has none. */
typedef uint32_t before_length;

static void
put_right(struct match_spill *s, uint64_t order, struct slice key, struct slice text, size_t before)
{
	before_length len = (before_length)before;
	s->body.len = 0;
	buf_add(&s->body, &len, sizeof len);
	buf_add(&s->body, text.at, text.len);
	spill_put(s->spill, &(struct spill_item){order, key, {s->body.at, s->body.len}});
}

/* Of a key with an empty value it is known already that there is no match. */
static void
take_right(struct match_spill *s, struct slice key, bool is_null, struct slice text, size_t before)
{
	uint64_t order = s->rights++;
	if (!is_null)
		put_right(s, order, key, text, before);
	else if (s->m->keeps_right)
		spill_result(s->spill, ORDER_ALONE | order, text);
}

struct match_spill *
match_spill_new(struct match *m, const struct held *h)
{
	struct match_spill *s = xcalloc(1, sizeof *s);
	struct slice none = {"", 0};
	s->m = m;
	s->spill = spill_new(&s->file);
	s->has_rows = m->keeps_right || m->kind->pairs;
	s->memory = m->memory > MEMORY_MIN ? m->memory : MEMORY_MIN;
	for (size_t i = 0; i < h->rows; i++) {
		const struct held_row *r = &h->row[i];
		bool is_null = r->key == HELD_NONE;
		take_right(s, is_null ? none : table_key(h->table, r->key), is_null,
			held_text(r, 0), r->before);
	}
	for (uint32_t key = 0; !s->has_rows && key < table_count(h->table); key++)
		take_right(s, table_key(h->table, key), false, none, 0);
	return s;
}

void
match_spill_right(struct match_spill *s, const struct keys *k, size_t first, size_t rows)
{
	struct slice text = {"", 0};
	size_t before = 0;
	for (size_t i = 0; i < rows; i++) {
		if (k->is_null[i] && !s->m->keeps_right)
			continue;
		if (s->has_rows)
			text = match_ready(s->m, first + i, &before);
		take_right(s, k->key[i], k->is_null[i], text, before);
	}
}

/* The record as it will be in the output, without its end. */
static void
keep_left(struct match_spill *s, size_t row)
{
	s->text.len = 0;
	csv_put_run(&s->line, row, 0, s->m->last);
	s->line.is_behind = false;
	out_flush(&s->line.out);
	stream_put_number(&s->left, &s->file, s->text.len);
	stream_put(&s->left, &s->file, s->text.at, s->text.len);
}

static void
take_left(struct match_spill *s, const struct keys *k, size_t first, size_t rows)
{
	const struct match *m = s->m;
	for (size_t i = 0; i < rows; i++) {
		if (k->is_null[i] && !m->kind->left_alone && !m->left_unpaired.is_open) {
			stage_counts()->filtered++;
			continue;
		}
		keep_left(s, first + i);
		if (!k->is_null[i])
			spill_put(s->spill,
				&(struct spill_item){.order = s->lefts, .key = k->key[i]});
		s->lefts++;
	}
}

static void
read_left(struct match_spill *s)
{
	struct match *m = s->m;
	struct match_alone none = {0};
	struct keys keys;
	keys_init_columns(&keys, &m->pairs.left, &m->arena);
	csv_out_memory(&s->line, &m->out, &s->text);
	for (const struct batch *b; (b = csv_read(m->left)) != NULL;) {
		csv_source(&s->line, b);
		for (size_t first = 0; first < b->rows; first += KEYS_ROWS) {
			size_t rows = match_next_rows(b, first);
			keys_take(&keys, b, first, rows);
			take_left(s, &keys, first, rows);
		}
		match_left_done(m, b, &none);
	}
	stream_end(&s->left, &s->file);
	csv_out_memory_clear(&s->line);
	keys_clear(&keys);
}

/* What is held is too much, and goes on to partitions of this one. */
static void
move_on(struct match_spill *s)
{
	for (size_t i = 0; i < s->held.rows; i++) {
		const struct held_row *r = &s->held.row[i];
		put_right(s, s->order[i], table_key(s->held.table, r->key), held_text(r, 0),
			r->before);
	}
	for (uint32_t key = 0; !s->has_rows && key < table_count(s->held.table); key++)
		put_right(s, 0, table_key(s->held.table, key), (struct slice){"", 0}, 0);
	s->is_moved = true;
}

static void
put_hot(struct match_spill *s, struct stream *to, uint64_t order, struct slice text, size_t before)
{
	stream_put_number(to, &s->file, order);
	stream_put_number(to, &s->file, before);
	stream_put_number(to, &s->file, text.len);
	stream_put(to, &s->file, text.at, text.len);
}

/* One key alone is too much, and partitions of its records would be no smaller. */
static void
make_hot(struct match_spill *s)
{
	struct slice key = table_key(s->held.table, 0);
	s->hot = (struct hot){.is_there = true};
	buf_add(&s->hot.key, key.at, key.len);
	for (size_t i = 0; i < s->held.rows; i++) {
		const struct held_row *r = &s->held.row[i];
		put_hot(s, &s->hot.text, s->order[i], held_text(r, 0), r->before);
	}
}

static void
check_memory(struct match_spill *s)
{
	if (s->is_moved || s->hot.is_there ||
		held_bytes(&s->held) + s->orders * sizeof *s->order <= s->memory)
		return;
	if (table_count(s->held.table) == 1)
		make_hot(s);
	else
		move_on(s);
	held_clear(&s->held);
	held_init(&s->held);
}

static bool
is_hot(const struct match_spill *s, struct slice key)
{
	return s->hot.is_there && slice_same(key, (struct slice){s->hot.key.at, s->hot.key.len});
}

static void
hold_row(struct match_spill *s, uint32_t key, uint64_t order, struct slice text, size_t before)
{
	if (s->held.rows == s->orders) {
		s->orders = s->orders != 0 ? s->orders * 2 : KEYS_ROWS;
		s->order = xrealloc(s->order, s->orders, sizeof *s->order);
	}
	s->order[s->held.rows] = order;
	held_add(&s->held, key, text, before);
}

static void
hold_item(struct match_spill *s, const struct spill_item *item)
{
	before_length before;
	uint32_t number;
	memcpy(&before, item->body.at, sizeof before);
	struct slice text = {item->body.at + sizeof before, item->body.len - sizeof before};
	if (is_hot(s, item->key)) {
		put_hot(s, &s->hot.text, item->order, text, before);
		return;
	}
	table_put(s->held.table, &item->key, 1, &number);
	if (s->has_rows)
		hold_row(s, number, item->order, text, before);
	check_memory(s);
}

static void
put_results(struct match_spill *s, uint64_t order, const struct held_chain *chain)
{
	const struct held_row *r = &s->held.row[chain->first];
	if (!s->m->kind->pairs) {
		spill_result(s->spill, order, (struct slice){"", 0});
		return;
	}
	for (;; r = &s->held.row[r->next]) {
		spill_result(s->spill, order, held_text(r, r->before));
		if (r->next == HELD_NONE)
			break;
	}
}

/*
 * Reads the hot records once: for a result each, and unless it is the last time to be read again.
 */
static void
read_hot(struct match_spill *s, uint64_t left, bool is_last)
{
	struct stream again = {0};
	stream_end(&s->hot.text, &s->file);
	while (s->hot.text.bytes != 0) {
		uint64_t order = stream_take_number(&s->hot.text, &s->file);
		size_t before = (size_t)stream_take_number(&s->hot.text, &s->file);
		size_t len = (size_t)stream_take_number(&s->hot.text, &s->file);
		struct slice text = {stream_take(&s->hot.text, &s->file, len), len};
		struct slice rest = {text.at + before, text.len - before};
		if (is_last)
			spill_result(s->spill, ORDER_ALONE | order, text);
		else
			spill_result(s->spill, left, rest);
		if (!is_last)
			put_hot(s, &again, order, text, before);
	}
	stream_clear(&s->hot.text, &s->file);
	s->hot.text = again;
}

static void
match_hot(struct match_spill *s, uint64_t left)
{
	s->hot.is_matched = true;
	if (s->m->kind->pairs)
		read_hot(s, left, false);
	else
		spill_result(s->spill, left, (struct slice){"", 0});
}

static void
match_item(struct match_spill *s, const struct spill_item *item)
{
	uint32_t number;
	if (is_hot(s, item->key)) {
		match_hot(s, item->order);
		return;
	}
	table_find(s->held.table, &item->key, 1, &number);
	if (number == TABLE_NONE)
		return;
	struct held_chain *chain = held_chain(&s->held, number);
	chain->is_matched = true;
	put_results(s, item->order, chain);
}

/* RIGHT's records that have had no match, in their order. */
static void
finish_part(struct match_spill *s)
{
	if (s->hot.is_there && !s->hot.is_matched && s->m->keeps_right)
		read_hot(s, 0, true);
	for (size_t i = 0; i < s->held.rows && s->m->keeps_right; i++) {
		const struct held_row *r = &s->held.row[i];
		if (!held_chain(&s->held, r->key)->is_matched)
			spill_result(s->spill, ORDER_ALONE | s->order[i], held_text(r, 0));
	}
	stream_clear(&s->hot.text, &s->file);
	buf_clear(&s->hot.key);
	s->hot = (struct hot){0};
	held_clear(&s->held);
	free(s->order);
	s->order = NULL;
	s->orders = 0;
}

static void
work_through(struct match_spill *s)
{
	struct spill_item item[SPILL_ITEMS];
	held_init(&s->held);
	s->is_moved = false;
	for (size_t count; (count = spill_take(s->spill, item)) != 0;) {
		for (size_t i = 0; i < count; i++) {
			bool is_other = s->hot.is_there && !is_hot(s, item[i].key);
			if (s->is_moved || is_other)
				spill_put(s->spill, &item[i]);
			else if (item[i].body.len != 0)
				hold_item(s, &item[i]);
			else
				match_item(s, &item[i]);
		}
	}
	finish_part(s);
}

/* A record of LEFT for the file of those without a match: one empty field may need quotes there. */
static void
put_left_unpaired(struct csv_out *out, struct slice left)
{
	if (left.len != 0) {
		out_padded(&out->out, left.at, left.len);
		csv_put_end(out);
		return;
	}
	csv_put_value(out, left);
	csv_put_end(out);
}

static void
put_left_alone(struct match_spill *s, struct slice left)
{
	struct match *m = s->m;
	if (m->left_unpaired.is_open)
		put_left_unpaired(&m->left_unpaired.out, left);
	if (!m->kind->left_alone) {
		stage_counts()->filtered++;
		return;
	}
	out_padded(&m->out.out, left.at, left.len);
	if (m->kind->pairs)
		csv_put_rest(&m->out, m->nothing);
	else
		csv_put_end(&m->out);
}

/* The results of all partitions, in order; the next one is there. */
struct results {
	bool is_there;
	uint64_t order;
	struct slice text;
};

static void
next_result(struct match_spill *s, struct results *r)
{
	r->is_there = spill_merge(s->spill, &r->order, &r->text);
}

static void
put_left_pairs(struct match_spill *s, uint64_t number, struct slice left, struct results *r)
{
	struct csv_out *out = &s->m->out;
	for (uint64_t pairs = 0; r->is_there && r->order == number; pairs++) {
		out_padded(&out->out, left.at, left.len);
		csv_put_rest(out, r->text);
		stage_counts()->made += pairs != 0;
		next_result(s, r);
	}
}

static void
put_left_kept(struct match_spill *s, struct slice left, struct results *r)
{
	next_result(s, r);
	if (!s->m->kind->with_match) {
		stage_counts()->filtered++;
		return;
	}
	out_padded(&s->m->out.out, left.at, left.len);
	csv_put_end(&s->m->out);
}

static void
put_all(struct match_spill *s)
{
	struct results r;
	next_result(s, &r);
	for (uint64_t number = 0; number < s->lefts; number++) {
		size_t len = (size_t)stream_take_number(&s->left, &s->file);
		struct slice left = {stream_take(&s->left, &s->file, len), len};
		if (!r.is_there || r.order != number)
			put_left_alone(s, left);
		else if (s->m->kind->pairs)
			put_left_pairs(s, number, left, &r);
		else
			put_left_kept(s, left, &r);
	}
	for (; r.is_there; next_result(s, &r))
		match_put_right_alone(s->m, r.text);
}

void
match_spill_join(struct match_spill *s)
{
	read_left(s);
	while (spill_next(s->spill))
		work_through(s);
	put_all(s);
	spill_free(s->spill);
	stream_clear(&s->left, &s->file);
	stream_file_close(&s->file);
	buf_clear(&s->body);
	buf_clear(&s->text);
	free(s);
}
