#include "csv/csv-in.h"

#include <string.h>

#include "msg.h"
#include "number.h"

/* A row of its own memory, so that it outlives the block. */
static struct batch
keep_row(const struct batch *b, struct arena *arena)
{
	size_t columns = b->columns;
	struct slice text = batch_run(b, 0, 0, columns - 1);
	char *copy = arena_take(arena, text.len + 1 + SCAN_PAD);
	memcpy(copy, text.at, text.len);
	memset(copy + text.len, '\n', 1 + SCAN_PAD);
	uint32_t *end = (uint32_t *)arena_take(arena, (columns + 1) * sizeof *end) + 1;
	uint32_t start = b->end[-1] + 1;
	for (size_t i = 0; i <= columns; i++)
		end[(ptrdiff_t)i - 1] = b->end[(ptrdiff_t)i - 1] - start;
	end[columns - 1] = (uint32_t)text.len;
	return (struct batch){
		.text = copy,
		.end = end,
		.rows = 1,
		.columns = columns,
		.line = b->line,
		.dialect = b->dialect,
		.file = b->file,
	};
}

static const struct slice *
row_values(const struct batch *row, struct arena *arena)
{
	struct slice *value = arena_take(arena, (row->columns + 1) * sizeof *value);
	for (size_t i = 0; i < row->columns; i++)
		value[i] = batch_value(row, batch_cell(row, 0, i), arena);
	return value;
}

/* The names that an option gives, as a row. */
static struct batch
row_of_names(struct csv_in *in, const char *names, const char *option)
{
	in->mended.len = 0;
	buf_text(&in->mended, names);
	csv_mend_index(in, dialect_csv);
	if (in->mended_scan.bad != SCAN_GOOD || in->mended_scan.rows != 1)
		die(END_SETUP, "option --%s: '%s' is not one record of CSV", option, names);
	return keep_row(&(struct batch){
		.text = in->mended.at,
		.end = in->mended_scan.end,
		.rows = 1,
		.columns = in->mended_scan.ends,
		.dialect = dialect_csv,
		.file = option,
	}, &in->names);
}

/* The columns are 1..n. */
static void
number_columns(struct csv_in *in, size_t count)
{
	struct slice *name = arena_take(&in->names, (count + 1) * sizeof *name);
	for (size_t i = 0; i < count; i++) {
		char digits[INTEGER_PRINT_MAX];
		size_t len = uint64_print(digits, i + 1);
		name[i] = (struct slice){arena_keep(&in->names, digits, len), len};
	}
	in->header = (struct header){count, name};
	in->columns = count;
}

/*
 * Goes to the first record, which may be malformed; counts the blank lines before it.  false: there
 * is none.
 */
static bool
find_record(struct csv_in *in, uint64_t *blanks)
{
	struct csv_text *t = &in->text;
	while (csv_text_more(t)) {
		if (t->row == t->scan.rows || !csv_text_is_blank(t, t->row))
			return true;
		t->row++;
		++*blanks;
	}
	return false;
}

/* The header's record, kept in arena.  false: there is none. */
static bool
read_header_row(struct csv_in *in, struct batch *row, struct arena *arena)
{
	size_t expected = in->columns;
	uint64_t blanks = 0;
	in->in_header = true;
	in->has_header = find_record(in, &blanks);
	if (in->has_header && in->text.row < in->text.scan.rows) {
		in->columns = csv_rows_width(in);
		*row = keep_row(csv_rows_take(in), arena);
	} else if (in->has_header) {
		*row = keep_row(csv_mend_malformed(in), arena);
	}
	in->in_header = false;
	in->columns = expected;
	return in->has_header;
}

/* The first operand's header is everybody's. */
static void
adopt_header(struct csv_in *in, const struct batch *row)
{
	const struct csv_how *how = in->how;
	in->given = row_values(row, &in->names);
	in->header = (struct header){row->columns, in->given};
	in->header_row = *row;
	in->header_file = in->text.source.name;
	in->columns = row->columns;
	if (how->rename_header == NULL)
		return;
	struct batch renamed = row_of_names(in, how->rename_header, "rename-header");
	if (renamed.columns != row->columns)
		die(END_SETUP, "option --rename-header: %zu name%s for %zu column%s",
			renamed.columns,
			plural(renamed.columns), row->columns, plural(row->columns));
	in->header.name = row_values(&renamed, &in->names);
	in->header_row = renamed;
}

/* The header of an input, by its name for messages, is that of the first one. */
static void
check_names(const char *name, const struct header *header, const struct header *given,
	const char *first)
{
	if (header->count != given->count)
		die(END_DATA, "%s: the header has %zu column%s, that of %s has %zu", name,
			header->count, plural(header->count), first, given->count);
	for (size_t i = 0; i < header->count; i++) {
		struct slice x = header->name[i], y = given->name[i];
		char a[SHOWN_MAX], b[SHOWN_MAX];
		if (!slice_same(x, y))
			die(END_DATA, "%s: column %zu is '%s' here, '%s' in %s", name, i + 1,
				shown(a, x.at, x.len), shown(b, y.at, y.len), first);
	}
}

static void
check_same_header(struct csv_in *in, const struct batch *row)
{
	check_names(in->text.source.name,
		&(struct header){row->columns, row_values(row, &in->scratch)},
		&(struct header){in->columns, in->given}, in->header_file);
}

void
csv_check_same(const struct csv_in *in, const char *name, const struct csv_in *first,
	const char *first_name)
{
	if (csv_how_has_header(in->how))
		check_names(name, &(struct header){in->columns, in->given},
			&(struct header){first->columns, first->given}, first_name);
	else if (in->columns != first->columns)
		die(END_DATA, "%s: %zu column%s, %s has %zu", name, in->columns,
			plural(in->columns), first_name, first->columns);
}

/*
 * Without a header the first record says how many columns there are.  It stays where it is.  Blank
 * lines before it are empty values if it has but one.
 */
static void
count_columns(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	uint64_t blanks = 0;
	while (in->columns == 0 && find_record(in, &blanks)) {
		size_t fields;
		if (t->row < t->scan.rows) {
			number_columns(in, csv_rows_width(in));
			continue;
		}
		struct slice record = csv_text_bad(t);
		uint64_t line = csv_text_line_of(t, csv_text_start(t, t->scan.rows));
		if (csv_mend_can(in) && csv_mend(in, record, line, &fields))
			number_columns(in, fields);
		else
			csv_mend_malformed(in);
	}
	if (in->columns == 0 && blanks != 0)
		number_columns(in, 1);
	in->blanks = in->columns == 1 ? blanks : 0;
	in->blanks_line = 1;
}

static void
begin_headerless(struct csv_in *in)
{
	const struct csv_how *how = in->how;
	if (in->columns != 0)
		return;
	if (how->header != NULL)
		in->header_row = row_of_names(in, how->header, "header");
	if (how->is_lines) {
		number_columns(in, 1);
	} else if (how->header != NULL) {
		in->columns = in->header_row.columns;
		in->header = (struct header){in->columns, row_values(&in->header_row, &in->names)};
	} else {
		count_columns(in);
	}
}

void
csv_header_begin(struct csv_in *in)
{
	struct batch row;
	bool first = in->columns == 0;
	if (!csv_how_has_header(in->how))
		begin_headerless(in);
	else if (!read_header_row(in, &row, first ? &in->names : &in->scratch))
		return;
	else if (first)
		adopt_header(in, &row);
	else
		check_same_header(in, &row);
	arena_reset(&in->scratch);
}

const struct header *
csv_header(const struct csv_in *in)
{
	return &in->header;
}

const struct batch *
csv_header_row(const struct csv_in *in)
{
	bool written = in->header_row.columns != 0 && !in->how->no_out_header;
	return written ? &in->header_row : NULL;
}
