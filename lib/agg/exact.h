/*
 * Integers of 896 bits, in two's complement: enough for what sums and sums of squares of any 2^64
 * decimals are made of, since the square of 10^38 * 10^76 has 758 bits.  Nothing here overflows,
 * allocates or fails within that.
 */
#ifndef ETL_AGG_EXACT_H
#define ETL_AGG_EXACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decimal/decimal.h"

enum { EXACT_LIMBS = 14 };

/* The lowest limb comes first.  {0} is 0. */
struct exact {
	uint64_t limb[EXACT_LIMBS];
};

struct exact exact_of(int128 n);
bool exact_is_negative(const struct exact *x);
/* Does it fit?  If so, *out is set. */
bool exact_fits(const struct exact *x, int128 *out);

/* x becomes -x, x + y, x * by. */
void exact_negate(struct exact *x);
void exact_add(struct exact *x, const struct exact *y);
void exact_times(struct exact *x, uint64_t by);
/* Times 10^n. */
void exact_raise(struct exact *x, int32_t n);
struct exact exact_product(const struct exact *x, const struct exact *y);

/* Divides what is not negative, rounded down; returns the rest.  by is not 0. */
uint64_t exact_divide(struct exact *x, uint64_t by);

/*
 * The double nearest to n / d, half to even; n is not negative, d above 0, and the quotient is no
 * subnormal.
 */
double exact_quotient(struct exact n, struct exact d);

/*
 * x * 10^-scale: zeros behind the point go where there are too many digits; NUMBER_RANGE if that is
 * not enough.
 */
enum number_fault exact_to_decimal(struct exact x, int32_t scale, struct decimal *out);

#endif
