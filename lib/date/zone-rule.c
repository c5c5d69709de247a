/* The rule at the end of a zone's file, which goes on for ever. */
#include "date/date-digits.h"
#include "date/zone-table.h"

enum { DAY = 86400, RULE_HOURS_MAX = 167, OFFSET_HOURS_MAX = 24 };

/* A day of each year, and the seconds of the clock behind its midnight. */
struct day_rule {
	char form; /* 'M': month.week.weekday; 'J': 1 to 365, never 29 February; 'n': 0 to 365 */
	int month, week, day;
	int seconds;
};

/* What `CET-1CEST,M3.5.0,M10.5.0/3` says. */
struct rule {
	struct slice standard_name;
	struct slice summer_name; /* no bytes: there is none */
	int standard;             /* seconds ahead of UTC */
	int summer;
	struct day_rule begin;
	struct day_rule end;
};

static bool
take_number(struct slice *s, int low, int high, int *n)
{
	size_t len = 0;
	*n = 0;
	for (; len < 3 && len < s->len && digits_is(s->at[len]); len++)
		*n = *n * 10 + (s->at[len] - '0');
	skip(s, len);
	return len != 0 && *n >= low && *n <= high;
}

static bool
is_letter(char byte)
{
	return (unsigned char)((byte | 0x20) - 'a') < 26;
}

/* Letters, or between < and > digits and signs as well. */
static bool
take_name(struct slice *s, struct slice *name)
{
	bool quoted = take_byte(s, '<');
	size_t n = 0;
	while (n < s->len &&
		(is_letter(s->at[n]) ||
			(quoted && (digits_is(s->at[n]) || s->at[n] == '+' || s->at[n] == '-'))))
		n++;
	*name = (struct slice){s->at, n};
	skip(s, n);
	return n >= 3 && n <= ZONE_NAME_MAX && (!quoted || take_byte(s, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool
take_hours(struct slice *s, int hours_max, int *seconds)
{
	int hours;
	int minutes = 0;
	int rest = 0;
	bool negative = take_byte(s, '-');
	if (!negative)
		take_byte(s, '+');
	if (!take_number(s, 0, hours_max, &hours) ||
		(take_byte(s, ':') && !take_number(s, 0, 59, &minutes)) ||
		(take_byte(s, ':') && !take_number(s, 0, 59, &rest)))
		return false;
	*seconds = hours * 3600 + minutes * 60 + rest;
	if (negative)
		*seconds = -*seconds;
	return true;
}

static bool
take_day(struct slice *s, struct day_rule *d)
{
	bool good;
	if (take_byte(s, 'M')) {
		d->form = 'M';
		good = take_number(s, 1, 12, &d->month) && take_byte(s, '.') &&
		       take_number(s, 1, 5, &d->week) && take_byte(s, '.') &&
		       take_number(s, 0, 6, &d->day);
	} else if (take_byte(s, 'J')) {
		d->form = 'J';
		good = take_number(s, 1, 365, &d->day);
	} else {
		d->form = 'n';
		good = take_number(s, 0, 365, &d->day);
	}
	d->seconds = 2 * 3600;
	return good && (!take_byte(s, '/') || take_hours(s, RULE_HOURS_MAX, &d->seconds));
}

/* Offsets of POSIX are positive west of Greenwich. */
static bool
take_rule(struct slice s, struct rule *r)
{
	if (!take_name(&s, &r->standard_name) || !take_hours(&s, OFFSET_HOURS_MAX, &r->standard))
		return false;
	r->standard = -r->standard;
	if (s.len == 0)
		return true;
	if (!take_name(&s, &r->summer_name))
		return false;
	r->summer = r->standard + 3600;
	if (s.len != 0 && *s.at != ',') {
		if (!take_hours(&s, OFFSET_HOURS_MAX, &r->summer))
			return false;
		r->summer = -r->summer;
	}
	return take_byte(&s, ',') && take_day(&s, &r->begin) && take_byte(&s, ',') &&
	       take_day(&s, &r->end) && s.len == 0;
}

/* The day of a year, in days since 1970. */
static int64_t
day_of(const struct day_rule *d, int year)
{
	int64_t first = date_days(year, 1, 1);
	if (d->form == 'n')
		return first + d->day;
	if (d->form == 'J')
		return first + d->day - 1 + (d->day >= 60 && date_month_days(year, 2) == 29);
	first = date_days(year, d->month, 1);
	int weekday = date_weekday((struct moment){first * DAY, 0}) % 7;
	int day = (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
	return first + (day < date_month_days(year, d->month) ? day : day - 7);
}

static int
year_of(int64_t seconds)
{
	if (seconds < DATE_SECONDS_MIN)
		return 1;
	return date_civil((struct moment){seconds, 0}).year;
}

/* Two changes a year, in their order; behind the last of the table only. */
static bool
add_years(struct zone *z, const struct rule *r, int64_t last, int from, int to)
{
	uint16_t standard = zone_add_kind(z, r->standard, r->standard_name);
	uint16_t summer = zone_add_kind(z, r->summer, r->summer_name);
	int64_t before = ZONE_FIRST;
	for (int year = from; year <= to; year++) {
		struct zone_change begin = {
			day_of(&r->begin, year) * DAY + r->begin.seconds - r->standard, summer};
		struct zone_change end = {
			day_of(&r->end, year) * DAY + r->end.seconds - r->summer, standard};
		bool is_north = begin.at <= end.at;
		struct zone_change pair[] = {is_north ? begin : end, is_north ? end : begin};
		for (size_t i = 0; i < 2; i++) {
			if (pair[i].at < before)
				return false;
			before = pair[i].at;
			if (pair[i].at > last)
				zone_add_change(z, pair[i].at, pair[i].kind);
		}
	}
	return true;
}

bool
zone_add_rule(struct zone *z, struct slice text)
{
	enum { YEARS_OF_CYCLE = 400, YEARS_AROUND = 2 };
	struct rule r = {0};
	int64_t last = z->changes != 0 ? z->change[z->changes - 1].at : ZONE_FIRST;
	uint16_t kind = z->changes != 0 ? z->change[z->changes - 1].kind : 0;
	if (last > DATE_SECONDS_MAX - ZONE_CYCLE * 2 || !take_rule(text, &r) ||
		r.standard > ZONE_OFFSET_MAX || r.summer > ZONE_OFFSET_MAX)
		return false;
	if (r.summer_name.len == 0)
		return z->kind[kind].offset == r.standard;
	int year = year_of(last);
	int repeats = year + YEARS_AROUND;
	z->repeats = date_days(repeats, 1, 1) * DAY;
	return add_years(z, &r, last, year, repeats + YEARS_OF_CYCLE + YEARS_AROUND);
}
