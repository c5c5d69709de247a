#include "window/window.h"

#include <stdlib.h>
#include <string.h>

#include "csv/scan.h"
#include "mem.h"
#include "table/keys.h"
#include "table/table.h"

enum {
	CHUNK_TEXT = 64 * 1024,
	CHUNK_ENDS = 16 * 1024,
	SLACK = 1024 * 1024 /* bytes held, besides twice the window, before it is settled */
};

/* Seconds: more than from the first moment to the last one. */
#define SPAN_MAX ((int64_t)10000 * 366 * 86400)

/* Rows one behind the other, in one dialect. */
struct chunk {
	struct chunk *next;
	struct batch batch; /* text and end are ours */
	char *text;
	size_t len, text_max;
	uint32_t *end; /* with end[-1] */
	size_t ends, ends_max;
	struct moment *time; /* of each row; NULL: they have none */
};

/* Where a row is. */
struct place {
	struct chunk *chunk;
	size_t row;
	size_t number; /* over all chunks: among equal times the order in which they came */
};

struct window {
	struct window_how how;
	struct chunk *first;
	struct chunk *last;
	size_t rows;    /* in all chunks */
	size_t bytes;   /* that they hold */
	size_t settle_at;
	uint64_t dropped;
	struct place *place; /* of all rows, while the window is being settled */
	size_t place_max;
	uint32_t *key;       /* of each row, by its number: which one it has */
	struct keys keys;
	struct table *table; /* its payload: has a later row this key? */
};

struct window *
window_new(const struct window_how *how)
{
	struct window *w = xcalloc(1, sizeof *w);
	w->how = *how;
	w->settle_at = SLACK;
	if (how->key_columns != 0) {
		keys_init(&w->keys, how->key, how->key_columns);
		w->table = table_new(sizeof(bool));
	}
	return w;
}

static void
free_chunks(struct chunk *c)
{
	for (struct chunk *next; c != NULL; c = next) {
		next = c->next;
		free(c->text);
		free(c->end - 1);
		free(c->time);
		free(c);
	}
}

void
window_free(struct window *w)
{
	free_chunks(w->first);
	free(w->place);
	free(w->key);
	if (w->table != NULL)
		keys_clear(&w->keys);
	table_free(w->table);
	free(w);
}

static struct chunk *
add_chunk(struct window *w, const struct batch *b, size_t text, size_t ends)
{
	struct chunk *c = xmalloc(sizeof *c);
	*c = (struct chunk){
		.text_max = text > CHUNK_TEXT ? text : CHUNK_TEXT,
		.ends_max = ends > CHUNK_ENDS ? ends : CHUNK_ENDS,
	};
	c->text = xmalloc(c->text_max + SCAN_PAD);
	c->end = (uint32_t *)xcalloc(c->ends_max + 1, sizeof *c->end) + 1;
	c->end[-1] = UINT32_MAX;
	if (w->how.has_time)
		c->time = xcalloc(c->ends_max / b->columns, sizeof *c->time);
	c->batch = (struct batch){
		.text = c->text,
		.end = c->end,
		.columns = b->columns,
		.dialect = b->dialect,
		.file = b->file,
	};
	if (w->last != NULL)
		w->last->next = c;
	else
		w->first = c;
	w->last = c;
	return c;
}

static bool
has_room(const struct chunk *c, const struct batch *b, size_t text, size_t ends)
{
	return c != NULL && dialect_same(c->batch.dialect, b->dialect) &&
	       text <= c->text_max - c->len && ends <= c->ends_max - c->ends;
}

/* To the last chunk, each with the end of its record. */
static void
copy_rows(struct window *w, const struct batch *b, size_t first, size_t rows,
	const struct moment *time)
{
	const uint32_t *end = b->end + first * b->columns;
	size_t ends = rows * b->columns;
	uint32_t start = end[-1] + 1;
	size_t len = (size_t)end[ends - 1] + 1 - start;
	struct chunk *c = has_room(w->last, b, len, ends) ? w->last : add_chunk(w, b, len, ends);
	uint32_t shift = (uint32_t)c->len - start;
	memcpy(c->text + c->len, b->text + start, len);
	for (size_t i = 0; i < ends; i++)
		c->end[c->ends + i] = end[i] + shift;
	if (c->time != NULL)
		memcpy(c->time + c->batch.rows, time, rows * sizeof *time);
	c->len += len;
	c->ends += ends;
	c->batch.rows += rows;
	c->batch.has_cr |= b->has_cr;
	w->rows += rows;
	w->bytes += len + ends * sizeof *end + (c->time != NULL ? rows * sizeof *time : 0);
}

void
window_add(struct window *w, const struct batch *b, size_t first, size_t rows,
	const struct moment *time)
{
	/* Of a batch that pushes all else out, the end is enough. */
	if (w->table == NULL && !w->how.has_time && rows > w->how.rows) {
		w->dropped += rows - w->how.rows;
		first += rows - (size_t)w->how.rows;
		rows = (size_t)w->how.rows;
	}
	if (rows == 0)
		return;
	copy_rows(w, b, first, rows, time);
	if (w->bytes < w->settle_at)
		return;
	window_settle(w);
	w->settle_at = 2 * w->bytes + SLACK;
}

/* The rows of all chunks, in order. */
static void
list_rows(struct window *w)
{
	if (w->place_max < w->rows) {
		w->place_max = w->rows;
		w->place = xrealloc(w->place, w->rows, sizeof *w->place);
		w->key = xrealloc(w->key, w->rows, sizeof *w->key);
	}
	size_t number = 0;
	for (struct chunk *c = w->first; c != NULL; c = c->next)
		for (size_t row = 0; row < c->batch.rows; row++, number++)
			w->place[number] = (struct place){c, row, number};
}

static void
number_keys(struct window *w)
{
	uint32_t *to = w->key;
	table_empty(w->table);
	for (const struct chunk *c = w->first; c != NULL; c = c->next) {
		for (size_t first = 0, rows; first < c->batch.rows; first += rows) {
			rows = c->batch.rows - first < KEYS_ROWS ? c->batch.rows - first
								 : KEYS_ROWS;
			keys_take(&w->keys, &c->batch, first, rows);
			table_put(w->table, w->keys.key, rows, to);
			to += rows;
		}
	}
}

static int
compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = date_order(x->chunk->time[x->row], y->chunk->time[y->row]);
	return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

/* By their times.  Returns whether they were so already. */
static bool
order_places(struct window *w)
{
	for (size_t i = 1; i < w->rows; i++) {
		if (compare_places(&w->place[i - 1], &w->place[i]) > 0) {
			qsort(w->place, w->rows, sizeof *w->place, compare_places);
			return false;
		}
	}
	return true;
}

/* Is there no later row with this one's key?  Rows are asked for from the last to the first. */
static bool
is_last_of_key(struct window *w, const struct place *p)
{
	if (w->table == NULL)
		return true;
	bool *is_taken = table_payload(w->table, w->key[p->number]);
	bool is_last = !*is_taken;
	*is_taken = true;
	return is_last;
}

/* The earliest time that is in the window. */
static struct moment
earliest(const struct window *w)
{
	const struct place *newest = &w->place[w->rows - 1];
	struct moment m = newest->chunk->time[newest->row];
	/* A moment is within 10,000 years of another. */
	m.seconds -= w->how.span < SPAN_MAX ? (int64_t)w->how.span : SPAN_MAX;
	return m;
}

/* Moves the places of the rows that stay to the end of the list; returns how many they are. */
static size_t
choose(struct window *w)
{
	size_t kept = 0;
	struct moment from = w->how.has_time ? earliest(w) : (struct moment){0};
	for (size_t i = w->rows; i > 0 && kept < w->how.rows; i--) {
		const struct place *p = &w->place[i - 1];
		if (w->how.has_time && date_order(p->chunk->time[p->row], from) < 0)
			break;
		if (is_last_of_key(w, p))
			w->place[w->rows - ++kept] = *p;
	}
	return kept;
}

/* How many of the places are neighbours, from the first on. */
static size_t
run_length(const struct place *p, size_t count)
{
	size_t n = 1;
	while (n < count && p[n].chunk == p->chunk && p[n].row == p->row + n)
		n++;
	return n;
}

/* Only the rows at these places stay, in this order. */
static void
keep(struct window *w, const struct place *p, size_t count)
{
	struct chunk *old = w->first;
	w->first = w->last = NULL;
	w->rows = w->bytes = 0;
	for (size_t n; count > 0; p += n, count -= n) {
		n = run_length(p, count);
		copy_rows(w, &p->chunk->batch, p->row, n,
			w->how.has_time ? p->chunk->time + p->row : NULL);
	}
	free_chunks(old);
}

void
window_settle(struct window *w)
{
	bool is_plain = w->table == NULL && !w->how.has_time;
	if (w->rows == 0 || (is_plain && w->rows <= w->how.rows))
		return;
	list_rows(w);
	if (w->table != NULL)
		number_keys(w);
	bool is_ordered = !w->how.has_time || order_places(w);
	size_t rows = w->rows;
	size_t kept = choose(w);
	if (kept == rows && is_ordered)
		return;
	w->dropped += rows - kept;
	keep(w, w->place + rows - kept, kept);
}

const struct batch *
window_next(const struct window *w, const void **at)
{
	const struct chunk *before = *at;
	const struct chunk *c = before != NULL ? before->next : w->first;
	*at = c;
	return c != NULL ? &c->batch : NULL;
}

uint64_t
window_dropped(const struct window *w)
{
	return w->dropped;
}
