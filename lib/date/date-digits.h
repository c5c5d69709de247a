/*
 * The digits of dates: taken off the front of a text, and written.  All of take_*() return false
 * where the text does not begin so.
 */
#ifndef ETL_DATE_DIGITS_H
#define ETL_DATE_DIGITS_H

#include "date/date.h"
#include "digits.h"

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
#define DATE_SECONDS_MIN INT64_C(-62135596800)
#define DATE_SECONDS_MAX INT64_C(253402300799)

/* What take_offset() gives for one that no clock has, such as +25:00. */
enum { DATE_NO_OFFSET = INT32_MAX };

/* Checks all parts and puts them together; offset is the seconds that the clock is ahead of UTC. */
enum date_fault date_make(const struct civil *c, int offset, struct moment *out);

static inline void
skip(struct slice *s, size_t n)
{
	s->at += n;
	s->len -= n;
}

static inline bool
take_byte(struct slice *s, char byte)
{
	if (s->len == 0 || *s->at != byte)
		return false;
	skip(s, 1);
	return true;
}

/*
 * The parts of a text of ISO 8601; *offset is 0 where none is given, DATE_NO_OFFSET where no clock
 * has it.
 */
bool date_take(struct slice text, struct civil *c, int *offset, bool *is_given);
/* YYYY-MM-DDTHH:MM:SS[.fraction]; returns the end. */
char *date_put(char *out, struct moment m);

/* Two digits. */
static inline bool
take_pair(struct slice *s, int *n)
{
	if (s->len < 2 || !digits_is(s->at[0]) || !digits_is(s->at[1]))
		return false;
	*n = (s->at[0] - '0') * 10 + (s->at[1] - '0');
	skip(s, 2);
	return true;
}

/* One digit or two. */
static inline bool
take_short(struct slice *s, int *n)
{
	if (take_pair(s, n))
		return true;
	if (s->len == 0 || !digits_is(*s->at))
		return false;
	*n = *s->at - '0';
	skip(s, 1);
	return true;
}

/* Four digits. */
static inline bool
take_year(struct slice *s, int *n)
{
	int high;
	int low;
	if (!take_pair(s, &high) || !take_pair(s, &low))
		return false;
	*n = high * 100 + low;
	return true;
}

/* Digits behind a point; those behind the ninth must be 0, so that nothing is lost. */
static inline bool
take_fraction(struct slice *s, int32_t *nanos)
{
	size_t n = 0;
	*nanos = 0;
	for (; n < s->len && digits_is(s->at[n]); n++) {
		if (n < 9)
			*nanos = *nanos * 10 + (s->at[n] - '0');
		else if (s->at[n] != '0')
			return false;
	}
	for (size_t k = n; k < 9; k++)
		*nanos *= 10;
	skip(s, n);
	return n != 0;
}

/* Z, +HH, +HHMM[SS], +HH:MM[:SS], or with a minus. */
static inline bool
take_offset(struct slice *s, int *seconds)
{
	int hours;
	int minutes = 0;
	int rest = 0;
	*seconds = 0;
	if (take_byte(s, 'Z') || take_byte(s, 'z'))
		return true;
	bool behind = take_byte(s, '-');
	if ((!behind && !take_byte(s, '+')) || !take_pair(s, &hours))
		return false;
	if (s->len != 0 && (*s->at == ':' || digits_is(*s->at))) {
		take_byte(s, ':');
		if (!take_pair(s, &minutes))
			return false;
		if (s->len != 0 && (*s->at == ':' || digits_is(*s->at))) {
			take_byte(s, ':');
			if (!take_pair(s, &rest))
				return false;
		}
	}
	*seconds = hours * 3600 + minutes * 60 + rest;
	if (hours > 23 || minutes > 59 || rest > 59)
		*seconds = DATE_NO_OFFSET;
	else if (behind)
		*seconds = -*seconds;
	return true;
}

static inline char *
put_pair(char *at, int n)
{
	memcpy(at, digits_pairs + n * 2, 2);
	return at + 2;
}

/* +HHMM, or with a colon between; seconds as well where there are any. */
static inline char *
put_offset(char *at, int seconds, bool colons)
{
	int n = seconds < 0 ? -seconds : seconds;
	*at++ = seconds < 0 ? '-' : '+';
	at = put_pair(at, n / 3600);
	if (colons)
		*at++ = ':';
	at = put_pair(at, n / 60 % 60);
	if (n % 60 == 0)
		return at;
	if (colons)
		*at++ = ':';
	return put_pair(at, n % 60);
}

/* Without zeros at the end, but one digit at least. */
static inline char *
put_fraction(char *at, int32_t nanos)
{
	int digits = 9;
	for (; digits > 1 && nanos % 10 == 0; digits--)
		nanos /= 10;
	for (int i = digits; i-- > 0; nanos /= 10)
		at[i] = (char)('0' + nanos % 10);
	return at + digits;
}

#endif
