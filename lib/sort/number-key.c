#include "sort/number-key.h"

#include "sort/record.h"

/* Beyond that a numeral's exponent may not be all that was written. */
#define EXPONENT_MAX ((int64_t)1000000 * 1000000 * 1000)

/* The digits that count: the first is not 0, nor is the last. */
struct significant {
	struct numeral numeral;
	size_t first, count;
	int64_t exponent; /* the value is 0.ddd * 10^exponent */
};

static unsigned
digit_at(const struct significant *s, size_t i)
{
	const struct numeral *n = &s->numeral;
	i += s->first;
	char digit = i < n->whole.len ? n->whole.at[i] : n->part.at[i - n->whole.len];
	return (unsigned)(digit - '0');
}

static void
find_digits(struct significant *s)
{
	size_t whole = s->numeral.whole.len;
	s->count = whole + s->numeral.part.len;
	while (s->count > 0 && digit_at(s, s->count - 1) == 0)
		s->count--;
	while (s->first < s->count && digit_at(s, 0) == 0)
		s->first++;
	s->count -= s->first;
	s->exponent = (int64_t)whole - (int64_t)s->first + s->numeral.exponent;
}

static void
put_exponent(struct buf *more, int64_t exponent)
{
	record_put_key(buf_room(more, RECORD_KEY), (uint64_t)exponent + NUMBER_KEY_ZERO);
	more->len += RECORD_KEY;
}

/* A digit is one more than it is, so that the end, which is 0, is less than any. */
static void
put_digits(struct buf *more, const struct significant *s, size_t from)
{
	for (size_t i = from; i < s->count; i++)
		buf_byte(more, (char)(digit_at(s, i) + 1));
	buf_byte(more, 0);
}

/* The key of what a number is without its sign; appends what is left of it. */
static uint64_t
size_of(const struct significant *s, struct buf *more)
{
	int64_t exponent = s->exponent + NUMBER_KEY_BIAS;
	bool is_beyond = exponent < 1 || exponent > 62;
	size_t taken = is_beyond ? 0 : s->count < NUMBER_KEY_DIGITS ? s->count : NUMBER_KEY_DIGITS;
	uint64_t digits = 0;
	for (size_t i = 0; i < NUMBER_KEY_DIGITS; i++)
		digits = digits << 4 | (i < taken ? digit_at(s, i) : 0);
	if (is_beyond) {
		put_exponent(more, s->exponent);
		exponent = exponent < 1 ? 0 : 63;
	}
	if (taken < s->count)
		put_digits(more, s, taken);
	return (uint64_t)exponent << 57 | digits << 1 | (taken < s->count);
}

enum number_fault
number_key_of(struct numeral n, uint64_t *key, struct buf *more)
{
	struct significant s = {.numeral = n};
	size_t before = more->len;
	find_digits(&s);
	*key = NUMBER_KEY_ZERO;
	if (s.count == 0)
		return NUMBER_OK;
	if (n.exponent > EXPONENT_MAX || n.exponent < -EXPONENT_MAX)
		return NUMBER_RANGE;
	uint64_t size = size_of(&s, more);
	*key = n.negative ? NUMBER_KEY_ZERO - size : NUMBER_KEY_ZERO + size;
	for (size_t i = before; n.negative && i < more->len; i++)
		more->at[i] = (char)~more->at[i];
	return NUMBER_OK;
}

enum number_fault
number_key_long(struct slice text, uint64_t *key, struct buf *more)
{
	struct numeral n;
	return decimal_take_apart(text, &n) ? number_key_of(n, key, more) : NUMBER_NOT;
}
