#include "agg/exact.h"

#include <assert.h>
#include <math.h>

#include "digits.h"

enum { LIMB_BITS = 64 };

struct exact
exact_of(int128 n)
{
	struct exact x;
	x.limb[0] = (uint64_t)n;
	x.limb[1] = (uint64_t)(n >> LIMB_BITS);
	for (size_t i = 2; i < EXACT_LIMBS; i++)
		x.limb[i] = n < 0 ? UINT64_MAX : 0;
	return x;
}

bool
exact_is_negative(const struct exact *x)
{
	return x->limb[EXACT_LIMBS - 1] >> (LIMB_BITS - 1) != 0;
}

bool
exact_fits(const struct exact *x, int128 *out)
{
	uint64_t sign = (uint64_t)-(int64_t)(x->limb[1] >> (LIMB_BITS - 1));
	for (size_t i = 2; i < EXACT_LIMBS; i++)
		if (x->limb[i] != sign)
			return false;
	*out = (int128)((uint128)x->limb[1] << LIMB_BITS | x->limb[0]);
	return true;
}

void
exact_negate(struct exact *x)
{
	bool carry = true;
	for (size_t i = 0; i < EXACT_LIMBS; i++) {
		x->limb[i] = ~x->limb[i] + carry;
		carry = carry && x->limb[i] == 0;
	}
}

void
exact_add(struct exact *x, const struct exact *y)
{
	uint128 carry = 0;
	for (size_t i = 0; i < EXACT_LIMBS; i++) {
		carry += (uint128)x->limb[i] + y->limb[i];
		x->limb[i] = (uint64_t)carry;
		carry >>= LIMB_BITS;
	}
}

void
exact_times(struct exact *x, uint64_t by)
{
	uint128 carry = 0;
	for (size_t i = 0; i < EXACT_LIMBS; i++) {
		carry += (uint128)x->limb[i] * by;
		x->limb[i] = (uint64_t)carry;
		carry >>= LIMB_BITS;
	}
}

void
exact_raise(struct exact *x, int32_t n)
{
	for (; n > DIGITS_TEN_MAX; n -= DIGITS_TEN_MAX)
		exact_times(x, digits_ten[DIGITS_TEN_MAX]);
	exact_times(x, digits_ten[n]);
}

struct exact
exact_product(const struct exact *x, const struct exact *y)
{
	struct exact product = {{0}};
	for (size_t i = 0; i < EXACT_LIMBS; i++) {
		uint128 carry = 0;
		for (size_t j = 0; i + j < EXACT_LIMBS; j++) {
			carry += (uint128)x->limb[i] * y->limb[j] + product.limb[i + j];
			product.limb[i + j] = (uint64_t)carry;
			carry >>= LIMB_BITS;
		}
	}
	return product;
}

uint64_t
exact_divide(struct exact *x, uint64_t by)
{
	uint128 rest = 0;
	assert(!exact_is_negative(x));
	for (size_t i = EXACT_LIMBS; i-- > 0;) {
		rest = rest << LIMB_BITS | x->limb[i];
		x->limb[i] = (uint64_t)(rest / by);
		rest %= by;
	}
	return (uint64_t)rest;
}

/* How many bits it has; x is not negative. */
static int
count_bits(const struct exact *x)
{
	size_t i = EXACT_LIMBS - 1;
	while (i > 0 && x->limb[i] == 0)
		i--;
	int bits = x->limb[i] != 0 ? LIMB_BITS - __builtin_clzll(x->limb[i]) : 0;
	return (int)i * LIMB_BITS + bits;
}

static void
shift_up(struct exact *x, int bits)
{
	for (; bits >= LIMB_BITS; bits -= LIMB_BITS) {
		for (size_t i = EXACT_LIMBS - 1; i > 0; i--)
			x->limb[i] = x->limb[i - 1];
		x->limb[0] = 0;
	}
	exact_times(x, (uint64_t)1 << bits);
}

/* Both have no bits beyond so many limbs. */
static bool
is_below(const struct exact *a, const struct exact *b, size_t limbs)
{
	while (--limbs > 0 && a->limb[limbs] == b->limb[limbs])
		;
	return a->limb[limbs] < b->limb[limbs];
}

static void
subtract(struct exact *a, const struct exact *b, size_t limbs)
{
	bool borrow = false;
	for (size_t i = 0; i < limbs; i++) {
		uint64_t before = a->limb[i];
		a->limb[i] = before - b->limb[i] - borrow;
		borrow = borrow ? before <= b->limb[i] : before < b->limb[i];
	}
}

static void
twice(struct exact *x, size_t limbs)
{
	for (size_t i = limbs - 1; i > 0; i--)
		x->limb[i] = x->limb[i] << 1 | x->limb[i - 1] >> (LIMB_BITS - 1);
	x->limb[0] <<= 1;
}

double
exact_quotient(struct exact n, struct exact d)
{
	enum { BITS = 54 }; /* one more than a double keeps, to round by */
	uint64_t quotient = 0;
	int high = count_bits(&n);
	int low = count_bits(&d);
	int exponent = high - low;
	assert(low > 0);
	if (high == 0)
		return 0;
	shift_up(exponent > 0 ? &d : &n, exponent > 0 ? exponent : -exponent);
	size_t limbs = (size_t)(high > low ? high : low) / LIMB_BITS + 1;
	if (is_below(&n, &d, limbs)) {
		twice(&n, limbs);
		exponent--;
	}
	/* d <= n < 2 d: the first digit of the quotient is 1. */
	for (int i = 0; i < BITS; i++) {
		bool digit = !is_below(&n, &d, limbs);
		if (digit)
			subtract(&n, &d, limbs);
		quotient = quotient << 1 | digit;
		twice(&n, limbs);
	}
	bool is_half = (quotient & 1) != 0;
	quotient >>= 1;
	quotient += is_half && (count_bits(&n) != 0 || (quotient & 1) != 0);
	return ldexp((double)quotient, exponent - (BITS - 2));
}

enum number_fault
exact_to_decimal(struct exact x, int32_t scale, struct decimal *out)
{
	int128 n;
	const int128 limit = (int128)digits_ten[DIGITS_TEN_MAX] * digits_ten[DIGITS_TEN_MAX];
	bool is_negative = exact_is_negative(&x);
	if (is_negative)
		exact_negate(&x);
	while (!exact_fits(&x, &n) || n >= limit || scale > DECIMAL_SCALE_MAX)
		if (scale-- == 0 || exact_divide(&x, 10) != 0)
			return NUMBER_RANGE;
	*out = (struct decimal){is_negative ? -n : n, scale};
	return NUMBER_OK;
}
