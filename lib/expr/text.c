/* Kernels that make text of text.  Characters are those of utf8.h. */
#include "expr/kernel.h"

#include <string.h>

#include "utf8.h"

static const char fault_count[] = "count is below 0";
static const char fault_place[] = "places are counted from 1, or from -1 at the end";
static const char fault_length[] = "longer than a field can be";

/* The whole number that argument k is; the value given where it was left out. */
static inline int64_t
whole_at(const struct call *c, size_t k, size_t row, int64_t otherwise)
{
	return k < c->args ? c->arg[k]->digits[vector_at(c->arg[k], row)] : otherwise;
}

/* Is one of the numbers null?  Then so is the result. */
static inline bool
has_null(const struct call *c, size_t row)
{
	for (size_t k = 1; k < c->args; k++)
		if (vector_is_null(c->arg[k], row))
			return true;
	return false;
}

static bool
is_space(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static struct slice
skip_space(struct slice s, int sides)
{
	while ((sides & TEXT_LEFT) != 0 && s.len > 0 && is_space(*s.at)) {
		s.at++;
		s.len--;
	}
	while ((sides & TEXT_RIGHT) != 0 && s.len > 0 && is_space(s.at[s.len - 1]))
		s.len--;
	return s;
}

static bool
has_character(struct slice set, struct slice character)
{
	uint32_t point;
	for (size_t i = 0, n; i < set.len; i += n) {
		n = utf8_next(set.at + i, set.len - i, &point);
		if (slice_same((struct slice){set.at + i, n}, character))
			return true;
	}
	return false;
}

static struct slice
first_character(struct slice s)
{
	uint32_t point;
	return (struct slice){s.at, utf8_next(s.at, s.len, &point)};
}

static struct slice
last_character(struct slice s)
{
	uint32_t point;
	for (size_t n = 4; n > 1; n--)
		if (n <= s.len && utf8_next(s.at + s.len - n, n, &point) == n)
			return (struct slice){s.at + s.len - n, n};
	return (struct slice){s.at + s.len - 1, 1};
}

static struct slice
skip_set(struct slice s, struct slice set, int sides)
{
	while ((sides & TEXT_LEFT) != 0 && s.len > 0) {
		struct slice character = first_character(s);
		if (!has_character(set, character))
			break;
		s.at += character.len;
		s.len -= character.len;
	}
	while ((sides & TEXT_RIGHT) != 0 && s.len > 0) {
		struct slice character = last_character(s);
		if (!has_character(set, character))
			break;
		s.len -= character.len;
	}
	return s;
}

void
text_trim(struct call *c)
{
	int sides = c->function->parameter;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		c->out->text[row] = c->args == 1 ? skip_space(s, sides)
						 : skip_set(s, call_text(c, 1, row), sides);
	}
}

void
text_length(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		c->out->digits[row] = (int64_t)utf8_count(s.at, s.len);
	}
}

/* Characters from..to - 1, counted from 0; what is outside of s is not there. */
static struct slice
part(struct slice s, int64_t from, int64_t to)
{
	if (to <= 0 || to <= from)
		return no_text;
	size_t skip = from > 0 ? (size_t)from : 0;
	size_t start = utf8_offset(s.at, s.len, skip);
	size_t len = utf8_offset(s.at + start, s.len - start, (size_t)to - skip);
	return (struct slice){s.at + start, len};
}

void
text_substr(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		int64_t start = whole_at(c, 1, row, 1);
		int64_t count = whole_at(c, 2, row, INT64_MAX);
		int64_t stop;
		c->out->text[row] = no_text;
		if (has_null(c, row))
			continue;
		if (start == 0 || count < 0) {
			call_fault(c, row, start == 0 ? fault_place : fault_count, no_culprit);
			continue;
		}
		start = start > 0 ? start - 1 : (int64_t)utf8_count(s.at, s.len) + start;
		if (__builtin_add_overflow(start, count, &stop))
			stop = INT64_MAX;
		c->out->text[row] = part(s, start, stop);
	}
}

/* Where part begins in s from an offset on; SIZE_MAX if it does not. */
static size_t
find(struct slice s, size_t from, struct slice what)
{
	if (s.len - from < what.len)
		return SIZE_MAX;
	const char *at = what.len == 1 ? memchr(s.at + from, *what.at, s.len - from)
				       : memmem(s.at + from, s.len - from, what.at, what.len);
	return at != NULL ? (size_t)(at - s.at) : SIZE_MAX;
}

static size_t
count_parts(struct slice s, struct slice what)
{
	size_t count = 0;
	for (size_t i = 0; (i = find(s, i, what)) != SIZE_MAX; i += what.len)
		count++;
	return count;
}

static char *
put(char *at, struct slice s)
{
	if (s.len != 0)
		memcpy(at, s.at, s.len);
	return at + s.len;
}

static struct slice
replace(struct call *c, struct slice s, struct slice old, struct slice new, size_t count)
{
	size_t len = s.len - count * old.len + count * new.len;
	char *at = call_room(c, len);
	size_t from = 0;
	for (size_t next; (next = find(s, from, old)) != SIZE_MAX; from = next + old.len) {
		at = put(at, (struct slice){s.at + from, next - from});
		at = put(at, new);
	}
	put(at, (struct slice){s.at + from, s.len - from});
	return call_use(c, len);
}

void
text_replace(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		struct slice old = call_text(c, 1, row);
		struct slice new = call_text(c, 2, row);
		size_t count = old.len != 0 && s.len != 0 ? count_parts(s, old) : 0;
		size_t rest = s.len - count * old.len;
		if (count == 0)
			c->out->text[row] = s;
		else if (rest > CELL_LEN_MAX || new.len > (CELL_LEN_MAX - rest) / count)
			call_fault(c, row, fault_length, no_culprit);
		else
			c->out->text[row] = replace(c, s, old, new, count);
	}
}

/* Part n, counted from 1 or, below 0, from the end. */
static struct slice
split(struct slice s, struct slice separator, int64_t n)
{
	if (separator.len == 0)
		return n == 1 || n == -1 ? s : no_text;
	if (n < 0)
		n += (int64_t)count_parts(s, separator) + 2;
	if (n < 1)
		return no_text;
	for (size_t from = 0;; n--) {
		size_t next = find(s, from, separator);
		if (n == 1)
			return (struct slice){
				s.at + from, (next == SIZE_MAX ? s.len : next) - from};
		if (next == SIZE_MAX)
			return no_text;
		from = next + separator.len;
	}
}

void
text_split_part(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		int64_t n = whole_at(c, 2, row, 1);
		c->out->text[row] = no_text;
		if (has_null(c, row))
			continue;
		if (n == 0)
			call_fault(c, row, fault_place, no_culprit);
		else
			c->out->text[row] = split(call_text(c, 0, row), call_text(c, 1, row), n);
	}
}

/* How many bytes put_fill() writes; more than a field can have stays more. */
static size_t
fill_bytes(struct slice fill, size_t count)
{
	size_t each = utf8_count(fill.at, fill.len);
	if (count > CELL_LEN_MAX)
		return count;
	return count / each * fill.len + utf8_offset(fill.at, fill.len, count % each);
}

/* `count` characters of fill, again and again. */
static char *
put_fill(char *at, struct slice fill, size_t count)
{
	size_t each = utf8_count(fill.at, fill.len);
	for (; count >= each; count -= each)
		at = put(at, fill);
	return put(at, (struct slice){fill.at, utf8_offset(fill.at, fill.len, count)});
}

static void
pad(struct call *c, size_t row, struct slice s, int64_t width, struct slice fill)
{
	size_t count = utf8_count(s.at, s.len);
	size_t more = width > 0 && (size_t)width > count ? (size_t)width - count : 0;
	c->out->text[row] = s;
	if (more == 0)
		return;
	if (fill.len == 0) {
		call_fault(c, row, "fill is empty", no_culprit);
		return;
	}
	size_t len = fill_bytes(fill, more);
	if (len > CELL_LEN_MAX - s.len) {
		call_fault(c, row, fault_length, no_culprit);
		return;
	}
	char *room = call_room(c, len + s.len);
	bool left = c->function->parameter == TEXT_LEFT;
	char *at = left ? put_fill(room, fill, more) : put(room, s);
	if (left)
		put(at, s);
	else
		put_fill(at, fill, more);
	c->out->text[row] = call_use(c, len + s.len);
}

void
text_pad(struct call *c)
{
	static const struct slice space = {" ", 1};
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->text[row] = no_text;
		if (!has_null(c, row))
			pad(c, row, call_text(c, 0, row), whole_at(c, 1, row, 0),
				c->args > 2 ? call_text(c, 2, row) : space);
	}
}

void
text_concat(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		size_t len = 0;
		for (size_t k = 0; k < c->args; k++)
			len += call_text(c, k, row).len;
		if (len > CELL_LEN_MAX) {
			call_fault(c, row, fault_length, no_culprit);
			continue;
		}
		char *at = call_room(c, len);
		for (size_t k = 0; k < c->args; k++)
			at = put(at, call_text(c, k, row));
		c->out->text[row] = call_use(c, len);
	}
}

void
text_contains(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice what = call_text(c, 1, row);
		c->out->truth[row] =
			what.len == 0 || find(call_text(c, 0, row), 0, what) != SIZE_MAX;
	}
}

void
text_starts_with(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		struct slice what = call_text(c, 1, row);
		c->out->truth[row] =
			s.len >= what.len && slice_same((struct slice){s.at, what.len}, what);
	}
}

void
text_ends_with(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		struct slice what = call_text(c, 1, row);
		c->out->truth[row] =
			s.len >= what.len &&
			slice_same((struct slice){s.at + s.len - what.len, what.len}, what);
	}
}

/*
 * All but the first and the last characters; where that would leave nothing to hide, all: a short
 * number must not be told by its shortness.
 */
static void
mask(struct call *c, size_t row, int64_t first, int64_t last, struct slice with)
{
	struct slice s = call_text(c, 0, row);
	size_t count = utf8_count(s.at, s.len);
	if (first < 0 || last < 0) {
		call_fault(c, row, fault_count, no_culprit);
		return;
	}
	if ((uint64_t)first >= count || (uint64_t)last >= count - (uint64_t)first)
		first = last = 0;
	size_t hidden = count - (size_t)first - (size_t)last;
	if (with.len != 0 && hidden > (CELL_LEN_MAX - s.len) / with.len) {
		call_fault(c, row, fault_length, no_culprit);
		return;
	}
	size_t start = utf8_offset(s.at, s.len, (size_t)first);
	size_t stop = start + utf8_offset(s.at + start, s.len - start, hidden);
	size_t len = s.len - (stop - start) + hidden * with.len;
	char *at = put(call_room(c, len), (struct slice){s.at, start});
	for (size_t i = 0; i < hidden; i++)
		at = put(at, with);
	put(at, (struct slice){s.at + stop, s.len - stop});
	c->out->text[row] = call_use(c, len);
}

void
text_mask(struct call *c)
{
	static const struct slice star = {"*", 1};
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->text[row] = no_text;
		if (!has_null(c, row))
			mask(c, row, whole_at(c, 2, row, 0), whole_at(c, 1, row, 0),
				c->args > 3 ? call_text(c, 3, row) : star);
	}
}
