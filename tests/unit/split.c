/*
 * Parts: what a command prints, in whatever pieces it comes; what they are called; which a key
 * belongs to; and those that wait aside.
 */
#include <string.h>

#include "split/aside.h"
#include "split/name.h"
#include "split/place.h"
#include "split/printed.h"
#include "unit.h"

static const char text[] = "\xef\xbb\xbf" "a,b\n1,\"x\ny\"\n\n2,\"say \"\"a\"\"\"\r\n,\n3,4";
static const char records[] = "a,b|1,\"x\ny\"|2,\"say \"\"a\"\"\"|,|3,4|";

static void
take(struct printed *p, struct buf *got, struct buf *why)
{
	struct slice run;
	size_t count;
	while (printed_next(p, 1, &run, &count, why)) {
		buf_add(got, run.at, run.len);
		buf_byte(got, '|');
	}
}

/* What comes out of at[len] in pieces of so many bytes, and why it stopped. */
static void
print(const char *at, size_t len, size_t piece, uint64_t max_record, struct buf *got,
	struct buf *why)
{
	struct printed p;
	printed_init(&p, dialect_csv, max_record);
	for (size_t i = 0; i < len && why->len == 0; i += piece) {
		size_t n = len - i < piece ? len - i : piece;
		memcpy(printed_place(&p, n), at + i, n);
		printed_came(&p, n);
		take(&p, got, why);
	}
	if (why->len == 0) {
		printed_end(&p);
		take(&p, got, why);
	}
	if (why->len == 0)
		(void)printed_is_whole(&p, why);
	printed_clear(&p);
}

static void
test_pieces(void)
{
	for (size_t piece = 1; piece < sizeof text + 1; piece++) {
		struct buf got = {0}, why = {0};
		print(text, sizeof text - 1, piece, 1000, &got, &why);
		ok(why.len == 0 && slice_is((struct slice){got.at, got.len}, records),
			"in pieces of %zu bytes", piece);
		buf_clear(&got);
	}
}

static void
test_run(void)
{
	struct printed p;
	struct slice run;
	size_t count;
	struct buf why = {0};
	printed_init(&p, dialect_csv, 1000);
	memcpy(printed_place(&p, 16), "a,b\n1,2\n\n3,4\n5,6", 16);
	printed_came(&p, 16);
	ok(printed_next(&p, 1, &run, &count, &why) && slice_is(run, "a,b"), "the first alone");
	ok(printed_next(&p, 9, &run, &count, &why) && slice_is(run, "1,2") && count == 1,
		"up to a blank line");
	ok(printed_next(&p, 9, &run, &count, &why) && slice_is(run, "3,4"), "what is whole");
	ok(!printed_next(&p, 9, &run, &count, &why) && why.len == 0, "the rest is not there yet");
	printed_end(&p);
	ok(printed_next(&p, 9, &run, &count, &why) && slice_is(run, "5,6"),
		"the last, without an end");
	ok(printed_is_whole(&p, &why) && p.records == 4, "all of it");
	printed_clear(&p);
}

static void
refuses(const char *at, const char *reason)
{
	for (size_t piece = 1; piece <= strlen(at); piece++) {
		struct buf got = {0}, why = {0};
		print(at, strlen(at), piece, 10, &got, &why);
		ok(slice_is((struct slice){why.at, why.len}, reason), "%s in pieces of %zu: %.*s",
			reason, piece, (int)why.len, why.at != NULL ? why.at : "");
		buf_clear(&got);
		buf_clear(&why);
	}
}

static void
test_refused(void)
{
	refuses("a,b\n1\n", "record 2: 1 field, not 2");
	refuses("a\n1,2", "record 2: 2 fields, not 1");
	refuses("a\n\"1\n", "record 2: a quote is not closed");
	refuses("a\nx\"y\n", "record 2: a quote in a field that does not begin with one");
	refuses("a\n\"x\"y\n", "record 2: text behind a closing quote");
	refuses("a\n01234567890\nb\n", "record 2: longer than a record may be (--max-record)");
}

static void
is_called(const char *template, const char *value, size_t len, const char *path)
{
	struct name n;
	struct arena arena = {0};
	struct buf why = {0}, got = {0};
	struct slice column = {"k", 1};
	bool good = name_parse(&n, template, &column, 1, &arena, &why);
	if (good)
		name_put_values(&n, &(struct slice){value, len}, 1, &got);
	ok(good && strcmp(got.at, path) == 0, "%s of '%s' is %s, not %s", template, value, path,
		good ? got.at : "refused");
	buf_clear(&got);
	arena_clear(&arena);
}

static void
test_names(void)
{
	is_called("{}", "car", 3, "car");
	is_called("d/k={k}/{}.csv", "a/b", 3, "d/k=a%2Fb/a%2Fb.csv");
	is_called("{}", "..", 2, "%2E.");
	is_called(".{}", ".", 1, ".%2E");
	is_called("{}", "-x", 2, "%2Dx");
	is_called("k={}", "-5", 2, "k=-5");
	is_called("{}", "", 0, NAME_EMPTY);
	is_called("{}", NAME_EMPTY, strlen(NAME_EMPTY), "%5F_HIVE_DEFAULT_PARTITION__");
	is_called("{}", "a\0b%\x7f", 5, "a%00b%25%7F");
	is_called("{}", "\xc3\xbc \xff", 4, "\xc3\xbc \xff");
}

static void
test_places(void)
{
	uint64_t car = fnv_add(FNV_START, slice_of("car"));
	ok(place_of(car, 1) == 0, "one part has all");
	ok(fnv_add(FNV_START, slice_of("a")) == UINT64_C(0xaf63dc4c8601ec8c), "FNV-1a of a");
	ok(fnv_add(FNV_START, slice_of("foobar")) == UINT64_C(0x85944171f73967e8),
		"FNV-1a of foobar");
	size_t count[8] = {0};
	for (int i = 0; i < 8000; i += 2) {
		char key[16];
		int len = snprintf(key, sizeof key, "%d", i);
		count[place_of(fnv_add(FNV_START, (struct slice){key, (size_t)len}), 8)]++;
	}
	for (int i = 0; i < 8; i++)
		ok(count[i] > 420 && count[i] < 580, "even numbers in part %d: %zu", i, count[i]);
}

static void
collect(void *got, uint32_t part, struct slice piece)
{
	(void)part;
	buf_add(got, piece.at, piece.len);
}

static void
test_aside(uint64_t memory)
{
	struct aside *a = aside_new(memory);
	bool good = true;
	for (int i = 0; i < 30; i++)
		aside_add(a);
	for (uint32_t i = 0; i < 3000; i++) {
		char line[16];
		int len = snprintf(line, sizeof line, "%u\n", i);
		aside_put(a, i % 30, (struct slice){line, (size_t)len}, 1);
	}
	for (uint32_t part = 0; part < 30; part++) {
		struct buf got = {0};
		unsigned n = part, now;
		int used;
		aside_take(a, part, collect, &got);
		buf_byte(&got, '\0');
		for (const char *at = got.at; sscanf(at, "%u\n%n", &now, &used) == 1; at += used) {
			good &= now == n;
			n += 30;
		}
		good &= n == part + 3000 && aside_records(a, part) == 100;
		buf_clear(&got);
	}
	ok(good && aside_parts(a) == 30, "aside with %ju bytes of memory", (uintmax_t)memory);
	aside_free(a);
}

int
main(void)
{
	test_pieces();
	test_run();
	test_refused();
	test_names();
	test_places();
	test_aside(0);
	test_aside(2000);
	test_aside(1 << 20);
	return done();
}
