#include "number.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

static const uint64_t ten[] = {1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u,
	100000000u, 1000000000u, 10000000000u, 100000000000u, 1000000000000u, 10000000000000u,
	100000000000000u, 1000000000000000u, 10000000000000000u, 100000000000000000u,
	1000000000000000000u, 10000000000000000000u};

/*
 * 10^e for e = -300, -280 .. 320, as floor(10^e * 2^s) with the s that makes it 192 bits.  Times
 * one of ten[] that gives the first 126 bits of every power that printing a double needs, exactly.
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
	TEN_MAX = 19,     /* of ten[] */
	PARSE_SHORT = 19, /* so many digits fit in 64 bits, whatever they are */
	PLAIN_MIN = -5,   /* exponents of the first digit that double_print() writes plain */
	PLAIN_MAX = 21
};

/* 10^n for 0 <= n <= 38. */
static inline uint128
power_of_ten(int n)
{
	return n <= TEN_MAX ? ten[n] : (uint128)ten[TEN_MAX] * ten[n - TEN_MAX];
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

static inline bool
is_short(struct decimal d)
{
	return d.digits == (int64_t)d.digits;
}

const char *
number_fault_text(enum number_fault fault)
{
	switch (fault) {
	case NUMBER_OK:
		return "no fault";
	case NUMBER_NOT:
		return "not a number";
	case NUMBER_RANGE:
		return "number out of range (38 digits)";
	case NUMBER_DIVISION:
		return "division by zero";
	case NUMBER_DOMAIN:
		return "no finite result";
	}
	return "unknown fault";
}

/* 256 bits: as much as the product of two decimals needs. */
struct wide {
	uint128 high;
	uint128 low;
};

static struct wide
multiply(uint128 a, uint128 b)
{
	uint64_t a1 = (uint64_t)(a >> 64), a0 = (uint64_t)a;
	uint64_t b1 = (uint64_t)(b >> 64), b0 = (uint64_t)b;
	uint128 low = (uint128)a0 * b0;
	uint128 cross = (uint128)a1 * b0 + (uint64_t)(low >> 64);
	uint128 other = (uint128)a0 * b1 + (uint64_t)cross;
	return (struct wide){
		.high = (uint128)a1 * b1 + (uint64_t)(cross >> 64) + (uint64_t)(other >> 64),
		.low = other << 64 | (uint64_t)low};
}

/* Divides 128 bits with a rest in front by ten, in place; returns the new rest. */
static uint64_t
divide_by_ten(uint128 *m, uint64_t rest)
{
	uint128 high = (uint128)rest << 64 | (uint64_t)(*m >> 64);
	uint128 low = (high % 10) << 64 | (uint64_t)*m;
	*m = (high / 10) << 64 | (uint64_t)(low / 10);
	return (uint64_t)(low % 10);
}

/* Sets *out to m * 10^by; false beyond 128 bits. */
static bool
scale_up(uint128 m, int64_t by, uint128 *out)
{
	*out = 0;
	if (m == 0)
		return true;
	if (by > DECIMAL_DIGITS)
		return false;
	struct wide product = multiply(m, power_of_ten((int)by));
	*out = product.low;
	return product.high == 0;
}

/*
 * Gives a result the scale that its operation wants, as far as 38 digits go: zeros behind the point
 * are dropped where there are too many digits, added where there are too few.
 */
static enum number_fault
settle(struct wide m, bool negative, int32_t scale, int32_t want, struct decimal *out)
{
	while (m.high != 0 || m.low >= limit() || scale > DECIMAL_SCALE_MAX) {
		uint64_t rest = divide_by_ten(&m.high, 0);
		if (scale == 0 || divide_by_ten(&m.low, rest) != 0)
			return NUMBER_RANGE;
		scale--;
	}
	for (; scale < want && m.low < power_of_ten(DECIMAL_DIGITS - 1); scale++)
		m.low *= 10;
	*out = (struct decimal){signed_as(negative, m.low), scale};
	return NUMBER_OK;
}

/* A number's text, taken apart.  The exponent stops at a size that no text is long enough for. */
struct numeral {
	struct slice whole; /* digits before the point */
	struct slice part;  /* and behind it */
	int64_t exponent;
	bool negative;
};

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_sign(char c)
{
	return c == '-' || c == '+';
}

/* Takes digits off the front of *text. */
static struct slice
take_digits(struct slice *text)
{
	struct slice run = {text->at, 0};
	while (run.len < text->len && is_digit(run.at[run.len]))
		run.len++;
	text->at += run.len;
	text->len -= run.len;
	return run;
}

/* Takes one byte off the front of *text if it is a or b. */
static bool
take_byte(struct slice *text, char a, char b)
{
	if (text->len == 0 || (*text->at != a && *text->at != b))
		return false;
	text->at++;
	text->len--;
	return true;
}

static bool
take_exponent(struct slice *text, int64_t *out)
{
	bool negative = text->len != 0 && *text->at == '-';
	take_byte(text, '-', '+');
	struct slice run = take_digits(text);
	int64_t n = 0;
	for (size_t i = 0; i < run.len && n < (int64_t)1 << 50; i++)
		n = n * 10 + (run.at[i] - '0');
	*out = negative ? -n : n;
	return run.len != 0;
}

static bool
take_apart(struct slice text, struct numeral *out)
{
	*out = (struct numeral){.negative = text.len != 0 && *text.at == '-'};
	take_byte(&text, '-', '+');
	out->whole = take_digits(&text);
	if (take_byte(&text, '.', '.')) {
		out->part = take_digits(&text);
		if (out->part.len == 0)
			return false;
	} else if (out->whole.len == 0) {
		return false;
	}
	if (take_byte(&text, 'e', 'E') && !take_exponent(&text, &out->exponent))
		return false;
	return text.len == 0;
}

/* Digits read so far: value * 10^zeros, the zeros apart because they may have to go. */
struct gathered {
	uint128 value;
	int64_t zeros;
	int64_t length; /* digits of value; no zero in front, none at the end */
};

static bool
gather(struct slice digits, struct gathered *g)
{
	for (size_t i = 0; i < digits.len; i++) {
		unsigned digit = (unsigned)(digits.at[i] - '0');
		if (digit == 0) {
			g->zeros += g->value != 0;
			continue;
		}
		g->length += g->zeros + 1;
		if (g->length > DECIMAL_DIGITS)
			return false;
		g->value = g->value * power_of_ten((int)g->zeros + 1) + digit;
		g->zeros = 0;
	}
	return true;
}

/* Any length, any exponent. */
static enum number_fault
parse_long(struct slice text, struct decimal *out)
{
	struct numeral n;
	struct gathered g = {0};
	if (!take_apart(text, &n))
		return NUMBER_NOT;
	if (!gather(n.whole, &g) || !gather(n.part, &g))
		return NUMBER_RANGE;
	int64_t scale = (int64_t)n.part.len - n.exponent;
	if (scale < 0) {
		g.zeros -= scale;
		scale = 0;
	}
	int64_t excess = scale > DECIMAL_SCALE_MAX ? scale - DECIMAL_SCALE_MAX : 0;
	if (g.value == 0) {
		*out = (struct decimal){0, (int32_t)(scale - excess)};
		return NUMBER_OK;
	}
	if (excess < g.length + g.zeros - DECIMAL_DIGITS)
		excess = g.length + g.zeros - DECIMAL_DIGITS;
	if (excess > g.zeros || excess > scale)
		return NUMBER_RANGE;
	uint128 m = g.value * power_of_ten((int)(g.zeros - excess));
	*out = (struct decimal){signed_as(n.negative, m), (int32_t)(scale - excess)};
	return NUMBER_OK;
}

static inline const char *
read_digits(const char *at, const char *end, uint64_t *n)
{
	for (; at < end && is_digit(*at); at++)
		*n = *n * 10 + (unsigned)(*at - '0');
	return at;
}

enum number_fault
decimal_parse(struct slice text, struct decimal *out)
{
	if (text.len == 0)
		return NUMBER_NOT;
	const char *at = text.at;
	const char *end = at + text.len;
	if (text.len > PARSE_SHORT || !is_digit(end[-1]))
		return parse_long(text, out);
	bool negative = *at == '-';
	uint64_t n = 0;
	at = read_digits(at + is_sign(*at), end, &n);
	const char *part = end;
	if (at < end && *at == '.') {
		part = at + 1;
		at = read_digits(part, end, &n);
	}
	if (at < end)
		return parse_long(text, out);
	*out = (struct decimal){signed_as(negative, n), (int32_t)(end - part)};
	return NUMBER_OK;
}

/* Writes n so that it ends before `end`; returns where it begins. */
static char *
put_digits(char *end, uint64_t n)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	for (; n >= 100; n /= 100)
		memcpy(end -= 2, pairs + n % 100 * 2, 2);
	if (n >= 10)
		return memcpy(end - 2, pairs + n * 2, 2);
	*--end = (char)('0' + n);
	return end;
}

bool
uint64_parse(struct slice text, uint64_t *out)
{
	uint64_t n = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(text.at[i] - '0');
		if (!is_digit(text.at[i]) || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (text.len != 0)
		*out = n;
	return text.len != 0;
}

bool
int64_parse(struct slice text, int64_t *out)
{
	bool negative = text.len != 0 && *text.at == '-';
	take_byte(&text, '-', '+');
	uint64_t n;
	if (!uint64_parse(text, &n) || n > (uint64_t)INT64_MAX + negative)
		return false;
	*out = negative ? (int64_t)-n : (int64_t)n;
	return true;
}

/* Digits of n, at least one. */
static int
count_digits(uint64_t n)
{
	/* bits * log10(2): right or one short */
	int guess = (64 - __builtin_clzll(n | 1)) * 1233 >> 12;
	return guess + (guess == 0 || n >= ten[guess]);
}

static size_t
put_integer(char *out, uint64_t n)
{
	int len = count_digits(n);
	put_digits(out + len, n);
	return (size_t)len;
}

size_t
uint64_print(char out[INTEGER_PRINT_MAX], uint64_t n)
{
	return put_integer(out, n);
}

size_t
int64_print(char out[INTEGER_PRINT_MAX], int64_t n)
{
	if (n >= 0)
		return put_integer(out, (uint64_t)n);
	*out = '-';
	return 1 + put_integer(out + 1, -(uint64_t)n);
}

static char *
put_long(char *end, uint128 m)
{
	if (m <= UINT64_MAX)
		return put_digits(end, (uint64_t)m);
	char *at = put_digits(end, (uint64_t)(m % ten[TEN_MAX]));
	while (at > end - TEN_MAX)
		*--at = '0';
	return put_digits(at, (uint64_t)(m / ten[TEN_MAX]));
}

/* Digits go one byte too far right; those before the point are then moved over. */
static size_t
put_decimal(char *out, struct decimal d)
{
	uint128 m = magnitude(d);
	int len = m <= UINT64_MAX ? count_digits((uint64_t)m)
				  : TEN_MAX + count_digits((uint64_t)(m / ten[TEN_MAX]));
	int whole = len > d.scale ? len - d.scale : 1;
	bool point = d.scale != 0;
	char *at = out + (d.digits < 0);
	char *end = at + whole + point + d.scale;
	*out = '-';
	for (char *digits = put_long(end, m); digits > at + point;)
		*--digits = '0';
	if (point) {
		memmove(at, at + 1, (size_t)whole);
		at[whole] = '.';
	}
	return (size_t)(end - out);
}

size_t
decimal_print(char out[DECIMAL_PRINT_MAX], struct decimal d)
{
	return put_decimal(out, d);
}

/* The order of m * 10^by and n. */
static int
order_scaled(uint128 m, int32_t by, uint128 n)
{
	uint128 scaled;
	if (!scale_up(m, by, &scaled))
		return 1;
	return (scaled > n) - (scaled < n);
}

int
decimal_order(struct decimal a, struct decimal b)
{
	if (a.scale == b.scale)
		return (a.digits > b.digits) - (a.digits < b.digits);
	if ((a.digits < 0) != (b.digits < 0))
		return a.digits < 0 ? -1 : 1;
	int order = a.scale < b.scale
			    ? order_scaled(magnitude(a), b.scale - a.scale, magnitude(b))
			    : -order_scaled(magnitude(b), a.scale - b.scale, magnitude(a));
	return a.digits < 0 ? -order : order;
}

/*
 * a + b, a.scale <= b.scale.  Zeros of b are left out at first: without them b has a digit in its
 * last place, which the sum then has too, so a sum that is too long now is too long for good.
 */
static enum number_fault
add_long(struct decimal a, struct decimal b, struct decimal *out)
{
	uint128 m = magnitude(b);
	int32_t scale = b.scale;
	for (; scale > a.scale && m % 10 == 0; scale--)
		m /= 10;
	uint128 n;
	if (!scale_up(magnitude(a), scale - a.scale, &n) || n >= 2 * limit())
		return NUMBER_RANGE;
	bool negative = a.digits < 0;
	if (negative == (b.digits < 0)) {
		n += m;
	} else if (n >= m) {
		n -= m;
	} else {
		n = m - n;
		negative = !negative;
	}
	return settle((struct wide){0, n}, negative, scale, b.scale, out);
}

enum number_fault
decimal_add(struct decimal a, struct decimal b, struct decimal *out)
{
	if (a.scale > b.scale) {
		struct decimal swap = a;
		a = b;
		b = swap;
	}
	int32_t shift = b.scale - a.scale;
	/* 2^63 * 10^19 + 2^63 is below 10^38. */
	if (!is_short(a) || !is_short(b) || shift > TEN_MAX)
		return add_long(a, b, out);
	*out = (struct decimal){a.digits * (int128)ten[shift] + b.digits, b.scale};
	return NUMBER_OK;
}

enum number_fault
decimal_sub(struct decimal a, struct decimal b, struct decimal *out)
{
	return decimal_add(a, (struct decimal){-b.digits, b.scale}, out);
}

enum number_fault
decimal_mul(struct decimal a, struct decimal b, struct decimal *out)
{
	int32_t scale = a.scale + b.scale;
	if (is_short(a) && is_short(b) && scale <= DECIMAL_SCALE_MAX) {
		*out = (struct decimal){a.digits * b.digits, scale};
		return NUMBER_OK;
	}
	bool negative = (a.digits < 0) != (b.digits < 0);
	return settle(multiply(magnitude(a), magnitude(b)), negative, scale, 0, out);
}

/* (a + b) modulo n, for a and b below n. */
static uint128
sum_rest(uint128 a, uint128 b, uint128 n)
{
	uint128 sum = a + b;
	return sum >= n ? sum - n : sum;
}

/* m * 10^by modulo n, for m < n < 10^38.  Ten is 2 * (2 * 2 + 1): ten times m might not fit. */
static uint128
scaled_rest(uint128 m, int32_t by, uint128 n)
{
	for (; by > 0 && m != 0; by--) {
		uint128 twice = sum_rest(m, m, n);
		uint128 five = sum_rest(sum_rest(twice, twice, n), m, n);
		m = sum_rest(five, five, n);
	}
	return m;
}

enum number_fault
decimal_mod(struct decimal a, struct decimal b, struct decimal *out)
{
	uint128 m = magnitude(a);
	uint128 n = magnitude(b);
	int32_t scale = a.scale > b.scale ? a.scale : b.scale;
	if (n == 0)
		return NUMBER_DIVISION;
	if (b.scale >= a.scale)
		m = scaled_rest(m % n, b.scale - a.scale, n);
	else if (scale_up(n, a.scale - b.scale, &n))
		m %= n;
	*out = (struct decimal){signed_as(a.digits < 0, m), scale};
	return NUMBER_OK;
}

/* Whether what was cut off, rest / unit of the last place left, raises the magnitude. */
static bool
rounds_up(struct decimal d, uint128 rest, uint128 unit, bool odd, enum decimal_rounding how)
{
	switch (how) {
	case ROUND_HALF_EVEN:
		return rest * 2 > unit || (rest * 2 == unit && odd);
	case ROUND_HALF_AWAY:
		return rest * 2 >= unit;
	case ROUND_DOWN:
		return d.digits < 0 && rest != 0;
	case ROUND_UP:
		return d.digits > 0 && rest != 0;
	case ROUND_ZERO:
		break;
	}
	return false;
}

enum number_fault
decimal_round(struct decimal d, int32_t scale, enum decimal_rounding how, struct decimal *out)
{
	uint128 m = magnitude(d);
	bool negative = d.digits < 0;
	if (scale >= d.scale) {
		int32_t want = scale < DECIMAL_SCALE_MAX ? scale : DECIMAL_SCALE_MAX;
		return settle((struct wide){0, m}, negative, d.scale, want, out);
	}
	int64_t cut = (int64_t)d.scale - scale;
	/* A unit above 10^38 leaves less than half of it, whatever the digits are. */
	uint128 unit = cut <= DECIMAL_DIGITS ? power_of_ten((int)cut) : ~(uint128)0;
	uint128 rest = m % unit;
	m /= unit;
	m += rounds_up(d, rest, unit, m % 2 != 0, how);
	if (scale < 0 && (!scale_up(m, -(int64_t)scale, &m) || m >= limit()))
		return NUMBER_RANGE;
	*out = (struct decimal){signed_as(negative, m), scale < 0 ? 0 : scale};
	return NUMBER_OK;
}

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
decimal_to_double(struct decimal d)
{
	uint128 m = magnitude(d);
	double x = (double)(uint64_t)m;
	if (m <= (uint64_t)1 << 53 && d.scale <= TEN_MAX) {
		/* Both operands are exact, so the quotient is rounded once (Clinger 1990). */
		x /= (double)ten[d.scale];
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
		*out = decimal_to_double(d);
	if (fault != NUMBER_RANGE)
		return fault;
	struct numeral n;
	char kept[DECIDING + 2 + INTEGER_PRINT_MAX];
	bool more = false;
	take_apart(text, &n);
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
	uint64_t small = ten[(e - BIG_TEN_FIRST) % BIG_TEN_STEP];
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
decimal_from_double(double x, struct decimal *out)
{
	if (!isfinite(x))
		return NUMBER_DOMAIN;
	int exponent;
	uint128 m = significant(x, &exponent);
	int32_t scale = exponent < 0 ? -exponent : 0;
	if (scale > DECIMAL_SCALE_MAX)
		return NUMBER_RANGE;
	if (exponent > 0 && (!scale_up(m, exponent, &m) || m >= limit()))
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
	char text[INTEGER_PRINT_MAX];
	struct slice digits = {text, uint64_print(text, m)};
	int first = exponent + (int)digits.len - 1;
	if (first < PLAIN_MIN || first > PLAIN_MAX)
		return put_exponential(out, x < 0, digits, first);
	uint128 whole = exponent > 0 ? m * power_of_ten(exponent) : m;
	struct decimal plain = {signed_as(x < 0, whole), exponent < 0 ? -exponent : 0};
	return put_decimal(out, plain);
}
