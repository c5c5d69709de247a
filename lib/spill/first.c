#include "spill/first.h"

#include <stdlib.h>

#include "mem.h"
#include "spill/spill.h"
#include "table/table.h"

struct first {
	uint64_t memory;
	struct table *seen;
	bool is_full;        /* it takes no more keys in this pass */
	struct spill *spill; /* keys that are told later; NULL: none so far */
	uint64_t later;
	bool is_settled;
	struct stream_file *file;
};

struct first *
first_new(uint64_t memory, struct stream_file *file)
{
	struct first *f = xcalloc(1, sizeof *f);
	*f = (struct first){.memory = memory, .seen = table_new(0), .file = file};
	return f;
}

void
first_free(struct first *f)
{
	if (f == NULL)
		return;
	table_free(f->seen);
	spill_free(f->spill);
	free(f);
}

/* An empty table has a place for some keys always, so that each pass leaves fewer to the next. */
static void
find(struct first *f, const struct slice *key, size_t count, uint8_t *is)
{
	uint32_t number[SPILL_ITEMS];
	uint32_t next = table_count(f->seen);
	if (next != 0 && !f->is_full)
		f->is_full = table_bytes_with(f->seen, key, count) > f->memory;
	if (f->is_full) {
		table_find(f->seen, key, count, number);
		for (size_t i = 0; i < count; i++)
			is[i] = number[i] == TABLE_NONE ? FIRST_LATER : FIRST_REPEATED;
		return;
	}
	table_put(f->seen, key, count, number);
	for (size_t i = 0; i < count; i++) {
		bool is_new = number[i] == next;
		is[i] = is_new ? FIRST_NEW : FIRST_REPEATED;
		next += is_new;
	}
}

void
first_take(struct first *f, const struct slice *key, size_t count, uint8_t *is)
{
	find(f, key, count, is);
	if (!f->is_full)
		return;
	if (f->spill == NULL)
		f->spill = spill_new(f->file);
	for (size_t i = 0; i < count; i++)
		if (is[i] == FIRST_LATER)
			spill_put(f->spill, &(struct spill_item){.order = f->later++,
				.key = key[i]});
}

/* A partition, as the input was: but what is new is a result now. */
static void
work_through(struct first *f)
{
	struct spill_item item[SPILL_ITEMS];
	struct slice key[SPILL_ITEMS];
	uint8_t is[SPILL_ITEMS];
	table_empty(f->seen);
	f->is_full = false;
	for (size_t count; (count = spill_take(f->spill, item)) != 0;) {
		for (size_t i = 0; i < count; i++)
			key[i] = item[i].key;
		find(f, key, count, is);
		for (size_t i = 0; i < count; i++) {
			if (is[i] == FIRST_NEW)
				spill_result(f->spill, item[i].order, (struct slice){"", 0});
			else if (is[i] == FIRST_LATER)
				spill_put(f->spill, &item[i]);
		}
	}
}

bool
first_next(struct first *f, uint64_t *number)
{
	struct slice none;
	if (f->spill == NULL)
		return false;
	while (!f->is_settled && spill_next(f->spill))
		work_through(f);
	f->is_settled = true;
	return spill_merge(f->spill, number, &none);
}
