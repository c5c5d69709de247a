/*
 * Moments of the Gregorian calendar in UTC, years 1 to 9999, to the nanosecond: arithmetic, ISO
 * 8601, and formats as strptime(3) and strftime(3) have them, without a locale.  Time zones are in
 * zone.h; no leap seconds: a minute has sixty seconds, 0 to 59.
 */
#ifndef ETL_DATE_H
#define ETL_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

/* Seconds since 1970-01-01T00:00:00Z, and nanoseconds behind those: 0 to 999,999,999. */
struct moment {
	int64_t seconds;
	int32_t nanos;
};

/* The same taken apart: month and day from 1. */
struct civil {
	int year, month, day;
	int hour, minute, second;
	int32_t nanos;
};

enum date_unit {
	DATE_YEAR,
	DATE_MONTH,
	DATE_WEEK,
	DATE_DAY,
	DATE_HOUR,
	DATE_MINUTE,
	DATE_SECOND,
	DATE_UNITS
};

enum date_fault {
	DATE_OK = 0,
	DATE_NOT,        /* the text is not of the format */
	DATE_IMPOSSIBLE, /* 2021-02-30, 25:00, second 60 */
	DATE_WEEKDAY,    /* a weekday that is not that of the date */
	DATE_SKIPPED,    /* when the clocks of a zone were put forward (zone.h) */
	DATE_RANGE       /* not within the years 1 to 9999 */
};

/* Returns the reason in words, for messages. */
const char *date_fault_text(enum date_fault fault);

/* Days since 1970-01-01. */
int64_t date_days(int year, int month, int day);
/* How many the month has. */
int date_month_days(int year, int month);
/* A moment taken apart, in UTC. */
struct civil date_civil(struct moment m);
/* 1 is Monday, 7 is Sunday. */
int date_weekday(struct moment m);

/* Below 0, 0, above 0. */
static inline int
date_order(struct moment a, struct moment b)
{
	if (a.seconds != b.seconds)
		return a.seconds < b.seconds ? -1 : 1;
	return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}

/* Finds a unit by its name, "year" to "second"; false if there is none. */
bool date_unit_find(struct slice name, enum date_unit *unit);
/* The unit's beginning; a week begins on Monday.  DATE_RANGE where that is before year 1. */
enum date_fault date_trunc(struct moment m, enum date_unit unit, struct moment *out);
/*
 * n units later.  A day that the month reached does not have becomes its last: 31 January and a
 * month is 28 February.
 */
enum date_fault date_add(struct moment m, int64_t n, enum date_unit unit, struct moment *out);
/*
 * Whole units from one to the other: the largest n for which `from` and n units is not behind
 * `to`; where `to` is earlier, the same the other way round, below 0.
 */
int64_t date_diff(struct moment from, struct moment to, enum date_unit unit);

enum { DATE_PRINT_MAX = 40 };

/*
 * YYYY-MM-DD, or that with T or a space and HH:MM[:SS[.fraction]] and Z or an offset, +HH,
 * +HHMM[SS] or +HH:MM[:SS]; UTC where there is none.
 */
enum date_fault date_parse(struct slice text, struct moment *out);
/* 2021-08-01T12:30:00Z, with as many digits of a fraction as it has; returns the length, no NUL. */
size_t date_print(char out[DATE_PRINT_MAX], struct moment m);

/* A format, compiled. */
struct date_format;

enum date_use { DATE_TO_READ, DATE_TO_PRINT };

/*
 * Returns NULL with the reason appended and *at set to the offset in the format that it is about.
 */
struct date_format *date_format_new(
	struct slice text, enum date_use use, struct buf *reason, size_t *at);
void date_format_free(struct date_format *f);
/* The format as it was given; valid as long as f. */
struct slice date_format_text(const struct date_format *f);
/* The whole text has to be of the format. */
enum date_fault date_format_parse(
	const struct date_format *f, struct slice text, struct moment *out);
/* The most bytes that date_format_print() writes. */
size_t date_format_room(const struct date_format *f);
/* Returns the length, no NUL. */
size_t date_format_print(const struct date_format *f, struct moment m, char *out);

#endif
