#include "agg/state.h"

#include <math.h>
#include <string.h>

#include "decimal/double.h"
#include "digits.h"
#include "number.h"

enum {
	CHUNK_DIGITS = 18,  /* of an integer that are read and written at a time */
	EXACT_DIGITS = 250, /* more than any sum of decimals has, and less than an exact holds */
	EXACT_PRINT_MAX = 320
};

/* The first item of the text, without the blank behind it. */
static struct slice
find_item(struct slice text)
{
	const char *blank = text.len != 0 ? memchr(text.at, ' ', text.len) : NULL;
	return (struct slice){text.at, blank != NULL ? (size_t)(blank - text.at) : text.len};
}

static void
pass(struct slice *text, size_t len)
{
	len += len < text->len;
	text->at += len;
	text->len -= len;
}

static void
put_item(struct buf *out, const char *item, size_t len)
{
	buf_add(out, item, len);
	buf_byte(out, ' ');
}

void
state_put_count(struct buf *out, uint64_t n)
{
	char item[INTEGER_PRINT_MAX];
	put_item(out, item, uint64_print(item, n));
}

bool
state_take_count(struct slice *text, uint64_t *n)
{
	struct slice item = find_item(*text);
	if (!uint64_parse(item, n) || *n > STATE_COUNT_MAX)
		return false;
	pass(text, item.len);
	return true;
}

void
state_put_decimal(struct buf *out, struct decimal d)
{
	char item[DECIMAL_PRINT_MAX];
	put_item(out, item, decimal_print(item, d));
}

bool
state_take_decimal(struct slice *text, struct decimal *d)
{
	struct slice item = find_item(*text);
	if (decimal_parse(item, d) != NUMBER_OK)
		return false;
	pass(text, item.len);
	return true;
}

/* What no number is written as. */
static const struct {
	const char *name;
	double value;
} not_finite[] = {{"inf", INFINITY}, {"-inf", -INFINITY}, {"nan", NAN}};

void
state_put_real(struct buf *out, double x)
{
	char item[DOUBLE_PRINT_MAX];
	size_t which = isnan(x) ? 2 : x < 0;
	if (isfinite(x))
		put_item(out, item, double_print(item, x));
	else
		put_item(out, not_finite[which].name, strlen(not_finite[which].name));
}

bool
state_take_real(struct slice *text, double *x)
{
	struct slice item = find_item(*text);
	bool good = double_parse(item, x) == NUMBER_OK;
	for (size_t i = 0; i < 3 && !good; i++) {
		good = slice_same(item, slice_of(not_finite[i].name));
		*x = not_finite[i].value;
	}
	if (good)
		pass(text, item.len);
	return good;
}

void
state_put_exact(struct buf *out, struct exact x)
{
	char item[EXACT_PRINT_MAX];
	size_t at = sizeof item;
	bool is_negative = exact_is_negative(&x);
	int128 rest;
	if (is_negative)
		exact_negate(&x);
	do {
		uint64_t digits = exact_divide(&x, digits_ten[CHUNK_DIGITS]);
		bool is_last = exact_fits(&x, &rest) && rest == 0;
		for (int i = 0; is_last ? digits != 0 : i < CHUNK_DIGITS; i++, digits /= 10)
			item[--at] = (char)('0' + digits % 10);
	} while (!exact_fits(&x, &rest) || rest != 0);
	if (at == sizeof item)
		item[--at] = '0';
	if (is_negative)
		item[--at] = '-';
	put_item(out, item + at, sizeof item - at);
}

/* Is it the sum of so many numbers, none of which is longer? */
static bool
is_sum(struct exact magnitude, uint64_t count, int32_t digits)
{
	struct exact most = exact_of((int128)count);
	exact_raise(&most, digits);
	exact_negate(&magnitude);
	exact_add(&most, &magnitude);
	return !exact_is_negative(&most);
}

bool
state_take_exact(struct slice *text, struct exact *x, uint64_t count, int32_t digits)
{
	struct slice item = find_item(*text);
	size_t len = item.len;
	bool is_negative = len != 0 && *item.at == '-';
	item.at += is_negative;
	item.len -= is_negative;
	if (item.len == 0 || item.len > EXACT_DIGITS)
		return false;
	*x = exact_of(0);
	while (item.len != 0) {
		uint64_t piece;
		size_t taken = item.len < CHUNK_DIGITS ? item.len : CHUNK_DIGITS;
		if (!uint64_parse((struct slice){item.at, taken}, &piece))
			return false;
		struct exact more = exact_of((int128)piece);
		exact_raise(x, (int32_t)taken);
		exact_add(x, &more);
		item.at += taken;
		item.len -= taken;
	}
	if (!is_sum(*x, count, digits))
		return false;
	if (is_negative)
		exact_negate(x);
	pass(text, len);
	return true;
}

void
state_put_text(struct buf *out, struct slice value)
{
	char len[INTEGER_PRINT_MAX];
	buf_add(out, len, uint64_print(len, value.len));
	buf_byte(out, ':');
	put_item(out, value.at, value.len);
}

bool
state_take_text(struct slice *text, struct slice *value)
{
	const char *colon = text->len != 0 ? memchr(text->at, ':', text->len) : NULL;
	uint64_t len;
	if (colon == NULL ||
		!uint64_parse((struct slice){text->at, (size_t)(colon - text->at)}, &len))
		return false;
	size_t before = (size_t)(colon - text->at) + 1;
	if (len > text->len - before)
		return false;
	size_t end = before + (size_t)len;
	if (end < text->len && text->at[end] != ' ')
		return false;
	*value = (struct slice){colon + 1, (size_t)len};
	pass(text, end);
	return true;
}
