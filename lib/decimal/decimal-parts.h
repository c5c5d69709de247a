/*
 * What decimal.c and double.c share: magnitudes of 128 bits, and a number's text taken apart.
 */
#ifndef ETL_DECIMAL_PARTS_H
#define ETL_DECIMAL_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "decimal/decimal.h"
#include "digits.h"

/* 10^n for 0 <= n <= 38. */
static inline uint128
power_of_ten(int n)
{
	const uint128 most = digits_ten[DIGITS_TEN_MAX];
	return n <= DIGITS_TEN_MAX ? digits_ten[n] : most * digits_ten[n - DIGITS_TEN_MAX];
}

/* The first number that has too many digits: 10^38. */
static inline uint128
limit(void)
{
	return power_of_ten(DECIMAL_DIGITS);
}

static inline uint128
magnitude(struct decimal d)
{
	return d.digits < 0 ? -(uint128)d.digits : (uint128)d.digits;
}

static inline int128
signed_as(bool negative, uint128 m)
{
	return negative ? -(int128)m : (int128)m;
}

/* A number's text, taken apart.  The exponent stops at a size that no text is long enough for. */
struct numeral {
	struct slice whole; /* digits before the point */
	struct slice part;  /* and behind it */
	int64_t exponent;
	bool negative;
};

/* false where the text is no number. */
bool decimal_take_apart(struct slice text, struct numeral *out);

/* Sets *out to m * 10^by; false beyond 128 bits. */
bool decimal_scale_up(uint128 m, int64_t by, uint128 *out);

/* Writes m, below 10^38, so that it ends before `end`; returns where it begins. */
static inline char *
put_long(char *end, uint128 m)
{
	if (m <= UINT64_MAX)
		return digits_put(end, (uint64_t)m);
	char *at = digits_put(end, (uint64_t)(m % digits_ten[DIGITS_TEN_MAX]));
	while (at > end - DIGITS_TEN_MAX)
		*--at = '0';
	return digits_put(at, (uint64_t)(m / digits_ten[DIGITS_TEN_MAX]));
}

#endif
