#include "csv/csv-in.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/reject.h"
#include "in.h"
#include "msg.h"

enum { BLANKS_AT_ONCE = 4096 };

void
csv_die(int status, const struct batch *b, size_t row, const char *format, ...)
{
	struct buf text = {0};
	va_list args;
	va_start(args, format);
	int len = vsnprintf(buf_room(&text, 2048), 2048, format, args);
	va_end(args);
	(void)len;
	die(status, "%s:%ju: %s", b->file, (uintmax_t)batch_line(b, row), text.at);
}

/* Only text that is longer than a field may be can hold one that is too long. */
static bool
has_long(const struct csv_in *in)
{
	return in->text.len > in->how->max_field || in->text.len > in->how->max_record;
}

/* How many of the rows from t->row are as wide as they should be. */
static size_t
count_even(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	const uint32_t *first = t->scan.first;
	size_t to = t->row;
	while (to < t->scan.rows && first[to + 1] - first[to] == in->columns)
		to++;
	for (size_t row = t->row; row < to && has_long(in); row++)
		csv_rows_check(in, row);
	return to - t->row;
}

/*
 * The next rows that are as they should be, or one that is not.  NULL: there was nothing to
 * deliver.
 */
static const struct batch *
take_rows(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	size_t from = t->row;
	const uint32_t *end = t->scan.end + t->scan.first[from];
	size_t rows = count_even(in);
	size_t start = csv_text_start(t, from);
	if (start != t->line_at)
		csv_text_line_to(t, start);
	if (rows > 0) {
		t->row += rows;
		return csv_rows_deliver(in, t->at, end, rows, t->line, t->scan.has_cr);
	}
	t->row++;
	if (csv_text_is_blank(t, from))
		return NULL;
	if (has_long(in))
		csv_rows_check(in, from);
	csv_rows_check_width(in, csv_text_width(t, from), t->line);
	return csv_mend_ragged(in, csv_text_record(t, from), end, csv_text_width(t, from), t->line);
}

/* Without operands standard input is the only one. */
static bool
next_source(struct csv_in *in)
{
	if (in->how->next != NULL)
		return in->how->next(in->how->next_arg, &in->text.source, in->records);
	if (in->opened > 0 && in->opened >= in->operands)
		return false;
	in_open(&in->text.source, in->operands != 0 ? in->operand[in->opened] : NULL);
	in->opened++;
	return true;
}

static void
open_next(struct csv_in *in)
{
	in->is_open = next_source(in);
	if (!in->is_open)
		return;
	in->records = 0;
	in->has_header = false;
	in->is_looked_at = false;
	csv_text_open(&in->text);
	csv_header_begin(in);
}

/* At the end of an operand: did the program that wrote it finish, and was it what it should be? */
static void
finish(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	bool is_empty = t->source.bytes == 0;
	/* Lines are no records: the header is one, a quoted newline makes two. */
	csv_judge(in->how, &t->mark, in->how->is_lines ? MARK_UNCOUNTED : in->records, is_empty);
	if (csv_how_has_header(in->how) && !in->has_header && !in->how->allow_empty)
		csv_text_die(t, 0, "%s: there is no header%s",
			is_empty ? "empty" : "nothing but blank lines",
			in->how->is_state ? "" : " (--allow-empty accepts it)");
	if (t->second_refused)
		die(END_SETUP, "%s: libcsv refuses what the scanner reads, near line %ju",
			t->source.name, (uintmax_t)foreign_line(t->second));
	in_close(&t->source);
	in->is_open = false;
}

/* Blank lines that have turned out to be empty values. */
static const struct batch *
take_blanks(struct csv_in *in)
{
	size_t rows = in->blanks < BLANKS_AT_ONCE ? (size_t)in->blanks : BLANKS_AT_ONCE;
	arena_reset(&in->scratch);
	char *text = arena_take(&in->scratch, rows + SCAN_PAD);
	uint32_t *end = (uint32_t *)arena_take(&in->scratch, (rows + 1) * sizeof *end) + 1;
	memset(text, '\n', rows + SCAN_PAD);
	for (size_t i = 0; i <= rows; i++)
		end[(ptrdiff_t)i - 1] = (uint32_t)i - 1;
	uint64_t line = in->blanks_line;
	in->blanks_line += rows;
	in->blanks -= rows;
	return csv_rows_deliver(in, text, end, rows, line, false);
}

const struct batch *
csv_read(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	if (in->blanks > 0)
		return take_blanks(in);
	while (in->is_open) {
		if (!csv_text_more(t)) {
			finish(in);
			open_next(in);
			continue;
		}
		const struct batch *b = t->row < t->scan.rows ? take_rows(in)
			: csv_mend_malformed(in);
		if (b != NULL)
			return b;
	}
	csv_mend_finish(in);
	return NULL;
}

uint64_t
csv_pass(struct csv_in *in)
{
	if (!in->is_open || in->blanks > 0)
		return 0;
	size_t records = csv_text_pass(&in->text, in->columns);
	if (records == 0)
		return 0;
	csv_rows_count(in, records);
	stage_tick();
	return records;
}

static void
check_operand(const char *operand)
{
	struct stat st;
	int result = in_is_stdin(operand) ? fstat(STDIN_FILENO, &st) : stat(operand, &st);
	if (result == 0)
		reject_keep_apart("input", in_name(operand), &st);
}

static void
check_operands(char *const *operands, size_t count)
{
	in_check(operands, count);
	for (size_t i = 0; i < count; i++)
		check_operand(operands[i]);
	if (count == 0)
		check_operand(NULL);
}

struct csv_in *
csv_open(const struct csv_how *how, char *const *operands, size_t count)
{
	struct csv_in *in = xcalloc(1, sizeof *in);
	csv_how_check(how);
	*in = (struct csv_in){
		.how = how,
		.dialect = csv_how_dialect(how),
		.operand = operands,
		.operands = count,
	};
	csv_text_init(&in->text, how, in->dialect);
	if (how->next == NULL)
		check_operands(operands, count);
	open_next(in);
	while (in->is_open && in->columns == 0) {
		finish(in);
		open_next(in);
	}
	return in;
}

uint64_t
csv_records(const struct csv_in *in)
{
	return in->delivered;
}

void
csv_flush_before_wait(struct csv_in *in, struct csv_out *w)
{
	in->text.partner = w;
}

void
csv_serve_while_waiting(struct csv_in *in, void (*serve)(void *arg, int fd), void *arg)
{
	in->text.serve = serve;
	in->text.serve_arg = arg;
}

void
csv_close(struct csv_in *in)
{
	if (in->is_open)
		in_close(&in->text.source);
	csv_text_clear(&in->text);
	free(in->mended_room);
	buf_clear(&in->mended);
	arena_clear(&in->names);
	arena_clear(&in->scratch);
	free(in);
}
