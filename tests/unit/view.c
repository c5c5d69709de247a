/*
 * How values look on a terminal, and how wide a table gets.
 */
#include "unit.h"

#include <stdint.h>
#include <string.h>

#include "view/glyph.h"
#include "view/layout.h"

static void
put(const char *value, size_t max, const char *want, size_t columns)
{
	struct buf out = {0};
	size_t used = glyph_put(&out, slice_of(value), max);
	bool same = out.len == strlen(want) && (out.len == 0 || memcmp(out.at, want, out.len) == 0);
	ok(same && used == columns, "'%s' in %zu: '%.*s', %zu columns", want, max, (int)out.len,
		out.at != NULL ? out.at : "", used);
	buf_clear(&out);
}

static void
put_markdown(const char *value, const char *want)
{
	struct buf out = {0};
	size_t used = glyph_put_markdown(&out, slice_of(value));
	ok(out.len == strlen(want) && memcmp(out.at, want, out.len) == 0 && used == out.len,
		"Markdown %s: %.*s", want, (int)out.len, out.at);
	buf_clear(&out);
}

static void
test_escapes(void)
{
	put("", SIZE_MAX, "", 0);
	put("plain", SIZE_MAX, "plain", 5);
	put("a\tb\nc\rd", SIZE_MAX, "a\\tb\\nc\\rd", 10);
	put("\x1b[31m\x07\x7f", SIZE_MAX, "\\x1b[31m\\x07\\x7f", 16);
	put("\xc2\x9b" "31m", SIZE_MAX, "\\xc2\\x9b31m", 11);
	put("\x9b\xff\xc0\xaf\xed\xa0\x80", SIZE_MAX, "\\x9b\\xff\\xc0\\xaf\\xed\\xa0\\x80", 28);
	put("\xe2\x80\xae", SIZE_MAX, "\\xe2\\x80\\xae", 12);
	put("\xef\xbb\xbf", SIZE_MAX, "\\xef\\xbb\\xbf", 12);
	put("a\xe2", SIZE_MAX, "a\\xe2", 5);
	put("\xc2\xa0", SIZE_MAX, "\xc2\xa0", 1);
	struct buf out = {0};
	ok(glyph_put(&out, (struct slice){"a\0b", 3}, SIZE_MAX) == 6 &&
			memcmp(out.at, "a\\x00b", 6) == 0,
		"NUL");
	buf_clear(&out);
}

static void
test_widths(void)
{
	put("\xe6\x97\xa5\xe6\x9c\xac", SIZE_MAX, "\xe6\x97\xa5\xe6\x9c\xac", 4);
	put("e\xcc\x81", SIZE_MAX, "e\xcc\x81", 1);
	put("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", SIZE_MAX,
		"\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2);
	put("\xf0\x9f\x9a\x97", SIZE_MAX, "\xf0\x9f\x9a\x97", 2);
	ok(glyph_width('a') == 1 && glyph_width(0x2ff) == 1, "Latin");
	ok(glyph_width(0x300) == 0 && glyph_width(0x36f) == 0 && glyph_width(0x370) == 1,
		"edges of combining marks");
	ok(glyph_width(0x1100) == 2 && glyph_width(0x115f) == 2 && glyph_width(0x1160) == 0,
		"Hangul Jamo");
	ok(glyph_width(0xff01) == 2 && glyph_width(0xff61) == 1, "full and half width");
	ok(glyph_width(0x200d) == 0 && glyph_width(0xfe0f) == 0, "joiner and variation selector");
	ok(glyph_width(0x20000) == 2 && glyph_width(0x3fffd) == 2 && glyph_width(0x10fffd) == 1,
		"the last planes");
}

static void
test_cuts(void)
{
	put("abcdef", 6, "abcdef", 6);
	put("abcdef", 5, "abcd\xe2\x80\xa6", 5);
	put("abcdef", 1, "\xe2\x80\xa6", 1);
	put("abcdef", 0, "", 0);
	put("\xe6\x97\xa5\xe6\x9c\xac", 4, "\xe6\x97\xa5\xe6\x9c\xac", 4);
	put("\xe6\x97\xa5\xe6\x9c\xac", 3, "\xe6\x97\xa5\xe2\x80\xa6", 3);
	put("\xe6\x97\xa5\xe6\x9c\xac", 2, "\xe2\x80\xa6", 1);
	put("abe\xcc\x81", 3, "abe\xcc\x81", 3);
	put("ae\xcc\x81xy", 3, "ae\xcc\x81\xe2\x80\xa6", 3);
	put("a\x1b" "b", 5, "a\xe2\x80\xa6", 2);
	put("a\x1b" "b", 6, "a\\x1bb", 6);
}

static void
test_markdown(void)
{
	put_markdown("a|b", "a\\|b");
	put_markdown("a\\|b", "a\\\\\\|b");
	put_markdown("a\nb\r\nc\rd", "a<br>b<br>c\\rd");
	put_markdown("<b> & *x* `y` [z] ~", "&lt;b> &amp; \\*x\\* \\`y\\` \\[z] \\~");
	put_markdown("plaza_id _x_ _", "plaza_id \\_x\\_ \\_");
	put_markdown("\x1b[0m", "\\x1b\\[0m");
}

static void
fit(size_t a, size_t b, size_t c, size_t max, size_t shown, size_t wa, size_t wb, size_t wc)
{
	size_t width[] = {a, b, c};
	size_t n = layout_fit(width, 3, max);
	ok(n == shown && width[0] == wa && width[1] == wb && width[2] == wc,
		"%zu %zu %zu in %zu: %zu shown, %zu %zu %zu", a, b, c, max, n, width[0], width[1],
		width[2]);
}

static void
test_layout(void)
{
	fit(10, 10, 10, SIZE_MAX, 3, 10, 10, 10);
	fit(10, 10, 10, 34, 3, 10, 10, 10);
	fit(10, 10, 10, 33, 2, 10, 10, 10);
	fit(5, 500, 5, 60, 3, 5, 46, 5);
	fit(50, 500, 5, 80, 3, 35, 35, 5);
	fit(100, 5, 5, 30, 2, 23, 5, 5);
	fit(100, 100, 100, 10, 1, 10, 100, 100);
	fit(100, 1, 1, 1, 1, 1, 1, 1);
	fit(0, 0, 0, 1, 1, 0, 0, 0);
	ok(layout_fit(NULL, 0, 10) == 0, "no columns");
}

int
main(void)
{
	test_escapes();
	test_widths();
	test_cuts();
	test_markdown();
	test_layout();
	return done();
}
