/*
 * Time zones of the IANA database: what clocks of a place show, from the year 1 to 9999, of a file
 * as zic(8) compiles it (TZif, RFC 9636).  Leap seconds are not known.
 */
#ifndef ETL_ZONE_H
#define ETL_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date/date.h"
#include "mem.h"
#include "slice.h"

struct zone;

/* Names of times, CEST, have at most so many bytes. */
enum { ZONE_NAME_MAX = 32 };

/*
 * Reads a file of a zone, whose name and bytes are needed only during the call.  Returns NULL with
 * the reason appended: not such a file, damaged, without 64-bit data (version 1), with leap
 * seconds.
 */
struct zone *zone_new(struct slice name, struct slice file, struct buf *why);
void zone_free(struct zone *z);
/* Valid as long as z. */
struct slice zone_name(const struct zone *z);
/* "no such time in Europe/Berlin"; valid as long as z. */
const char *zone_skipped_text(const struct zone *z);

/* From one change of the clocks to the next: from <= seconds < until, in seconds since 1970. */
struct zone_span {
	int64_t from;
	int64_t until;
	int offset;       /* seconds that clocks are ahead of UTC */
	const char *name; /* CET; valid as long as the zone */
};

/* A zone and the span looked at last: times that are near each other are mostly in one. */
struct zone_cursor {
	const struct zone *zone; /* NULL: UTC */
	struct zone_span span;
};

/* NULL is UTC.  The zone is borrowed. */
struct zone_cursor zone_cursor(const struct zone *z);
/* The span that a moment is in. */
struct zone_span zone_find(const struct zone *z, int64_t seconds);

static inline void
zone_seek(struct zone_cursor *c, int64_t seconds)
{
	if (seconds < c->span.from || seconds >= c->span.until)
		c->span = zone_find(c->zone, seconds);
}

/* What clocks show at a moment, as seconds since 1970-01-01T00:00:00 on them. */
static inline int64_t
zone_local(struct zone_cursor *c, int64_t seconds)
{
	zone_seek(c, seconds);
	return seconds + c->span.offset;
}

/* The same as a moment; DATE_RANGE where that is outside of the years 1 to 9999. */
enum date_fault zone_show(struct zone_cursor *c, struct moment m, struct moment *local);
/*
 * When clocks show that, the first time: DATE_SKIPPED where they never do, DATE_RANGE outside of
 * the years 1 to 9999.  With a name, CEST, when that is in force; any if it is empty.
 */
enum date_fault zone_read(
	struct zone_cursor *c, struct moment local, struct slice name, struct moment *out);

/* Changes of a clock are seen within so many seconds of it: offsets are below 26 hours. */
enum { ZONE_OFFSET_MAX = 26 * 3600 - 1, ZONE_REACH = 3 * 86400 };

/* Is the moment at which clocks show that within the span, and far from what may show it before? */
static inline bool
zone_is_clear(const struct zone_cursor *c, int64_t local)
{
	int64_t seconds = local - c->span.offset;
	return seconds >= c->span.from + ZONE_REACH && seconds < c->span.until;
}
/* Is that the name of a time in the zone: CET and CEST in Europe/Berlin? */
bool zone_has(const struct zone *z, struct slice name);

/*
 * date_trunc() by the clocks of a place: a day, a week, a month or a year begins with the first
 * moment that clocks show to be of it; an hour or less also where the clocks are changed.
 */
enum date_fault zone_trunc(
	struct zone_cursor *c, struct moment m, enum date_unit unit, struct moment *out);
/*
 * date_add() by the clocks of a place: years to days keep what clocks show, hours and less are
 * time that passes.  *local is what clocks would show, for messages, where the result is
 * DATE_SKIPPED.
 */
enum date_fault zone_add(struct zone_cursor *c, struct moment m, int64_t n, enum date_unit unit,
	struct moment *out, struct moment *local);
/* date_diff(), counting as zone_add() does; what clocks skip ends where they are changed. */
int64_t zone_diff(
	struct zone_cursor *c, struct moment from, struct moment to, enum date_unit unit);

/* date_parse() of a text that is of the place where it has no offset. */
enum date_fault zone_parse(struct zone_cursor *c, struct slice text, struct moment *out);
/*
 * date_print() with the offset of the place, Z for UTC; DATE_RANGE as zone_show() has it.  *len is
 * set.
 */
enum date_fault zone_print(
	struct zone_cursor *c, struct moment m, char out[DATE_PRINT_MAX], size_t *len);
/* date_format_parse() and date_format_print() in the same way; %Z is a name as zone_has() knows. */
enum date_fault zone_format_parse(struct zone_cursor *c, const struct date_format *f,
	struct slice text, struct moment *out);
enum date_fault zone_format_print(struct zone_cursor *c, const struct date_format *f,
	struct moment m, char *out, size_t *len);

#endif
