/*
 * Decimal digits of 64-bit numbers: what all that reads and prints numbers is made of.
 */
#ifndef ETL_DIGITS_H
#define ETL_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "slice.h"

enum { DIGITS_TEN_MAX = 19 }; /* of digits_ten[] */

/* 10^n. */
static const uint64_t digits_ten[] = {1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u,
	100000000u, 1000000000u, 10000000000u, 100000000000u, 1000000000000u, 10000000000000u,
	100000000000000u, 1000000000000000u, 10000000000000000u, 100000000000000000u,
	1000000000000000000u, 10000000000000000000u};

static inline bool
digits_is(char c)
{
	return c >= '0' && c <= '9';
}

/* Where the digits end that begin at text.at[i]: i where there are none. */
static inline size_t
digits_end(struct slice text, size_t i)
{
	while (i < text.len && digits_is(text.at[i]))
		i++;
	return i;
}

/* Multiplies n by 10^by, by not negative; false where 64 bits do not hold that: n is then lost. */
static inline bool
digits_raise(int64_t *n, int32_t by)
{
	return *n == 0 || (by <= DIGITS_TEN_MAX && !__builtin_mul_overflow(*n, digits_ten[by], n));
}

/* Digits of n, at least one. */
static inline int
digits_count(uint64_t n)
{
	/* bits * log10(2): right or one short */
	int guess = (64 - __builtin_clzll(n | 1)) * 1233 >> 12;
	return guess + (guess == 0 || n >= digits_ten[guess]);
}

/* The two digits of each number below 100. */
static const char digits_pairs[] = "00010203040506070809101112131415161718192021222324"
				   "25262728293031323334353637383940414243444546474849"
				   "50515253545556575859606162636465666768697071727374"
				   "75767778798081828384858687888990919293949596979899";

/* Writes n so that it ends before `end`; returns where it begins. */
static inline char *
digits_put(char *end, uint64_t n)
{
	for (; n >= 100; n /= 100)
		memcpy(end -= 2, digits_pairs + n % 100 * 2, 2);
	if (n >= 10)
		return memcpy(end - 2, digits_pairs + n * 2, 2);
	*--end = (char)('0' + n);
	return end;
}

#endif
