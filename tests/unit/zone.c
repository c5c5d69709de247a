/*
 * Files of time zones: one that is made here byte by byte, whole, cut, altered, and with rules that
 * are none.  That clocks are right is for tests/zone-oracle.
 */
#include "date/zone.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void
put_number(struct buf *b, uint64_t n, int bytes)
{
	while (bytes-- > 0)
		buf_byte(b, (char)(n >> bytes * 8));
}

static void
put_head(struct buf *b, char version, const uint32_t count[6])
{
	buf_add(b, "TZif", 4);
	buf_byte(b, version);
	for (int i = 0; i < 15; i++)
		buf_byte(b, '\0');
	for (int i = 0; i < 6; i++)
		put_number(b, count[i], 4);
}

/* Local mean time, then CET and CEST twice, then the rule. */
static struct buf
make_file(char version, const char *rule)
{
	static const uint32_t none[6] = {0, 0, 0, 0, 1, 1};
	static const uint32_t count[6] = {0, 0, 0, 3, 3, 13};
	static const int64_t change[] = {-2422054408, 1616893200, 1635642000};
	static const int32_t offset[] = {3208, 3600, 7200};
	struct buf b = {0};
	put_head(&b, version, none);
	put_number(&b, 0, 7);
	put_head(&b, version, count);
	for (int i = 0; i < 3; i++)
		put_number(&b, (uint64_t)change[i], 8);
	buf_add(&b, "\1\2\1", 3);
	for (int i = 0; i < 3; i++) {
		put_number(&b, (uint32_t)offset[i], 4);
		put_number(&b, i == 2, 1);
		put_number(&b, (uint64_t)i * 4, 1);
	}
	buf_add(&b, "LMT\0CET\0CEST\0", 13);
	buf_format(&b, "\n%s\n", rule);
	return b;
}

static struct zone *
read_zone(const char *at, size_t len, struct buf *why)
{
	why->len = 0;
	return zone_new(slice_of("Europe/Test"), (struct slice){at, len}, why);
}

static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

static void
shows(const struct zone *z, int64_t seconds, int offset, const char *name)
{
	struct zone_span s = zone_find(z, seconds);
	ok(s.offset == offset && strcmp(s.name, name) == 0 && s.from <= seconds &&
			seconds < s.until,
		"%lld is %s", (long long)seconds, name);
}

static void
whole_file(void)
{
	struct buf why = {0};
	struct buf b = make_file('2', berlin);
	struct zone *z = read_zone(b.at, b.len, &why);
	if (!ok(z != NULL, "a whole file is read"))
		return;
	ok(slice_is(zone_name(z), "Europe/Test") &&
			strcmp(zone_skipped_text(z), "no such time in Europe/Test") == 0,
		"it keeps its name");
	shows(z, -62135596800, 3208, "LMT");
	shows(z, -2422054409, 3208, "LMT");
	shows(z, -2422054408, 3600, "CET");
	shows(z, 1616893199, 3600, "CET");
	shows(z, 1616893200, 7200, "CEST");
	shows(z, 1635642000, 3600, "CET");
	shows(z, 1648342799, 3600, "CET");
	shows(z, 1648342800, 7200, "CEST");
	shows(z, 253402300799, 3600, "CET");
	size_t wrong = 0;
	for (int64_t t = 1800000000; t < 1800000000 + 400 * INT64_C(31556952); t += 999983)
		for (int64_t k = 1; k <= 19; k++) {
			struct zone_span a = zone_find(z, t);
			struct zone_span c = zone_find(z, t + k * INT64_C(12622780800));
			wrong += a.offset != c.offset ||
				c.until - a.until != k * INT64_C(12622780800);
		}
	ok(wrong == 0, "every 400 years the same");
	ok(zone_has(z, slice_of("CEST")) && !zone_has(z, slice_of("EST")), "names");
	zone_free(z);
	buf_clear(&b);
	buf_clear(&why);
}

static void
cut_files(void)
{
	struct buf why = {0};
	struct buf b = make_file('2', berlin);
	size_t wrong = 0;
	for (size_t len = 0; len < b.len; len++) {
		/* Bytes of their own: one read behind them is seen by AddressSanitizer. */
		char *copy = xmalloc(len + 1);
		memcpy(copy, b.at, len);
		struct zone *z = read_zone(copy, len, &why);
		wrong += z != NULL || why.len == 0;
		zone_free(z);
		free(copy);
	}
	ok(wrong == 0, "cut at each of %zu bytes it is refused", b.len);
	buf_clear(&b);
	buf_clear(&why);
}

/* Whatever a file says, a moment is in the span that is found for it. */
static bool
is_sound(const struct zone *z)
{
	static const int64_t moments[] = {-62135596800, -5000000000, 0, 1616893200, 1635642000,
		1700000000, 20000000000, 253402300799};
	for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
		struct zone_span s = zone_find(z, moments[i]);
		if (moments[i] < s.from || moments[i] >= s.until || s.offset < -93600 ||
			s.offset > 93600)
			return false;
		struct zone_cursor c = zone_cursor(z);
		struct moment out;
		zone_read(&c, (struct moment){moments[i], 0}, slice_of(""), &out);
	}
	return true;
}

static void
altered_files(void)
{
	static const unsigned char other[] = {
		0, 1, 2, 3, 0x7f, 0x80, 0xff, '0', '9', ',', '/', '-', 'J'};
	struct buf why = {0};
	struct buf b = make_file('2', berlin);
	size_t wrong = 0;
	size_t read = 0;
	for (size_t i = 0; i < b.len; i++) {
		char before = b.at[i];
		for (size_t k = 0; k < sizeof other; k++) {
			b.at[i] = (char)other[k];
			struct zone *z = read_zone(b.at, b.len, &why);
			wrong += z != NULL ? !is_sound(z) : why.len == 0;
			read += z != NULL;
			zone_free(z);
		}
		b.at[i] = before;
	}
	ok(wrong == 0 && read != 0, "each byte altered: refused, or sound (%zu)", read);
	buf_clear(&b);
	buf_clear(&why);
}

static void
refuses(char version, const char *rule, const char *reason)
{
	struct buf why = {0};
	struct buf b = make_file(version, rule);
	struct zone *z = read_zone(b.at, b.len, &why);
	ok(z == NULL && slice_is((struct slice){why.at, why.len}, reason), "version %c, '%s': %s",
		version, rule, reason);
	zone_free(z);
	buf_clear(&b);
	buf_clear(&why);
}

static void
takes(const char *rule, int64_t seconds, int offset)
{
	struct buf why = {0};
	struct buf b = make_file('3', rule);
	struct zone *z = read_zone(b.at, b.len, &why);
	ok(z != NULL && zone_find(z, seconds).offset == offset, "'%s': %d at %lld", rule, offset,
		(long long)seconds);
	zone_free(z);
	buf_clear(&b);
	buf_clear(&why);
}

static void
rules(void)
{
	static const char damaged[] = "damaged: the rule at its end";
	static const char *const bad[] = {"CET", "C-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-25",
		"CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,J0,J365", "CET-1CEST,J1,J366", "CET-1CEST,1,366", "CET-1CEST,0/168,365",
		"CET-1CEST,0,365x", "<C+1-1", "CET-1:60", "EST5", ":Europe/Berlin", "-1",
		"CET-1CEST,M3.5.0/2:00:60,M10.5.0", "CET-1CEST,J300/167,J10/-167x"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuses('2', bad[i], damaged);
	refuses('1', berlin, "without 64-bit times (TZif version 1)");
	takes("", 4000000000, 3600);
	takes("CET-1", 4000000000, 3600);
	takes(berlin, 1909440000, 7200);           /* 2030-07-05 */
	takes("<+01>-1<+03>-3,0/0,J365/25", 1909440000, 10800);
	takes("CET-1CEST,J60,J300", 1898553599, 3600);  /* 2030-03-01T00:59:59Z */
	takes("CET-1CEST,J60,J300", 1898557200, 7200);
	takes("CET-1CEST,59,299/-1", 1898557200, 7200);
	takes("CET-1CEST,M10.1.0,M4.1.0/3", 1925078400, 7200); /* 2031-01-02 */
}

int
main(void)
{
	whole_file();
	cut_files();
	altered_files();
	rules();
	return done();
}
