#include "date/date.h"

#include "date/date-digits.h"

enum { DAY = 86400, DAYS_OF_ERA = 146097, YEARS_OF_ERA = 400, DAYS_BEFORE_EPOCH = 719468 };

const char *
date_fault_text(enum date_fault fault)
{
	switch (fault) {
	case DATE_OK:
		return "no fault";
	case DATE_NOT:
		return "not a time";
	case DATE_IMPOSSIBLE:
		return "no such time";
	case DATE_WEEKDAY:
		return "not the weekday of that date";
	case DATE_SKIPPED:
		return "no such time in that zone";
	case DATE_RANGE:
		return "time outside of the years 1 to 9999";
	}
	return "unknown fault";
}

/*
 * Years are counted from March, so that the leap day is the last of its year, and days from 1
 * March of year 0: in such a year (153 * month + 2) / 5 days come before a month.  Eras of 400
 * years are all alike.
 */
int64_t
date_days(int year, int month, int day)
{
	int y = year - (month <= 2);
	int m = month > 2 ? month - 3 : month + 9;
	int era = y / YEARS_OF_ERA; /* y is not below 0 */
	int of_era = y % YEARS_OF_ERA;
	int of_year = (153 * m + 2) / 5 + day - 1;
	int days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return (int64_t)era * DAYS_OF_ERA + days - DAYS_BEFORE_EPOCH;
}

/*
 * Of days since 1 March of year 0.  A quarter of a day is added each year, and month and day
 * follow of a line through the days of the months; both divisions are products of 32 bits (Neri
 * and Schneider, Euclidean affine functions and their application to calendar algorithms, 2022).
 */
static void
set_date(struct civil *c, uint32_t days)
{
	uint32_t quarters = 4 * days + 3;
	uint32_t century = quarters / DAYS_OF_ERA;
	uint64_t product = (uint64_t)2939745 * (quarters % DAYS_OF_ERA | 3);
	uint32_t of_year = (uint32_t)product / 2939745 / 4;
	uint32_t line = 2141 * of_year + 197913;
	bool is_next = of_year >= 306; /* January and February */
	c->year = (int)(100 * century + (uint32_t)(product >> 32) + is_next);
	c->month = (int)((line >> 16) - (is_next ? 12 : 0));
	c->day = (int)((line & 0xffff) / 2141) + 1;
}

int
date_month_days(int year, int month)
{
	static const int days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month] + (month == 2 && is_leap);
}

/* Rounded down: the seconds before 1970 are below 0. */
static int64_t
floor_to(int64_t n, int64_t step)
{
	int64_t rest = n % step;
	return rest < 0 ? n - rest - step : n - rest;
}

struct civil
date_civil(struct moment m)
{
	/* Not below 0 in any zone: year 1 begins ten months later. */
	uint64_t since = (uint64_t)(m.seconds + (int64_t)DAYS_BEFORE_EPOCH * DAY);
	int second = (int)(since % DAY);
	struct civil c = {
		.hour = second / 3600,
		.minute = second / 60 % 60,
		.second = second % 60,
		.nanos = m.nanos,
	};
	set_date(&c, (uint32_t)(since / DAY));
	return c;
}

/* 1 March of year 0 was a Wednesday. */
int
date_weekday(struct moment m)
{
	uint64_t since = (uint64_t)(m.seconds + (int64_t)DAYS_BEFORE_EPOCH * DAY);
	return (int)((uint32_t)(since / DAY + 2) % 7) + 1;
}

static struct moment
at_midnight(int year, int month, int day)
{
	return (struct moment){date_days(year, month, day) * DAY, 0};
}

static bool
is_in_range(int64_t seconds)
{
	return seconds >= DATE_SECONDS_MIN && seconds <= DATE_SECONDS_MAX;
}

bool
date_unit_find(struct slice name, enum date_unit *unit)
{
	static const char *const names[] = {
		"year", "month", "week", "day", "hour", "minute", "second"};
	for (unsigned i = 0; i < DATE_UNITS; i++) {
		if (slice_is(name, names[i])) {
			*unit = (enum date_unit)i;
			return true;
		}
	}
	return false;
}

/* Of the units that are always as long. */
static int64_t
unit_seconds(enum date_unit unit)
{
	static const int64_t seconds[DATE_UNITS] = {[DATE_WEEK] = 7 * DAY,
		[DATE_DAY] = DAY,
		[DATE_HOUR] = 3600,
		[DATE_MINUTE] = 60,
		[DATE_SECOND] = 1};
	return seconds[unit];
}

enum date_fault
date_trunc(struct moment m, enum date_unit unit, struct moment *out)
{
	struct civil c;
	switch (unit) {
	case DATE_YEAR:
	case DATE_MONTH:
		c = date_civil(m);
		*out = at_midnight(c.year, unit == DATE_YEAR ? 1 : c.month, 1);
		return DATE_OK;
	case DATE_WEEK:
		*out = (struct moment){floor_to(m.seconds, DAY) - (date_weekday(m) - 1) * DAY, 0};
		return is_in_range(out->seconds) ? DATE_OK : DATE_RANGE;
	default:
		*out = (struct moment){floor_to(m.seconds, unit_seconds(unit)), 0};
		return DATE_OK;
	}
}

static enum date_fault
add_months(struct moment m, int64_t n, struct moment *out)
{
	enum { MONTHS_MAX = 12 * 9999 };
	if (n < -MONTHS_MAX || n > MONTHS_MAX)
		return DATE_RANGE;
	struct civil c = date_civil(m);
	int months = c.year * 12 + c.month - 1 + (int)n;
	int year = months / 12;
	int month = months % 12 + 1;
	if (months < 12 || year > 9999)
		return DATE_RANGE;
	int last = date_month_days(year, month);
	int64_t of_day = m.seconds - floor_to(m.seconds, DAY);
	*out = at_midnight(year, month, c.day < last ? c.day : last);
	out->seconds += of_day;
	out->nanos = m.nanos;
	return DATE_OK;
}

enum date_fault
date_add(struct moment m, int64_t n, enum date_unit unit, struct moment *out)
{
	int64_t seconds;
	if (unit == DATE_YEAR)
		return n > INT32_MAX || n < -INT32_MAX ? DATE_RANGE : add_months(m, n * 12, out);
	if (unit == DATE_MONTH)
		return add_months(m, n, out);
	if (__builtin_mul_overflow(n, unit_seconds(unit), &seconds) ||
		__builtin_add_overflow(seconds, m.seconds, &seconds) || !is_in_range(seconds))
		return DATE_RANGE;
	*out = (struct moment){seconds, m.nanos};
	return DATE_OK;
}

/* Whole months between two moments, the first not behind the second. */
static int64_t
count_months(struct moment from, struct moment to)
{
	struct civil a = date_civil(from);
	struct civil b = date_civil(to);
	int64_t n = (b.year - a.year) * 12 + b.month - a.month;
	struct moment reached;
	if (add_months(from, n, &reached) != DATE_OK || date_order(reached, to) > 0)
		n--;
	return n;
}

int64_t
date_diff(struct moment from, struct moment to, enum date_unit unit)
{
	if (date_order(from, to) > 0)
		return -date_diff(to, from, unit);
	if (unit == DATE_MONTH)
		return count_months(from, to);
	if (unit == DATE_YEAR)
		return count_months(from, to) / 12;
	return (to.seconds - from.seconds - (to.nanos < from.nanos)) / unit_seconds(unit);
}

enum date_fault
date_make(const struct civil *c, int offset, struct moment *out)
{
	if (c->month < 1 || c->month > 12 || c->day < 1 || c->hour > 23 || c->minute > 59 ||
		c->second > 59)
		return DATE_IMPOSSIBLE;
	if (c->year < 1 || c->year > 9999)
		return DATE_RANGE;
	if (c->day > 28 && c->day > date_month_days(c->year, c->month))
		return DATE_IMPOSSIBLE;
	int of_day = c->hour * 3600 + c->minute * 60 + c->second;
	int64_t seconds = date_days(c->year, c->month, c->day) * DAY + of_day - offset;
	if (!is_in_range(seconds))
		return DATE_RANGE;
	*out = (struct moment){seconds, c->nanos};
	return DATE_OK;
}

/* HH:MM and what may follow. */
static bool
take_clock(struct slice *s, struct civil *c)
{
	if (!take_pair(s, &c->hour) || !take_byte(s, ':') || !take_pair(s, &c->minute))
		return false;
	if (!take_byte(s, ':'))
		return true;
	if (!take_pair(s, &c->second))
		return false;
	return (!take_byte(s, '.') && !take_byte(s, ',')) || take_fraction(s, &c->nanos);
}

bool
date_take(struct slice text, struct civil *c, int *offset, bool *is_given)
{
	*is_given = false;
	*offset = 0;
	if (!take_year(&text, &c->year) || !take_byte(&text, '-') || !take_pair(&text, &c->month) ||
		!take_byte(&text, '-') || !take_pair(&text, &c->day))
		return false;
	if (text.len == 0)
		return true;
	if (!take_byte(&text, 'T') && !take_byte(&text, ' ') && !take_byte(&text, 't'))
		return false;
	if (!take_clock(&text, c))
		return false;
	*is_given = text.len != 0;
	return text.len == 0 || (take_offset(&text, offset) && text.len == 0);
}

enum date_fault
date_parse(struct slice text, struct moment *out)
{
	struct civil c = {0};
	int offset;
	bool is_given;
	if (!date_take(text, &c, &offset, &is_given))
		return DATE_NOT;
	return offset == DATE_NO_OFFSET ? DATE_IMPOSSIBLE : date_make(&c, offset, out);
}

char *
date_put(char *out, struct moment m)
{
	struct civil c = date_civil(m);
	char *at = put_pair(put_pair(out, c.year / 100), c.year % 100);
	*at++ = '-';
	at = put_pair(at, c.month);
	*at++ = '-';
	at = put_pair(at, c.day);
	*at++ = 'T';
	at = put_pair(at, c.hour);
	*at++ = ':';
	at = put_pair(at, c.minute);
	*at++ = ':';
	at = put_pair(at, c.second);
	if (c.nanos != 0) {
		*at++ = '.';
		at = put_fraction(at, c.nanos);
	}
	return at;
}

size_t
date_print(char out[DATE_PRINT_MAX], struct moment m)
{
	char *at = date_put(out, m);
	*at++ = 'Z';
	return (size_t)(at - out);
}
