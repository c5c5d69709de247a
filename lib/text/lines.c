#include "text/lines.h"

#include <stdio.h>
#include <string.h>

#include "text/fixed.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"

void
lines_set(struct csv_how *how)
{
	how->is_lines = true;
	how->no_header = true;
}

static void
put_names(struct csv_out *out, const struct csv_how *how, const struct slice *name, size_t count)
{
	if (how->no_out_header)
		return;
	for (size_t i = 0; i < count; i++)
		csv_put_value(out, name[i]);
	csv_put_header_end(out);
}

/* Without a header the columns have no names. */
static void
tell(const struct csv_how *how, const struct batch *row, const struct slice *name, size_t count)
{
	struct arena arena = {0};
	struct slice *given = arena_take(&arena, count * sizeof *given);
	for (size_t i = 0; i < count && row != NULL; i++)
		given[i] = batch_value(row, batch_cell(row, 0, i), &arena);
	how->named(how->named_arg, &(struct header){count, row != NULL ? given : name});
	arena_clear(&arena);
}

void
lines_put_header(struct csv_out *out, const struct csv_how *how, const struct csv_in *in,
	const struct slice *name)
{
	const struct batch *row = csv_header_row(in);
	if (row != NULL && row->columns != out->columns)
		die(END_SETUP, "option --header: %zu name%s for %zu field%s", row->columns,
			plural(row->columns), out->columns, plural(out->columns));
	if (how->named != NULL)
		tell(how, row, how->no_out_header ? NULL : name, out->columns);
	if (row != NULL)
		csv_put_header(out, row);
	else if (name != NULL)
		put_names(out, how, name, out->columns);
}

void
lines_copy(const struct csv_how *how, char *const *operands, size_t count, const char *name)
{
	struct csv_out out;
	csv_out_open(&out, how);
	struct csv_in *in = csv_open(how, operands, count);
	csv_flush_before_wait(in, &out);
	out.columns = 1;
	lines_put_header(&out, how, in, &(struct slice){name, strlen(name)});
	for (const struct batch *b; (b = csv_read(in)) != NULL;) {
		csv_source(&out, b);
		for (size_t row = 0; row < b->rows; row++) {
			out.row = row;
			csv_put_value(&out, batch_run(b, row, 0, 0));
			csv_put_end(&out);
		}
	}
	csv_finish(&out, in);
	csv_close(in);
}

/* A line too short for the places: false where it was rejected. */
static bool
take_short(const struct csv_how *how, const struct fixed *fixed, const struct batch *b, size_t row)
{
	char reason[96];
	if ((how->ragged & RAGGED_FILL) != 0)
		return true;
	snprintf(reason, sizeof reason, "line shorter than the %zu %s that the places need",
		fixed->need, fixed->characters ? "characters" : "bytes");
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "%s", reason);
	reject_put_row(b, row, (struct slice){"", 0}, "short", reason);
	return false;
}

static struct slice
trimmed(struct slice s)
{
	for (; s.len > 0 && (s.at[0] == ' ' || s.at[0] == '\t'); s.len--)
		s.at++;
	while (s.len > 0 && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static struct fixed
parse_places(const char *places, bool characters, struct arena *arena)
{
	struct fixed fixed;
	struct buf why = {0};
	if (fixed_parse(&fixed, places, characters, arena, &why))
		return fixed;
	buf_byte(&why, '\0');
	die(END_SETUP, "option -%c: %s", characters ? 'c' : 'b', why.at);
}

static void
cut_batch(const struct csv_how *how, const struct fixed *fixed, const struct batch *b,
	struct csv_out *out, struct slice *value, bool trim)
{
	csv_source(out, b);
	for (size_t row = 0; row < b->rows; row++) {
		if (!fixed_cut(fixed, batch_run(b, row, 0, 0), value) &&
			!take_short(how, fixed, b, row))
			continue;
		out->row = row;
		for (size_t i = 0; i < fixed->count; i++)
			csv_put_value(out, trim ? trimmed(value[i]) : value[i]);
		csv_put_end(out);
	}
}

void
lines_cut(const struct csv_how *how, char *const *operands, size_t count, const char *places,
	bool characters, bool trim)
{
	struct arena arena = {0};
	struct fixed fixed = parse_places(places, characters, &arena);
	if (fixed.is_named && how->header != NULL)
		die(END_SETUP, "option --header: the fields have names already");
	struct slice *value = arena_take(&arena, fixed.count * sizeof *value);
	struct csv_out out;
	csv_out_open(&out, how);
	struct csv_in *in = csv_open(how, operands, count);
	csv_flush_before_wait(in, &out);
	out.columns = fixed.count;
	for (size_t i = 0; i < fixed.count; i++)
		value[i] = fixed.field[i].name;
	lines_put_header(&out, how, in, fixed.is_named ? value : NULL);
	for (const struct batch *b; (b = csv_read(in)) != NULL;)
		cut_batch(how, &fixed, b, &out, value, trim);
	csv_finish(&out, in);
	csv_close(in);
	arena_clear(&arena);
}
