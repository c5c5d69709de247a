/*
 * Exact decimals of up to 38 digits.  Text is `[+-]?(digits[.digits]|.digits)([eE][+-]?digits)?` and
 * nothing else (etl-expr(7)), in any locale.
 * Nothing here keeps or allocates memory; *out is written on success only.
 */
#ifndef ETL_DECIMAL_H
#define ETL_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"

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
/* Without zeros at its end, as long as it has more than `scale` digits behind the point; scale is not negative. */
struct decimal decimal_trim(struct decimal d, int32_t scale);

#endif
