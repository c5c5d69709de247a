/* What clocks show, and when they show it. */
#include "date/zone.h"

#include "date/date-digits.h"
#include "date/zone-table.h"

struct zone_cursor
zone_cursor(const struct zone *z)
{
	if (z == NULL)
		return (struct zone_cursor){NULL, {ZONE_FIRST, ZONE_LAST, 0, "UTC"}};
	return (struct zone_cursor){.zone = z};
}

/* How many changes there are up to a moment. */
static size_t
count_changes(const struct zone *z, int64_t seconds)
{
	size_t low = 0;
	size_t high = z->changes;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (z->change[middle].at <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct zone_span
zone_find(const struct zone *z, int64_t seconds)
{
	int64_t back = 0;
	if (seconds >= z->repeats)
		back = (seconds - z->repeats) / ZONE_CYCLE * ZONE_CYCLE;
	size_t n = count_changes(z, seconds - back);
	const struct zone_kind *kind = &z->kind[n != 0 ? z->change[n - 1].kind : 0];
	return (struct zone_span){
		.from = n != 0 ? z->change[n - 1].at + back : ZONE_FIRST,
		.until = n < z->changes ? z->change[n].at + back : ZONE_LAST,
		.offset = kind->offset,
		.name = z->names.at + kind->name,
	};
}

bool
zone_has(const struct zone *z, struct slice name)
{
	for (size_t i = 0; i < z->kinds; i++)
		if (slice_is(name, z->names.at + z->kind[i].name))
			return true;
	return false;
}

static bool
is_in_range(int64_t seconds)
{
	return seconds >= DATE_SECONDS_MIN && seconds <= DATE_SECONDS_MAX;
}

enum date_fault
zone_show(struct zone_cursor *c, struct moment m, struct moment *local)
{
	*local = (struct moment){zone_local(c, m.seconds), m.nanos};
	return is_in_range(local->seconds) ? DATE_OK : DATE_RANGE;
}

/*
 * The first moment at which clocks show `local` or more; *is_skipped where they show more.  Spans
 * that the moment can be in are looked at from the first on.
 */
static int64_t
find_moment(struct zone_cursor *c, int64_t local, struct slice name, bool *is_skipped)
{
	int64_t found = ZONE_LAST;
	*is_skipped = true;
	if (name.len == 0 && zone_is_clear(c, local)) {
		*is_skipped = false;
		return local - c->span.offset;
	}
	for (int64_t at = local - ZONE_REACH; at <= local + ZONE_REACH; at = c->span.until) {
		zone_seek(c, at);
		int64_t moment = local - c->span.offset;
		if (moment >= c->span.until || (name.len != 0 && !slice_is(name, c->span.name)))
			continue;
		if (moment >= c->span.from) {
			*is_skipped = false;
			return moment;
		}
		if (found == ZONE_LAST)
			found = c->span.from;
	}
	return found;
}

enum date_fault
zone_read(struct zone_cursor *c, struct moment local, struct slice name, struct moment *out)
{
	bool is_skipped;
	int64_t seconds = find_moment(c, local.seconds, name, &is_skipped);
	if (is_skipped)
		return DATE_SKIPPED;
	*out = (struct moment){seconds, local.nanos};
	return is_in_range(seconds) ? DATE_OK : DATE_RANGE;
}

static bool
is_elapsed(enum date_unit unit)
{
	return unit == DATE_HOUR || unit == DATE_MINUTE || unit == DATE_SECOND;
}

enum date_fault
zone_trunc(struct zone_cursor *c, struct moment m, enum date_unit unit, struct moment *out)
{
	struct moment local;
	bool is_skipped;
	enum date_fault fault = zone_show(c, m, &local);
	if (fault == DATE_OK)
		fault = date_trunc(local, unit, &local);
	if (fault != DATE_OK)
		return fault;
	if (is_elapsed(unit)) {
		int64_t seconds = local.seconds - c->span.offset;
		*out = (struct moment){seconds > c->span.from ? seconds : c->span.from, 0};
	} else {
		struct slice any = {"", 0};
		*out = (struct moment){find_moment(c, local.seconds, any, &is_skipped), 0};
	}
	return is_in_range(out->seconds) ? DATE_OK : DATE_RANGE;
}

enum date_fault
zone_add(struct zone_cursor *c, struct moment m, int64_t n, enum date_unit unit,
	struct moment *out, struct moment *local)
{
	if (is_elapsed(unit) || n == 0)
		return date_add(m, n, unit, out);
	enum date_fault fault = zone_show(c, m, local);
	if (fault == DATE_OK)
		fault = date_add(*local, n, unit, local);
	return fault == DATE_OK ? zone_read(c, *local, (struct slice){"", 0}, out) : fault;
}

/* Is n units after `from` not behind `to`? */
static bool
is_within(struct zone_cursor *c, struct moment from, int64_t n, enum date_unit unit,
	struct moment to)
{
	struct moment local;
	struct moment reached;
	bool is_skipped;
	enum date_fault fault = zone_add(c, from, n, unit, &reached, &local);
	if (fault == DATE_SKIPPED)
		reached = (struct moment){
			find_moment(c, local.seconds, (struct slice){"", 0}, &is_skipped), 0};
	else if (fault != DATE_OK)
		return false;
	return date_order(reached, to) <= 0;
}

int64_t
zone_diff(struct zone_cursor *c, struct moment from, struct moment to, enum date_unit unit)
{
	if (is_elapsed(unit) || c->zone == NULL)
		return date_diff(from, to, unit);
	if (date_order(from, to) > 0)
		return -zone_diff(c, to, from, unit);
	struct moment a = {zone_local(c, from.seconds), from.nanos};
	struct moment b = {zone_local(c, to.seconds), to.nanos};
	/* Changes of the clocks between the two make this one more or less. */
	int64_t n = date_diff(a, b, unit);
	n = n > 0 ? n + 1 : 1;
	while (n > 0 && !is_within(c, from, n, unit, to))
		n--;
	return n;
}

enum date_fault
zone_parse(struct zone_cursor *c, struct slice text, struct moment *out)
{
	struct civil parts = {0};
	struct moment local;
	int offset;
	bool is_given;
	if (!date_take(text, &parts, &offset, &is_given))
		return DATE_NOT;
	if (offset == DATE_NO_OFFSET)
		return DATE_IMPOSSIBLE;
	if (is_given)
		return date_make(&parts, offset, out);
	enum date_fault fault = date_make(&parts, 0, &local);
	return fault == DATE_OK ? zone_read(c, local, (struct slice){"", 0}, out) : fault;
}

enum date_fault
zone_print(struct zone_cursor *c, struct moment m, char out[DATE_PRINT_MAX], size_t *len)
{
	struct moment local;
	enum date_fault fault = zone_show(c, m, &local);
	*len = 0;
	if (fault != DATE_OK)
		return fault;
	char *at = date_put(out, local);
	if (c->zone != NULL)
		at = put_offset(at, c->span.offset, true);
	else
		*at++ = 'Z';
	*len = (size_t)(at - out);
	return DATE_OK;
}
