#include "decimal/decimal.h"

#include "decimal/decimal-parts.h"

/* So many digits fit in 64 bits, whatever they are. */
enum { PARSE_SHORT = 19 };

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

bool
decimal_scale_up(uint128 m, int64_t by, uint128 *out)
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
	while (run.len < text->len && digits_is(run.at[run.len]))
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

bool
decimal_take_apart(struct slice text, struct numeral *out)
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
	if (!decimal_take_apart(text, &n))
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
	for (; at < end && digits_is(*at); at++)
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
	if (text.len > PARSE_SHORT || !digits_is(end[-1]))
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

/* Digits go one byte too far right; those before the point are then moved over. */
size_t
decimal_print(char out[DECIMAL_PRINT_MAX], struct decimal d)
{
	uint128 m = magnitude(d);
	int len =
		m <= UINT64_MAX
			? digits_count((uint64_t)m)
			: DIGITS_TEN_MAX + digits_count((uint64_t)(m / digits_ten[DIGITS_TEN_MAX]));
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

/* The order of m * 10^by and n. */
static int
order_scaled(uint128 m, int32_t by, uint128 n)
{
	uint128 scaled;
	if (!decimal_scale_up(m, by, &scaled))
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
	if (!decimal_scale_up(magnitude(a), scale - a.scale, &n) || n >= 2 * limit())
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
	if (!is_short(a) || !is_short(b) || shift > DIGITS_TEN_MAX)
		return add_long(a, b, out);
	*out = (struct decimal){a.digits * (int128)digits_ten[shift] + b.digits, b.scale};
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
	else if (decimal_scale_up(n, a.scale - b.scale, &n))
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
	if (scale < 0 && (!decimal_scale_up(m, -(int64_t)scale, &m) || m >= limit()))
		return NUMBER_RANGE;
	*out = (struct decimal){signed_as(negative, m), scale < 0 ? 0 : scale};
	return NUMBER_OK;
}

struct decimal
decimal_trim(struct decimal d, int32_t scale)
{
	for (; d.scale > scale && d.digits != (int64_t)d.digits && d.digits % 10 == 0; d.scale--)
		d.digits /= 10;
	if (d.digits != (int64_t)d.digits)
		return d;
	/* Most numbers: the wider division takes many times as long. */
	int64_t digits = (int64_t)d.digits;
	for (; d.scale > scale && digits % 10 == 0; d.scale--)
		digits /= 10;
	d.digits = digits;
	return d;
}
