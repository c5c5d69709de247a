#include "agg/overflow.h"

#include <stdlib.h>

#include "expr/vector.h"

/* Behind the numbers of all groups of the first pass. */
#define ORDER_LATER ((uint64_t)1 << 32)

/* What the first byte of an item says that it is; quotes: of each column of the key, had it any? */
enum kind { ROW, ROW_QUOTED, GROUP };

void
overflow_init(struct overflow *o, struct grouping *grouping, uint64_t memory)
{
	*o = (struct overflow){.grouping = grouping, .memory = memory};
}

void
overflow_clear(struct overflow *o)
{
	spill_free(o->spill);
	stream_file_close(&o->file);
	free(o->rank);
	buf_clear(&o->body);
	*o = (struct overflow){0};
}

/*
 * An empty table has a place for some groups always, so that each pass leaves fewer to the next.
 * Groups that grow need memory for that.
 */
static void
check_room(struct overflow *o, const struct slice *key, size_t rows)
{
	const struct agg *a = o->grouping->agg;
	uint64_t limit = agg_grows(a) ? o->memory / 4 * 3 : o->memory;
	uint64_t ranks = o->is_behind ? 2 * sizeof *o->rank * (o->ranks + rows) : 0;
	if (!o->is_full && agg_groups(a) != 0)
		o->is_full = agg_bytes_with(a, key, rows) + ranks > limit;
}

static void
put(struct overflow *o, uint64_t order, struct slice key)
{
	if (o->spill == NULL)
		o->spill = spill_new(&o->file);
	spill_put(o->spill, &(struct spill_item){order, key, {o->body.at, o->body.len}});
}

static void
put_group(struct overflow *o, uint32_t group)
{
	const struct agg *a = o->grouping->agg;
	o->body.len = 0;
	buf_byte(&o->body, GROUP);
	agg_write_group(a, group, &o->body);
	put(o, o->is_behind ? o->rank[group].order : group, agg_key(a, group));
}

/*
 * Groups that have grown out of the memory wait as well, in front of the records that are still to
 * come.  Returns false where there is but one.
 */
static bool
check_growth(struct overflow *o)
{
	struct agg *a = o->grouping->agg;
	if (agg_bytes(a) <= o->memory || !agg_grows(a))
		return true;
	if (agg_groups(a) == 1)
		return false;
	for (uint32_t group = 0; group < agg_groups(a); group++)
		put_group(o, group);
	agg_restart(a);
	o->ranks = 0;
	o->is_full = true;
	return true;
}

static void
put_row(struct overflow *o, size_t row)
{
	const struct grouping *g = o->grouping;
	bool has_quotes = false;
	o->body.len = 0;
	buf_byte(&o->body, ROW);
	for (size_t i = 0; i < g->by.count; i++) {
		bool is_quoted = batch_cell(g->batch, g->first + row, g->by.at[i].index).quoted;
		has_quotes |= is_quoted;
		buf_byte(&o->body, is_quoted);
	}
	if (has_quotes)
		o->body.at[0] = ROW_QUOTED;
	else
		o->body.len = 1;
	agg_write_row(g->agg, row, &o->body);
	put(o, ORDER_LATER + g->batch->record + g->first + row, g->keys.key[row]);
}

bool
overflow_add(struct overflow *o, const uint16_t *row, size_t rows)
{
	struct grouping *g = o->grouping;
	struct slice key[VECTOR_ROWS];
	uint16_t left[VECTOR_ROWS];
	if (g->by.count == 0) {
		grouping_add(g, row, rows);
		return check_growth(o);
	}
	for (size_t i = 0; i < rows; i++)
		key[i] = g->keys.key[row[i]];
	check_room(o, key, rows);
	if (o->is_full) {
		size_t count = agg_add_known(g->agg, key, row, rows, left);
		for (size_t i = 0; i < count; i++)
			put_row(o, row[left[i]]);
	} else {
		grouping_add(g, row, rows);
	}
	return check_growth(o);
}

bool
overflow_merge(struct overflow *o, struct grouping *other)
{
	struct slice key = agg_key(other->agg, 0);
	o->other = other;
	check_room(o, &key, 1);
	if (!o->is_full || agg_has(o->grouping->agg, key)) {
		grouping_merge_group(o->grouping, other, 0);
		return check_growth(o);
	}
	o->body.len = 0;
	buf_byte(&o->body, GROUP);
	agg_write_group(other->agg, 0, &o->body);
	put(o, ORDER_LATER + o->later++, key);
	return true;
}

bool
overflow_is_used(const struct overflow *o)
{
	return o->spill != NULL && (o->is_behind || spill_is_used(o->spill));
}

size_t
overflow_groups(const struct overflow *o, size_t first, uint32_t *group)
{
	size_t left = agg_groups(o->grouping->agg) - first;
	size_t count = left < AGG_ROWS ? left : AGG_ROWS;
	for (size_t i = 0; i < count; i++)
		group[i] = o->is_behind ? o->rank[first + i].group : (uint32_t)(first + i);
	return count;
}

uint64_t
overflow_order(const struct overflow *o, size_t number)
{
	return o->is_behind ? o->rank[number].order : number;
}

void
overflow_result(struct overflow *o, size_t number, struct slice text)
{
	spill_result(o->spill, overflow_order(o, number), text);
}

static void
note_group(struct overflow *o, uint64_t order)
{
	if (o->ranks == o->room) {
		o->room = o->room == 0 ? 1024 : o->room * 2;
		o->rank = xrealloc(o->rank, o->room, sizeof *o->rank);
	}
	o->rank[o->ranks] = (struct overflow_rank){order, (uint32_t)o->ranks};
	o->ranks++;
}

/* Has the item's record, whose quotes are noted where it is the first of its group. */
static void
note_first(struct overflow *o, const struct spill_item *item)
{
	uint32_t group = (uint32_t)o->ranks;
	if (item->body.at[0] == ROW_QUOTED)
		grouping_set_quoted(o->grouping, group, (const bool *)(item->body.at + 1));
	if (o->grouping->has_records)
		grouping_set_record(o->grouping, group, item->order - ORDER_LATER);
	note_group(o, item->order);
}

/* The values of a record, behind what they stand behind. */
static struct slice
values_of(const struct overflow *o, const struct spill_item *item)
{
	size_t before = item->body.at[0] == ROW_QUOTED ? 1 + o->grouping->by.count : 1;
	return (struct slice){item->body.at + before, item->body.len - before};
}

static void
add_records(struct overflow *o, const struct spill_item *item, size_t count)
{
	struct agg *a = o->grouping->agg;
	struct slice key[SPILL_ITEMS];
	struct slice values[SPILL_ITEMS];
	uint16_t row[SPILL_ITEMS];
	uint16_t left[SPILL_ITEMS];
	_Static_assert((int)SPILL_ITEMS <= (int)VECTOR_ROWS, "as many rows as a vector has");
	for (size_t i = 0; i < count; i++) {
		key[i] = item[i].key;
		values[i] = values_of(o, &item[i]);
		row[i] = (uint16_t)i;
	}
	agg_read_rows(a, values, count);
	check_room(o, key, count);
	if (o->is_full) {
		size_t others = agg_add_known(a, key, row, count, left);
		for (size_t i = 0; i < others; i++)
			spill_put(o->spill, &item[left[i]]);
		return;
	}
	agg_add(a, key, row, count);
	const uint32_t *number = agg_numbers(a);
	for (size_t i = 0; i < count; i++)
		if (number[i] == o->ranks)
			note_first(o, &item[i]);
}

static void
add_group(struct overflow *o, const struct spill_item *item)
{
	struct agg *a = o->grouping->agg;
	struct slice state = {item->body.at + 1, item->body.len - 1};
	check_room(o, &item->key, 1);
	/* Only groups of others can come to one that is there. */
	if (o->other != NULL && agg_has(a, item->key)) {
		agg_empty(o->other->agg);
		agg_read_group(o->other->agg, item->key, state);
		grouping_merge_group(o->grouping, o->other, 0);
	} else if (o->is_full) {
		spill_put(o->spill, item);
	} else {
		agg_read_group(a, item->key, state);
		note_group(o, item->order);
	}
}

static size_t
count_records(const struct spill_item *item, size_t count)
{
	size_t n = 0;
	while (n < count && item[n].body.at[0] != GROUP)
		n++;
	return n;
}

static bool
add_items(struct overflow *o, const struct spill_item *item, size_t count)
{
	while (count > 0) {
		size_t n = count_records(item, count);
		if (n != 0)
			add_records(o, item, n);
		else
			add_group(o, item);
		if (!check_growth(o))
			return false;
		n += n == 0;
		item += n;
		count -= n;
	}
	return true;
}

static int
by_order(const void *a, const void *b)
{
	uint64_t first = ((const struct overflow_rank *)a)->order;
	uint64_t second = ((const struct overflow_rank *)b)->order;
	return first < second ? -1 : first > second;
}

/* A group that has waited may stand behind records of groups that are younger. */
static void
sort_ranks(struct overflow *o)
{
	bool is_sorted = true;
	for (size_t i = 1; i < o->ranks && is_sorted; i++)
		is_sorted = o->rank[i - 1].order < o->rank[i].order;
	if (!is_sorted)
		qsort(o->rank, o->ranks, sizeof *o->rank, by_order);
}

enum overflow_step
overflow_next(struct overflow *o)
{
	struct spill_item item[SPILL_ITEMS];
	struct agg *a = o->grouping->agg;
	agg_restart(a);
	o->ranks = 0;
	o->is_full = false;
	o->is_behind = true;
	if (!spill_next(o->spill)) {
		agg_take_back(a, false);
		return OVERFLOW_OVER;
	}
	agg_take_back(a, true);
	for (size_t count; (count = spill_take(o->spill, item)) != 0;)
		if (!add_items(o, item, count))
			return OVERFLOW_TOO_LARGE;
	sort_ranks(o);
	return OVERFLOW_PASS;
}

bool
overflow_take(struct overflow *o, struct slice *text)
{
	uint64_t order;
	return spill_merge(o->spill, &order, text);
}

void
overflow_restart(struct overflow *o)
{
	agg_empty(o->grouping->agg);
	o->ranks = 0;
	o->is_full = false;
	o->is_behind = false;
	o->later = 0;
}
