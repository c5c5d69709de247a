#include "agg/wide.h"

#include <string.h>

struct cell {
	struct cell *next;
	size_t len;
	char at[];
};

/* The payload of a row's key. */
struct row {
	uint64_t order; /* the number of its first cell */
	struct cell *first;
	struct cell *last;
};

void
wide_init(struct wide *w, uint64_t memory)
{
	*w = (struct wide){.memory = memory, .row = table_new(sizeof(struct row))};
}

void
wide_clear(struct wide *w)
{
	table_free(w->row);
	arena_clear(&w->cells);
	spill_free(w->spill);
	stream_file_close(&w->file);
	buf_clear(&w->text);
	*w = (struct wide){0};
}

static void
forget(struct wide *w)
{
	table_empty(w->row);
	arena_reset(&w->cells);
	w->bytes = 0;
	w->is_full = false;
}

/* All rows that are there go to the partitions of the next pass, and so does what comes behind. */
static void
put_out(struct wide *w)
{
	if (w->spill == NULL)
		w->spill = spill_new(&w->file);
	for (uint32_t i = 0; i < table_count(w->row); i++) {
		const struct row *row = table_payload(w->row, i);
		struct spill_item item = {.order = row->order, .key = table_key(w->row, i)};
		for (const struct cell *cell = row->first; cell != NULL; cell = cell->next) {
			item.body = (struct slice){cell->at, cell->len};
			spill_put(w->spill, &item);
		}
	}
	forget(w);
	w->is_full = true;
	w->is_spilled = true;
}

static void
keep(struct wide *w, const struct spill_item *item, size_t size)
{
	uint32_t number;
	struct cell *cell = arena_take(&w->cells, size);
	table_put(w->row, &item->key, 1, &number);
	struct row *row = table_payload(w->row, number);
	*cell = (struct cell){.len = item->body.len};
	memcpy(cell->at, item->body.at, item->body.len);
	if (row->last != NULL)
		row->last->next = cell;
	else
		*row = (struct row){.order = item->order, .first = cell};
	row->last = cell;
	w->bytes += size;
}

static bool
is_known(const struct wide *w, struct slice key)
{
	uint32_t number;
	table_find(w->row, &key, 1, &number);
	return number != TABLE_NONE;
}

/* The first cell always fits, so that there is an end to passes. */
static bool
add(struct wide *w, const struct spill_item *item)
{
	size_t size = (sizeof(struct cell) + item->body.len + 15) / 16 * 16;
	uint64_t bytes = table_bytes_with(w->row, &item->key, 1) + w->bytes + size;
	if (!w->is_full && bytes > w->memory && table_count(w->row) != 0) {
		if (table_count(w->row) == 1 && is_known(w, item->key))
			return false;
		put_out(w);
	}
	if (w->is_full)
		spill_put(w->spill, item);
	else
		keep(w, item, size);
	return true;
}

bool
wide_add(struct wide *w, struct slice key, struct slice cell)
{
	return add(w, &(struct spill_item){w->added++, key, cell});
}

/* The length of the key, the key, and the cells. */
static struct slice
row_text(struct wide *w, uint32_t number)
{
	const struct row *row = table_payload(w->row, number);
	struct slice key = table_key(w->row, number);
	w->text.len = 0;
	buf_add(&w->text, &key.len, sizeof key.len);
	buf_add(&w->text, key.at, key.len);
	for (const struct cell *cell = row->first; cell != NULL; cell = cell->next)
		buf_add(&w->text, cell->at, cell->len);
	return (struct slice){w->text.at, w->text.len};
}

/* The rows of a partition, unless it has been divided again. */
static void
keep_results(struct wide *w)
{
	for (uint32_t i = 0; i < table_count(w->row); i++) {
		const struct row *row = table_payload(w->row, i);
		spill_result(w->spill, row->order, row_text(w, i));
	}
	forget(w);
}

bool
wide_settle(struct wide *w)
{
	struct spill_item item[SPILL_ITEMS];
	while (w->is_spilled && spill_next(w->spill)) {
		w->is_full = false;
		for (size_t count; (count = spill_take(w->spill, item)) != 0;)
			for (size_t i = 0; i < count; i++)
				if (!add(w, &item[i]))
					return false;
		keep_results(w);
	}
	return true;
}

bool
wide_take(struct wide *w, struct slice *key, struct slice *cells)
{
	uint64_t order;
	struct slice text;
	if (w->is_spilled && !spill_merge(w->spill, &order, &text))
		return false;
	if (!w->is_spilled && w->next == table_count(w->row))
		return false;
	if (!w->is_spilled)
		text = row_text(w, w->next++);
	memcpy(&key->len, text.at, sizeof key->len);
	key->at = text.at + sizeof key->len;
	cells->at = key->at + key->len;
	cells->len = text.len - sizeof key->len - key->len;
	return true;
}

void
wide_restart(struct wide *w)
{
	forget(w);
	w->is_spilled = false;
	w->next = 0;
	w->added = 0;
}
