#include "schema/schema.h"

#include "digits.h"

enum { DIGITS_SURE = 18, DIGITS_MAX = 19, DECIMAL_DIGITS = 38 };

bool
schema_integer(struct slice text, int64_t *out)
{
	size_t sign = text.len > 0 && text.at[0] == '-';
	size_t digits = text.len - sign;
	if (digits == 0 || digits > DIGITS_MAX || (text.at[sign] == '0' && text.len > 1))
		return false;
	uint64_t n = 0;
	for (size_t i = sign; i < text.len; i++) {
		if (!digits_is(text.at[i]))
			return false;
		n = n * 10 + (uint64_t)(text.at[i] - '0');
	}
	/* 19 digits fit 64 bits, but not always 63. */
	if (digits > DIGITS_SURE && n > (uint64_t)INT64_MAX + sign)
		return false;
	*out = sign ? (int64_t)(0 - n) : (int64_t)n;
	return true;
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?, which keeps its form as a decimal; zero has no sign. */
static bool
is_decimal(struct slice text)
{
	size_t sign = text.len > 0 && text.at[0] == '-';
	size_t point = digits_end(text, sign);
	size_t whole = point - sign;
	size_t behind = point < text.len &&
		text.at[point] == '.' ? digits_end(text, point + 1) - point - 1 : 0;
	size_t used = point + (behind != 0 ? 1 + behind : 0);
	if (whole == 0 || (whole > 1 && text.at[sign] == '0') || used != text.len)
		return false;
	bool is_zero = true;
	for (size_t i = sign; i < text.len; i++)
		is_zero &= text.at[i] == '0' || text.at[i] == '.';
	return whole + behind <= DECIMAL_DIGITS && !(sign && is_zero);
}

enum schema_type
schema_widen(enum schema_type type, struct slice value)
{
	int64_t n;
	if (type <= SCHEMA_INTEGER && schema_integer(value, &n))
		return SCHEMA_INTEGER;
	return type <= SCHEMA_DECIMAL && is_decimal(value) ? SCHEMA_DECIMAL : SCHEMA_TEXT;
}
