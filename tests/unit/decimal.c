/*
 * Exact decimals: the grammar and its edges, arithmetic at 38 digits, rounding.
 */
#include "decimal/decimal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal/double.h"
#include "numbers.h"
#include "unit.h"

static const struct {
	const char *text;
	const char *want;
} parsed[] = {
	{"0", "0"},
	{"-0", "0"},
	{"-0.00", "0.00"},
	{"12.50", "12.50"},
	{"+7", "7"},
	{"007", "7"},
	{".5", "0.5"},
	{"-.5", "-0.5"},
	{"0.05", "0.05"},
	{"00000000000000000000000000000000000000000000000001.5", "1.5"},
	{"999999999999999999", "999999999999999999"},
	{"9999999999999999999", "9999999999999999999"},
	{"-999999999999999999", "-999999999999999999"},
	{"-9999999999999999999", "-9999999999999999999"},
	{"18446744073709551615", "18446744073709551615"},
	{"18446744073709551616", "18446744073709551616"},
	{"-18446744073709551616.1", "-18446744073709551616.1"},
	{"10000000000000000000", "10000000000000000000"},
	{"100000000000000000000000", "100000000000000000000000"},
	{"1.0000000000000000000000005", "1.0000000000000000000000005"},
	/* exponents */
	{"1e3", "1000"},
	{"1E+3", "1000"},
	{"1.5e-3", "0.0015"},
	{"1.50e1", "15.0"},
	{"1.5e3", "1500"},
	{".5e1", "5"},
	{"100e-2", "1.00"},
	{"0e5", "0"},
	{"0e999999999999999999999999", "0"},
	{"-1e0000000000000000000000000000002", "-100"},
	{"1e37", MOST},
	/* 38 digits and what goes first */
	{NINES, NINES},
	{"-" NINES, "-" NINES},
	{"0." NINES, "0." NINES},
	{"1" NINES, "range"},
	{MOST "0", "range"},
	{"1e38", "range"},
	{"1e999", "range"},
	{"-1e999", "range"},
	{"1e-999", "range"},
	{"1e99999999999999999999999999", "range"},
	{"1e-99999999999999999999999999", "range"},
	{NINES ".5", "range"},
	{NINES ".00", NINES},
	{MOST ".0", MOST},
	{"1." ZEROS ZEROS, "1.0000000000000000000000000000000000000"},
	{"1." ZEROS "1", "range"},
	{NINES "00e-3", "9999999999999999999999999999999999999.9"},
	{NINES "00e-2", NINES},
	{NINES "00e-1", "range"},
	{"1e-76", LEAST "1"},
	{"10e-77", LEAST "1"},
	{"1e-77", "range"},
	{"0e-99", LEAST "0"},
	/* not numbers */
	{"", "not"},
	{"+", "not"},
	{"-", "not"},
	{".", "not"},
	{"-.", "not"},
	{"5.", "not"},
	{"5.e1", "not"},
	{"e1", "not"},
	{".e1", "not"},
	{"1e", "not"},
	{"1e+", "not"},
	{"1e1.5", "not"},
	{"1e5e5", "not"},
	{"1.2.3", "not"},
	{"--1", "not"},
	{"+-1", "not"},
	{"1-", "not"},
	{" 1", "not"},
	{"1 ", "not"},
	{"1\n", "not"},
	{"0x10", "not"},
	{"0x1p3", "not"},
	{"1_000", "not"},
	{"1,5", "not"},
	{"1,000.00", "not"},
	{"1'000", "not"},
	{"NaN", "not"},
	{"nan", "not"},
	{"inf", "not"},
	{"-Infinity", "not"},
	{"1f", "not"},
	{"n/a", "not"},
	{"\xd9\xa1", "not"},
	{"\xe2\x88\x92"
	 "1",
		"not"},
	{"1" NINES "x", "not"},
};

static void
test_parse(void)
{
	for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++) {
		struct decimal d = {0};
		struct slice text = slice_of(parsed[i].text);
		const char *got = shown(decimal_parse(text, &d), d);
		ok(strcmp(got, parsed[i].want) == 0, "parse '%s' is %s", parsed[i].text, got);
	}
	struct decimal d;
	ok(decimal_parse((struct slice){"12345", 2}, &d) == NUMBER_OK && d.digits == 12,
		"no byte behind");
	ok(decimal_parse((struct slice){"1\0002", 3}, &d) == NUMBER_NOT, "a NUL inside is no end");
	ok(decimal_parse((struct slice){NULL, 0}, &d) == NUMBER_NOT, "nothing at all");
}

/* Zeros by the million on either side are no digits. */
static void
test_parse_huge(void)
{
	enum { LEN = 1000000 };
	char *text = malloc(LEN + 8);
	struct decimal d;
	double x;
	memset(text, '0', LEN);
	text[LEN - 1] = '7';
	ok(decimal_parse((struct slice){text, LEN}, &d) == NUMBER_OK && d.digits == 7,
		"10^6 zeros before");
	memcpy(text, "7.5", 3);
	text[LEN - 1] = '0';
	ok(decimal_parse((struct slice){text, LEN}, &d) == NUMBER_OK && d.scale == 37,
		"10^6 zeros behind");
	text[1] = '0';
	ok(decimal_parse((struct slice){text, LEN}, &d) == NUMBER_RANGE, "10^6 digits");
	memcpy(text + LEN, "e-999999", 8);
	ok(decimal_parse((struct slice){text, LEN + 8}, &d) == NUMBER_OK &&
			strcmp(shown(NUMBER_OK, d), "7.0500000000000000000000000000000000000") == 0,
		"10^6 digits and the exponent that undoes them");
	text[LEN - 1] = '1';
	ok(decimal_parse((struct slice){text, LEN + 8}, &d) == NUMBER_RANGE,
		"a last digit far out");
	ok(double_parse((struct slice){text, LEN + 8}, &x) == NUMBER_OK && x == 7.05,
		"as a double");
	free(text);
}

static void
test_shape(void)
{
	struct decimal d = number("12.50");
	ok(d.digits == 1250 && d.scale == 2, "12.50 is {1250, 2}");
	d = number("1e3");
	ok(d.digits == 1000 && d.scale == 0, "1e3 is {1000, 0}");
	d = (struct decimal){0};
	ok(strcmp(shown(NUMBER_OK, d), "0") == 0, "{0} is 0");
	d = (struct decimal){-5, DECIMAL_SCALE_MAX};
	ok(strcmp(shown(NUMBER_OK, d), "-" LEAST "5") == 0, "-5e-76 in full");
}

static const struct {
	const char *a;
	const char *b;
	int want;
} ordered[] = {
	{"1", "1", 0},
	{"1.0", "1", 0},
	{"1", "1.00000000000000000000", 0},
	{"0", "0.000", 0},
	{"-0", "0.0", 0},
	{"1", "2", -1},
	{"-1", "-2", 1},
	{"-1", "1.0", -1},
	{"0", "-0.1", 1},
	{"0.0", "-1", 1},
	{"0", "1e-76", -1},
	{"9.9", "10", -1},
	{"-9.9", "-10", 1},
	{"0.1", "0.09", 1},
	{NINES, "1e-76", 1},
	{"-" NINES, "1e-76", -1},
	{"-" NINES, "-1e-76", -1},
	{NINES, "0." NINES, 1},
	{"1", "0." NINES, 1},
	{"1", "1.0000000000000000000000000000000000001", -1},
	{"18446744073709551616", "18446744073709551616.0", 0},
	{"18446744073709551616", "18446744073709551616.1", -1},
	{"34028236692093846346337460743176821146", "3.5", 1},
};

static void
test_order(void)
{
	for (size_t i = 0; i < sizeof ordered / sizeof *ordered; i++) {
		struct decimal a = number(ordered[i].a), b = number(ordered[i].b);
		int there = decimal_order(a, b), back = decimal_order(b, a);
		ok((there > 0) - (there < 0) == ordered[i].want &&
				(back > 0) - (back < 0) == -ordered[i].want,
			"order %s %s", ordered[i].a, ordered[i].b);
	}
}

static const struct {
	const char *a;
	char sign;
	const char *b;
	const char *want;
} sums[] = {
	{"0.1", '+', "0.2", "0.3"},
	{"1.50", '+', "1", "2.50"},
	{"1", '+', "1.50", "2.50"},
	{"1.5", '+', "-1.50", "0.00"},
	{"0", '+', "0.000", "0.000"},
	{"-1", '+', "0.25", "-0.75"},
	{"9223372036854775807", '+', "9223372036854775807", "18446744073709551614"},
	{"-9223372036854775808", '+', "-9.2233720368547758080",
		"-9223372036854775817.2233720368547758080"},
	{"-9223372036854775808", '+', "0.000000000000000001",
		"-9223372036854775807.999999999999999999"},
	{"9223372036854775807", '+', "0.0000000000000000001",
		"9223372036854775807.0000000000000000001"},
	{NINES, '+', "1", "range"},
	{"-" NINES, '+', "-1", "range"},
	{NINES, '+', NINES, "range"},
	{NINES, '+', "-" NINES, "0"},
	{NINES, '+', "0.00", NINES},
	{NINES, '+', "-1.00", "99999999999999999999999999999999999998"},
	{NINES, '+', "0.1", "range"},
	{"34028236692093846346337460743176821145", '+', "9.5", "range"}, /* beyond 2^128 */
	{MOST, '+', "0.00", MOST},
	{"1e36", '+', "0.00", "1000000000000000000000000000000000000.0"},
	{"5.0000000000000000000000000000000000000", '+', "5.0000000000000000000000000000000000000",
		"10.000000000000000000000000000000000000"},
	{"5.0000000000000000000000000000000000001", '+', "5.0000000000000000000000000000000000001",
		"range"},
	{"1", '+', "0e-76", "1.0000000000000000000000000000000000000"},
	{"0", '+', "1e-76", LEAST "1"},
	{"1", '+', "1e-76", "range"},
	{"1", '-', "0." NINES,
		"0."
		"00000000000000000000000000000000000001"},
	{"-1", '+', "0." NINES,
		"-0."
		"00000000000000000000000000000000000001"},
	{"1", '-', "1e-38", "0." NINES},
	{"3", '-', "5", "-2"},
	{"5.00", '-', "5", "0.00"},
	{"0", '-', "0.5", "-0.5"},
	{"-" NINES, '-', "1", "range"},
	{"12.50", '*', "2", "25.00"},
	{"-1.5", '*', "0.02", "-0.030"},
	{"0.00", '*', "-3.0", "0.000"},
	{"9223372036854775807", '*', "-9223372036854775808",
		"-85070591730234615856620279821087277056"},
	{"10000000000000000000", '*', "1000000000000000000", MOST},
	{"10000000000000000000", '*', "10000000000000000000", "range"},
	{NINES, '*', "1.00", NINES},
	{NINES, '*', "2", "range"},
	{NINES, '*', NINES, "range"},
	{NINES, '*', "0.5", "range"},
	{"0." NINES, '*', "0." NINES, "range"},
	{"5e36", '*', "0.2", "1000000000000000000000000000000000000.0"},
	{"5e37", '*', "0.2", MOST},
	{"1.00000000000000000000", '*', "1.00000000000000000000",
		"1.0000000000000000000000000000000000000"},
	{"36472996377170786403", '*', "1.25", "45591245471463483003.75"},
	{"1e-40", '*', "1e-36", LEAST "1"},
	{"1e-40", '*', "1e-37", "range"},
	{"2e-40", '*', "5e-37", LEAST "1"},
	{"0e-76", '*', "0e-76", LEAST "0"},
	{"7", '%', "3", "1"},
	{"-7", '%', "3", "-1"},
	{"7", '%', "-3", "1"},
	{"7.5", '%', "2", "1.5"},
	{"7", '%', "0.3", "0.1"},
	{"6", '%', "0.30", "0.00"},
	{"1", '%', "0", "division"},
	{"1", '%', "0.00", "division"},
	{"0", '%', "7", "0"},
	{NINES, '%', "0.7", "0.3"},
	{NINES, '%', "0." NINES, "0." ZEROS},
	{"1", '%', "0." NINES, "0.00000000000000000000000000000000000001"},
	{"1e-76", '%', NINES, LEAST "1"},
	{NINES, '%', "7e-76", LEAST "4"},
	{"-0.75", '%', NINES, "-0.75"},
};

static enum number_fault
compute(struct decimal a, char sign, struct decimal b, struct decimal *out)
{
	switch (sign) {
	case '+':
		return decimal_add(a, b, out);
	case '-':
		return decimal_sub(a, b, out);
	case '*':
		return decimal_mul(a, b, out);
	default:
		return decimal_mod(a, b, out);
	}
}

static void
test_sums(void)
{
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		struct decimal a = number(sums[i].a), b = number(sums[i].b), c = {0};
		const char *got = shown(compute(a, sums[i].sign, b, &c), c);
		ok(strcmp(got, sums[i].want) == 0, "%s %c %s is %s", sums[i].a, sums[i].sign,
			sums[i].b, got);
	}
}

static const struct {
	const char *text;
	int32_t scale;
	const char *want[5]; /* in the order of enum decimal_rounding */
} rounded[] = {
	{"2.5", 0, {"2", "3", "2", "3", "2"}},
	{"3.5", 0, {"4", "4", "3", "4", "3"}},
	{"-2.5", 0, {"-2", "-3", "-3", "-2", "-2"}},
	{"2.51", 0, {"3", "3", "2", "3", "2"}},
	{"-2.49", 0, {"-2", "-2", "-3", "-2", "-2"}},
	{"-0.5", 0, {"0", "-1", "-1", "0", "0"}},
	{"-2.00", 0, {"-2", "-2", "-2", "-2", "-2"}},
	{"2.00", 0, {"2", "2", "2", "2", "2"}},
	{"0.045", 2, {"0.04", "0.05", "0.04", "0.05", "0.04"}},
	{"1.005", 2, {"1.00", "1.01", "1.00", "1.01", "1.00"}},
	{"1", 2, {"1.00", "1.00", "1.00", "1.00", "1.00"}},
	{"150", -2, {"200", "200", "100", "200", "100"}},
	{"-150.0", -2, {"-200", "-200", "-200", "-100", "-100"}},
	{"1.5", -1, {"0", "0", "0", "10", "0"}},
	{"5", -3, {"0", "0", "0", "1000", "0"}},
	{"-5", -100, {"0", "0", "range", "0", "0"}},
	{"5", -100, {"0", "0", "0", "range", "0"}},
	{"0", -100, {"0", "0", "0", "0", "0"}},
	{"0.00", INT32_MIN, {"0", "0", "0", "0", "0"}},
	{"1e-76", 75,
		{LEAST, LEAST, LEAST, "0." ZEROS "0000000000000000000000000000000000001", LEAST}},
	{"1e-76", 0, {"0", "0", "0", "1", "0"}},
	{"5e37", -38, {"0", "range", "0", "range", "0"}},
	{NINES, -1,
		{"range", "range", "99999999999999999999999999999999999990", "range",
			"99999999999999999999999999999999999990"}},
	{NINES, 2, {NINES, NINES, NINES, NINES, NINES}},
	{"1e35", INT32_MAX,
		{"100000000000000000000000000000000000.00",
			"100000000000000000000000000000000000.00",
			"100000000000000000000000000000000000.00",
			"100000000000000000000000000000000000.00",
			"100000000000000000000000000000000000.00"}},
};

static void
test_round(void)
{
	for (size_t i = 0; i < sizeof rounded / sizeof *rounded; i++) {
		bool good = true;
		for (int how = ROUND_HALF_EVEN; how <= ROUND_ZERO; how++) {
			struct decimal d = {0};
			enum number_fault fault = decimal_round(number(rounded[i].text),
				rounded[i].scale, (enum decimal_rounding)how, &d);
			good = good && strcmp(shown(fault, d), rounded[i].want[how]) == 0;
		}
		ok(good, "round %s to %d, five ways", rounded[i].text, rounded[i].scale);
	}
}

/* A small generator of its own, so that a failure can be repeated (Marsaglia, Xorshift RNGs, 2003).
 */
static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* a + b - b is a, a * b % b is 0, order agrees with the sign of the difference. */
static void
test_laws(void)
{
	uint64_t state = 362436069;
	int bad = 0;
	for (int i = 0; i < 20000; i++) {
		int shift = (int)(next(&state) % 64);
		struct decimal a = {
			(int128)(int64_t)next(&state) >> shift, (int32_t)(next(&state) % 19)};
		struct decimal b = {(int128)(int64_t)next(&state) * (1 << shift % 30),
			(int32_t)(next(&state) % 19)};
		struct decimal sum, back, difference, product, rest;
		bad += decimal_add(a, b, &sum) == NUMBER_OK &&
		       (decimal_sub(sum, b, &back) != NUMBER_OK || decimal_order(back, a) != 0);
		bad += decimal_sub(a, b, &difference) == NUMBER_OK &&
		       decimal_order(a, b) != decimal_order(difference, (struct decimal){0});
		bad += decimal_mul(a, b, &product) == NUMBER_OK &&
		       (decimal_mod(product, b, &rest) != NUMBER_OK ||
			       (rest.digits != 0 && a.scale == 0));
	}
	ok(bad == 0, "laws of arithmetic for 20,000 random pairs");
}

/*
 * All texts of up to three of these bytes, and many longer ones: the short way says what the long
 * one does, or nothing, and nothing only where there is more than it takes.  The text ends where
 * its memory does.
 */
static void
test_short(void)
{
	static const char bytes[] = "0179.-+e/: \xb0";
	uint64_t state = 7;
	size_t wrong = 0, taken = 0;
	for (size_t n = 0; n < 300000; n++) {
		size_t len = n < 3000 ? 1 + n % 3 : 1 + next(&state) % 10;
		char *text = malloc(len);
		for (size_t i = 0; i < len; i++) {
			uint64_t pick = next(&state);
			text[i] = pick % 4 == 0 ? bytes[pick / 4 % (sizeof bytes - 1)]
						: (char)('0' + pick / 4 % 10);
		}
		struct slice s = {text, len};
		struct decimal d = {0};
		int64_t digits = 0;
		int32_t scale = 0;
		bool is_number = decimal_parse(s, &d) == NUMBER_OK;
		bool is_short = decimal_parse_short(s, &digits, &scale);
		bool must =
			is_number && len <= 8 && memchr(text, 'e', len) == NULL && text[0] != '+';
		wrong += (is_short && (!is_number || d.digits != digits || d.scale != scale)) ||
			 (must && !is_short);
		taken += is_short;
		free(text);
	}
	ok(wrong == 0, "short numbers: %zu are read otherwise than long ones", wrong);
	ok(taken > 60000, "short numbers: %zu were", taken);
}

static void
test_fault_text(void)
{
	ok(strcmp(number_fault_text(NUMBER_NOT), "not a number") == 0 &&
			strcmp(number_fault_text(NUMBER_DIVISION), "division by zero") == 0,
		"faults in words");
}

int
main(void)
{
	test_parse();
	test_parse_huge();
	test_shape();
	test_order();
	test_sums();
	test_round();
	test_laws();
	test_short();
	test_fault_text();
	return done();
}
