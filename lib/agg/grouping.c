#include "agg/grouping.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "msg.h"
#include "sort/entries.h"

struct slice
grouping_name(const struct grouping *g, const struct column *column)
{
	return column->name.at != NULL ? column->name : g->header->name[column->index];
}

static bool
is_taken(const struct grouping *g, const struct program_aggregate *first,
	const struct program_aggregate *a)
{
	for (size_t i = 0; i < g->by.count && !g->is_pivoted; i++)
		if (slice_same(grouping_name(g, &g->by.at[i]), a->name))
			return true;
	for (; first != a; first++)
		if (slice_same(first->name, a->name))
			return true;
	return false;
}

static bool
check_names(const struct grouping *g, const struct program *p, struct program_error *error)
{
	size_t count;
	char text[SHOWN_MAX];
	const struct program_aggregate *first = program_aggregates(p, &count);
	for (const struct program_aggregate *a = first; a < first + count; a++)
		if (is_taken(g, first, a))
			return program_fail(error, a->at, a->len,
				"two columns are called '%s': name this one, as in total = sum(x)",
				shown(text, a->name.at, a->name.len));
	return true;
}

/*
 * A group has the number of its first record, where that is wanted, and of each column of its key
 * whether it came in quotes.
 */
static size_t
own_size(const struct grouping *g)
{
	return (g->has_records ? sizeof(uint64_t) : 0) + g->by.count * sizeof(bool);
}

static uint64_t *
first_record(const struct grouping *g, uint32_t group)
{
	return agg_own(g->agg, group);
}

static bool *
quotes(const struct grouping *g, uint32_t group)
{
	char *own = agg_own(g->agg, group);
	return (bool *)(own + (g->has_records ? sizeof(uint64_t) : 0));
}

void
grouping_set_quoted(struct grouping *g, uint32_t group, const bool *is_quoted)
{
	memcpy(quotes(g, group), is_quoted, g->by.count * sizeof *is_quoted);
}

bool
grouping_start(struct grouping *g, const struct program *p, struct arena *arena,
	struct program_error *error)
{
	if (!check_names(g, p, error))
		return false;
	g->agg = agg_new(p, own_size(g), error);
	if (g->agg == NULL)
		return false;
	if (g->by.count != 0)
		keys_init_columns(&g->keys, &g->by, arena);
	else
		agg_add_none(g->agg);
	return true;
}

void
grouping_start_beside(struct grouping *g, const struct grouping *other, const struct program *p)
{
	*g = (struct grouping){.header = other->header, .by = other->by, .has_records = true};
	g->agg = agg_new_beside(other->agg, p);
}

void
grouping_clear(struct grouping *g)
{
	keys_clear(&g->keys);
	agg_free(g->agg);
}

void
grouping_take(struct grouping *g, const struct batch *b, size_t first, size_t rows)
{
	_Static_assert((int)VECTOR_ROWS <= (int)KEYS_ROWS, "keys of all rows of a vector");
	g->batch = b;
	g->first = first;
	if (g->by.count != 0)
		keys_take(&g->keys, b, first, rows);
}

static void
note_first(struct grouping *g, uint32_t group, size_t row, uint64_t record)
{
	bool *is_quoted = quotes(g, group);
	if (g->has_records)
		*first_record(g, group) = record;
	for (size_t k = 0; k < g->by.count; k++)
		is_quoted[k] = batch_cell(g->batch, g->first + row, g->by.at[k].index).quoted;
}

void
grouping_note_first(struct grouping *g, uint32_t group, uint64_t record)
{
	note_first(g, group, 0, record);
}

/* The rows are those added last; the groups from `known` on are new. */
static void
note_new(struct grouping *g, const uint16_t *row, uint32_t known)
{
	const uint32_t *number = agg_numbers(g->agg);
	for (size_t i = 0; known < agg_groups(g->agg); i++)
		if (number[i] == known)
			note_first(g, known++, row[i], g->batch->record + g->first + row[i]);
}

void
grouping_add(struct grouping *g, const uint16_t *row, size_t rows)
{
	struct slice key[VECTOR_ROWS];
	uint32_t known = agg_groups(g->agg);
	if (g->by.count == 0) {
		agg_add(g->agg, NULL, row, rows);
		return;
	}
	for (size_t i = 0; i < rows; i++)
		key[i] = g->keys.key[row[i]];
	agg_add(g->agg, key, row, rows);
	note_new(g, row, known);
}

void
grouping_add_taken(struct grouping *g, const struct grouping *from, const struct slice *key,
	const uint16_t *row, size_t rows)
{
	uint32_t known = agg_groups(g->agg);
	const uint32_t *number = agg_numbers(g->agg);
	g->batch = from->batch;
	g->first = from->first;
	agg_take_rows(g->agg, from->agg);
	agg_add(g->agg, key, row, rows);
	for (size_t i = 0; i < rows; i++) {
		uint64_t record = g->batch->record + g->first + row[i];
		bool is_new = number[i] == known;
		known += is_new;
		if (is_new || record < *first_record(g, number[i]))
			note_first(g, number[i], row[i], record);
	}
}

void
grouping_merge_apart(struct grouping *g, const struct grouping *from, uint32_t group)
{
	uint32_t known = agg_groups(g->agg);
	agg_merge_groups(g->agg, from->agg, group, 1);
	uint32_t number = agg_numbers(g->agg)[0];
	if (number == known || *first_record(from, group) < *first_record(g, number))
		memcpy(agg_own(g->agg, number), agg_own(from->agg, group), own_size(g));
}

/* All groups of these in the order of their first records. */
static struct table_place *
order_groups(struct grouping *const *from, size_t count)
{
	size_t groups = 0;
	for (size_t i = 0; i < count; i++)
		groups += agg_groups(from[i]->agg);
	struct table_place *place = xcalloc(groups, sizeof *place);
	struct table_place *order = xcalloc(groups, sizeof *order);
	struct entry *entry = xcalloc(2 * groups, sizeof *entry);
	size_t n = 0;
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < agg_groups(from[i]->agg); k++, n++) {
			place[n] = (struct table_place){i, k};
			entry[n] = (struct entry){*first_record(from[i], k), (char *)&place[n]};
		}
	entries_sort(entry, entry + groups, groups, false);
	for (size_t i = 0; i < groups; i++)
		order[i] = *(const struct table_place *)(const void *)entry[i].at;
	free(entry);
	free(place);
	return order;
}

void
grouping_take_over(struct grouping *g, struct grouping *const *from, size_t count)
{
	struct table_place *order = order_groups(from, count);
	struct agg **agg = xcalloc(count, sizeof *agg);
	for (size_t i = 0; i < count; i++)
		agg[i] = from[i]->agg;
	agg_take_over(g->agg, agg, count, order);
	free(agg);
	free(order);
}

/* A group that others come to in turn: of each of them the next one that has not been merged. */
struct cursor {
	const struct grouping *from;
	uint32_t next;
};

static uint64_t
record_of(const struct cursor *c)
{
	bool is_over = c->next == agg_groups(c->from->agg);
	return is_over ? UINT64_MAX : *first_record(c->from, c->next);
}

/* How many groups of c, from the next on, came before all others that are next. */
static size_t
count_before(const struct cursor *c, uint64_t record)
{
	size_t n = 0;
	uint32_t left = agg_groups(c->from->agg) - c->next;
	while (n < left && n < VECTOR_ROWS &&
		*first_record(c->from, c->next + (uint32_t)n) < record)
		n++;
	return n;
}

/* Those that are new here have their first record, and quotes, as they had there. */
static void
take_groups(struct grouping *g, const struct grouping *from, uint32_t first, size_t count)
{
	uint32_t known = agg_groups(g->agg);
	const uint32_t *number = agg_numbers(g->agg);
	agg_merge_groups(g->agg, from->agg, first, count);
	for (size_t i = 0; i < count; i++) {
		if (number[i] < known)
			continue;
		grouping_set_quoted(g, number[i], quotes(from, first + (uint32_t)i));
		if (g->has_records)
			*first_record(g, number[i]) = *first_record(from, first + (uint32_t)i);
	}
}

void
grouping_merge_group(struct grouping *g, const struct grouping *from, uint32_t group)
{
	take_groups(g, from, group, 1);
}

uint64_t
grouping_record(const struct grouping *g, uint32_t group)
{
	return *first_record(g, group);
}

void
grouping_set_record(struct grouping *g, uint32_t group, uint64_t record)
{
	*first_record(g, group) = record;
}

/* The one of which the next group came first, and where the next of the others did. */
static struct cursor *
find_first(struct cursor *cursor, size_t count, uint64_t *others)
{
	struct cursor *first = &cursor[0];
	*others = UINT64_MAX;
	for (size_t i = 1; i < count; i++) {
		uint64_t record = record_of(&cursor[i]);
		if (record < record_of(first)) {
			*others = record_of(first);
			first = &cursor[i];
		} else if (record < *others) {
			*others = record;
		}
	}
	return first;
}

void
grouping_merge(struct grouping *g, struct grouping *const *from, size_t count)
{
	struct cursor *cursor = xcalloc(count, sizeof *cursor);
	if (g->by.count == 0) {
		for (size_t i = 0; i < count; i++)
			agg_merge(g->agg, from[i]->agg);
		count = 0;
	}
	for (size_t i = 0; i < count; i++)
		cursor[i].from = from[i];
	uint64_t others;
	struct cursor *first;
	while (count != 0 && record_of(first = find_first(cursor, count, &others)) != UINT64_MAX) {
		size_t groups = count_before(first, others);
		take_groups(g, first->from, first->next, groups);
		first->next += (uint32_t)groups;
	}
	free(cursor);
}

struct slice
grouping_value(const struct grouping *g, uint32_t group, size_t i, bool *is_quoted)
{
	*is_quoted = quotes(g, group)[i];
	return keys_value(agg_key(g->agg, group), g->by.count, i);
}

void
grouping_describe(const struct grouping *g, const struct columns *columns, struct slice key,
	struct buf *out)
{
	char name[SHOWN_MAX];
	char text[SHOWN_MAX];
	for (size_t i = 0; i < columns->count; i++) {
		struct slice column = grouping_name(g, &columns->at[i]);
		struct slice value = keys_value(key, columns->count, i);
		buf_format(out, "%s '%s'%s", shown(name, column.at, column.len),
			shown(text, value.at, value.len), i + 1 == columns->count ? ": " : ", ");
	}
	buf_byte(out, '\0');
}
