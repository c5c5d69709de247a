/*
 * Exact decimals of up to 38 digits.  Text is `[+-]?(digits[.digits]|.digits)([eE][+-]?digits)?`
 * and nothing else (etl-expr(7)), in any locale.  Nothing here keeps or allocates memory; *out is
 * written on success only.
 */
#ifndef ETL_DECIMAL_H
#define ETL_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"
#include "word.h"

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

/* digits * 10^-scale, |digits| < 10^38, 0 <= scale <= DECIMAL_SCALE_MAX.  12.50 is {1250, 2}. */
struct decimal {
	int128 digits;
	int32_t scale;
};

enum {
	DECIMAL_DIGITS = 38,
	DECIMAL_SCALE_MAX = 76,
	DECIMAL_PRINT_MAX = 128 /* bytes that decimal_print() may write */
};

enum number_fault {
	NUMBER_OK = 0,
	NUMBER_NOT,      /* the text is not a number */
	NUMBER_RANGE,    /* does not fit, even without zeros at the end behind the point */
	NUMBER_DIVISION, /* division by zero */
	NUMBER_DOMAIN    /* sqrt(-1), ln(0), a result that is not finite */
};

enum decimal_rounding {
	ROUND_HALF_EVEN,
	ROUND_HALF_AWAY, /* 2.5 is 3, -2.5 is -3 */
	ROUND_DOWN,      /* to the next lower one, as floor() */
	ROUND_UP,        /* to the next higher one, as ceil() */
	ROUND_ZERO       /* cut off */
};

/* Returns the reason in words, for messages: "not a number", "division by zero". */
const char *number_fault_text(enum number_fault fault);

/*
 * 12.50 is {1250, 2}, 1e3 is {1000, 0}.  Zeros at the end behind the point are dropped while there
 * are more than 38 digits, or more than 76 behind the point; NUMBER_RANGE if that does not help.
 */
enum number_fault decimal_parse(struct slice text, struct decimal *out);

/*
 * decimal_parse() of what most numbers are: at most eight digits and a point, with a minus before
 * them.  false: it is something else, or no number.
 */
static inline __attribute__((always_inline)) bool
decimal_parse_short(struct slice text, int64_t *digits, int32_t *scale)
{
	const uint64_t zeros = WORD_OF('0');
	const char *at = text.at;
	size_t len = text.len;
	bool negative = len != 0 && *at == '-';
	at += negative;
	len -= negative;
	if (len - 1 >= 8)
		return false;
	/* The last byte goes to the highest place, and zeros before the first. */
	uint64_t word = word_load(at, len) << 8 * (8 - len);
	if (len < 8)
		word |= zeros >> 8 * len;
	uint64_t point = word_zero(word ^ WORD_OF('.'));
	*scale = 0;
	if (point != 0) {
		int place = __builtin_ctzll(point) / 8;
		uint64_t before = ((uint64_t)1 << 8 * place) - 1;
		if (place == 7)
			return false;
		/* What is before the point moves over it. */
		word = (word & ~(before << 8 | 0xff)) | (word & before) << 8 | '0';
		*scale = 7 - place;
	}
	/* Each byte is '0' .. '9': 0x30 .. 0x39. */
	if (((word & WORD_OF(0xf0)) | ((word + WORD_OF(6)) >> 4 & WORD_OF(0x0f))) != WORD_OF(0x33))
		return false;
	/* Neighbours together: eight digits, four numbers below 100, two below 10,000. */
	word = (word & WORD_OF(0x0f)) * (10 << 8 | 1) >> 8;
	word = (word & 0x00ff00ff00ff00ff) * (100 << 16 | 1) >> 16;
	word = (word & 0x0000ffff0000ffff) * ((uint64_t)10000 << 32 | 1) >> 32;
	*digits = negative ? -(int64_t)word : (int64_t)word;
	return true;
}

/* Writes the shortest text that keeps the scale: 12.50, -0.5, 0; returns its length, no NUL. */
size_t decimal_print(char out[DECIMAL_PRINT_MAX], struct decimal d);
/* Below 0, 0, above 0; never overflows; 1.0 equals 1. */
int decimal_order(struct decimal a, struct decimal b);
/*
 * Exact.  Scale of the result: the larger for + - %, the sum for *; zeros at its end are kept while
 * they fit, as in decimal_parse().  NUMBER_RANGE if the digits do not fit without them.
 */
enum number_fault decimal_add(struct decimal a, struct decimal b, struct decimal *out);
enum number_fault decimal_sub(struct decimal a, struct decimal b, struct decimal *out);
enum number_fault decimal_mul(struct decimal a, struct decimal b, struct decimal *out);
/* Remainder with the sign of a, as in C and SQL. */
enum number_fault decimal_mod(struct decimal a, struct decimal b, struct decimal *out);
/*
 * To `scale` digits behind the point (negative: tens, hundreds); a value with fewer is padded with
 * zeros, as far as 38 digits go.  NUMBER_RANGE if rounding up makes a 39th.
 */
enum number_fault decimal_round(
	struct decimal d, int32_t scale, enum decimal_rounding how, struct decimal *out);
/*
 * Without zeros at its end, as long as it has more than `scale` digits behind the point; scale is
 * not negative.
 */
struct decimal decimal_trim(struct decimal d, int32_t scale);

#endif
