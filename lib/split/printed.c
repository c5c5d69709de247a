#include "split/printed.h"

#include <stdlib.h>
#include <string.h>

void
printed_init(struct printed *p, struct dialect dialect, uint64_t max_record)
{
	enum { ENDS = PRINTED_COLUMNS + 128 };
	*p = (struct printed){.max_record = max_record, .run = scan_choose(NULL)};
	p->room = xmalloc((2 * (size_t)ENDS + 2) * sizeof *p->room);
	p->scan = (struct scan){
		.delimiter = dialect.delimiter,
		.quotes = dialect.quotes,
		.end = p->room + 1,
		.first = p->room + 1 + ENDS,
		.ends_max = ENDS,
	};
	scan_start(&p->scan, 0);
}

static size_t
start_of(const struct printed *p, size_t row)
{
	return (uint32_t)(p->scan.end[(ptrdiff_t)p->scan.first[row] - 1] + 1);
}

/* Moves what has not been taken to the front; all rows have been. */
static void
compact(struct printed *p)
{
	size_t base = start_of(p, p->scan.rows);
	if (base == 0)
		return;
	memmove(p->at, p->at + base, p->len - base);
	p->len -= base;
	memset(p->at + p->len, 0, SCAN_PAD);
	scan_shift(&p->scan, base, p->scan.end, p->scan.first);
	p->row = 0;
}

char *
printed_place(struct printed *p, size_t bytes)
{
	compact(p);
	if (p->cap - p->len < bytes) {
		p->cap = p->cap * 2 > p->len + bytes ? p->cap * 2 : p->len + bytes;
		p->at = xrealloc(p->at, p->cap + SCAN_PAD, 1);
	}
	return p->at + p->len;
}

void
printed_came(struct printed *p, size_t bytes)
{
	static const char bom[] = "\xef\xbb\xbf";
	p->len += bytes;
	if (!p->has_begun && p->len >= 3 && memcmp(p->at, bom, 3) == 0) {
		p->len -= 3;
		memmove(p->at, p->at + 3, p->len);
	}
	p->has_begun |= p->len >= 3;
	memset(p->at + p->len, 0, SCAN_PAD);
}

void
printed_end(struct printed *p)
{
	p->has_begun = true;
	if (p->len != 0 && p->at[p->len - 1] != '\n') {
		*printed_place(p, 1) = '\n';
		printed_came(p, 1);
	}
}

static const char *
reason_of(enum scan_bad bad)
{
	switch (bad) {
	case SCAN_QUOTE_INSIDE:
		return "a quote in a field that does not begin with one";
	case SCAN_AFTER_QUOTE:
		return "text behind a closing quote";
	default:
		return "a carriage return that is no end of a line";
	}
}

static bool
fail(const struct printed *p, const char *reason, struct buf *why)
{
	buf_format(why, "record %ju: %s", (uintmax_t)p->records + 1, reason);
	return false;
}

static const char too_long[] = "longer than a record may be (--max-record)";

/* Scans on until there is a row; not before it is known whether a byte order mark is to go. */
static bool
has_row(struct printed *p, struct buf *why)
{
	if (!p->has_begun)
		return false;
	while (p->row == p->scan.rows) {
		if (p->scan.bad != SCAN_GOOD)
			return fail(p, reason_of(p->scan.bad), why);
		if (p->scan.done == p->len)
			return p->len - start_of(p, p->scan.rows) > p->max_record &&
				fail(p, too_long, why);
		compact(p);
		p->run(&p->scan, p->at, p->len);
		if (p->scan.done < p->len && p->scan.rows == 0 && p->scan.bad == SCAN_GOOD)
			return fail(p, "too many fields", why);
	}
	return true;
}

static size_t
width_of(const struct printed *p, size_t row)
{
	return p->scan.first[row + 1] - p->scan.first[row];
}

/* A row's bytes without its end. */
static struct slice
record_of(const struct printed *p, size_t row)
{
	size_t start = start_of(p, row);
	size_t stop = p->scan.end[p->scan.first[row + 1] - 1];
	stop -= stop > start && p->at[stop - 1] == '\r' && p->scan.quotes;
	return (struct slice){p->at + start, stop - start};
}

/* A line without any byte is no record where there is more than one column. */
static bool
is_blank(const struct printed *p, size_t row)
{
	return p->columns != 1 && width_of(p, row) == 1 && record_of(p, row).len == 0;
}

bool
printed_next(struct printed *p, size_t most, struct slice *records, size_t *count, struct buf *why)
{
	do {
		if (!has_row(p, why))
			return false;
	} while (is_blank(p, p->row) && ++p->row);
	size_t first = p->row;
	if (p->columns == 0)
		p->columns = width_of(p, first);
	if (width_of(p, first) != p->columns) {
		buf_format(why, "record %ju: %zu field%s, not %zu", (uintmax_t)p->records + 1,
			width_of(p, first), width_of(p, first) == 1 ? "" : "s", p->columns);
		return false;
	}
	size_t stop = first + 1;
	bool has_long = p->len > p->max_record;
	if (has_long && record_of(p, first).len > p->max_record)
		return fail(p, too_long, why);
	while (!p->scan.has_cr && !has_long && stop < p->scan.rows && stop - first < most &&
		width_of(p, stop) == p->columns && !is_blank(p, stop))
		stop++;
	struct slice last = record_of(p, stop - 1);
	const char *start = p->at + start_of(p, first);
	*records = (struct slice){start, (size_t)(last.at + last.len - start)};
	*count = stop - first;
	p->records += *count;
	p->row = stop;
	return true;
}

bool
printed_is_whole(const struct printed *p, struct buf *why)
{
	return p->len == 0 || start_of(p, p->scan.rows) == p->len ||
		fail(p, "a quote is not closed", why);
}

void
printed_clear(struct printed *p)
{
	free(p->at);
	free(p->room);
	*p = (struct printed){0};
}
