#include "csv/csv.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/csv-parse.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"

static struct dialect
choose_dialect(const struct csv_how *how)
{
	if (how->out_tsv && how->out_delimiter != 0)
		die(END_SETUP, "options --out-tsv and --out-delimiter exclude each other");
	if (how->out_tsv)
		return (struct dialect){'\t', false, how->tsv_escape};
	struct dialect d = dialect_csv;
	if (how->out_delimiter != 0)
		d.delimiter = how->out_delimiter;
	if (d.delimiter == '"' || d.delimiter == '\n' || d.delimiter == '\r')
		die(END_SETUP, "option --out-delimiter: a quote or the end of a line cannot be the "
			       "delimiter");
	return d;
}

void
csv_out_open(struct csv_out *w, const struct csv_how *how)
{
	struct stat st;
	*w = (struct csv_out){.dialect = choose_dialect(how)};
	if ((how->output != NULL ? stat(how->output, &st) : fstat(STDOUT_FILENO, &st)) == 0)
		reject_keep_apart("output", how->output != NULL ? how->output : "stdout", &st);
	out_open(&w->out, how->output);
	mark_begin(&w->mark, w->out.fd);
	w->stage = stage_output(w->out.name, w->out.fd);
}

void
csv_out_memory(struct csv_out *w, const struct csv_out *like, struct buf *text)
{
	*w = (struct csv_out){.dialect = like->dialect, .columns = like->columns};
	out_open_memory(&w->out, text);
}

void
csv_out_memory_clear(struct csv_out *w)
{
	out_finish(&w->out);
	buf_clear(&w->scratch);
}

void
csv_source(struct csv_out *w, const struct batch *b)
{
	w->source = b;
	w->row = 0;
	w->is_verbatim = b != NULL && dialect_same(b->dialect, w->dialect);
	w->quotable_len = 0;
	if (b == NULL || !b->dialect.quotes || !w->dialect.quotes)
		return;
	/* Where the content of a field between quotes can begin: not at the first byte. */
	const char *first = b->text + (uint32_t)(b->end[-1] + 1);
	const char *stop = b->text + b->end[b->rows * b->columns - 1];
	w->quotable = (uintptr_t)first + 1;
	w->quotable_len = stop > first ? (size_t)(stop - first) - 1 : 0;
}

static void
put_bytes(struct csv_out *w, const char *at, size_t len)
{
	out_add(&w->out, at, len);
}

static _Noreturn void
die_not_tsv(const struct csv_out *w, struct slice value)
{
	char text[SHOWN_MAX];
	shown(text, value.at, value.len);
	if (w->source == NULL)
		die(END_DATA, "TSV cannot hold '%s' (--tsv-escape can)", text);
	csv_die(END_DATA, w->source, w->row, "TSV cannot hold '%s' (--tsv-escape can)", text);
}

static void
put_tsv(struct csv_out *w, struct slice value)
{
	w->scratch.len = 0;
	if (!csv_parse_tsv(&w->scratch, value, w->dialect.delimiter, w->dialect.escapes))
		die_not_tsv(w, value);
	if (w->scratch.len != 0)
		put_bytes(w, w->scratch.at, w->scratch.len);
}

static void
put_delimiter(struct csv_out *w)
{
	if (w->is_behind)
		out_byte(&w->out, w->dialect.delimiter);
	w->is_behind = true;
}

/*
 * Is the value a whole field of the source, as it stands there between quotes?  In CSV no byte but
 * a quote of the field's own stands before or behind it then.
 */
static bool
is_quoted_field(const struct csv_out *w, struct slice value)
{
	return (uintptr_t)value.at - w->quotable < w->quotable_len && value.at[-1] == '"' &&
		value.at[value.len] == '"';
}

void
csv_put_value(struct csv_out *w, struct slice value)
{
	put_delimiter(w);
	if (!w->dialect.quotes) {
		put_tsv(w, value);
	} else if (is_quoted_field(w, value)) {
		put_bytes(w, value.at - 1, value.len + 2);
	} else if (value.len == 0) {
		if (w->columns == 1)
			put_bytes(w, "\"\"", 2);
	} else if (csv_parse_needs_quotes(value, w->dialect.delimiter)) {
		w->scratch.len = 0;
		csv_parse_quote(&w->scratch, value, w->dialect.delimiter);
		put_bytes(w, w->scratch.at, w->scratch.len);
	} else {
		put_bytes(w, value.at, value.len);
	}
}

void
csv_put_quoted(struct csv_out *w, struct slice value)
{
	if (!w->dialect.quotes) {
		csv_put_value(w, value);
		return;
	}
	put_delimiter(w);
	w->scratch.len = 0;
	csv_parse_put_quoted(&w->scratch, value);
	put_bytes(w, w->scratch.at, w->scratch.len);
}

/*
 * Of two CSV dialects the quoted form is the same, so that an empty text stays apart from no value.
 */
static void
put_cell(struct csv_out *w, const struct batch *b, struct cell cell)
{
	if (cell.quoted && w->dialect.quotes) {
		put_delimiter(w);
		put_bytes(w, b->text + cell.at - 1, cell.len + 2u);
		return;
	}
	struct arena resolved = {0};
	csv_put_value(w, batch_value(b, cell, &resolved));
	arena_clear(&resolved);
}

void
csv_put_converted(struct csv_out *w, size_t row, size_t first, size_t last)
{
	w->row = row;
	if (w->is_verbatim) {
		struct slice run = batch_run(w->source, row, first, last);
		put_delimiter(w);
		put_bytes(w, run.at, run.len);
		if (run.len == 0 && w->columns == 1 && w->dialect.quotes)
			put_bytes(w, "\"\"", 2);
		return;
	}
	for (size_t i = first; i <= last; i++)
		put_cell(w, w->source, batch_cell(w->source, row, i));
}

void
csv_put_header_end(struct csv_out *w)
{
	csv_put_end(w);
	w->records--;
}

void
csv_put_names(struct csv_out *w, const struct batch *row, const struct columns *columns)
{
	csv_source(w, row);
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->at[i];
		if (column->name.at != NULL)
			csv_put_value(w, column->name);
		else
			csv_put_run(w, 0, column->index, column->index);
	}
}

/* Rows whose ends are LF stand one behind the other as they are to leave. */
static void
put_rows_verbatim(struct csv_out *w, size_t first, size_t rows)
{
	enum { SHORT = 128 }; /* up to here a call of memcpy costs more */
	const struct batch *b = w->source;
	const uint32_t *end = b->end + first * b->columns;
	uint32_t start = end[-1] + 1;
	size_t len = end[rows * b->columns - 1] - start;
	if (len <= SHORT)
		out_padded(&w->out, b->text + start, len);
	else
		out_add(&w->out, b->text + start, len);
	out_byte(&w->out, '\n');
	w->records += rows;
}

void
csv_put_rows(struct csv_out *w, size_t first, size_t rows)
{
	const struct batch *b = w->source;
	if (w->is_verbatim && w->columns != 1 && !b->has_cr && rows != 0) {
		put_rows_verbatim(w, first, rows);
		return;
	}
	for (size_t row = first; row < first + rows; row++) {
		csv_put_run(w, row, 0, b->columns - 1);
		csv_put_end(w);
	}
}

/* One record: fields that stay as they are, and go where there is room for all of the row. */
static inline char *
put_runs(char *to, const struct batch *b, const uint32_t *end, const struct columns_run *run,
	size_t runs, char delimiter)
{
	for (size_t i = 0; i < runs; i++) {
		uint32_t start = end[(ptrdiff_t)run[i].first - 1] + 1;
		size_t len = end[run[i].last] - start;
		const char *at = b->text + start;
		if (b->has_cr && run[i].last + 1 == b->columns && len > 0 && at[len - 1] == '\r')
			len--;
		for (size_t k = 0; k < len; k += 16)
			memcpy(to + k, at + k, 16);
		to += len;
		*to++ = delimiter;
	}
	to[-1] = '\n';
	return to;
}

void
csv_put_cut(struct csv_out *w, size_t first, size_t rows, const struct columns_run *run,
	size_t runs)
{
	const struct batch b = *w->source;
	const uint32_t *end = b.end + first * b.columns;
	for (size_t row = first; row < first + rows; row++, end += b.columns) {
		/* No field is there twice, so that all of them are not longer than the row. */
		size_t room = end[b.columns - 1] - end[-1] + runs;
		if (!w->is_verbatim || w->columns == 1 || room > OUT_BUFFER / 4) {
			for (size_t i = 0; i < runs; i++)
				csv_put_run(w, row, run[i].first, run[i].last);
			csv_put_end(w);
			continue;
		}
		char *to = out_room(&w->out, room);
		w->out.len += (size_t)(put_runs(to, &b, end, run, runs, w->dialect.delimiter) - to);
		w->records++;
	}
}

void
csv_put_header(struct csv_out *w, const struct batch *row)
{
	if (row == NULL)
		return;
	csv_source(w, row);
	csv_put_run(w, 0, 0, row->columns - 1);
	csv_put_header_end(w);
}

void
csv_copy(struct csv_in *in, struct csv_out *w, bool with_header)
{
	w->columns = csv_header(in)->count;
	csv_put_header(w, with_header ? csv_header_row(in) : NULL);
	for (const struct batch *b; (b = csv_read(in)) != NULL;) {
		csv_source(w, b);
		csv_put_rows(w, 0, b->rows);
	}
}

void
csv_finish(struct csv_out *w, const struct csv_in *in)
{
	bool to_stdout = w->out.fd == STDOUT_FILENO;
	reject_finish((in != NULL ? csv_records(in) : w->records) + w->beside);
	out_flush(&w->out);
	/* does nothing to a file, and what is no file has nothing to commit */
	mark_end(&w->mark, w->records);
	out_finish(&w->out);
	buf_clear(&w->scratch);
	w->stage->records = w->records;
	w->stage->bytes = w->out.bytes;
	w->stage->waited = w->out.waited;
	if (to_stdout && close(STDOUT_FILENO) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
}
