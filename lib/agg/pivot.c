#include "agg/pivot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "table/keys.h"

typedef size_t length;

void
pivot_check(const struct pivot_how *how, const struct csv_how *csv)
{
	bool has_header = !csv->no_out_header && (!csv->no_header || csv->header != NULL);
	if (how->values != NULL && how->column == NULL)
		die(END_SETUP, "option --values: they are those of --pivot, which is missing");
	if (how->column != NULL && how->values == NULL && !has_header)
		die(END_SETUP, "option --pivot: without a header only --values says which column "
			       "is which");
}

void
pivot_choose(const struct pivot_how *how, struct grouping *g, struct arena *arena)
{
	char text[SHOWN_MAX];
	struct columns one = csv_columns(how->column, "--pivot", g->header, 0, arena);
	struct slice name = g->header->name[one.at[0].index];
	if (one.count != 1)
		die(END_SETUP, "option --pivot: one column, not %zu", one.count);
	for (size_t i = 0; i < g->by.count; i++)
		if (g->by.at[i].index == one.at[0].index)
			die(END_SETUP, "option --pivot: column '%s' is one of -g",
				shown(text, name.at, name.len));
	struct column *at = arena_take(arena, (g->by.count + 1) * sizeof *at);
	if (g->by.count != 0)
		memcpy(at, g->by.at, g->by.count * sizeof *at);
	at[g->by.count] = one.at[0];
	g->by = (struct columns){at, g->by.count + 1};
	g->is_pivoted = true;
}

/* The columns in front of those for the values. */
static size_t
keys_count(const struct pivot *p)
{
	return p->grouping->by.count - 1;
}

static void
read_values(struct pivot *p)
{
	for (const char *at = p->how->values;; at++) {
		char text[SHOWN_MAX];
		uint32_t number;
		uint32_t known = table_count(p->value);
		size_t len = columns_item_len(at);
		struct slice value = columns_item_text((struct slice){at, len}, &p->arena);
		table_put(p->value, &value, 1, &number);
		if (number != known)
			die(END_SETUP, "option --values: '%s' is there twice",
				shown(text, value.at, value.len));
		at += len;
		if (*at == '\0')
			return;
	}
}

/* What all aggregates are of no records. */
static void
answer_none(struct pivot *p, const struct program *program)
{
	struct program_error error = {0};
	struct agg_fault fault;
	struct agg *a = agg_new(program, 0, &error);
	assert(a != NULL); /* as that of the grouping was */
	agg_add_none(a);
	agg_answer(a, &(uint32_t){0}, 1, &fault);
	p->none = (struct slice *)arena_take(&p->arena, p->aggregates * sizeof *p->none);
	for (size_t i = 0; i < p->aggregates; i++) {
		struct slice text = agg_text(a, i, 0);
		p->none[i] = (struct slice){arena_keep(&p->arena, text.at, text.len), text.len};
	}
	agg_free(a);
}

/* The name of a column: the value, and where there are several aggregates which of them. */
static struct slice
column_name(const struct pivot *p, uint32_t value, size_t aggregate, struct buf *out)
{
	struct slice name = p->aggregate[aggregate].name;
	struct slice key = table_key(p->value, value);
	if (p->aggregates == 1)
		return key;
	out->len = 0;
	buf_add(out, key.at, key.len);
	buf_byte(out, '_');
	buf_add(out, name.at, name.len);
	return (struct slice){out->at, out->len};
}

static void
note_name(const struct pivot *p, struct table *names, struct slice name, int status)
{
	char text[SHOWN_MAX];
	uint32_t number;
	uint32_t known = table_count(names);
	table_put(names, &name, 1, &number);
	if (number != known)
		die(status, "option --%s: two columns would be called '%s'%s",
			p->how->values != NULL ? "values" : "pivot",
			shown(text, name.at, name.len),
			number < keys_count(p) ? ": rename that of -g, as in new=old" : "");
}

static void
check_names(const struct pivot *p, int status)
{
	struct table *names = table_new(0);
	struct buf name = {0};
	for (size_t i = 0; i < keys_count(p); i++)
		note_name(p, names, grouping_name(p->grouping, &p->grouping->by.at[i]), status);
	for (uint32_t value = 0; value < table_count(p->value); value++)
		for (size_t i = 0; i < p->aggregates; i++)
			note_name(p, names, column_name(p, value, i, &name), status);
	buf_clear(&name);
	table_free(names);
}

size_t
pivot_columns(const struct pivot *p)
{
	return keys_count(p) + table_count(p->value) * p->aggregates;
}

/* So many that another program could not read them. */
static void
check_count(const struct pivot *p, int status)
{
	if (pivot_columns(p) > p->columns_max)
		die(status, "option --pivot: %u values make more columns than %ju (--max-columns)",
			table_count(p->value), (uintmax_t)p->columns_max);
}

void
pivot_init(struct pivot *p, const struct pivot_how *how, const struct grouping *g,
	const struct program *program, uint64_t memory, uint64_t columns_max)
{
	*p = (struct pivot){.how = how, .grouping = g, .memory = memory,
		.columns_max = columns_max, .value = table_new(0)};
	p->aggregate = program_aggregates(program, &p->aggregates);
	wide_init(&p->wide, memory / 2);
	answer_none(p, program);
	if (how->values == NULL)
		return;
	read_values(p);
	check_count(p, END_SETUP);
	check_names(p, END_SETUP);
}

void
pivot_clear(struct pivot *p)
{
	table_free(p->value);
	arena_clear(&p->arena);
	wide_clear(&p->wide);
	buf_clear(&p->cell);
	free(p->at);
	*p = (struct pivot){0};
}

static void
put_text(struct buf *out, struct slice text)
{
	length len = text.len;
	buf_add(out, &len, sizeof len);
	buf_add(out, text.at, text.len);
}

static struct slice
take_text(const char **at)
{
	length len;
	memcpy(&len, *at, sizeof len);
	struct slice text = {*at + sizeof len, len};
	*at += sizeof len + len;
	return text;
}

/* The key; of each value of it but the last, was it in quotes; the results. */
void
pivot_write(const struct pivot *p, uint32_t group, size_t row, struct buf *out)
{
	const struct grouping *g = p->grouping;
	put_text(out, agg_key(g->agg, group));
	for (size_t i = 0; i < keys_count(p); i++) {
		bool is_quoted;
		grouping_value(g, group, i, &is_quoted);
		buf_byte(out, is_quoted);
	}
	for (size_t i = 0; i < p->aggregates; i++)
		put_text(out, agg_text(g->agg, i, row));
}

static _Noreturn void
die_unknown(const struct pivot *p, struct slice key)
{
	struct buf group = {0};
	grouping_describe(p->grouping, &p->grouping->by, key, &group);
	die(END_DATA, "%snone of --values", group.at);
}

static _Noreturn void
die_too_large(const struct pivot *p, const char *what)
{
	die(END_SETUP, "option --pivot: more than --memory %ju: %s (allow more)",
		(uintmax_t)p->memory, what);
}

/* The number of the value that is the last one of a key. */
static uint32_t
number_of(struct pivot *p, struct slice value, struct slice key)
{
	uint32_t number;
	table_find(p->value, &value, 1, &number);
	if (number != TABLE_NONE)
		return number;
	if (p->how->values != NULL)
		die_unknown(p, key);
	table_put(p->value, &value, 1, &number);
	check_count(p, END_DATA);
	if (table_bytes(p->value) > p->memory / 2)
		die_too_large(p, "the names of the columns");
	return number;
}

/* The key of the record is that of the group without its last value. */
void
pivot_add(struct pivot *p, struct slice text)
{
	const char *at = text.at;
	struct slice key = take_text(&at);
	struct slice value = keys_value(key, p->grouping->by.count, keys_count(p));
	uint32_t number = number_of(p, value, key);
	p->cell.len = 0;
	buf_add(&p->cell, &number, sizeof number);
	buf_add(&p->cell, at, (size_t)(text.at + text.len - at));
	key.len -= value.len;
	if (!wide_add(&p->wide, key, (struct slice){p->cell.at, p->cell.len}))
		die_too_large(p, "1 record");
}

void
pivot_settle(struct pivot *p)
{
	if (!wide_settle(&p->wide))
		die_too_large(p, "1 record");
	if (pivot_columns(p) == 0)
		die(END_DATA,
			"option --pivot: no records, and so no columns (--values names them)");
	if (p->how->values == NULL)
		check_names(p, END_DATA);
}

void
pivot_put_header(const struct pivot *p, struct csv_out *out)
{
	struct buf name = {0};
	for (uint32_t value = 0; value < table_count(p->value); value++)
		for (size_t i = 0; i < p->aggregates; i++)
			csv_put_value(out, column_name(p, value, i, &name));
	buf_clear(&name);
}

/* Finds the results for each value; returns where it is said which values of the key had quotes. */
static const char *
read_cells(struct pivot *p, struct slice cells)
{
	const char *end = cells.at + cells.len;
	memset(p->at, 0, table_count(p->value) * sizeof *p->at);
	for (const char *at = cells.at; at != end;) {
		uint32_t number;
		memcpy(&number, at, sizeof number);
		at += sizeof number + keys_count(p);
		p->at[number] = at;
		for (size_t i = 0; i < p->aggregates; i++)
			take_text(&at);
	}
	return cells.at + sizeof(uint32_t);
}

static void
put_key(const struct pivot *p, struct csv_out *out, struct slice key, const char *quotes)
{
	for (size_t i = 0; i < keys_count(p); i++) {
		struct slice value = keys_value(key, p->grouping->by.count, i);
		if (quotes[i])
			csv_put_quoted(out, value);
		else
			csv_put_value(out, value);
	}
}

static void
put_cells(const struct pivot *p, struct csv_out *out)
{
	for (uint32_t value = 0; value < table_count(p->value); value++) {
		const char *at = p->at[value];
		for (size_t i = 0; i < p->aggregates; i++)
			csv_put_value(out, at != NULL ? take_text(&at) : p->none[i]);
	}
	csv_put_end(out);
}

void
pivot_put(struct pivot *p, struct csv_out *out)
{
	struct slice key;
	struct slice cells;
	bool is_none = true;
	p->at = xrealloc(p->at, table_count(p->value) + 1, sizeof *p->at);
	csv_source(out, NULL);
	for (; wide_take(&p->wide, &key, &cells); is_none = false) {
		const char *quotes = read_cells(p, cells);
		put_key(p, out, key, quotes);
		put_cells(p, out);
	}
	/* As all records are one group, even if there are none. */
	if (is_none && keys_count(p) == 0) {
		memset(p->at, 0, table_count(p->value) * sizeof *p->at);
		put_cells(p, out);
	}
	wide_restart(&p->wide);
}
