/*
 * A number as a key: 64 bits that order as numbers do, and more bytes where these do not hold all
 * of it.
 *
 *	bit 63		1: not below zero
 *	bits 57-62	decimal exponent of the first digit, from -30 to 31; 0 and 63 stand for all beyond
 *	bits 1-56	the first 14 digits, 4 bits each, as in BCD: numbers that are short leave zeros
 *	bit 0		there are more bytes: the exponent, where it is beyond, then the digits left
 *
 * Of a number below zero all is inverted.  No number has the key 0 or UINT64_MAX.
 */
#ifndef ETL_NUMBER_KEY_H
#define ETL_NUMBER_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "decimal/decimal-parts.h"
#include "digits.h"
#include "mem.h"
#include "slice.h"

enum {
	NUMBER_KEY_DIGITS = 14,
	NUMBER_KEY_BIAS = 31, /* what is added to an exponent */
	NUMBER_KEY_SHORT = 16 /* bytes of a text whose digits fit in 64 bits */
};

#define NUMBER_KEY_ZERO (UINT64_C(1) << 63)

/*
 * Numbers of any length.  Appends what *key does not hold to more.  NUMBER_NOT: the text is no
 * number; NUMBER_RANGE: its exponent is beyond 10^15.
 */
enum number_fault number_key_long(struct slice text, uint64_t *key, struct buf *more);
/* The same of a number that has been taken apart. */
enum number_fault number_key_of(struct numeral n, uint64_t *key, struct buf *more);

/* Most numbers: false where it is for number_key_long() to say what the text is. */
static inline bool
number_key_short(struct slice text, uint64_t *key)
{
	if (text.len == 0 || text.len > NUMBER_KEY_SHORT || !digits_is(text.at[text.len - 1]))
		return false;
	const char *at = text.at;
	const char *end = at + text.len;
	bool negative = *at == '-';
	uint64_t n = 0;
	for (at += negative; at < end && digits_is(*at); at++)
		n = n << 4 | (unsigned)(*at & 15);
	const char *part = end;
	if (at < end && *at == '.')
		for (part = ++at; at < end && digits_is(*at); at++)
			n = n << 4 | (unsigned)(*at & 15);
	if (at < end)
		return false;
	*key = NUMBER_KEY_ZERO;
	if (n == 0)
		return true;
	int digits = (67 - __builtin_clzll(n)) / 4;
	if (digits > NUMBER_KEY_DIGITS)
		return false;
	uint64_t exponent = (uint64_t)(digits - (int)(end - part) + NUMBER_KEY_BIAS);
	uint64_t size = exponent << 57 | n << (4 * (NUMBER_KEY_DIGITS - digits) + 1);
	*key = negative ? NUMBER_KEY_ZERO - size : NUMBER_KEY_ZERO + size;
	return true;
}

#endif
