/*
 * The calendar: every day of the years 1 to 9999 against timegm(3) and gmtime_r(3), formats against
 * strftime(3) and strptime(3), arithmetic against a second way to count.
 */
#include "date/date.h"
#include "date/span.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { DAY = 86400 };
static const int64_t first_second = INT64_C(-62135596800);
static const int64_t last_second = INT64_C(253402300799);

/* The same numbers in every run. */
static uint64_t
random_number(void)
{
	static uint64_t state = 88172645463325252u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static struct moment
random_moment(void)
{
	uint64_t span = (uint64_t)(last_second - first_second) + 1;
	return (struct moment){first_second + (int64_t)(random_number() % span), 0};
}

static bool
is_same(struct moment a, struct moment b)
{
	return a.seconds == b.seconds && a.nanos == b.nanos;
}

static struct tm
libc_civil(struct moment m)
{
	struct tm tm;
	time_t seconds = m.seconds;
	gmtime_r(&seconds, &tm);
	return tm;
}

static bool
agrees(struct moment m)
{
	struct civil c = date_civil(m);
	struct tm tm = libc_civil(m);
	return c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 && c.day == tm.tm_mday &&
	       c.hour == tm.tm_hour && c.minute == tm.tm_min && c.second == tm.tm_sec &&
	       date_weekday(m) % 7 == tm.tm_wday && timegm(&tm) == m.seconds;
}

static void
all_days(void)
{
	int64_t days = first_second / DAY;
	size_t wrong = 0;
	size_t count = 0;
	for (int year = 1; year <= 9999; year++) {
		for (int month = 1; month <= 12; month++) {
			for (int day = 1; day <= date_month_days(year, month);
				day++, days++, count++) {
				struct moment m = {
					days * DAY + (int64_t)(random_number() % DAY), 0};
				wrong += date_days(year, month, day) != days || !agrees(m);
			}
		}
	}
	ok(wrong == 0 && count == 3652059 && days - 1 == last_second / DAY,
		"3,652,059 days: %zu differ", wrong);
}

/* Each moment is printed by us and by libc, and read back by us. */
static void
same_as_libc(const char *format, bool reads_back)
{
	struct buf why = {0};
	size_t at;
	struct date_format *f = date_format_new(slice_of(format), DATE_TO_PRINT, &why, &at);
	struct date_format *reads = date_format_new(slice_of(format), DATE_TO_READ, &why, &at);
	char *ours = xmalloc(date_format_room(f));
	char theirs[256];
	size_t wrong = 0;
	for (int i = 0; i < 20000; i++) {
		struct moment m = random_moment();
		struct tm tm = libc_civil(m);
		struct moment back = {0};
		size_t len = date_format_print(f, m, ours);
		strftime(theirs, sizeof theirs, format, &tm);
		/* glibc prints the year 7 as 7. */
		if (tm.tm_year + 1900 >= 1000 && !slice_is((struct slice){ours, len}, theirs))
			wrong++;
		if (reads_back &&
			(date_format_parse(reads, (struct slice){ours, len}, &back) != DATE_OK ||
				!is_same(m, back)))
			wrong++;
	}
	ok(wrong == 0, "%s is as in libc", format);
	free(ours);
	date_format_free(f);
	date_format_free(reads);
	buf_clear(&why);
}

static void
formats_agree(void)
{
	same_as_libc("%a %b %e %H:%M:%S %Y", true);
	same_as_libc("%Y-%m-%dT%H:%M:%SZ", true);
	same_as_libc("%A, %d %B %Y, %I:%M:%S %p", true);
	same_as_libc("%F %T", true);
	same_as_libc("%s", true);
	same_as_libc("%Y/%j %T", true);
	same_as_libc("%d%m%Y%H%M%S", true);
	same_as_libc("%Y%m%d %R", false);
	same_as_libc("%D %% %y", false);
	same_as_libc("%Y %z", false);
}

static void
iso_round_trip(void)
{
	size_t wrong = 0;
	for (int i = 0; i < 200000; i++) {
		static const int32_t step[] = {1, 10, 1000, 1000000, 100000000, 1000000000};
		struct moment back = {0};
		struct moment m = random_moment();
		char text[DATE_PRINT_MAX];
		int32_t by = step[random_number() % 6];
		m.nanos = (int32_t)(random_number() % 1000000000 / (uint64_t)by * (uint64_t)by);
		size_t len = date_print(text, m);
		wrong += date_parse((struct slice){text, len}, &back) != DATE_OK ||
			 !is_same(m, back);
	}
	ok(wrong == 0, "200,000 moments survive ISO 8601");
}

static void
prints(int64_t seconds, int32_t nanos, const char *expected)
{
	char text[DATE_PRINT_MAX];
	size_t len = date_print(text, (struct moment){seconds, nanos});
	ok(slice_is((struct slice){text, len}, expected), "%s", expected);
}

static void
reads(const char *text, const char *expected)
{
	struct moment m = {0};
	char out[DATE_PRINT_MAX];
	enum date_fault fault = date_parse(slice_of(text), &m);
	size_t len = fault == DATE_OK ? date_print(out, m) : 0;
	if (!ok(fault == DATE_OK && slice_is((struct slice){out, len}, expected), "%s is %s", text,
		    expected))
		printf("# %s %.*s\n", date_fault_text(fault), (int)len, out);
}

static void
refuses(const char *text, enum date_fault expected)
{
	struct moment m = {7, 7};
	enum date_fault fault = date_parse(slice_of(text), &m);
	ok(fault == expected && is_same(m, (struct moment){7, 7}), "'%s': %s", text,
		date_fault_text(expected));
}

static void
iso(void)
{
	prints(0, 0, "1970-01-01T00:00:00Z");
	prints(-1, 999999999, "1969-12-31T23:59:59.999999999Z");
	prints(0, 500000000, "1970-01-01T00:00:00.5Z");
	prints(first_second, 0, "0001-01-01T00:00:00Z");
	prints(last_second, 0, "9999-12-31T23:59:59Z");
	reads("2021-08-01", "2021-08-01T00:00:00Z");
	reads("2021-08-01T12:30", "2021-08-01T12:30:00Z");
	reads("2021-08-01 12:30:59", "2021-08-01T12:30:59Z");
	reads("2021-08-01t12:30:59z", "2021-08-01T12:30:59Z");
	reads("2021-08-01T12:30:59.250Z", "2021-08-01T12:30:59.25Z");
	reads("2021-08-01T12:30:59,1234567890", "2021-08-01T12:30:59.123456789Z");
	reads("2021-08-01T12:30:59+02:00", "2021-08-01T10:30:59Z");
	reads("2021-08-01T00:30-0130", "2021-08-01T02:00:00Z");
	reads("2021-01-01T00:30+01", "2020-12-31T23:30:00Z");
	reads("2000-02-29", "2000-02-29T00:00:00Z");
	refuses("", DATE_NOT);
	refuses("2021-8-1", DATE_NOT);
	refuses("2021-08-01T", DATE_NOT);
	refuses("2021-08-01T12", DATE_NOT);
	refuses("2021-08-01T12:30:59.", DATE_NOT);
	refuses("2021-08-01T12:30:59.1234567891", DATE_NOT);
	refuses("2021-08-01 ", DATE_NOT);
	refuses(" 2021-08-01", DATE_NOT);
	refuses("2021-08-01Z", DATE_NOT);
	refuses("2021-08-01T12:30 UTC", DATE_NOT);
	refuses("2021/08/01", DATE_NOT);
	refuses("12021-08-01", DATE_NOT);
	refuses("-2021-08-01", DATE_NOT);
	refuses("2021-02-29", DATE_IMPOSSIBLE);
	refuses("1900-02-29", DATE_IMPOSSIBLE);
	refuses("2021-02-30", DATE_IMPOSSIBLE);
	refuses("2021-04-31", DATE_IMPOSSIBLE);
	refuses("2021-13-01", DATE_IMPOSSIBLE);
	refuses("2021-00-01", DATE_IMPOSSIBLE);
	refuses("2021-01-00", DATE_IMPOSSIBLE);
	refuses("2021-01-01T24:00:00", DATE_IMPOSSIBLE);
	refuses("2021-01-01T25:00", DATE_IMPOSSIBLE);
	refuses("2021-01-01T12:60", DATE_IMPOSSIBLE);
	refuses("2016-12-31T23:59:60Z", DATE_IMPOSSIBLE);
	refuses("2021-01-01T12:00+24:00", DATE_IMPOSSIBLE);
	refuses("2021-01-01T12:00+01:60", DATE_IMPOSSIBLE);
	refuses("0000-01-01", DATE_RANGE);
	refuses("0001-01-01T00:30+01:00", DATE_RANGE);
	refuses("9999-12-31T23:30-01:00", DATE_RANGE);
}

static void
format_gives(const char *format, const char *text, const char *expected)
{
	struct buf why = {0};
	size_t at;
	struct moment m = {0};
	char out[DATE_PRINT_MAX];
	struct date_format *f = date_format_new(slice_of(format), DATE_TO_READ, &why, &at);
	enum date_fault fault = f != NULL ? date_format_parse(f, slice_of(text), &m) : DATE_NOT;
	struct slice got = {out, fault == DATE_OK ? date_print(out, m) : 0};
	if (fault != DATE_OK)
		got = slice_of(date_fault_text(fault));
	if (!ok(slice_is(got, expected), "'%s' by %s is %s", text, format, expected))
		printf("# %.*s\n", (int)got.len, got.at);
	date_format_free(f);
	buf_clear(&why);
}

static void
format_fails(const char *format, enum date_use use, size_t expected_at, const char *expected)
{
	struct buf why = {0};
	size_t at = 0;
	struct date_format *f = date_format_new(slice_of(format), use, &why, &at);
	bool good = f == NULL && at == expected_at &&
		    slice_is((struct slice){why.at, why.len}, expected);
	if (!ok(good, "%s: %s", format, expected))
		printf("# at %zu: %.*s\n", at, (int)why.len, why.at);
	date_format_free(f);
	buf_clear(&why);
}

static void
formats(void)
{
	format_gives("%a %b %e %H:%M:%S %Y", "Thu Aug 19 21:54:38 2021", "2021-08-19T21:54:38Z");
	format_gives("%a %b %e %H:%M:%S %Y", "Sun Aug  1 00:00:00 2021", "2021-08-01T00:00:00Z");
	format_gives("%a %b %e %H:%M:%S %Y", "sunday AUGUST 1 0:0:0 2021", "2021-08-01T00:00:00Z");
	format_gives(
		"%a %b %e %H:%M:%S %Y", "Mon Aug  1 00:00:00 2021", "not the weekday of that date");
	format_gives("%a %b %e %H:%M:%S %Y", "Sun Aug  1 00:00:00 2021 ", "not a time");
	format_gives("%a %b %e %H:%M:%S %Y", "Sun Aug  1 00:00:00 20211", "not a time");
	format_gives("%a %b %e %H:%M:%S %Y", "Sun Okt  1 00:00:00 2021", "not a time");
	format_gives("%a %F %R %z", "Sun 2021-08-01 00:30 +0200", "2021-07-31T22:30:00Z");
	format_gives("%Y %b", "2021 May", "2021-05-01T00:00:00Z");
	format_gives("%Y", "2021", "2021-01-01T00:00:00Z");
	format_gives("%Y", "21", "not a time");
	format_gives("%m/%d/%Y", "8/1/2021", "2021-08-01T00:00:00Z");
	format_gives("%D", "08/01/68", "2068-08-01T00:00:00Z");
	format_gives("%D", "08/01/69", "1969-08-01T00:00:00Z");
	format_gives("%d.%m.%Y", "31.04.2021", "no such time");
	format_gives("%Y%m%d%H%M%S", "20210801123059", "2021-08-01T12:30:59Z");
	format_gives("%F %I:%M %p", "2021-08-01 12:05 am", "2021-08-01T00:05:00Z");
	format_gives("%F %I:%M %p", "2021-08-01 12:05 PM", "2021-08-01T12:05:00Z");
	format_gives("%F %I:%M %p", "2021-08-01 01:05 PM", "2021-08-01T13:05:00Z");
	format_gives("%F %I:%M %p", "2021-08-01 13:05 PM", "no such time");
	format_gives("%F %I:%M %p", "2021-08-01 00:05 AM", "no such time");
	format_gives("%F %T", "2021-08-01 23:59:60", "no such time");
	format_gives("%F %T.%f", "2021-08-01 23:59:59.000001", "2021-08-01T23:59:59.000001Z");
	format_gives("%F %T %Z", "2021-08-01 23:59:59 UTC", "2021-08-01T23:59:59Z");
	format_gives("%F %T %Z", "2021-08-01 23:59:59 CEST", "not a time");
	format_gives("%FT%T%z", "2021-08-01T23:59:59Z", "2021-08-01T23:59:59Z");
	format_gives("%FT%T%z", "2021-08-01T23:59:59-01:30", "2021-08-02T01:29:59Z");
	format_gives("%FT%T%z", "2021-08-01T23:59:59+99", "no such time");
	format_gives("%s", "1627776000", "2021-08-01T00:00:00Z");
	format_gives("%s", "-1", "1969-12-31T23:59:59Z");
	format_gives("%s.%f", "1627776000.25", "2021-08-01T00:00:00.25Z");
	format_gives("%s", "99999999999999", "time outside of the years 1 to 9999");
	format_gives("%s", "99999999999999999999", "not a time");
	format_gives("%Y-%j", "2020-366", "2020-12-31T00:00:00Z");
	format_gives("%Y-%j", "2021-366", "no such time");
	format_gives("%Y-%j", "2021-000", "no such time");
	format_gives("%j-%Y", "060-2020", "2020-02-29T00:00:00Z");
	format_gives("%F %j", "2021-03-01 060", "2021-03-01T00:00:00Z");
	format_gives("%F %j", "2021-03-01 061", "no such time");
	format_gives("%Y  %m", "2021 \t 8", "2021-08-01T00:00:00Z");
	format_gives("%Y %m", "20218", "not a time");
	format_gives("%Y%%", "2021%", "2021-01-01T00:00:00Z");
	format_gives("%F", "0000-01-01", "time outside of the years 1 to 9999");
	format_gives("%Y/%j", "0000/001", "no such time");
	format_gives("%F", "", "not a time");
	format_fails("%Y-%q", DATE_TO_READ, 3, "no such conversion: '%q'");
	format_fails("%Y-%", DATE_TO_PRINT, 3, "no such conversion: '%'");
	format_fails("%H:%M", DATE_TO_READ, 0, "there is no year in it: %Y, %y, %F or %s");
	format_fails("", DATE_TO_READ, 0, "there is no year in it: %Y, %y, %F or %s");
	format_fails("%Y %d", DATE_TO_READ, 0, "there is a day in it, but no month");
	format_fails("%F %I:%M", DATE_TO_READ, 0, "%I and %p need each other");
	format_fails("%F %H %p", DATE_TO_READ, 0, "%I and %p need each other");
	format_fails("%s %Y", DATE_TO_READ, 0, "%s says all: nothing but %f can stand beside it");
}

static struct moment
moment_of(const char *text)
{
	struct moment m = {0};
	date_parse(slice_of(text), &m);
	return m;
}

static void
adds(const char *from, int64_t n, enum date_unit by, const char *expected)
{
	struct moment m = {0};
	char out[DATE_PRINT_MAX];
	enum date_fault fault = date_add(moment_of(from), n, by, &m);
	struct slice got = {out, date_print(out, m)};
	if (fault != DATE_OK)
		got = slice_of(date_fault_text(fault));
	ok(slice_is(got, expected), "%s and %jd of unit %d is %s", from, (intmax_t)n, (int)by,
		expected);
}

static void
differ(const char *from, const char *to, enum date_unit by, int64_t expected)
{
	int64_t n = date_diff(moment_of(from), moment_of(to), by);
	ok(n == expected, "from %s to %s: %jd of unit %d", from, to, (intmax_t)expected, (int)by);
}

/* date_diff() is the largest n that date_add() does not carry beyond. */
static void
sums_and_differences(void)
{
	size_t wrong = 0;
	for (int i = 0; i < 50000; i++) {
		enum date_unit by = (enum date_unit)(random_number() % DATE_UNITS);
		struct moment a = random_moment();
		struct moment b = random_moment();
		a.nanos = (int32_t)(random_number() % 3);
		b.nanos = (int32_t)(random_number() % 3);
		if (i % 2 == 0)
			b.seconds = a.seconds + (int64_t)(random_number() % (90 * DAY));
		if (b.seconds > last_second)
			continue;
		if (date_order(a, b) > 0) {
			wrong += date_diff(a, b, by) != -date_diff(b, a, by);
			continue;
		}
		struct moment reached = {0};
		struct moment beyond = {0};
		int64_t n = date_diff(a, b, by);
		wrong += date_add(a, n, by, &reached) != DATE_OK || date_order(reached, b) > 0;
		wrong += date_add(a, n + 1, by, &beyond) == DATE_OK && date_order(beyond, b) <= 0;
	}
	ok(wrong == 0, "differences are what has to be added");
}

static void
truncations(void)
{
	size_t wrong = 0;
	for (int i = 0; i < 50000; i++) {
		struct moment m = random_moment();
		struct tm tm = libc_civil(m);
		struct moment out = {0};
		m.nanos = 5;
		for (unsigned by = 0; by < DATE_UNITS; by++) {
			struct tm t = tm;
			t.tm_sec = by == DATE_SECOND ? t.tm_sec : 0;
			t.tm_min = by >= DATE_MINUTE ? t.tm_min : 0;
			t.tm_hour = by >= DATE_HOUR ? t.tm_hour : 0;
			if (by == DATE_WEEK)
				t.tm_mday -= (tm.tm_wday + 6) % 7;
			t.tm_mday = by <= DATE_MONTH ? 1 : t.tm_mday;
			t.tm_mon = by == DATE_YEAR ? 0 : t.tm_mon;
			wrong += date_trunc(m, (enum date_unit)by, &out) != DATE_OK ||
				 out.nanos != 0 || timegm(&t) != out.seconds;
		}
	}
	ok(wrong == 0, "the beginnings of units are those of timegm");
	struct moment m;
	ok(date_trunc(moment_of("0001-01-03T00:00:00Z"), DATE_WEEK, &m) == DATE_OK,
		"year 1 begins on a Monday");
}

static void
arithmetic(void)
{
	adds("2021-01-31", 1, DATE_MONTH, "2021-02-28T00:00:00Z");
	adds("2020-01-31T12:30:00.5", 1, DATE_MONTH, "2020-02-29T12:30:00.5Z");
	adds("2021-03-31", -1, DATE_MONTH, "2021-02-28T00:00:00Z");
	adds("2021-12-15", 1, DATE_MONTH, "2022-01-15T00:00:00Z");
	adds("2021-01-15", -13, DATE_MONTH, "2019-12-15T00:00:00Z");
	adds("2020-02-29", 1, DATE_YEAR, "2021-02-28T00:00:00Z");
	adds("2020-02-29", -4, DATE_YEAR, "2016-02-29T00:00:00Z");
	adds("2021-12-31", 1, DATE_DAY, "2022-01-01T00:00:00Z");
	adds("2021-12-31", -2, DATE_WEEK, "2021-12-17T00:00:00Z");
	adds("2021-12-31T23:59:59", 1, DATE_SECOND, "2022-01-01T00:00:00Z");
	adds("1970-01-01", -1, DATE_SECOND, "1969-12-31T23:59:59Z");
	adds("9999-12-31", 1, DATE_DAY, "time outside of the years 1 to 9999");
	adds("0001-01-01", -1, DATE_SECOND, "time outside of the years 1 to 9999");
	adds("0001-01-31", -1, DATE_MONTH, "time outside of the years 1 to 9999");
	adds("9999-12-01", 1, DATE_MONTH, "time outside of the years 1 to 9999");
	adds("2021-01-01", INT64_MAX, DATE_YEAR, "time outside of the years 1 to 9999");
	adds("2021-01-01", INT64_MIN, DATE_YEAR, "time outside of the years 1 to 9999");
	adds("2021-01-01", INT64_MIN, DATE_MONTH, "time outside of the years 1 to 9999");
	adds("2021-01-01", INT64_MAX, DATE_WEEK, "time outside of the years 1 to 9999");
	adds("2021-01-01", INT64_MAX, DATE_SECOND, "time outside of the years 1 to 9999");
	differ("2021-01-31", "2021-02-28", DATE_MONTH, 1);
	differ("2021-02-28", "2021-01-31", DATE_MONTH, -1);
	differ("2021-01-31", "2021-02-27", DATE_MONTH, 0);
	differ("2020-02-29", "2021-02-28", DATE_YEAR, 1);
	differ("2020-03-01", "2021-02-28", DATE_YEAR, 0);
	differ("2021-01-01T12:00", "2021-01-02T11:59:59", DATE_DAY, 0);
	differ("2021-01-01T12:00", "2021-01-02T12:00", DATE_DAY, 1);
	differ("2021-01-02", "2021-01-01", DATE_HOUR, -24);
	differ("2021-01-01T00:00:00.9", "2021-01-01T00:00:02.1", DATE_SECOND, 1);
	differ("0001-01-01", "9999-12-31T23:59:59", DATE_SECOND, last_second - first_second);
}

/*
 * A text whose parts stand at fixed places is read as it is step by step: a tab behind it, for
 * which the format has white space, is at no fixed place.
 */
static void
same_by_steps(const char *format)
{
	static const char other[] = " 0159:/-,JaT\t\xff\xb0";
	struct buf why = {0};
	struct buf longer = {0};
	size_t at;
	size_t wrong = 0;
	size_t good = 0;
	buf_format(&longer, "%s ", format);
	struct date_format *f = date_format_new(slice_of(format), DATE_TO_READ, &why, &at);
	struct date_format *g = date_format_new(
		(struct slice){longer.at, longer.len}, DATE_TO_READ, &why, &at);
	struct date_format *prints = date_format_new(slice_of(format), DATE_TO_PRINT, &why, &at);
	char *text = xmalloc(date_format_room(prints) + 1);
	for (int i = 0; i < 50000; i++) {
		struct moment a = {0};
		struct moment b = {0};
		size_t len = date_format_print(prints, random_moment(), text);
		if (i % 2 != 0)
			text[random_number() % (len - 1)] = other[random_number() % sizeof other];
		text[len] = '\t';
		enum date_fault fault = date_format_parse(f, (struct slice){text, len}, &a);
		good += fault == DATE_OK;
		wrong += fault != date_format_parse(g, (struct slice){text, len + 1}, &b) ||
			!is_same(a, b);
	}
	ok(wrong == 0 && good > 10000, "'%s' is the same step by step: %zu read", format, good);
	free(text);
	date_format_free(f);
	date_format_free(g);
	date_format_free(prints);
	buf_clear(&why);
	buf_clear(&longer);
}

static void
layouts(void)
{
	same_by_steps("%a %b %e %H:%M:%S %Y");
	same_by_steps("%Y-%m-%dT%H:%M:%S");
	same_by_steps("%d/%b/%Y:%H:%M:%S");
	same_by_steps("%Y%m%d%H%M%S");
	same_by_steps("%e.%m.%Y %R");
	same_by_steps("%b%e %Y");
	same_by_steps("%e%m%Y%H");
	same_by_steps("%A, %d %B %Y %T");
	same_by_steps("%Y %b");
}

static void
spans(void)
{
	static const struct {
		const char *text;
		uint64_t seconds; /* UINT64_MAX: it is none */
	} cases[] = {
		{"0s", 0},
		{"90s", 90},
		{"15m", 900},
		{"1h", 3600},
		{"7d", 604800},
		{"2w", 1209600},
		{"18446744073709551614s", UINT64_MAX - 1},
		{"18446744073709551616s", UINT64_MAX},
		{"30500568904944w", UINT64_MAX},
		{"", UINT64_MAX},
		{"s", UINT64_MAX},
		{"5", UINT64_MAX},
		{"5x", UINT64_MAX},
		{"-5s", UINT64_MAX},
		{"+5s", UINT64_MAX},
		{"5 s", UINT64_MAX},
		{"5ss", UINT64_MAX},
		{"1.5h", UINT64_MAX},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t seconds = UINT64_MAX;
		bool good = span_parse(slice_of(cases[i].text), &seconds);
		ok(good == (cases[i].seconds != UINT64_MAX) &&
				(!good || seconds == cases[i].seconds),
			"span '%s'", cases[i].text);
	}
}

int
main(void)
{
	spans();
	all_days();
	formats_agree();
	layouts();
	iso_round_trip();
	iso();
	formats();
	arithmetic();
	sums_and_differences();
	truncations();
	return done();
}
