#include "join/held.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "out.h"

enum { ROOM = 256 * 1024, ROWS_FIRST = 1024 };

void
held_init(struct held *h)
{
	*h = (struct held){.table = table_new(sizeof(struct held_chain))};
}

void
held_clear(struct held *h)
{
	table_free(h->table);
	free(h->row);
	arena_clear(&h->text);
	*h = (struct held){0};
}

void
held_number(struct held *h, struct keys *k, size_t rows, uint32_t *key)
{
	/* Those that have a value in each column move up. */
	size_t count = 0;
	for (size_t i = 0; i < rows; i++)
		if (!k->is_null[i])
			k->key[count++] = k->key[i];
	table_put(h->table, k->key, count, key);
	for (size_t i = rows; i-- > 0;)
		key[i] = k->is_null[i] ? HELD_NONE : key[--count];
}

/* Texts stand close to each other, so that those of a small input stay in the cache. */
static const char *
keep_text(struct held *h, struct slice text)
{
	h->text_bytes += text.len;
	if (text.len > h->room_left) {
		size_t size = text.len > ROOM / 4 ? text.len : ROOM;
		char *room = arena_take(&h->text, size + OUT_PAD);
		if (size == text.len)
			return memcpy(room, text.at, text.len);
		h->room = room;
		h->room_left = size;
	}
	char *at = memcpy(h->room, text.at, text.len);
	h->room += text.len;
	h->room_left -= text.len;
	return at;
}

static void
chain(struct held *h, uint32_t key, uint32_t row)
{
	struct held_chain *c = held_chain(h, key);
	if (c->rows++ == 0)
		c->first = row;
	else
		h->row[c->last].next = row;
	c->last = row;
}

void
held_add(struct held *h, uint32_t key, struct slice text, size_t before)
{
	assert(text.len <= UINT32_MAX && before <= text.len);
	if (h->rows == HELD_NONE)
		die(END_SETUP, "more than %ju records to hold", (uintmax_t)HELD_NONE);
	if (h->rows == h->rows_max) {
		h->rows_max = h->rows_max != 0 ? h->rows_max * 2 : ROWS_FIRST;
		h->row = xrealloc(h->row, h->rows_max, sizeof *h->row);
	}
	h->row[h->rows] = (struct held_row){
		.at = keep_text(h, text),
		.before = (uint32_t)before,
		.len = (uint32_t)text.len,
		.next = HELD_NONE,
		.key = key,
	};
	if (key != HELD_NONE)
		chain(h, key, (uint32_t)h->rows);
	h->rows++;
}

void
held_find(const struct held *h, const struct keys *k, size_t rows, uint32_t *key)
{
	table_find(h->table, k->key, rows, key);
}

size_t
held_bytes(const struct held *h)
{
	return table_bytes(h->table) + h->rows_max * sizeof *h->row + h->text_bytes;
}
