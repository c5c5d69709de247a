/*
 * The inside of a zone: when its clocks are changed, as a table that reaches 400 years behind the
 * last change that the file has.  The Gregorian calendar repeats itself after those, weekdays
 * included, and so do the rules: later times are looked up so many cycles earlier.
 */
#ifndef ETL_ZONE_TABLE_H
#define ETL_ZONE_TABLE_H

#include "date/zone.h"

#define ZONE_CYCLE INT64_C(12622780800) /* seconds of 400 years */
/* Before and behind all of the years 1 to 9999, and far from where sums overflow. */
#define ZONE_FIRST (-(INT64_C(1) << 60))
#define ZONE_LAST (INT64_C(1) << 60)

struct zone_kind {
	int offset;
	size_t name; /* in names[] */
};

struct zone_change {
	int64_t at;
	uint16_t kind; /* from then on */
};

struct zone {
	struct slice name;
	char *skipped;
	struct zone_kind *kind; /* [0] is in force before the first change */
	size_t kinds;
	struct zone_change *change; /* by time */
	size_t changes;
	int64_t repeats; /* from here on the table is that of 400 years before; ZONE_LAST: never */
	struct buf names; /* each with a NUL behind */
};

/* Appends a change; the array doubles. */
void zone_add_change(struct zone *z, int64_t at, uint16_t kind);
/* Appends a kind of time with its name; returns its number. */
uint16_t zone_add_kind(struct zone *z, int offset, struct slice name);

/*
 * What follows the last change, by a rule as POSIX has TZ, with the hours of RFC 9636 3.3.1:
 * CET-1CEST,M3.5.0,M10.5.0/3.  Appends changes of 400 years and more.  false: malformed.
 */
bool zone_add_rule(struct zone *z, struct slice rule);

#endif
