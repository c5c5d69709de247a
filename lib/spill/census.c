#include "spill/census.h"

#include <stdlib.h>

#include "mem.h"
#include "number.h"
#include "sort/entries.h"
#include "spill/spill.h"
#include "table/table.h"

/* What there is to a key; count 0: it is new. */
struct tally {
	uint64_t number; /* of the record that is kept */
	uint64_t count;
};

struct census {
	uint64_t memory;
	enum census_keep keep;
	struct table *seen;
	bool is_full;        /* it takes no more keys in this pass */
	struct spill *spill; /* records of other keys; NULL: none so far */
	uint64_t waiting;    /* records so far that may be kept */
	bool is_settled;
	/* The keys of a pass in the order of the records that are kept. */
	struct entry *entry;
	uint32_t entries;
	uint32_t next;
	struct stream_file *file;
};

struct census *
census_new(uint64_t memory, enum census_keep keep, struct stream_file *file)
{
	struct census *c = xcalloc(1, sizeof *c);
	*c = (struct census){
		.memory = memory,
		.keep = keep,
		.seen = table_new(sizeof(struct tally)),
		.file = file,
	};
	return c;
}

void
census_free(struct census *c)
{
	if (c == NULL)
		return;
	table_free(c->seen);
	spill_free(c->spill);
	free(c->entry);
	free(c);
}

/* With what bringing them into order takes at the end. */
static bool
has_room(const struct census *c, const struct slice *key, size_t count)
{
	size_t each = c->keep == CENSUS_LAST ? 2 * sizeof *c->entry : 0;
	return table_bytes_with(c->seen, key, count) + (table_count(c->seen) + count) * each <=
		c->memory;
}

/*
 * The numbers of keys in the table; TABLE_NONE where it is full.  An empty one has a place for some
 * keys always, so that each pass leaves fewer to the next.
 */
static void
find(struct census *c, const struct slice *key, size_t count, uint32_t *number)
{
	if (table_count(c->seen) != 0 && !c->is_full)
		c->is_full = !has_room(c, key, count);
	if (c->is_full)
		table_find(c->seen, key, count, number);
	else
		table_put(c->seen, key, count, number);
	if (c->is_full && c->spill == NULL)
		c->spill = spill_new(c->file);
}

static struct tally *
tally_of(const struct census *c, uint32_t number)
{
	return number != TABLE_NONE ? table_payload(c->seen, number) : NULL;
}

static void
note(const struct census *c, struct tally *t, uint64_t number)
{
	if (t->count++ == 0 || c->keep == CENSUS_LAST)
		t->number = number;
}

void
census_take(struct census *c, const struct slice *key, size_t count, bool *waits)
{
	uint32_t number[SPILL_ITEMS];
	find(c, key, count, number);
	for (size_t i = 0; i < count; i++) {
		struct tally *t = tally_of(c, number[i]);
		waits[i] = t == NULL || t->count == 0 || c->keep == CENSUS_LAST;
		if (t != NULL)
			note(c, t, c->waiting);
		else
			spill_put(c->spill, &(struct spill_item){
				.order = c->waiting, .key = key[i]});
		c->waiting += waits[i];
	}
}

/* Of the first records the order is that of the keys. */
static void
order_keys(struct census *c)
{
	c->entries = table_count(c->seen);
	c->next = 0;
	if (c->keep == CENSUS_FIRST)
		return;
	c->entry = xrealloc(c->entry, (size_t)c->entries + 1, sizeof *c->entry);
	struct entry *scratch = xmalloc(((size_t)c->entries + 1) * sizeof *scratch);
	for (uint32_t i = 0; i < c->entries; i++) {
		const struct tally *t = table_payload(c->seen, i);
		c->entry[i] = (struct entry){t->number, (const char *)t};
	}
	entries_sort(c->entry, scratch, c->entries, false);
	free(scratch);
}

static const struct tally *
next_tally(struct census *c)
{
	if (c->next == c->entries)
		return NULL;
	uint32_t i = c->next++;
	return c->keep == CENSUS_FIRST ? table_payload(c->seen, i)
		: (const struct tally *)c->entry[i].at;
}

static void
put_results(struct census *c)
{
	char packed[UINT64_PACKED_MAX];
	order_keys(c);
	for (const struct tally *t; (t = next_tally(c)) != NULL;)
		spill_result(c->spill, t->number,
			(struct slice){packed, (size_t)(uint64_pack(packed, t->count) - packed)});
}

/* A partition, as the input was, but its records have their numbers. */
static void
work_through(struct census *c)
{
	struct spill_item item[SPILL_ITEMS];
	struct slice key[SPILL_ITEMS];
	uint32_t number[SPILL_ITEMS];
	table_empty(c->seen);
	c->is_full = false;
	for (size_t count; (count = spill_take(c->spill, item)) != 0;) {
		for (size_t i = 0; i < count; i++)
			key[i] = item[i].key;
		find(c, key, count, number);
		for (size_t i = 0; i < count; i++) {
			struct tally *t = tally_of(c, number[i]);
			if (t != NULL)
				note(c, t, item[i].order);
			else
				spill_put(c->spill, &item[i]);
		}
	}
	put_results(c);
}

static void
settle(struct census *c)
{
	c->is_settled = true;
	if (c->spill == NULL) {
		order_keys(c);
		return;
	}
	put_results(c);
	while (spill_next(c->spill))
		work_through(c);
}

bool
census_next(struct census *c, uint64_t *number, uint64_t *count)
{
	struct slice text;
	if (!c->is_settled)
		settle(c);
	if (c->spill != NULL) {
		if (!spill_merge(c->spill, number, &text))
			return false;
		uint64_unpack(text.at, count);
		return true;
	}
	const struct tally *t = next_tally(c);
	if (t == NULL)
		return false;
	*number = t->number;
	*count = t->count;
	return true;
}
