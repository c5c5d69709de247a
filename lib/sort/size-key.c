#include "sort/size-key.h"

#include <string.h>

#include "sort/number-key.h"

enum { KILO = 1024, KILO_DIGITS = 4, THOUSAND_ZEROS = 3 };

/* What stands behind a number. */
struct unit {
	unsigned power; /* 0: bytes */
	bool is_decimal;
};

static bool
take_last(struct slice *text, char upper)
{
	bool is = text->len != 0 && (text->at[text->len - 1] & ~0x20) == upper;
	text->len -= is;
	return is;
}

/* Cuts the unit off. */
static struct unit
take_unit(struct slice *text)
{
	static const char letters[] = "KMGTPEZYRQ";
	struct unit unit = {0};
	struct slice before = *text;
	bool is_bytes = take_last(&before, 'B');
	bool is_binary = take_last(&before, 'I');
	for (const char *at = letters; *at != '\0' && unit.power == 0; at++)
		if (take_last(&before, *at))
			unit.power = (unsigned)(at - letters) + 1;
	if (is_binary && unit.power == 0)
		return unit;
	unit.is_decimal = is_bytes && !is_binary && unit.power != 0;
	if ((is_bytes || unit.power != 0) && before.len != 0 && before.at[before.len - 1] == ' ')
		before.len--;
	*text = before;
	return unit;
}

/* Digits with room for more before them, times 1024. */
static void
multiply(char *digit, size_t count)
{
	unsigned carry = 0;
	for (size_t i = count; i-- > 0; carry /= 10) {
		carry += (unsigned)(digit[i] - '0') * KILO;
		digit[i] = (char)('0' + carry % 10);
	}
}

static struct numeral
in_bytes(struct numeral n, unsigned power, struct arena *arena)
{
	size_t count = n.whole.len + n.part.len;
	size_t room = (size_t)power * KILO_DIGITS;
	char *digit = arena_take(arena, room + count);
	memset(digit, '0', room);
	if (n.whole.len != 0)
		memcpy(digit + room, n.whole.at, n.whole.len);
	if (n.part.len != 0)
		memcpy(digit + room + n.whole.len, n.part.at, n.part.len);
	for (; power > 0; power--)
		multiply(digit, room + count);
	n.exponent -= (int64_t)n.part.len;
	n.whole = (struct slice){digit, room + count};
	n.part.len = 0;
	return n;
}

enum number_fault
size_key(struct slice text, struct arena *arena, uint64_t *key, struct buf *more)
{
	struct numeral n;
	struct unit unit = take_unit(&text);
	if (!decimal_take_apart(text, &n))
		return NUMBER_NOT;
	if (unit.is_decimal)
		n.exponent += (int64_t)unit.power * THOUSAND_ZEROS;
	else if (unit.power != 0)
		n = in_bytes(n, unit.power, arena);
	return number_key_of(n, key, more);
}
