#include "csv/csv.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/csv-parse.h"
#include "csv/csv-text.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "csv/reject.h"
#include "csv/scan.h"

enum { WARNINGS_SHOWN = 10, BLANKS_AT_ONCE = 4096 };

struct csv_in {
	const struct csv_how *how;
	struct dialect dialect;
	char *const *operand;
	size_t operands;
	size_t opened;             /* of them, so far */

	/* The operand that is open. */
	struct csv_text text;
	bool is_open;
	bool has_header;
	bool in_header;            /* it is being read: what is delivered is no record */
	uint64_t records;

	size_t columns;            /* of a record; 0: not known yet */
	struct header header;
	struct batch header_row;
	const char *header_file;   /* the operand that it is from */
	const struct slice *given; /* the names there, before --rename-header */
	uint64_t blanks;           /* empty values before the first record: they wait for csv_read() */
	uint64_t blanks_line;      /* of the first of them */

	/* A record that was mended, alone in a batch. */
	struct scan mended_scan;
	uint32_t *mended_room;
	struct buf mended;

	struct arena names;        /* of the first header */
	struct arena scratch;      /* valid until the next operand or batch of blanks */
	struct batch batch;
	uint64_t delivered;
	uint64_t warnings;
};

void
csv_set_ragged(const struct opt *opt, const char *value)
{
	static const struct {
		const char *name;
		unsigned bit;
	} ways[] = {{"fill", RAGGED_FILL}, {"truncate", RAGGED_TRUNCATE}, {"reject", RAGGED_REJECT}};
	unsigned *ragged = opt->into;
	for (const char *at = value;; at++) {
		size_t len = strcspn(at, ",");
		unsigned bit = 0;
		for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
			if (strlen(ways[i].name) == len && memcmp(ways[i].name, at, len) == 0)
				bit = ways[i].bit;
		if (bit == 0)
			die(END_SETUP, "option --ragged: '%s' is none of fill, truncate, reject", value);
		*ragged |= bit;
		at += len;
		if (*at == '\0')
			return;
	}
}

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

void
csv_judge(const struct csv_how *how, const struct mark_source *mark, uint64_t records, bool is_empty)
{
	int status;
	char why[MARK_WHY_MAX];
	enum mark_verdict verdict = mark_judge(mark, records, &status, why);
	if (verdict == MARK_FAILED)
		die(status, "%s", why);
	if (verdict == MARK_UNKNOWN && how->require_clean)
		die(END_AGAIN, "%s: nothing says that the program upstream finished (--require-clean)",
			mark->name);
	bool replaces = how->output != NULL || how->replaces;
	if (verdict == MARK_UNKNOWN && is_empty && replaces && !how->allow_empty)
		die(END_AGAIN, "%s: nothing came, and nothing says that this is all (--allow-empty accepts it)",
			mark->name);
}

static void
warn_capped(struct csv_in *in, uint64_t line, const char *reason)
{
	if (++in->warnings <= WARNINGS_SHOWN)
		warn("%s:%ju: mended: %s", in->text.source.name, (uintmax_t)line, reason);
}

/* Makes an index of what stands in mended. */
static void
scan_mended(struct csv_in *in, struct dialect dialect)
{
	size_t max = in->text.scan.ends_max;
	buf_byte(&in->mended, '\n');
	memset(buf_room(&in->mended, SCAN_PAD), 0, SCAN_PAD);
	if (in->mended_room == NULL)
		in->mended_room = xcalloc(2 * max + 2, sizeof *in->mended_room);
	in->mended_scan = (struct scan){
		.delimiter = dialect.delimiter,
		.quotes = dialect.quotes,
		.end = in->mended_room + 1,
		.first = in->mended_room + 1 + max,
		.ends_max = max,
	};
	scan_start(&in->mended_scan, 0);
	in->text.run(&in->mended_scan, in->mended.at, in->mended.len);
}

static void
check_columns(struct csv_in *in, size_t columns, uint64_t line)
{
	if (columns > in->how->max_columns)
		csv_text_die_columns(&in->text, line);
}

/* The record that stands in mended, held against the limits; returns how many fields it has. */
static size_t
index_mended(struct csv_in *in, uint64_t line)
{
	struct scan *s = &in->mended_scan;
	const char *from = in->mended.at;
	if (in->mended.len > in->how->max_record)
		csv_text_die_long(&in->text, line, CSV_LIMIT_RECORD, from);
	scan_mended(in, in->dialect);
	enum csv_limit broken = csv_text_limit(in->how, in->mended.at, s->end, s->ends, &from);
	if (broken != CSV_LIMIT_NONE)
		csv_text_die_long(&in->text, line, broken, from);
	check_columns(in, s->ends, line);
	assert(s->rows == 1 && s->bad == SCAN_GOOD);
	return s->ends;
}

static void
count_records(struct csv_in *in, size_t rows)
{
	if (in->in_header)
		return;
	in->records += rows;
	in->delivered += rows;
	in->text.stage->records = in->records;
}

static const struct batch *
deliver(struct csv_in *in, const char *text, const uint32_t *end, size_t rows, uint64_t line, bool has_cr)
{
	in->batch = (struct batch){
		.text = text,
		.end = end,
		.rows = rows,
		.columns = in->columns,
		.line = line,
		.record = in->delivered + 1,
		.has_cr = has_cr,
		.dialect = in->dialect,
		.file = in->text.source.name,
	};
	count_records(in, rows);
	stage_tick();
	return &in->batch;
}

static const struct batch *
deliver_mended(struct csv_in *in, uint64_t line)
{
	return deliver(in, in->mended.at, in->mended_scan.end, 1, line, false);
}

/* A header that cannot be read leaves nothing to go on with: it is never a reject. */
static bool
can_reject(const struct csv_in *in)
{
	return reject_is_allowed() && !in->in_header && !in->how->is_state;
}

static void
reject_row(struct csv_in *in, uint64_t line, size_t byte, const char *code, const char *reason,
	struct slice record)
{
	count_records(in, 1);
	stage_count(&stage_counts()->made, in->how->is_beside);
	reject_put(&(struct reject){
		.file = in->text.source.name,
		.line = line,
		.byte = byte,
		.column = {"", 0},
		.code = code,
		.reason = reason,
		.record = record,
	});
}

/* The reason for which the program is about to end: was the header read with another delimiter than it has? */
static const char *
with_hint(const struct csv_in *in, const char *reason)
{
	struct buf why = {0};
	buf_text(&why, reason);
	(void)columns_suspect(&in->header, &why);
	buf_byte(&why, '\0');
	return why.at;
}

/* A record of `fields` fields where the header has another number.  Returns a batch, or NULL: rejected. */
static const struct batch *
take_ragged(struct csv_in *in, struct slice record, const uint32_t *end, size_t fields, uint64_t line)
{
	char reason[96];
	size_t want = in->columns;
	unsigned mend = fields < want ? RAGGED_FILL : RAGGED_TRUNCATE;
	snprintf(reason, sizeof reason, "%zu field%s where there %s %zu column%s", fields, plural(fields),
		want == 1 ? "is" : "are", want, plural(want));
	if ((in->how->ragged & mend) == 0) {
		if (!can_reject(in))
			csv_text_die(&in->text, line, "%s", with_hint(in, reason));
		reject_row(in, line, 0, "ragged", reason, record);
		return NULL;
	}
	/* The record may stand in the mended text itself: it is only ever made longer or cut. */
	size_t keep = fields < want ? record.len : (uint32_t)(end[want - 1] - end[-1] - 1);
	if (record.at != in->mended.at) {
		in->mended.len = 0;
		buf_add(&in->mended, record.at, keep);
	}
	in->mended.len = keep;
	for (size_t i = fields; i < want; i++)
		buf_byte(&in->mended, in->dialect.delimiter);
	index_mended(in, line);
	return deliver_mended(in, line);
}

static bool
can_mend(const struct csv_in *in)
{
	return in->how->lenient && in->text.scan.bad != SCAN_LONE_CR;
}

/* Puts the malformed record into mended as it can be read, indexed; false where a quote is never closed. */
static bool
mend(struct csv_in *in, struct slice record, uint64_t line, size_t *fields)
{
	in->mended.len = 0;
	if (!csv_parse_mend(record, in->dialect.delimiter, &in->mended))
		return false;
	*fields = index_mended(in, line);
	return true;
}

static const struct batch *
take_mended(struct csv_in *in, size_t fields, uint64_t line)
{
	if (in->in_header)
		in->columns = fields;
	if (fields == in->columns)
		return deliver_mended(in, line);
	struct slice record = {in->mended.at, in->mended.len - 1};
	return take_ragged(in, record, in->mended_scan.end, fields, line);
}

/* The malformed record behind the last good one: mended, rejected, or the end of the run. */
static const struct batch *
take_malformed(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	struct slice record = csv_text_bad(t);
	size_t at = csv_text_bad_at(t);
	uint64_t line = csv_text_line_of(t, csv_text_start(t, t->scan.rows));
	uint64_t bad_line = csv_text_line_of(t, at);
	const char *reason = csv_parse_bad_text(t->scan.bad);
	const struct batch *b = NULL;
	size_t fields;
	if (can_mend(in) && mend(in, record, line, &fields)) {
		warn_capped(in, bad_line, reason);
		b = take_mended(in, fields, line);
	} else if (can_reject(in)) {
		reject_row(in, bad_line, csv_text_byte_of(t, at), csv_parse_bad_code(t->scan.bad), reason, record);
	} else if (can_mend(in)) {
		csv_text_die(t, bad_line, "unterminated quote (behind byte %zu: %s)", csv_text_byte_of(t, at), reason);
	} else {
		csv_text_die_at(t, at, with_hint(in, reason));
	}
	csv_text_restart(t, t->bad_end);
	return b;
}

/* Only text that is longer than a field may be can hold one that is too long. */
static bool
has_long(const struct csv_in *in)
{
	return in->text.len > in->how->max_field || in->text.len > in->how->max_record;
}

static void
check_row(struct csv_in *in, size_t row)
{
	const struct csv_text *t = &in->text;
	const uint32_t *end = t->scan.end + t->scan.first[row];
	const char *from;
	enum csv_limit broken = csv_text_limit(in->how, t->at, end, csv_text_width(t, row), &from);
	if (broken != CSV_LIMIT_NONE)
		csv_text_die_long(t, csv_text_line_of(t, csv_text_start(t, row)), broken, from);
}

/* The next row, whatever its width, in a batch of its own. */
static const struct batch *
take_row(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	size_t row = t->row++;
	const uint32_t *end = t->scan.end + t->scan.first[row];
	csv_text_line_to(t, csv_text_start(t, row));
	return deliver(in, t->at, end, 1, t->line, t->scan.has_cr);
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
		check_row(in, row);
	return to - t->row;
}

/* The next rows that are as they should be, or one that is not.  NULL: there was nothing to deliver. */
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
		return deliver(in, t->at, end, rows, t->line, t->scan.has_cr);
	}
	t->row++;
	if (csv_text_is_blank(t, from))
		return NULL;
	if (has_long(in))
		check_row(in, from);
	check_columns(in, csv_text_width(t, from), t->line);
	return take_ragged(in, csv_text_record(t, from), end, csv_text_width(t, from), t->line);
}

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
	scan_mended(in, dialect_csv);
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

static size_t
row_width(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	size_t columns = csv_text_width(t, t->row);
	check_row(in, t->row);
	check_columns(in, columns, csv_text_line_of(t, csv_text_start(t, t->row)));
	return columns;
}

/* Goes to the first record, which may be malformed; counts the blank lines before it.  false: there is none. */
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
		in->columns = row_width(in);
		*row = keep_row(take_row(in), arena);
	} else if (in->has_header) {
		*row = keep_row(take_malformed(in), arena);
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
		die(END_SETUP, "option --rename-header: %zu name%s for %zu column%s", renamed.columns,
			plural(renamed.columns), row->columns, plural(row->columns));
	in->header.name = row_values(&renamed, &in->names);
	in->header_row = renamed;
}

static void
check_same_header(struct csv_in *in, const struct batch *row)
{
	const struct slice *value = row_values(row, &in->scratch);
	if (row->columns != in->columns)
		die(END_DATA, "%s: the header has %zu column%s, that of %s has %zu", in->text.source.name,
			row->columns, plural(row->columns), in->header_file, in->columns);
	for (size_t i = 0; i < row->columns; i++) {
		char a[SHOWN_MAX], b[SHOWN_MAX];
		if (!slice_same(value[i], in->given[i]))
			die(END_DATA, "%s: column %zu is '%s' here, '%s' in %s", in->text.source.name, i + 1,
				shown(a, value[i].at, value[i].len), shown(b, in->given[i].at, in->given[i].len),
				in->header_file);
	}
}

/*
 * Without a header the first record says how many columns there are.  It stays where it is.  Blank lines
 * before it are empty values if it has but one.
 */
static void
count_columns(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	uint64_t blanks = 0;
	while (in->columns == 0 && find_record(in, &blanks)) {
		size_t fields;
		if (t->row < t->scan.rows) {
			number_columns(in, row_width(in));
			continue;
		}
		struct slice record = csv_text_bad(t);
		if (can_mend(in) && mend(in, record, csv_text_line_of(t, csv_text_start(t, t->scan.rows)), &fields))
			number_columns(in, fields);
		else
			take_malformed(in);
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

static bool
wants_header(const struct csv_how *how)
{
	return !how->no_header && how->header == NULL;
}

/* The header, where the operand has one. */
static void
begin_records(struct csv_in *in)
{
	struct batch row;
	bool first = in->columns == 0;
	if (!wants_header(in->how))
		begin_headerless(in);
	else if (!read_header_row(in, &row, first ? &in->names : &in->scratch))
		return;
	else if (first)
		adopt_header(in, &row);
	else
		check_same_header(in, &row);
	arena_reset(&in->scratch);
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
	csv_text_open(&in->text);
	begin_records(in);
}

/* At the end of an operand: did the program that wrote it finish, and was it what it should be? */
static void
finish(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	bool is_empty = t->source.bytes == 0;
	/* Lines are no records: the header is one, a quoted newline makes two. */
	csv_judge(in->how, &t->mark, in->how->is_lines ? MARK_UNCOUNTED : in->records, is_empty);
	if (wants_header(in->how) && !in->has_header && !in->how->allow_empty)
		csv_text_die(t, 0, "%s: there is no header%s", is_empty ? "empty" : "nothing but blank lines",
			in->how->is_state ? "" : " (--allow-empty accepts it)");
	if (t->second_refused)
		die(END_SETUP, "%s: libcsv refuses what the scanner reads, near line %ju", t->source.name,
			(uintmax_t)foreign_line(t->second));
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
	return deliver(in, text, end, rows, line, false);
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
		const struct batch *b = t->row < t->scan.rows ? take_rows(in) : take_malformed(in);
		if (b != NULL)
			return b;
	}
	if (in->warnings > WARNINGS_SHOWN)
		warn("%ju records mended in all", (uintmax_t)in->warnings);
	in->warnings = 0;
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
	count_records(in, records);
	stage_tick();
	return records;
}

static void
copy_batch(struct csv_held *h)
{
	const struct batch *b = &h->batch;
	size_t ends = b->rows * b->columns;
	uint32_t start = b->end[-1] + 1;
	size_t len = b->end[ends - 1] + 1 - start;
	if (h->copy.cap < len) {
		free(h->copy.at);
		h->copy.cap = len;
		h->copy.at = xmalloc(len + SCAN_PAD);
	}
	memcpy(h->copy.at, b->text + start, len);
	memset(h->copy.at + len, 0, SCAN_PAD);
	for (size_t i = 0; i <= ends; i++)
		h->copy.room[i] = b->end[(ptrdiff_t)i - 1] - start;
	h->batch.text = h->copy.at;
	h->batch.end = h->copy.room + 1;
}

const struct batch *
csv_read_held(struct csv_in *in, struct csv_held *h)
{
	csv_text_move(&in->text, &h->block);
	const struct batch *b = csv_read(in);
	if (b == NULL)
		return NULL;
	h->batch = *b;
	if (b->text != h->block.at) {
		csv_text_size(&in->text, &h->copy);
		copy_batch(h);
	}
	return &h->batch;
}

void
csv_hold_none(struct csv_in *in)
{
	csv_text_return(&in->text);
}

void
csv_held_clear(struct csv_held *h)
{
	free(h->block.at);
	free(h->block.room);
	free(h->copy.at);
	free(h->copy.room);
	*h = (struct csv_held){0};
}

static struct dialect
choose_dialect(const struct csv_how *how)
{
	if (how->tsv && how->delimiter != 0)
		die(END_SETUP, "options --tsv and --delimiter exclude each other");
	if (how->is_lines && (how->tsv || how->delimiter != 0))
		die(END_SETUP, "options --tsv and --delimiter: a line is no record of fields");
	/* The end of a line is then the end of its only field as well. */
	if (how->is_lines)
		return (struct dialect){'\n', false, false};
	if (how->tsv)
		return (struct dialect){'\t', false, how->tsv_escape};
	struct dialect d = dialect_csv;
	if (how->delimiter != 0)
		d.delimiter = how->delimiter;
	if (d.delimiter == '"' || d.delimiter == '\n' || d.delimiter == '\r')
		die(END_SETUP, "option --delimiter: a quote or the end of a line cannot be the delimiter");
	return d;
}

static void
check_how(const struct csv_how *how)
{
	if (how->max_field > CELL_LEN_MAX)
		die(END_SETUP, "option --max-field: more than %d", CELL_LEN_MAX);
	if (how->max_record > (uint64_t)3 << 30)
		die(END_SETUP, "option --max-record: more than 3G");
	if (how->max_columns == 0 || how->max_columns > 1 << 24)
		die(END_SETUP, "option --max-columns: not within 1 and %d", 1 << 24);
	if ((how->ragged & RAGGED_REJECT) != 0 && !reject_is_allowed())
		die(END_SETUP, "option --ragged=reject needs --rejects or --max-rejects");
	if (how->rename_header != NULL && !wants_header(how))
		die(END_SETUP, "option --rename-header: there is no header to rename");
}

struct csv_in *
csv_open(const struct csv_how *how, char *const *operands, size_t count)
{
	struct csv_in *in = xcalloc(1, sizeof *in);
	check_how(how);
	*in = (struct csv_in){.how = how, .dialect = choose_dialect(how), .operand = operands, .operands = count};
	csv_text_init(&in->text, how, in->dialect);
	if (how->next == NULL)
		in_check(operands, count);
	open_next(in);
	while (in->is_open && in->columns == 0) {
		finish(in);
		open_next(in);
	}
	return in;
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

struct columns
csv_columns(const char *list, const char *option, const struct header *header, unsigned forms,
	struct arena *arena)
{
	struct columns columns;
	struct buf why = {0};
	if (columns_parse(&columns, list, header, forms, arena, &why))
		return columns;
	buf_byte(&why, '\0');
	die(END_SETUP, "option %s: %s", option, why.at);
}

void
csv_must_count(uint64_t records, uint64_t wanted)
{
	if (wanted != CSV_ANY_COUNT && records != wanted)
		die(END_DATA, "%ju record%s came, %ju %s expected (--expect-rows)", (uintmax_t)records,
			plural(records), (uintmax_t)wanted, was_or_were(wanted));
}

void
csv_must_match(const char *path, const struct header *file, const struct header *input, bool by_name)
{
	if (file->count != input->count)
		die(END_DATA, "%s has %zu column%s, the input has %zu", path, file->count,
			plural(file->count), input->count);
	for (size_t i = 0; i < file->count && by_name; i++) {
		char a[SHOWN_MAX], b[SHOWN_MAX];
		if (!slice_same(file->name[i], input->name[i]))
			die(END_DATA, "column %zu is '%s' in %s, '%s' in the input", i + 1,
				shown(a, file->name[i].at, file->name[i].len), path,
				shown(b, input->name[i].at, input->name[i].len));
	}
}
