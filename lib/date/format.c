/*
 * Formats of strptime(3) and strftime(3), compiled to a list of steps.  Names are English, in any
 * locale.
 */
#include <stdlib.h>
#include <string.h>

#include "date/date.h"
#include "date/date-digits.h"
#include "date/layout.h"
#include "date/zone.h"
#include "number.h"

struct date_format {
	struct slice text;
	struct step *step;
	size_t steps;
	size_t room;  /* for printing */
	uint64_t has; /* a bit for each kind of step */
	struct layout layout; /* to read by */
};

/* What one letter behind % stands for; a text is a format of its own. */
static const struct {
	char letter;
	enum step_kind kind;
	const char *same_as;
} conversions[] = {
	{'Y', STEP_YEAR, NULL},
	{'y', STEP_SHORT_YEAR, NULL},
	{'m', STEP_MONTH, NULL},
	{'d', STEP_DAY, NULL},
	{'e', STEP_SPACED_DAY, NULL},
	{'j', STEP_YEAR_DAY, NULL},
	{'H', STEP_HOUR, NULL},
	{'I', STEP_HALF_HOUR, NULL},
	{'M', STEP_MINUTE, NULL},
	{'S', STEP_SECOND, NULL},
	{'f', STEP_FRACTION, NULL},
	{'s', STEP_EPOCH, NULL},
	{'b', STEP_MONTH_NAME, NULL},
	{'B', STEP_LONG_MONTH_NAME, NULL},
	{'a', STEP_WEEKDAY_NAME, NULL},
	{'A', STEP_LONG_WEEKDAY_NAME, NULL},
	{'p', STEP_HALF, NULL},
	{'z', STEP_OFFSET, NULL},
	{'Z', STEP_ZONE, NULL},
	{'T', STEP_BYTE, "%H:%M:%S"},
	{'R', STEP_BYTE, "%H:%M"},
	{'F', STEP_BYTE, "%Y-%m-%d"},
	{'D', STEP_BYTE, "%m/%d/%y"},
	{'%', STEP_BYTE, NULL},
};

static const char *const month_names[] = {"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December"};
static const char *const weekday_names[] = {
	"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

#define KEY(a, b, c) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16)

const struct name_table month_table = {
	{7, 2, 0, 4, 5, 0, 0, 3, 8, 0, 1, 12, 9, 6, 11, 10},
	{KEY('j', 'u', 'l'), KEY('f', 'e', 'b'), 0, KEY('a', 'p', 'r'), KEY('m', 'a', 'y'), 0, 0,
		KEY('m', 'a', 'r'), KEY('a', 'u', 'g'), 0, KEY('j', 'a', 'n'), KEY('d', 'e', 'c'),
		KEY('s', 'e', 'p'), KEY('j', 'u', 'n'), KEY('n', 'o', 'v'), KEY('o', 'c', 't')},
};
const struct name_table weekday_table = {
	{2, 4, 0, 0, 1, 7, 5, 3, 0, 6},
	{KEY('t', 'u', 'e'), KEY('t', 'h', 'u'), 0, 0, KEY('m', 'o', 'n'), KEY('s', 'u', 'n'),
		KEY('f', 'r', 'i'), KEY('w', 'e', 'd'), 0, KEY('s', 'a', 't')},
};

static uint64_t
bit(enum step_kind kind)
{
	return (uint64_t)1 << kind;
}

static bool
is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The most bytes that a step prints. */
static size_t
step_room(enum step_kind kind)
{
	switch (kind) {
	case STEP_EPOCH:
		return INTEGER_PRINT_MAX;
	case STEP_ZONE:
		return ZONE_NAME_MAX;
	default:
		return 10;
	}
}

static void
add_step(struct date_format *f, enum step_kind kind, char byte)
{
	f->step[f->steps++] = (struct step){kind, byte};
	f->has |= bit(kind);
	f->room += step_room(kind);
}

/*
 * Appends what a format says; the steps have room for it.  Returns the offset of what is no
 * conversion, or len.
 */
static size_t
add_steps(struct date_format *f, const char *text, size_t len, enum date_use use)
{
	enum { CONVERSIONS = sizeof conversions / sizeof *conversions };
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '%') {
			bool is_run = use == DATE_TO_READ && i > 0 && is_space(text[i - 1]);
			if (!is_space(text[i]) || !is_run)
				add_step(f, is_space(text[i]) ? STEP_SPACE : STEP_BYTE, text[i]);
			continue;
		}
		size_t k = 0;
		while (k < CONVERSIONS && (i + 1 == len || conversions[k].letter != text[i + 1]))
			k++;
		if (k == CONVERSIONS)
			return i;
		i++;
		if (conversions[k].same_as != NULL)
			add_steps(f, conversions[k].same_as, strlen(conversions[k].same_as), use);
		else
			add_step(f, conversions[k].kind, text[i]);
	}
	return len;
}

/* A format to read by has to say which day it is, and which half of it. */
static const char *
find_gap(const struct date_format *f)
{
	const uint64_t names = bit(STEP_MONTH_NAME) | bit(STEP_LONG_MONTH_NAME);
	const uint64_t plain = bit(STEP_BYTE) | bit(STEP_SPACE) | bit(STEP_FRACTION);
	if ((f->has & bit(STEP_EPOCH)) != 0)
		return (f->has & ~(plain | bit(STEP_EPOCH))) != 0
			       ? "%s says all: nothing but %f can stand beside it"
			       : NULL;
	if ((f->has & (bit(STEP_YEAR) | bit(STEP_SHORT_YEAR))) == 0)
		return "there is no year in it: %Y, %y, %F or %s";
	if ((f->has & (bit(STEP_DAY) | bit(STEP_SPACED_DAY))) != 0 &&
		(f->has & (bit(STEP_MONTH) | names)) == 0)
		return "there is a day in it, but no month";
	if (((f->has & bit(STEP_HALF_HOUR)) != 0) != ((f->has & bit(STEP_HALF)) != 0))
		return "%I and %p need each other";
	return NULL;
}

struct date_format *
date_format_new(struct slice text, enum date_use use, struct buf *reason, size_t *at)
{
	enum { LONGEST = 8 }; /* steps that two bytes can stand for */
	struct date_format *f = xcalloc(1, sizeof *f);
	char *copy = xmalloc(text.len + 1);
	if (text.len != 0)
		memcpy(copy, text.at, text.len);
	f->text = (struct slice){copy, text.len};
	f->step = xcalloc(text.len * LONGEST / 2 + 1, sizeof *f->step);
	*at = add_steps(f, copy, text.len, use);
	const char *gap = *at == text.len && use == DATE_TO_READ ? find_gap(f) : NULL;
	if (*at == text.len && gap == NULL) {
		if (use == DATE_TO_READ)
			layout_make(&f->layout, f->step, f->steps);
		return f;
	}
	if (gap != NULL) {
		buf_text(reason, gap);
		*at = 0;
	} else {
		buf_format(reason, "no such conversion: '%.*s'", *at + 1 < text.len ? 2 : 1,
			copy + *at);
	}
	date_format_free(f);
	return NULL;
}

void
date_format_free(struct date_format *f)
{
	if (f == NULL)
		return;
	free((char *)f->text.at);
	free(f->step);
	free(f);
}

struct slice
date_format_text(const struct date_format *f)
{
	return f->text;
}

/* What has been read. */
struct reading {
	struct civil c;
	int half;     /* 0: none said, else 1 and 2 */
	int year_day; /* 0: none said */
	int weekday;  /* 0: none said */
	int offset;
	bool has_offset; /* what clocks showed is then known without the zone, */
	struct slice zone_name; /* or by the name of the time; no bytes: none said */
	int64_t epoch;
};

static inline char
lower(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte;
}

static bool
begins_with(struct slice s, const char *name, size_t len)
{
	if (s.len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (lower(s.at[i]) != lower(name[i]))
			return false;
	return true;
}

/* Takes the rest of a name, if it stands there whole. */
static void
skip_rest(struct slice *s, const char *rest)
{
	size_t len = strlen(rest);
	if (begins_with(*s, rest, len))
		skip(s, len);
}

/* A name by its first three letters or whole; sets its number, from 1. */
static bool
take_name(struct slice *s, const char *const *names, const struct name_table *table, int *number)
{
	if (s->len < NAME_SHORT)
		return false;
	*number = name_number(table, s->at);
	if (*number == 0)
		return false;
	skip(s, NAME_SHORT);
	if (s->len != 0 && (unsigned char)((*s->at | 0x20) - 'a') < 26)
		skip_rest(s, names[*number - 1] + NAME_SHORT);
	return true;
}

static bool
take_half(struct slice *s, int *half)
{
	if (s->len < 2 || lower(s->at[1]) != 'm')
		return false;
	*half = lower(*s->at) == 'a' ? 1 : lower(*s->at) == 'p' ? 2 : 0;
	skip(s, 2);
	return *half != 0;
}

static bool
take_space(struct slice *s)
{
	size_t n = 0;
	while (n < s->len && is_space(s->at[n]))
		n++;
	skip(s, n);
	return n != 0;
}

static bool
take_year_day(struct slice *s, int *n)
{
	size_t len = 0;
	*n = 0;
	for (; len < 3 && len < s->len && digits_is(s->at[len]); len++)
		*n = *n * 10 + (s->at[len] - '0');
	skip(s, len);
	if (len != 0 && *n == 0)
		*n = INT32_MAX; /* no such day, but one was said */
	return len != 0;
}

static bool
take_epoch(struct slice *s, int64_t *n)
{
	size_t len = s->len != 0 && *s->at == '-';
	while (len < s->len && digits_is(s->at[len]))
		len++;
	bool good = int64_parse((struct slice){s->at, len}, n);
	skip(s, len);
	return good;
}

/* Years 69 to 99 are of the last century, as POSIX has it. */
static bool
take_short_year(struct slice *s, int *year)
{
	if (!take_pair(s, year))
		return false;
	*year += *year < 69 ? 2000 : 1900;
	return true;
}

static bool
is_of_name(char byte)
{
	return digits_is(byte) || (unsigned char)((byte | 0x20) - 'a') < 26 || byte == '+' ||
	       byte == '-';
}

/* A name that the zone has, or that of UTC anywhere. */
static bool
take_zone(struct slice *s, const struct zone *zone, struct reading *r)
{
	size_t len = 0;
	while (zone != NULL && len < s->len && is_of_name(s->at[len]))
		len++;
	if (len != 0 && zone_has(zone, (struct slice){s->at, len})) {
		r->zone_name = (struct slice){s->at, len};
		skip(s, len);
		return true;
	}
	r->has_offset = true;
	if (begins_with(*s, "utc", 3) || begins_with(*s, "gmt", 3)) {
		skip(s, 3);
		return true;
	}
	return take_byte(s, 'Z');
}

static inline bool
take_step(struct step step, struct slice *s, const struct zone *zone, struct reading *r)
{
	switch (step.kind) {
	case STEP_BYTE:
		return take_byte(s, step.byte);
	case STEP_SPACE:
		return take_space(s);
	case STEP_YEAR:
		return take_year(s, &r->c.year);
	case STEP_SHORT_YEAR:
		return take_short_year(s, &r->c.year);
	case STEP_MONTH:
		return take_short(s, &r->c.month);
	case STEP_SPACED_DAY:
		take_space(s);
		return take_short(s, &r->c.day);
	case STEP_DAY:
		return take_short(s, &r->c.day);
	case STEP_YEAR_DAY:
		return take_year_day(s, &r->year_day);
	case STEP_HOUR:
	case STEP_HALF_HOUR:
		return take_short(s, &r->c.hour);
	case STEP_MINUTE:
		return take_short(s, &r->c.minute);
	case STEP_SECOND:
		return take_short(s, &r->c.second);
	case STEP_FRACTION:
		return take_fraction(s, &r->c.nanos);
	case STEP_EPOCH:
		return take_epoch(s, &r->epoch);
	case STEP_MONTH_NAME:
	case STEP_LONG_MONTH_NAME:
		return take_name(s, month_names, &month_table, &r->c.month);
	case STEP_WEEKDAY_NAME:
	case STEP_LONG_WEEKDAY_NAME:
		return take_name(s, weekday_names, &weekday_table, &r->weekday);
	case STEP_HALF:
		return take_half(s, &r->half);
	case STEP_OFFSET:
		r->has_offset = true;
		return take_offset(s, &r->offset);
	case STEP_ZONE:
		return take_zone(s, zone, r);
	}
	return false;
}

static bool
take_steps(const struct date_format *f, struct slice text, const struct zone *zone,
	struct reading *r)
{
	*r = (struct reading){.c = {.month = 1, .day = 1}, .zone_name = {"", 0}};
	for (size_t i = 0; i < f->steps; i++)
		if (!take_step(f->step[i], &text, zone, r))
			return false;
	return text.len == 0;
}

/* 12 AM is 0, 12 PM is 12. */
static bool
apply_half(struct reading *r)
{
	if (r->half == 0)
		return true;
	if (r->c.hour < 1 || r->c.hour > 12)
		return false;
	r->c.hour = r->c.hour % 12 + (r->half == 2 ? 12 : 0);
	return true;
}

/* The day of the year, which must agree with month and day where these were said too. */
static bool
apply_year_day(struct reading *r, bool has_month, bool has_day)
{
	int day = r->year_day;
	int month = 1;
	if (r->c.year < 1 || r->year_day > 366)
		return false;
	for (; month <= 12 && day > date_month_days(r->c.year, month); month++)
		day -= date_month_days(r->c.year, month);
	if (month > 12 || (has_month && r->c.month != month) || (has_day && r->c.day != day))
		return false;
	r->c.month = month;
	r->c.day = day;
	return true;
}

static enum date_fault
from_epoch(const struct reading *r, struct moment *out)
{
	if (r->epoch < DATE_SECONDS_MIN || r->epoch > DATE_SECONDS_MAX)
		return DATE_RANGE;
	*out = (struct moment){r->epoch, r->c.nanos};
	return DATE_OK;
}

static enum date_fault
put_together(const struct date_format *f, struct zone_cursor *c, struct reading *r,
	struct moment *out)
{
	if ((f->has & bit(STEP_EPOCH)) != 0)
		return from_epoch(r, out);
	bool has_month =
		(f->has & (bit(STEP_MONTH) | bit(STEP_MONTH_NAME) | bit(STEP_LONG_MONTH_NAME))) !=
		0;
	bool has_day = (f->has & (bit(STEP_DAY) | bit(STEP_SPACED_DAY))) != 0;
	if (!apply_half(r) || r->offset == DATE_NO_OFFSET ||
		(r->year_day != 0 && !apply_year_day(r, has_month, has_day)))
		return DATE_IMPOSSIBLE;
	struct moment local;
	enum date_fault fault = date_make(&r->c, 0, &local);
	/* The weekday is that of the place, not of UTC. */
	if (fault == DATE_OK && r->weekday != 0 && r->weekday != date_weekday(local))
		return DATE_WEEKDAY;
	if (fault != DATE_OK)
		return fault;
	if (!r->has_offset) {
		if (r->zone_name.len != 0 || !zone_is_clear(c, local.seconds))
			return zone_read(c, local, r->zone_name, out);
		r->offset = c->span.offset;
	}
	*out = (struct moment){local.seconds - r->offset, local.nanos};
	return out->seconds < DATE_SECONDS_MIN || out->seconds > DATE_SECONDS_MAX ? DATE_RANGE
										  : DATE_OK;
}

enum date_fault
zone_format_parse(struct zone_cursor *c, const struct date_format *f, struct slice text,
	struct moment *out)
{
	struct reading r = {.c = {.month = 1, .day = 1}, .zone_name = {"", 0}};
	struct moment m = {0};
	if ((f->layout.len != text.len || !layout_read(&f->layout, text.at, &r.c, &r.weekday)) &&
		!take_steps(f, text, c->zone, &r))
		return DATE_NOT;
	enum date_fault fault = put_together(f, c, &r, &m);
	if (fault == DATE_OK)
		*out = m;
	return fault;
}

enum date_fault
date_format_parse(const struct date_format *f, struct slice text, struct moment *out)
{
	struct zone_cursor utc = zone_cursor(NULL);
	return zone_format_parse(&utc, f, text, out);
}

size_t
date_format_room(const struct date_format *f)
{
	return f->room;
}

static char *
put_name(char *at, const char *name, size_t len)
{
	memcpy(at, name, len);
	return at + len;
}

static char *
put_three(char *at, int n)
{
	*at = (char)('0' + n / 100);
	return put_pair(at + 1, n % 100);
}

/* m is what clocks show, as is c. */
static char *
put_step(struct step step, const struct zone_span *span, const struct civil *c, struct moment m,
	char *at)
{
	const char *name;
	switch (step.kind) {
	case STEP_BYTE:
	case STEP_SPACE:
		*at = step.byte;
		return at + 1;
	case STEP_YEAR:
		return put_pair(put_pair(at, c->year / 100), c->year % 100);
	case STEP_SHORT_YEAR:
		return put_pair(at, c->year % 100);
	case STEP_MONTH:
		return put_pair(at, c->month);
	case STEP_DAY:
		return put_pair(at, c->day);
	case STEP_SPACED_DAY:
		put_pair(at, c->day);
		*at = c->day < 10 ? ' ' : *at;
		return at + 2;
	case STEP_YEAR_DAY:
		return put_three(at,
			(int)(date_days(c->year, c->month, c->day) - date_days(c->year, 1, 1)) + 1);
	case STEP_HOUR:
		return put_pair(at, c->hour);
	case STEP_HALF_HOUR:
		return put_pair(at, (c->hour + 11) % 12 + 1);
	case STEP_MINUTE:
		return put_pair(at, c->minute);
	case STEP_SECOND:
		return put_pair(at, c->second);
	case STEP_FRACTION:
		return put_fraction(at, c->nanos);
	case STEP_EPOCH:
		return at + int64_print(at, m.seconds - span->offset);
	case STEP_MONTH_NAME:
		return put_name(at, month_names[c->month - 1], 3);
	case STEP_LONG_MONTH_NAME:
		name = month_names[c->month - 1];
		return put_name(at, name, strlen(name));
	case STEP_WEEKDAY_NAME:
		return put_name(at, weekday_names[date_weekday(m) - 1], 3);
	case STEP_LONG_WEEKDAY_NAME:
		name = weekday_names[date_weekday(m) - 1];
		return put_name(at, name, strlen(name));
	case STEP_HALF:
		return put_name(at, c->hour < 12 ? "AM" : "PM", 2);
	case STEP_OFFSET:
		return put_offset(at, span->offset, false);
	case STEP_ZONE:
		return put_name(at, span->name, strlen(span->name));
	}
	return at;
}

enum date_fault
zone_format_print(struct zone_cursor *cursor, const struct date_format *f, struct moment m,
	char *out, size_t *len)
{
	struct moment local;
	char *at = out;
	*len = 0;
	enum date_fault fault = zone_show(cursor, m, &local);
	if (fault != DATE_OK)
		return fault;
	struct civil c = date_civil(local);
	for (size_t i = 0; i < f->steps; i++)
		at = put_step(f->step[i], &cursor->span, &c, local, at);
	*len = (size_t)(at - out);
	return DATE_OK;
}

size_t
date_format_print(const struct date_format *f, struct moment m, char *out)
{
	struct zone_cursor utc = zone_cursor(NULL);
	size_t len;
	zone_format_print(&utc, f, m, out, &len);
	return len;
}
