#include "decimal/double.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/decimal-parts.h"
#include "number.h"

/*
 * 10^e for e = -300, -280 .. 320, as floor(10^e * 2^s) with the s that makes it 192 bits.  Times
 * one of digits_ten[] that gives the first 126 bits of every power that printing a double needs,
 * exactly.
 */
static const uint64_t big_ten[][3] = {
	{0xab70fe17c79ac6ca, 0x6dbd630a48aaf406, 0x8cc946f70d834e0b}, /* -300 */
	{0xe858ad248f5c22c9, 0xd1b3400f8f9cff68, 0xf910f9f648232f14}, /* -280 */
	{0x9d71ac8fada6c9b5, 0x6f773fc3603db4a9, 0x463d96ff273dc67d}, /* -260 */
	{0xd5605fcdcf32e1d6, 0xfb1e4a9a90880a64, 0xeb30854f603da8fc}, /* -240 */
	{0x9096ea6f3848984f, 0x3ff0d2c85def7621, 0x94bf6773709bddab}, /* -220 */
	{0xc3f490aa77bd60fc, 0xbedbfc4411068a9c, 0xf7954e1cea8679b1}, /* -200 */
	{0x84c8d4dfd2c63f3b, 0x29ecd9f40041e073, 0x75a99f7943138e73}, /* -180 */
	{0xb3f4e093db73a093, 0x59ed216765690f56, 0x8fe5b452e6b166cd}, /* -160 */
	{0xf3e2f893dec3f126, 0x5a89dba3c3efccfa, 0xd8ecb58659be9c90}, /* -140 */
	{0xa54394fe1eedb8fe, 0xc2974eb4ee658828, 0x9f36c7501c2ffa80}, /* -120 */
	{0xdff9772470297ebd, 0x59787e2b93bc56f7, 0x40626443927a9c5b}, /* -100 */
	{0x97c560ba6b0919a5, 0xdccd879fc967d41a, 0x021da8c6f15375a1}, /* -80 */
	{0xcdb02555653131b6, 0x3792f412cb06794d, 0x256bfa5628f185f9}, /* -60 */
	{0x8b61313bbabce2c6, 0x2323ac4b3b3da015, 0x3b62be7bc1a0042b}, /* -40 */
	{0xbce5086492111aea, 0x88f4bb1ca6bcf584, 0x181ea8059f76532a}, /* -20 */
	{0x8000000000000000, 0x0000000000000000, 0x0000000000000000}, /* 0 */
	{0xad78ebc5ac620000, 0x0000000000000000, 0x0000000000000000}, /* 20 */
	{0xeb194f8e1ae525fd, 0x5dcfab0800000000, 0x0000000000000000}, /* 40 */
	{0x9f4f2726179a2245, 0x01d762422c946590, 0xd910000000000000}, /* 60 */
	{0xd7e77a8f87daf7fb, 0xdc33745ec97be906, 0x3298e889d933b040}, /* 80 */
	{0x924d692ca61be758, 0x593c2626705f9c56, 0x72047108d3e55592}, /* 100 */
	{0xc646d63501a1511d, 0xb281e1fd541501b8, 0xbfc0ba97646c0c8f}, /* 120 */
	{0x865b86925b9bc5c2, 0x0b8a2392ba45a9b2, 0x5c6658d409fb8bf7}, /* 140 */
	{0xb616a12b7fe617aa, 0x577b986b314d6009, 0x2381cf8591999d63}, /* 160 */
	{0xf6c69a72a3989f5b, 0x8aad549e57273d45, 0x0e4709b7db8059dc}, /* 180 */
	{0xa738c6bebb12d16c, 0xb428f8ac016561db, 0x40a0f74cda221398}, /* 200 */
	{0xe2a0b5dc971f303a, 0x2e44ae64840fd61d, 0xe028965c3f580abc}, /* 220 */
	{0x9991a6f3d6bf1765, 0xacca6da1e0a8ef29, 0x036ee4519d59a838}, /* 240 */
	{0xd01fef10a657842c, 0x2d2b7569b0432d85, 0x05ff7caf730b919d}, /* 260 */
	{0x8d07e33455637eb2, 0xdb0b487b6423e1e8, 0x7ec63730f500b406}, /* 280 */
	{0xbf21e44003acdd2c, 0xe0470a63e6bd56c3, 0x52522c084fc8e10e}, /* 300 */
	{0x81842f29f2cce375, 0xe6a1158300d46640, 0x21ceb9ec7b8c62ed}, /* 320 */
};

enum {
	BIG_TEN_FIRST = -300,
	BIG_TEN_STEP = 20,
	PLAIN_MIN = -5, /* exponents of the first digit that double_print() writes plain */
	PLAIN_MAX = 21
};

/* The double of digits[len] * 10^exponent; room for that follows.  No point, hence no locale. */
static double
nearest(char *digits, size_t len, int64_t exponent)
{
	digits[len++] = 'e';
	len += int64_print(digits + len, exponent);
	digits[len] = '\0';
	return strtod(digits, NULL);
}

double
double_from_decimal(struct decimal d)
{
	uint128 m = magnitude(d);
	double x = (double)(uint64_t)m;
	if (m <= (uint64_t)1 << 53 && d.scale <= DIGITS_TEN_MAX) {
		/* Both operands are exact, so the quotient is rounded once (Clinger 1990). */
		x /= (double)digits_ten[d.scale];
	} else {
		char text[DECIMAL_DIGITS + 2 + INTEGER_PRINT_MAX];
		char *at = put_long(text + DECIMAL_DIGITS + 2, m);
		x = nearest(at, (size_t)(text + DECIMAL_DIGITS + 2 - at), -(int64_t)d.scale);
	}
	return d.digits < 0 ? -x : x;
}

/* Digits that decide: halfway between two doubles has at most 767, one more stands for the rest. */
enum { DECIDING = 768 };

static size_t
keep_deciding(char *text, size_t len, struct slice digits, int64_t *exponent, bool *more)
{
	for (size_t i = 0; i < digits.len; i++) {
		if (len == 0 && digits.at[i] == '0')
			continue;
		if (len < DECIDING) {
			text[len++] = digits.at[i];
		} else {
			*more |= digits.at[i] != '0';
			++*exponent;
		}
	}
	return len;
}

enum number_fault
double_parse(struct slice text, double *out)
{
	struct decimal d;
	enum number_fault fault = decimal_parse(text, &d);
	if (fault == NUMBER_OK)
		*out = double_from_decimal(d);
	if (fault != NUMBER_RANGE)
		return fault;
	struct numeral n;
	char kept[DECIDING + 2 + INTEGER_PRINT_MAX];
	bool more = false;
	decimal_take_apart(text, &n);
	int64_t exponent = n.exponent - (int64_t)n.part.len;
	size_t len = keep_deciding(kept, 0, n.whole, &exponent, &more);
	len = keep_deciding(kept, len, n.part, &exponent, &more);
	if (more) {
		kept[len++] = '1';
		exponent--;
	}
	double x = nearest(kept, len, exponent);
	if (!isfinite(x))
		return NUMBER_RANGE;
	*out = n.negative ? -x : x;
	return NUMBER_OK;
}

/* The first 126 bits of 10^e, plus one: g of Giulietti's paper. */
static uint128
first_bits(int e)
{
	const uint64_t *big = big_ten[(e - BIG_TEN_FIRST) / BIG_TEN_STEP];
	uint64_t small = digits_ten[(e - BIG_TEN_FIRST) % BIG_TEN_STEP];
	small <<= __builtin_clzll(small);
	uint128 bits = (uint128)big[2] * small >> 64;
	bits = ((uint128)big[1] * small + bits) >> 64;
	bits += (uint128)big[0] * small;
	return (bits >> 127 != 0 ? bits >> 2 : bits >> 1) + 1;
}

/* g * c / 2^127, its last bit set if anything is cut off. */
static uint64_t
scaled_odd(uint128 g, uint64_t c)
{
	uint128 product = (g >> 64) * c + ((uint128)(uint64_t)g * c >> 64);
	return (uint64_t)(product >> 63) | ((uint64_t)product << 1 != 0);
}

/*
 * The shortest decimal digits * 10^exponent that reads back as x, of several the nearest (R.
 * Giulietti, The Schubfach way to render doubles, 2020).  x is finite and above 0.  In quarters of
 * a unit of 10^k, x is in the middle and low .. high its rounding interval, ends included if the
 * significand is even.
 */
static uint64_t
shortest(double x, int *exponent)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	uint64_t c = bits & (((uint64_t)1 << 52) - 1);
	int biased = (int)(bits >> 52);
	int q = (biased != 0 ? biased : 1) - 1075;
	bool narrow = c == 0 && biased > 1; /* a power of two: its lower neighbour is nearer */
	if (biased != 0)
		c |= (uint64_t)1 << 52;
	uint64_t odd = c & 1;
	int k = (q * 1262611 - (narrow ? 524031 : 0)) >> 22; /* floor(log10(2^q or 3/4 2^q)) */
	int h = q + ((-k * 1741647) >> 19) + 2;              /* floor(log2(10^-k)) */
	uint128 g = first_bits(-k);
	uint64_t middle = scaled_odd(g, c * 4 << h);
	uint64_t low = scaled_odd(g, (c * 4 - (narrow ? 1 : 2)) << h) + odd;
	uint64_t high = scaled_odd(g, (c * 4 + 2) << h) - odd;
	*exponent = k;
	uint64_t down = middle / 40 * 10;
	if ((low <= down * 4) != ((down + 10) * 4 <= high))
		return low <= down * 4 ? down : down + 10;
	down = middle / 4;
	if ((low <= down * 4) != ((down + 1) * 4 <= high))
		return low <= down * 4 ? down : down + 1;
	uint64_t half = down * 4 + 2;
	return middle < half || (middle == half && down % 2 == 0) ? down : down + 1;
}

/* x as digits * 10^exponent without zeros at the end; 0 is 0 * 10^0. */
static uint64_t
significant(double x, int *exponent)
{
	*exponent = 0;
	if (x == 0)
		return 0;
	uint64_t digits = shortest(fabs(x), exponent);
	for (; digits % 10 == 0; digits /= 10)
		++*exponent;
	return digits;
}

enum number_fault
double_to_decimal(double x, struct decimal *out)
{
	if (!isfinite(x))
		return NUMBER_DOMAIN;
	int exponent;
	uint128 m = significant(x, &exponent);
	int32_t scale = exponent < 0 ? -exponent : 0;
	if (scale > DECIMAL_SCALE_MAX)
		return NUMBER_RANGE;
	if (exponent > 0 && (!decimal_scale_up(m, exponent, &m) || m >= limit()))
		return NUMBER_RANGE;
	*out = (struct decimal){signed_as(x < 0, m), scale};
	return NUMBER_OK;
}

/* d.ddde-N, from the digits and the exponent of the first one. */
static size_t
put_exponential(char *out, bool negative, struct slice digits, int exponent)
{
	char *at = out;
	if (negative)
		*at++ = '-';
	*at++ = digits.at[0];
	if (digits.len > 1) {
		*at++ = '.';
		memcpy(at, digits.at + 1, digits.len - 1);
		at += digits.len - 1;
	}
	*at++ = 'e';
	if (exponent > 0)
		*at++ = '+';
	return (size_t)(at - out) + int64_print(at, exponent);
}

size_t
double_print(char out[DOUBLE_PRINT_MAX], double x)
{
	assert(isfinite(x));
	int exponent;
	uint64_t m = significant(x, &exponent);
	char text[DECIMAL_PRINT_MAX];
	struct slice digits = {text, uint64_print(text, m)};
	int first = exponent + (int)digits.len - 1;
	if (first < PLAIN_MIN || first > PLAIN_MAX)
		return put_exponential(out, x < 0, digits, first);
	uint128 whole = exponent > 0 ? m * power_of_ten(exponent) : m;
	struct decimal plain = {signed_as(x < 0, whole), exponent < 0 ? -exponent : 0};
	size_t len = decimal_print(text, plain);
	memcpy(out, text, len);
	return len;
}
