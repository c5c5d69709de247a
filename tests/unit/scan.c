/*
 * The scanner against etl-csv(7) read byte by byte: random short texts of the few bytes that
 * matter, whole, in pieces, across the borders of its blocks, and with too little room in the
 * index.
 */
#include "csv/scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { LEN_MAX = 400, ENDS = 512 };

/* What a text is: where its fields and records end, and the first byte at fault. */
struct reading {
	uint32_t end[ENDS];
	size_t ends;
	size_t first[ENDS]; /* number of the field that begins record r */
	size_t rows;
	size_t newlines;
	enum scan_bad bad;
	size_t bad_at;
	bool is_inside;
	bool has_cr;        /* a record ends in CR LF */
};

static uint64_t state;

/* xorshift64* (Vigna 2016). */
static uint32_t
random32(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545f4914f6cdd1d) >> 32);
}

static void
fill(char *text, size_t len, const char *alphabet, size_t letters)
{
	for (size_t i = 0; i < len; i++)
		text[i] = alphabet[random32() % letters];
}

static void
end_field(struct reading *r, size_t at, bool is_record)
{
	r->end[r->ends++] = (uint32_t)at;
	if (is_record)
		r->first[++r->rows] = r->ends;
}

/* The rules, one byte after the other. */
static void
read_plainly(struct reading *r, const char *text, size_t len, char delimiter, bool quotes)
{
	enum { BEGIN, PLAIN, INSIDE, CLOSED, CR } at = BEGIN;
	memset(r, 0, sizeof *r);
	for (size_t i = 0; i < len; i++) {
		char byte = text[i];
		bool is_end = byte == delimiter || byte == '\n';
		bool is_quote = quotes && byte == '"';
		if (at == INSIDE) {
			at = is_quote ? CLOSED : INSIDE;
		} else if (at == CR && byte != '\n') {
			r->bad = SCAN_LONE_CR;
		} else if (is_end) {
			r->has_cr |= at == CR;
			end_field(r, i, byte == '\n');
			at = BEGIN;
		} else if (byte == '\r') {
			at = CR;
		} else if (is_quote && (at == BEGIN || at == CLOSED)) {
			at = INSIDE;
		} else if (is_quote) {
			r->bad = SCAN_QUOTE_INSIDE;
		} else if (at == CLOSED) {
			r->bad = SCAN_AFTER_QUOTE;
		} else {
			at = PLAIN;
		}
		if (r->bad != SCAN_GOOD) {
			r->bad_at = i;
			return;
		}
		r->newlines += byte == '\n';
	}
	r->is_inside = at == INSIDE;
}

static uint32_t room[1 + ENDS + ENDS + 1];

static void
set_up(struct scan *s, char delimiter, bool quotes, size_t ends_max)
{
	*s = (struct scan){
		.delimiter = delimiter,
		.quotes = quotes,
		.end = room + 1,
		.first = room + 1 + ENDS,
		.ends_max = ends_max,
	};
}

/* Prints what differs; returns whether nothing does. */
static bool
is_as_read(const struct scan *s, const struct reading *r, size_t len)
{
	if (s->bad != r->bad || s->done != (r->bad != SCAN_GOOD ? r->bad_at : len))
		return false;
	if (s->ends != r->ends || s->rows != r->rows || s->newlines != r->newlines)
		return false;
	if (memcmp(s->end, r->end, r->ends * sizeof *r->end) != 0 || s->first[0] != 0)
		return false;
	for (size_t i = 1; i <= r->rows; i++)
		if (s->first[i] != r->first[i])
			return false;
	return (!r->has_cr || s->has_cr) &&
	       (r->bad != SCAN_GOOD || scan_is_inside(s) == r->is_inside);
}

static void
show(const char *text, size_t len)
{
	printf("# text:");
	for (size_t i = 0; i < len; i++)
		printf(" %02x", (unsigned char)text[i]);
	printf("\n");
}

/*
 * Scans text[len], which is copied behind nothing that may be read; cut: where the first piece
 * ends.
 */
static bool
agrees(scan_run_fn *run, const char *text, size_t len, size_t cut, char delimiter, bool quotes,
	const struct reading *r)
{
	struct scan s;
	set_up(&s, delimiter, quotes, ENDS);
	scan_start(&s, 0);
	run(&s, text, cut);
	run(&s, text, len);
	if (is_as_read(&s, r, len))
		return true;
	show(text, len);
	printf("# cut %zu bad %d/%d done %zu ends %zu/%zu rows %zu/%zu\n", cut, s.bad, r->bad,
		s.done, s.ends, r->ends, s.rows, r->rows);
	return false;
}

static const char letters[] = {'a', ',', '"', '\n', '\r', 'a', ',', '"', '\n', '\0', '\xff', '\t'};
enum { LETTERS = sizeof letters };

/* Texts of up to 12 bytes; what stands behind them must not matter. */
static void
test_short(scan_run_fn *run, const char *name, int count)
{
	char text[12 + SCAN_PAD];
	struct reading r;
	int wrong = 0;
	state = 42;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = random32() % 13;
		bool quotes = i % 8 != 0;
		char delimiter = i % 16 == 0 ? '\t' : ',';
		fill(text, i % 64 == 0 ? sizeof text : len, letters, LETTERS);
		read_plainly(&r, text, len, delimiter, quotes);
		wrong += !agrees(run, text, len, random32() % (len + 1), delimiter, quotes, &r);
	}
	ok(wrong == 0, "%s: %d short texts", name, count);
}

/*
 * Mostly plain bytes, so that they get far; the interesting part lies across a border of 64 bytes.
 */
static void
test_borders(scan_run_fn *run, const char *name, int count)
{
	static const char calm[] = "aaaaaaaaaaaaaaaaaaaaaaaaaa,\n";
	char text[LEN_MAX + SCAN_PAD];
	struct reading r;
	int wrong = 0;
	state = 7;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = 60 + random32() % 80;
		size_t at = 58 + random32() % 8;
		fill(text, sizeof text, calm, sizeof calm - 1);
		if (random32() % 2 == 0)
			text[0] = '"';
		fill(text + at, 10, letters, LETTERS);
		read_plainly(&r, text, len, ',', true);
		for (size_t cut = 62; cut <= 66 && cut <= len; cut++)
			wrong += !agrees(run, text, len, cut, ',', true, &r);
	}
	ok(wrong == 0, "%s: %d texts across the border of a block", name, count);
}

/* Every position to cut at, and one byte at a time. */
static void
test_cuts(scan_run_fn *run, const char *name, int count)
{
	char text[LEN_MAX + SCAN_PAD];
	struct reading r;
	int wrong = 0;
	state = 3;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = random32() % 200;
		fill(text, sizeof text, "ab,\n\"\"\r\n", i % 2 == 0 ? 6 : 8);
		for (size_t k = 0; k < len && i % 3 != 0; k++)
			if (text[k] == '"' && random32() % 8 != 0)
				text[k] = 'c';
		read_plainly(&r, text, len, ',', true);
		for (size_t cut = 0; cut <= len; cut++)
			wrong += !agrees(run, text, len, cut, ',', true, &r);
		struct scan s;
		set_up(&s, ',', true, ENDS);
		scan_start(&s, 0);
		for (size_t k = 1; k <= len; k++)
			run(&s, text, k);
		wrong += !is_as_read(&s, &r, len);
	}
	ok(wrong == 0, "%s: %d texts cut anywhere", name, count);
}

/*
 * With room for few ends the scan stops, the rows are taken off and it goes on: the same fields
 * must come.  So it is with a text that is moved up by scan_shift().
 */
static bool
agrees_in_parts(scan_run_fn *run, char *text, size_t len, const struct reading *r)
{
	struct scan s;
	size_t gone = 0, seen = 0;
	set_up(&s, ',', true, 140);
	scan_start(&s, 0);
	while (s.bad == SCAN_GOOD && gone + s.done < len) {
		size_t before = s.done;
		run(&s, text + gone, len - gone);
		for (size_t row = 0; row < s.rows; row++)
			for (size_t k = s.first[row]; k < s.first[row + 1]; k++, seen++)
				if (seen >= r->ends || gone + s.end[k] != r->end[seen])
					return false;
		size_t taken = (uint32_t)(s.end[(ptrdiff_t)s.first[s.rows] - 1] + 1);
		if (s.done == before && taken == 0 && s.bad == SCAN_GOOD)
			/* one record has more fields than there is room for */
			return seen < r->ends;
		scan_shift(&s, taken, s.end, s.first);
		gone += taken;
	}
	return seen == r->first[r->rows] && s.bad == r->bad &&
	       (s.bad == SCAN_GOOD || gone + s.done == r->bad_at);
}

static void
test_full(scan_run_fn *run, const char *name, int count)
{
	char text[LEN_MAX + SCAN_PAD];
	struct reading r;
	int wrong = 0;
	state = 11;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = 100 + random32() % 300;
		fill(text, sizeof text, i % 2 == 0 ? "a,,,,,,\n" : ",\n\n\n\n\n\n\n", 8);
		if (i % 5 == 0)
			fill(text + random32() % 300, 8, letters, LETTERS);
		read_plainly(&r, text, len, ',', true);
		if (!agrees_in_parts(run, text, len, &r)) {
			show(text, len);
			wrong++;
		}
	}
	ok(wrong == 0, "%s: %d texts with little room in the index", name, count);
}

/*
 * Are the records counted the first ones, each of that width, plain, and does it go on as far as it
 * can be sure?
 */
static bool
counts_rightly(
	scan_run_fn *run, const char *text, size_t len, size_t width, const struct reading *r)
{
	size_t stop = 1;
	size_t records = scan_count_of(run)(',', true, text, len, width, &stop);
	size_t even = 0;
	for (; even < r->rows && r->first[even + 1] - r->first[even] == width; even++) {
		size_t end = r->end[r->first[even + 1] - 1];
		if (memchr(text, '"', end) != NULL || memchr(text, '\r', end) != NULL)
			break;
	}
	if (records > even || stop != (records == 0 ? 0 : r->end[r->first[records] - 1] + 1))
		return false;
	/* What it leaves is within the block of what it cannot count, or in the last one. */
	return records == even || r->end[r->first[records + 1] - 1] / 64 >= len / 64 ||
		memchr(text, '"', len) != NULL || memchr(text, '\r', len) != NULL;
}

static void
test_count(scan_run_fn *run, const char *name, int count)
{
	char text[LEN_MAX + SCAN_PAD];
	struct reading r;
	int wrong = 0;
	state = 13;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = random32() % 400;
		size_t width = 1 + random32() % 3;
		static const char *const record[] = {"ab\n", "a,bc\n", ",,x\n"};
		for (size_t at = 0; at < sizeof text; at++)
			text[at] = record[width - 1][at % strlen(record[width - 1])];
		if (i % 3 == 0)
			fill(text + random32() % 300, 4, letters, LETTERS);
		read_plainly(&r, text, len, ',', true);
		if (!counts_rightly(run, text, len, width, &r)) {
			show(text, len);
			wrong++;
		}
	}
	ok(wrong == 0, "%s: %d texts counted", name, count);
}

/* Of what is well formed the whole records are those up to the last end of one. */
static void
test_whole(scan_run_fn *run, const char *name, int count)
{
	static const char *const piece[] = {
		"a", ",", "\n", "\"a\n\",", "\"\"\"\",", "\"\n\"\n", "\"\n"};
	char text[LEN_MAX + SCAN_PAD];
	struct reading r;
	int wrong = 0, seen = 0;
	state = 17;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = 0, most = 1 + random32() % 300;
		memset(text, 0, sizeof text);
		while (len < most) {
			const char *next = piece[random32() % (random32() % 8 == 0 ? 7 : 6)];
			memcpy(text + len, next, strlen(next));
			len += strlen(next);
		}
		read_plainly(&r, text, len, ',', true);
		if (r.bad != SCAN_GOOD)
			continue;
		seen++;
		size_t whole = r.rows == 0 ? 0 : r.end[r.first[r.rows] - 1] + 1;
		if (scan_whole(run, true, text, len) != whole) {
			show(text, len);
			wrong++;
		}
	}
	ok(wrong == 0 && seen > count / 20, "%s: the whole records of %d texts", name, seen);
	char bare[4 + SCAN_PAD] = "\"a\nb";
	ok(scan_whole(run, false, bare, 4) == 3, "%s: a quote where there are none", name);
}

/* The end of a line that is the end of the only field as well. */
static void
test_lines(scan_run_fn *run, const char *name, int count)
{
	char text[LEN_MAX + SCAN_PAD];
	struct reading r;
	int wrong = 0;
	state = 13;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = random32() % 150;
		fill(text, sizeof text, "a,\"\n\n\r", i % 2 == 0 ? 5 : 6);
		read_plainly(&r, text, len, '\n', false);
		wrong += !agrees(run, text, len, random32() % (len + 1), '\n', false, &r);
	}
	ok(wrong == 0, "%s: %d texts of lines", name, count);
}

/* All strings of up to six of the bytes that matter. */
static void
test_all(scan_run_fn *run, const char *name)
{
	static const char few[] = {'a', ',', '"', '\n', '\r'};
	char text[6 + SCAN_PAD] = {0};
	struct reading r;
	int wrong = 0;
	for (uint32_t n = 0, power = 1; n <= 6; n++, power *= 5) {
		for (uint32_t word = 0; word < power && wrong < 5; word++) {
			uint32_t rest = word;
			for (uint32_t i = 0; i < n; i++, rest /= 5)
				text[i] = few[rest % 5];
			read_plainly(&r, text, n, ',', true);
			for (uint32_t cut = 0; cut <= n; cut++)
				wrong += !agrees(run, text, n, cut, ',', true, &r);
		}
	}
	ok(wrong == 0, "%s: all texts of up to six bytes", name);
}

static void
test(scan_run_fn *run, const char *name)
{
	test_all(run, name);
	test_short(run, name, 2000000);
	test_borders(run, name, 100000);
	test_cuts(run, name, 2000);
	test_full(run, name, 20000);
	test_count(run, name, 100000);
	test_whole(run, name, 100000);
	test_lines(run, name, 100000);
}

int
main(void)
{
	ok(scan_choose("portable") == scan_portable, "the portable scan has a name");
	ok(scan_choose("fast") == NULL, "an unknown name is refused");
	ok(scan_choose(NULL) != NULL, "there is always one");
	test(scan_portable, "portable");
	if (scan_choose("avx2") != NULL)
		test(scan_avx2, "avx2");
	else
		ok(true, "avx2 # SKIP this processor has none");
	return done();
}
