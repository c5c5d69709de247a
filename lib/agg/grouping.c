#include "agg/grouping.h"

#include "msg.h"

struct slice
grouping_name(const struct grouping *g, const struct column *column)
{
	return column->name.at != NULL ? column->name : g->header->name[column->index];
}

static bool
is_taken(const struct grouping *g, const struct program_aggregate *first,
	const struct program_aggregate *a)
{
	for (size_t i = 0; i < g->by.count; i++)
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

/* For each column of its key a group has whether it came in quotes. */
bool
grouping_start(struct grouping *g, const struct program *p, struct arena *arena,
	struct program_error *error)
{
	if (!check_names(g, p, error))
		return false;
	g->agg = agg_new(p, g->by.count * sizeof(bool), error);
	if (g->agg == NULL)
		return false;
	if (g->by.count != 0)
		keys_init_columns(&g->keys, &g->by, arena);
	else
		agg_add_none(g->agg);
	return true;
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

/* The rows are those added last; the groups from `known` on are new. */
static void
note_quotes(struct grouping *g, const uint16_t *row, uint32_t known)
{
	const uint32_t *number = agg_numbers(g->agg);
	for (size_t i = 0; known < agg_groups(g->agg); i++) {
		if (number[i] != known)
			continue;
		bool *is_quoted = agg_own(g->agg, known++);
		for (size_t k = 0; k < g->by.count; k++) {
			size_t column = g->by.at[k].index;
			is_quoted[k] = batch_cell(g->batch, g->first + row[i], column).quoted;
		}
	}
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
	note_quotes(g, row, known);
}

struct slice
grouping_value(const struct grouping *g, uint32_t group, size_t i, bool *is_quoted)
{
	*is_quoted = ((const bool *)agg_own(g->agg, group))[i];
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
