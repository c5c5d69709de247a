#include "csv/csv-text.h"

#include <assert.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "number.h"
#include "csv/reject.h"

static size_t
count_newlines(const char *at, size_t len)
{
	size_t count = 0;
	const char *stop = at + len;
	while ((at = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
		count++;
		at++;
	}
	return count;
}

uint64_t
csv_text_line_of(const struct csv_text *t, size_t offset)
{
	return t->line + count_newlines(t->at + t->line_at, offset - t->line_at);
}

void
csv_text_line_to(struct csv_text *t, size_t offset)
{
	t->line = csv_text_line_of(t, offset);
	t->line_at = offset;
}

size_t
csv_text_byte_of(const struct csv_text *t, size_t offset)
{
	size_t start = offset;
	while (start > 0 && t->at[start - 1] != '\n')
		start--;
	return offset - start + 1;
}

/* Do quotes stay open over the first bytes of at[]? */
static bool
is_open(const struct csv_text *t, const char *at, uint64_t len)
{
	bool inside = false;
	for (uint64_t i = 0; i < len && t->dialect.quotes; i++)
		inside ^= at[i] == '"';
	return inside;
}

void
csv_text_die(const struct csv_text *t, uint64_t line, const char *format, ...)
{
	struct buf text = {0};
	char place[INTEGER_PRINT_MAX + 1] = "";
	va_list args;
	va_start(args, format);
	int len = vsnprintf(buf_room(&text, 512), 512, format, args);
	va_end(args);
	(void)len;
	if (line != 0)
		snprintf(place, sizeof place, ":%ju", (uintmax_t)line);
	die(t->how->is_state ? END_SETUP : END_DATA, "%s%s: %s%s", t->source.name, place,
		t->how->is_state ? "state damaged: " : "", text.at);
}

void
csv_text_die_long(const struct csv_text *t, uint64_t line, enum csv_limit which, const char *from)
{
	bool is_field = which == CSV_LIMIT_FIELD;
	uint64_t limit = is_field ? t->how->max_field : t->how->max_record;
	csv_text_die(t, line, "more than %ju byte%s in a %s (limit of --max-%s)%s",
		(uintmax_t)limit,
		plural(limit), is_field ? "field" : "record", is_field ? "field" : "record",
		is_open(t, from, limit + 1) ? "; is a quote unterminated?" : "");
}

void
csv_text_die_columns(const struct csv_text *t, uint64_t line)
{
	csv_text_die(t, line, "more than %ju column%s (limit of --max-columns)",
		(uintmax_t)t->how->max_columns, plural(t->how->max_columns));
}

void
csv_text_die_at(const struct csv_text *t, size_t offset, const char *reason)
{
	csv_text_die(t, csv_text_line_of(t, offset), "byte %zu: %s", csv_text_byte_of(t, offset),
		reason);
}

/* Where the last field of the unfinished record begins. */
static size_t
open_field(const struct csv_text *t)
{
	return (uint32_t)(t->scan.end[(ptrdiff_t)t->scan.ends - 1] + 1);
}

enum csv_limit
csv_text_limit(const struct csv_how *how, const char *text, const uint32_t *end, size_t fields,
	const char **from)
{
	uint32_t start = end[-1] + 1;
	uint32_t stop = end[fields - 1];
	stop -= stop > start && text[stop - 1] == '\r';
	for (size_t k = 0; k < fields; k++) {
		uint32_t begin = end[(ptrdiff_t)k - 1] + 1;
		uint32_t last = k + 1 < fields ? end[k] : stop;
		*from = text + begin;
		if (last - begin > how->max_field &&
			begin - start + how->max_field <= how->max_record)
			return CSV_LIMIT_FIELD;
	}
	*from = text + start;
	return stop - start > how->max_record ? CSV_LIMIT_RECORD : CSV_LIMIT_NONE;
}

/*
 * Of the record that has no end yet, up to stop.  One byte more than the limit may yet be the CR of
 * its end.
 */
static void
check_unfinished(struct csv_text *t, size_t stop)
{
	size_t start = csv_text_start(t, t->scan.rows);
	const char *from;
	if (stop - open_field(t) <= t->how->max_field + 1 && stop - start <= t->how->max_record + 1)
		return;
	/* The index has room for one more: as if the last field ended here. */
	size_t first = t->scan.first[t->scan.rows];
	t->scan.end[t->scan.ends] = (uint32_t)stop;
	enum csv_limit which = csv_text_limit(t->how, t->at, t->scan.end + first,
		t->scan.ends + 1 - first, &from);
	csv_text_die_long(t, csv_text_line_of(t, start), which, from);
}

/* Doubles, but never far beyond the limit that would end the run anyway. */
static void
grow(struct csv_text *t, size_t need)
{
	struct csv_block *b = t->home;
	uint64_t longest = b->cap <= t->how->max_field ? t->how->max_field : t->how->max_record;
	uint64_t limit = longest + 2 * IN_BLOCK;
	size_t cap = b->cap * 2 < limit ? b->cap * 2 : (size_t)limit;
	if (cap < t->len + need)
		cap = t->len + need;
	assert(cap < UINT32_MAX - SCAN_PAD && t->at == b->at);
	b->cap = cap;
	b->at = xrealloc(b->at, cap + SCAN_PAD, 1);
	t->at = b->at;
}

/* Moves what has not been taken to the front of where what is read goes. */
static void
compact(struct csv_text *t)
{
	size_t base = csv_text_start(t, t->scan.rows);
	if (base == 0 && t->at == t->home->at)
		return;
	if (t->line_at == t->index_at && t->scan.bad == SCAN_GOOD) {
		t->line += t->scan.newlines - count_newlines(t->at + base, t->scan.done - base);
		t->line_at = base;
	} else {
		csv_text_line_to(t, base);
	}
	memmove(t->home->at, t->at + base, t->len - base);
	memset(t->home->at + t->len - base, 0, SCAN_PAD);
	t->at = t->home->at;
	scan_shift(&t->scan, base, t->home->room + 1, t->home->room + 1 + t->scan.ends_max);
	t->scan.newlines = count_newlines(t->at, t->scan.done);
	t->len -= base;
	t->line_at = 0;
	t->index_at = 0;
	t->row = 0;
}

void
csv_text_size(const struct csv_text *t, struct csv_block *b)
{
	size_t need = t->len > t->block ? t->len : t->block;
	if (b->room == NULL)
		b->room = xmalloc((2 * t->scan.ends_max + 2) * sizeof *b->room);
	if (b->cap >= need)
		return;
	free(b->at);
	b->cap = need;
	b->at = xmalloc(b->cap + SCAN_PAD);
}

void
csv_text_move(struct csv_text *t, struct csv_block *b)
{
	csv_text_size(t, b);
	t->home = b;
}

void
csv_text_return(struct csv_text *t)
{
	csv_text_move(t, &t->own);
	if (t->at != t->own.at) {
		memcpy(t->own.at, t->at, t->len);
		memset(t->own.at + t->len, 0, SCAN_PAD);
		t->at = t->own.at;
	}
	/* The index may be elsewhere: see csv_text_restart(). */
	const struct scan s = t->scan;
	if (s.end == t->own.room + 1)
		return;
	t->scan.end = t->own.room + 1;
	t->scan.first = t->own.room + 1 + s.ends_max;
	memcpy(t->own.room, s.end - 1, (s.ends + 1) * sizeof *s.end);
	memcpy(t->scan.first, s.first, (s.rows + 1) * sizeof *s.first);
}

static size_t
read_plain(struct csv_text *t)
{
	if (t->len == t->home->cap)
		grow(t, 1);
	size_t room = t->home->cap - t->len;
	size_t n = in_read(&t->source, t->at + t->len, room < t->block ? room : t->block);
	t->len += n;
	return n;
}

static void
take_made(struct csv_text *t)
{
	if (t->home->cap - t->len < t->made.len)
		grow(t, t->made.len);
	if (t->made.len != 0)
		memcpy(t->at + t->len, t->made.at, t->made.len);
	t->len += t->made.len;
	t->made.len = 0;
}

/*
 * Through libcsv: the text becomes what libcsv understood.  A record that it refuses, or that is
 * beyond the limit, is left as it is for the scanner, which must refuse it too: finish() of
 * csv-in.c sees to that.
 */
static size_t
read_second(struct csv_text *t)
{
	char *at = buf_room(&t->raw, t->block);
	size_t n = in_read(&t->source, at, t->block);
	if (t->second_refused) {
		buf_add(&t->made, at, n);
		take_made(t);
		return n;
	}
	bool good = n != 0 ? foreign_feed(t->second, at, n, &t->made)
		: foreign_end(t->second, &t->made);
	if (!good || foreign_held(t->second) > t->how->max_record + 1) {
		size_t left = foreign_left(t->second);
		foreign_give_back(t->second, &t->made);
		buf_add(&t->made, at + n - left, left);
		t->second_refused = true;
	}
	take_made(t);
	return n;
}

static bool
must_wait(const struct in *in)
{
	struct pollfd p = {.fd = in->fd, .events = POLLIN};
	return !in->is_file && poll(&p, 1, 0) == 0;
}

/* What is buffered leaves before we wait: a slow source must not hold its records back. */
static void
flush_partner(struct csv_text *t)
{
	struct csv_out *w = t->partner;
	if (w != NULL && w->out.len > 0 && !w->out.is_temporary && must_wait(&t->source))
		out_flush(&w->out);
}

static void
fill(struct csv_text *t)
{
	flush_partner(t);
	if (t->serve != NULL && !t->source.is_file)
		t->serve(t->serve_arg, t->source.fd);
	bool first = t->source.bytes == 0;
	size_t n = t->second != NULL ? read_second(t) : read_plain(t);
	memset(t->at + t->len, 0, SCAN_PAD);
	if (first && n != 0)
		mark_source_began(&t->mark);
	stage_set(&t->stage->bytes, t->source.bytes);
	stage_set(&t->stage->waited, t->source.waited);
	t->at_end = n == 0;
	/*
	 * What a writer that died left behind must not be taken for its last record, nor for a
	 * malformed one.
	 */
	if (t->at_end)
		csv_judge(t->how, &t->mark, MARK_UNCOUNTED, false);
}

/* The last record may lack its end; nothing else may be unfinished. */
static void
end_text(struct csv_text *t)
{
	t->is_ended = true;
	if (scan_is_inside(&t->scan))
		csv_text_die_at(t, open_field(t), "unterminated quote");
	if (csv_text_start(t, t->scan.rows) == t->len)
		return;
	if (t->at[t->len - 1] == '\r') {
		t->scan.bad = SCAN_LONE_CR;
		return;
	}
	if (t->len == t->home->cap)
		grow(t, 1);
	t->at[t->len++] = '\n';
}

static void
scan_on(struct csv_text *t)
{
	t->run(&t->scan, t->at, t->len);
	if (t->scan.done < t->len && t->scan.rows == 0 && t->scan.bad == SCAN_GOOD)
		csv_text_die_columns(t, csv_text_line_of(t, csv_text_start(t, 0)));
}

bool
csv_text_more(struct csv_text *t)
{
	while (t->row == t->scan.rows && t->scan.bad == SCAN_GOOD) {
		if (t->scan.done == t->len && t->is_ended)
			return false;
		compact(t);
		if (t->scan.done < t->len) {
			scan_on(t);
		} else if (t->at_end) {
			end_text(t);
		} else {
			check_unfinished(t, t->len);
			fill(t);
		}
	}
	return true;
}

/* Have all rows been taken, and can what comes be passed over without csv_text_more()? */
static bool
can_pass(const struct csv_text *t)
{
	return t->row == t->scan.rows && t->scan.bad == SCAN_GOOD && t->second == NULL &&
		t->dialect.delimiter != '\n';
}

/* Can nothing of it be longer than its limit? */
static bool
is_within_limits(const struct csv_text *t)
{
	return t->len <= t->how->max_field && t->len <= t->how->max_record;
}

/* The index begins again at `at`, the line of which is known. */
static void
pass(struct csv_text *t, size_t at)
{
	t->line_at = at;
	t->index_at = at;
	t->row = 0;
	scan_start(&t->scan, at);
}

size_t
csv_text_pass(struct csv_text *t, size_t width)
{
	size_t stop;
	if (!can_pass(t))
		return 0;
	compact(t);
	if (!t->at_end)
		fill(t);
	if (!is_within_limits(t))
		return 0;
	size_t records = scan_count_of(t->run)(t->dialect.delimiter, t->dialect.quotes, t->at,
		t->len, width, &stop);
	if (records == 0)
		return 0;
	/* Each of them is a line. */
	t->line += records;
	pass(t, stop);
	return records;
}

bool
csv_text_piece(struct csv_text *t, size_t *len)
{
	if (!can_pass(t) || !t->source.is_file || t->at_end)
		return false;
	compact(t);
	if (t->len == t->home->cap)
		return false;
	fill(t);
	*len = scan_whole(t->run, t->dialect.quotes, t->at, t->len);
	if (t->at_end || *len == 0 || !is_within_limits(t))
		return false;
	/* Not over the index that the piece is to have. */
	t->scan.end = t->own.room + 1;
	t->scan.first = t->own.room + 1 + t->scan.ends_max;
	pass(t, *len);
	return true;
}

void
csv_text_back(struct csv_text *t, uint64_t offset, uint64_t line)
{
	in_back(&t->source, t->source.bytes - offset);
	t->at_end = false;
	t->at = t->home->at;
	t->len = 0;
	t->line = line;
	t->line_at = 0;
	csv_text_restart(t, 0);
}

void
csv_text_restart(struct csv_text *t, size_t at)
{
	csv_text_line_to(t, at);
	/* Not over the index of rows that may still be in use. */
	t->scan.end = t->home->room + 1;
	t->scan.first = t->home->room + 1 + t->scan.ends_max;
	scan_start(&t->scan, at);
	t->index_at = at;
	t->row = 0;
	t->is_ended = false;
}

size_t
csv_text_bad_at(const struct csv_text *t)
{
	size_t at = t->scan.done;
	return at - (t->scan.bad == SCAN_LONE_CR && at > 0 && t->at[at - 1] == '\r');
}

static void
check_record(const struct csv_text *t)
{
	size_t start = csv_text_start(t, t->scan.rows);
	if (t->len - start > t->how->max_record + 1)
		csv_text_die_long(t, csv_text_line_of(t, start), CSV_LIMIT_RECORD, t->at + start);
}

/* Offset behind the LF of the malformed byte's line, which is read in if need be. */
static size_t
end_of_bad_line(struct csv_text *t)
{
	for (size_t from = t->scan.done;;) {
		const char *newline = memchr(t->at + from, '\n', t->len - from);
		if (newline != NULL)
			return (size_t)(newline - t->at) + 1;
		if (t->at_end)
			return t->len;
		compact(t);
		check_record(t);
		from = t->len;
		fill(t);
	}
}

struct slice
csv_text_bad(struct csv_text *t)
{
	/* Before the byte at fault comes a limit that was broken. */
	check_unfinished(t, t->scan.done);
	t->bad_end = end_of_bad_line(t);
	size_t start = csv_text_start(t, t->scan.rows);
	struct slice record = {t->at + start, t->bad_end - start};
	bool has_end = record.len > 0 && record.at[record.len - 1] == '\n';
	record.len -= has_end;
	record.len -= has_end && record.len > 0 && record.at[record.len - 1] == '\r';
	if (record.len > t->how->max_record)
		csv_text_die_long(t, csv_text_line_of(t, start), CSV_LIMIT_RECORD, record.at);
	return record;
}

struct slice
csv_text_record(const struct csv_text *t, size_t row)
{
	size_t start = csv_text_start(t, row);
	size_t stop = t->scan.end[t->scan.first[row + 1] - 1];
	stop -= stop > start && t->at[stop - 1] == '\r';
	return (struct slice){t->at + start, stop - start};
}

bool
csv_text_is_blank(const struct csv_text *t, size_t row)
{
	return csv_text_width(t, row) == 1 && csv_text_record(t, row).len == 0;
}

/*
 * Beginnings of what is no CSV as it stands, and what to do; the first is that of text, and goes.
 */
static const struct beginning {
	const char *at;
	size_t len;
	const char *reason;
} beginnings[] = {
	{"\xef\xbb\xbf", 3, NULL},
	{"\xff\xfe", 2, "UTF-16 text; convert it first, with etl-extract --encoding utf-16"},
	{"\xfe\xff", 2, "UTF-16 text; convert it first, with etl-extract --encoding utf-16"},
	{"\x1f\x8b\x08", 3, "compressed (gz); etl-extract unpacks it"},
	{"BZh91AY&SY", 10, "compressed (bz2); etl-extract unpacks it"},
	{"\xfd" "7zXZ\0", 6, "compressed (xz); etl-extract unpacks it"},
	{"\x28\xb5\x2f\xfd", 4, "compressed (zst); etl-extract unpacks it"},
	{"PK\3\4", 4, "an archive (zip); etl-extract reads its members"},
	{"SQLite format 3", 16, "a SQLite database, not CSV"},
};

/* What the text begins with, or, where it is shorter, may begin with; NULL: none of them. */
static const struct beginning *
find_beginning(const struct csv_text *t)
{
	for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++) {
		const struct beginning *b = &beginnings[i];
		if (t->len != 0 && memcmp(t->at, b->at, b->len < t->len ? b->len : t->len) == 0)
			return b;
	}
	return NULL;
}

/* Reads enough to tell what kind of text it is. */
static void
skip_bom(struct csv_text *t)
{
	const struct beginning *b = find_beginning(t);
	while (!t->at_end && (t->len == 0 || (b != NULL && t->len < b->len))) {
		fill(t);
		b = find_beginning(t);
	}
	bool is_whole = b != NULL && t->len >= b->len;
	if (is_whole && b->reason != NULL)
		csv_text_die(t, 0, "%s", b->reason);
	if (is_whole) {
		t->len -= b->len;
		memmove(t->at, t->at + b->len, t->len + SCAN_PAD);
	}
	csv_text_restart(t, 0);
}

void
csv_text_open(struct csv_text *t)
{
	mark_source_open(&t->mark, t->source.fd, t->source.name);
	t->stage = t->how->is_kept ? &t->kept : stage_input(t->source.name, t->source.fd);
	t->stage->is_beside = t->how->is_beside;
	t->at_end = false;
	/* Not where records of the operand before may still be in use. */
	t->at = t->home->at;
	t->len = 0;
	t->line = 1;
	t->line_at = 0;
	if (t->use_second) {
		foreign_free(t->second);
		t->second = foreign_new(&(struct foreign_how){t->dialect.delimiter, '"', false});
	}
	skip_bom(t);
}

static void
choose_scan(struct csv_text *t)
{
	const char *name = getenv("ETL_SCAN");
	bool second = name != NULL && strcmp(name, "libcsv") == 0;
	t->use_second = second && t->dialect.quotes && !t->how->lenient && !reject_is_allowed();
	t->run = scan_choose(second || name == NULL || *name == '\0' ? NULL : name);
	if (t->run == NULL)
		die(END_SETUP, "ETL_SCAN: '%s' cannot run here", name);
}

void
csv_text_init(struct csv_text *t, const struct csv_how *how, struct dialect dialect)
{
	*t = (struct csv_text){.how = how, .dialect = dialect, .block = in_block()};
	choose_scan(t);
	t->home = &t->own;
	t->own.cap = t->block;
	t->own.at = xmalloc(t->own.cap + SCAN_PAD);
	t->at = t->own.at;
	size_t max = how->max_columns + 128 > IN_BLOCK / 2 ? how->max_columns + 128 : IN_BLOCK / 2;
	t->own.room = xmalloc((2 * max + 2) * sizeof *t->own.room);
	t->scan = (struct scan){
		.delimiter = dialect.delimiter,
		.quotes = dialect.quotes,
		.end = t->own.room + 1,
		.first = t->own.room + 1 + max,
		.ends_max = max,
	};
}

void
csv_text_clear(struct csv_text *t)
{
	foreign_free(t->second);
	free(t->own.at);
	free(t->own.room);
	buf_clear(&t->raw);
	buf_clear(&t->made);
}
