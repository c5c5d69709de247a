/*
 * libcsv against the scanner: both accept the same texts and read the same values in them.  And the
 * dialects that only libcsv reads.
 */
#include "csv/foreign.h"

#include <stdint.h>
#include <string.h>

#include "csv/batch.h"
#include "csv/scan.h"
#include "unit.h"

enum { LEN_MAX = 64, ENDS = 512 };

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

/* A text as the scanner reads it. */
struct scanned {
	char text[4 * LEN_MAX + 1 + SCAN_PAD];
	uint32_t room[1 + ENDS + ENDS + 1];
	struct scan scan;
};

/* As csv_open() and csv_read() go about it; false: malformed. */
static bool
scan_text(struct scanned *s, const char *text, size_t len, char delimiter)
{
	memset(s->text, 0, sizeof s->text);
	if (len != 0)
		memcpy(s->text, text, len);
	s->scan = (struct scan){
		.delimiter = delimiter,
		.quotes = true,
		.end = s->room + 1,
		.first = s->room + 1 + ENDS,
		.ends_max = ENDS,
	};
	scan_start(&s->scan, 0);
	if (len > 0 && text[len - 1] == '\r') {
		s->text[len] = 'x';
		scan_portable(&s->scan, s->text, len + 1);
		return s->scan.bad == SCAN_GOOD && !scan_is_inside(&s->scan);
	}
	if (len > 0 && text[len - 1] != '\n')
		s->text[len++] = '\n';
	scan_portable(&s->scan, s->text, len);
	return s->scan.bad == SCAN_GOOD && !scan_is_inside(&s->scan);
}

static struct batch
row_of(const struct scanned *s, size_t row, char delimiter)
{
	return (struct batch){
		.text = s->text,
		.end = s->scan.end + s->scan.first[row],
		.rows = 1,
		.columns = s->scan.first[row + 1] - s->scan.first[row],
		.has_cr = s->scan.has_cr,
		.dialect = {delimiter, true, false},
	};
}

static bool
has_same_values(const struct scanned *a, const struct scanned *b, char delimiter)
{
	struct arena arena = {0};
	bool same = a->scan.rows == b->scan.rows;
	for (size_t row = 0; same && row < a->scan.rows; row++) {
		struct batch x = row_of(a, row, delimiter);
		struct batch y = row_of(b, row, delimiter);
		same = x.columns == y.columns;
		for (size_t i = 0; same && i < x.columns; i++) {
			struct cell p = batch_cell(&x, 0, i);
			struct cell q = batch_cell(&y, 0, i);
			same = slice_same(batch_value(&x, p, &arena), batch_value(&y, q, &arena)) &&
				(p.len != 0 || p.quoted == q.quoted);
		}
	}
	arena_clear(&arena);
	return same;
}

/* In pieces of random length. */
static bool
feed(struct foreign *f, const char *text, size_t len, struct buf *out)
{
	for (size_t at = 0; at < len;) {
		size_t n = 1 + random32() % (len - at);
		if (!foreign_feed(f, text + at, n, out)) {
			foreign_give_back(f, out);
			buf_add(out, text + at + n - foreign_left(f),
				foreign_left(f) + len - at - n);
			return false;
		}
		at += n;
	}
	if (foreign_end(f, out))
		return true;
	foreign_give_back(f, out);
	return false;
}

static void
show(const char *name, const char *text, size_t len)
{
	printf("# %s:", name);
	for (size_t i = 0; i < len; i++)
		printf(" %02x", (unsigned char)text[i]);
	printf("\n");
}

static struct scanned ours, theirs;

static bool
agrees(const char *text, size_t len, char delimiter)
{
	struct buf out = {0};
	struct foreign *f = foreign_new(&(struct foreign_how){delimiter, '"', false});
	bool good = feed(f, text, len, &out);
	bool same = good == scan_text(&ours, text, len, delimiter);
	if (good && same)
		same = scan_text(&theirs, out.at, out.len, delimiter) &&
		       has_same_values(&ours, &theirs, delimiter);
	/* what libcsv refuses is for the scanner to name: it must find it in what is left */
	else if (same)
		same = !scan_text(&theirs, out.at, out.len, delimiter);
	if (!same) {
		show("text", text, len);
		show("made", out.at, out.len);
		printf("# libcsv %s it\n", good ? "takes" : "refuses");
	}
	foreign_free(f);
	buf_clear(&out);
	return same;
}

static void
test_random(const char *name, const char *letters, size_t count_letters, size_t len_max,
	char delimiter, int count)
{
	char text[LEN_MAX];
	int wrong = 0;
	state = 42;
	for (int i = 0; i < count && wrong < 5; i++) {
		size_t len = random32() % (len_max + 1);
		for (size_t k = 0; k < len; k++)
			text[k] = letters[random32() % count_letters];
		wrong += !agrees(text, len, delimiter);
	}
	ok(wrong == 0, "%d random texts of %s", count, name);
}

/* Texts that are well-formed but for a byte in five of them, so that many records are read. */
static void
test_mostly_good(int count)
{
	static const char *const fields[] = {
		"", "a", "\"\"", "\"a,b\"", "\"\n\"", "\"\"\"\"", "\"x\"", "\"\r\n\"", "b c"};
	static const char *const ends[] = {",", ",", ",", "\n", "\r\n"};
	int wrong = 0;
	state = 5;
	for (int i = 0; i < count && wrong < 5; i++) {
		char text[LEN_MAX];
		size_t len = 0;
		while (len < LEN_MAX - 8) {
			const char *field = fields[random32() % 9];
			const char *end = ends[random32() % 5];
			memcpy(text + len, field, strlen(field));
			len += strlen(field);
			memcpy(text + len, end, strlen(end));
			len += strlen(end);
		}
		if (i % 5 == 0)
			text[random32() % len] = "a,\"\n\r"[random32() % 5];
		wrong += !agrees(text, len, ',');
	}
	ok(wrong == 0, "%d texts that are mostly well-formed", count);
}

/* All strings of up to six of the bytes that matter. */
static void
test_all(void)
{
	static const char few[] = {'a', ',', '"', '\n', '\r'};
	char text[6];
	int wrong = 0;
	for (uint32_t n = 0, power = 1; n <= 6; n++, power *= 5) {
		for (uint32_t word = 0; word < power && wrong < 5; word++) {
			uint32_t rest = word;
			for (uint32_t i = 0; i < n; i++, rest /= 5)
				text[i] = few[rest % 5];
			wrong += !agrees(text, n, ',');
		}
	}
	ok(wrong == 0, "all texts of up to six bytes");
}

static void
becomes(struct foreign_how how, const char *text, const char *want, const char *name)
{
	struct buf out = {0};
	struct foreign *f = foreign_new(&how);
	bool good = feed(f, text, strlen(text), &out);
	bool same = good && out.len == strlen(want) && memcmp(out.at, want, out.len) == 0;
	if (!ok(same, "%s", name))
		show("made", out.at, out.len);
	foreign_free(f);
	buf_clear(&out);
}

static void
test_dialects(void)
{
	struct foreign_how csv = {',', '"', false};
	struct foreign_how trim = {',', '"', true};
	struct foreign_how single = {';', '\'', false};
	struct foreign_how tabs = {'\t', '"', true};
	becomes(csv, "\xef\xbb\xbf\"a\",b\n", "a,b\n", "a BOM before a quote is dropped");
	becomes(csv, "\xef\xbb\xbf\na\n", "\na\n", "a BOM alone on its line leaves a blank line");
	becomes(csv, "a\n\xef\xbb\xbfx\n", "a\n\xef\xbb\xbfx\n", "a BOM further on is data");
	becomes(csv, "\"a \"\"b\"\"\", c\r\n\"\"\r\n\r\n", "\"a \"\"b\"\"\", c\n\"\"\n\n",
		"quotes where needed");
	becomes(csv, "a,b", "a,b\n", "no newline at the end");
	becomes(trim, " a ,\t\"b c\" \nd,e\n", "a,b c\nd,e\n", "blanks around fields go");
	becomes(trim, "a,b\n  \t\n1,2\n", "a,b\n\n1,2\n", "a line of blanks is a blank line");
	becomes(tabs, "a\tb\n\t\n", "a\tb\n\t\n", "a delimiter is no blank");
	becomes(single, "'a;b';\"x\";'it''s'\n", "\"a;b\";\"\"\"x\"\"\";it's\n", "another quote");
}

static void
test_places(void)
{
	static const char text[] = "a\n\n\"b\nc\"\nd\"e,1\nrest\n";
	struct buf out = {0};
	struct foreign *f = foreign_new(&(struct foreign_how){',', '"', false});
	ok(!foreign_feed(f, text, sizeof text - 1, &out), "a stray quote is refused");
	ok(foreign_line(f) == 5, "its line is known (%d)", (int)foreign_line(f));
	ok(foreign_left(f) == 5, "so is what was not looked at (%zu)", foreign_left(f));
	ok(foreign_held(f) == 6, "and the record's length (%zu)", foreign_held(f));
	out.len = 0;
	foreign_give_back(f, &out);
	ok(out.len == 6 && memcmp(out.at, "d\"e,1\n", 6) == 0, "it is given back as it came");
	foreign_free(f);
	f = foreign_new(&(struct foreign_how){',', '"', false});
	foreign_feed(f, "a\n\"b\nc", 6, &out);
	ok(foreign_held(f) == 4, "an unfinished record is held (%zu)", foreign_held(f));
	out.len = 0;
	foreign_give_back(f, &out);
	ok(out.len == 4 && memcmp(out.at, "\"b\nc", 4) == 0, "and can be had back");
	foreign_free(f);
	buf_clear(&out);
}

int
main(void)
{
	test_dialects();
	test_places();
	test_all();
	test_random("the bytes that matter", "a,\"\n\r", 5, 14, ',', 250000);
	test_random("quotes", "a\"\n,\"", 5, 30, ',', 100000);
	test_random("odd bytes", "a,\"\n\r\0\xff\t ;", 10, 20, ',', 200000);
	test_random("another delimiter", "a;\"\n,", 5, 14, ';', 100000);
	test_mostly_good(100000);
	return done();
}
