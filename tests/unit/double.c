/*
 * Doubles: shortest printing, reading, decimals both ways.
 */
#include "decimal/double.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "unit.h"

static const struct {
	double x;
	const char *want;
	const char *decimal; /* NULL: the same text */
} printed[] = {
	{0.0, "0", NULL},
	{-0.0, "0", NULL},
	{1, "1", NULL},
	{-1.5, "-1.5", NULL},
	{0.1, "0.1", NULL},
	{0.1 + 0.2, "0.30000000000000004", NULL},
	{1.0 / 3, "0.3333333333333333", NULL},
	{1125899906842624.25, "1125899906842624.2", NULL}, /* halfway: the even one */
	{1125899906842624.75, "1125899906842624.8", NULL},
	{2.0 / 3, "0.6666666666666666", NULL},
	{100, "100", NULL},
	{1e5, "100000", NULL},
	{123456.789, "123456.789", NULL},
	{9007199254740991, "9007199254740991", NULL},
	{9007199254740993.0, "9007199254740992", NULL},
	{1e21, "1000000000000000000000", NULL},
	{9.99999999999999e21, "9999999999999990000000", NULL},
	{1e22, "1e+22", "10000000000000000000000"},
	{1e23, "1e+23", "100000000000000000000000"},
	{1.5e30, "1.5e+30", "1500000000000000000000000000000"},
	{1e37, "1e+37", MOST},
	{1e38, "1e+38", "range"},
	{1e-5, "0.00001", NULL},
	{-1.2345678901234567e-5, "-0.000012345678901234568", NULL},
	{9.5e-6, "9.5e-6", "0.0000095"},
	{-1e-7, "-1e-7", "-0.0000001"},
	{1e-76, "1e-76", LEAST "1"},
	{1e-77, "1e-77", "range"},
	{DBL_MAX, "1.7976931348623157e+308", "range"},
	{-DBL_MAX, "-1.7976931348623157e+308", "range"},
	{DBL_MIN, "2.2250738585072014e-308", "range"},
	{2.2250738585072011e-308, "2.225073858507201e-308", "range"},
	{DBL_TRUE_MIN, "5e-324", "range"},
	{2 * DBL_TRUE_MIN, "1e-323", "range"},
	{3 * DBL_TRUE_MIN, "1.5e-323", "range"},
	{0x1p-44, "5.684341886080802e-14", "0.00000000000005684341886080802"},
	{0x1p-1022, "2.2250738585072014e-308", "range"},
	{0x1p89, "6.189700196426902e+26", "618970019642690200000000000"},
	{9.5367431640625e-07, "9.5367431640625e-7", "0.00000095367431640625"},
	{2e-44, "2e-44", "0.00000000000000000000000000000000000000000002"},
	{5e-44, "5e-44", "0.00000000000000000000000000000000000000000005"},
};

static void
test_double_print(void)
{
	for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
		char text[DOUBLE_PRINT_MAX + 1];
		struct decimal d = {0};
		text[double_print(text, printed[i].x)] = '\0';
		const char *want =
			printed[i].decimal != NULL ? printed[i].decimal : printed[i].want;
		const char *got = shown(double_to_decimal(printed[i].x, &d), d);
		ok(strcmp(text, printed[i].want) == 0 && strcmp(got, want) == 0,
			"print %a is %s, %s", printed[i].x, text, got);
	}
	struct decimal d;
	ok(double_to_decimal((double)NAN, &d) == NUMBER_DOMAIN &&
			double_to_decimal(-(double)INFINITY, &d) == NUMBER_DOMAIN,
		"nan and infinity are no decimals");
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

static double
from_bits(uint64_t bits)
{
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

static int
count_significant(const char *text)
{
	int count = 0, zeros = 0;
	for (; *text != '\0' && *text != 'e'; text++) {
		if (*text == '0')
			zeros += count != 0;
		else if (*text >= '1' && *text <= '9') {
			count += zeros + 1;
			zeros = 0;
		}
	}
	return count;
}

/* Whether it reads back, by us and by the C library, and one digit less would not. */
static bool
is_shortest(double x)
{
	char text[DOUBLE_PRINT_MAX + 1], less[40];
	size_t len = double_print(text, x);
	text[len] = '\0';
	double back;
	if (double_parse((struct slice){text, len}, &back) != NUMBER_OK || back != x ||
		strtod(text, NULL) != x)
		return false;
	int digits = count_significant(text);
	if (digits < 2)
		return true;
	snprintf(less, sizeof less, "%.*e", digits - 2, x);
	return strtod(less, NULL) != x;
}

static void
test_double_round_trip(void)
{
	uint64_t state = 88172645463325252;
	int bad = 0;
	for (int i = 0; i < 20000; i++) {
		double x = from_bits(next(&state));
		bad += isfinite(x) && !is_shortest(x);
	}
	ok(bad == 0, "20,000 random doubles read back, and are shortest");
	bad = 0;
	for (int i = 0; i < 20000; i++)
		bad += !is_shortest(
			(double)(next(&state) % 100000000) / (double)(1 + next(&state) % 10000));
	ok(bad == 0, "20,000 quotients");
	bad = 0;
	for (uint64_t bits = 0; bits < 5000; bits++)
		bad += !is_shortest(from_bits(bits)) || !is_shortest(from_bits(next(&state) >> 12));
	ok(bad == 0, "10,000 subnormals");
	bad = 0;
	for (int e = 0; e < 2046; e++) {
		uint64_t bits = (uint64_t)(e + 1) << 52;
		bad += !is_shortest(from_bits(bits)) || !is_shortest(from_bits(bits - 1)) ||
		       !is_shortest(from_bits(bits + 1));
	}
	ok(bad == 0, "every power of two and its neighbours");
}

static void
test_powers_of_ten(void)
{
	int bad = 0;
	for (int e = -323; e <= 308; e++) {
		char want[16], got[DOUBLE_PRINT_MAX + 1];
		double x = 0;
		snprintf(want, sizeof want, e < 0 ? "1e%d" : "1e+%d", e);
		bad += double_parse(slice_of(want), &x) != NUMBER_OK || x != strtod(want, NULL);
		got[double_print(got, x)] = '\0';
		if (e < -5 || e > 21)
			bad += strcmp(got, want) != 0;
		else
			bad += count_significant(got) != 1 || strtod(got, NULL) != x;
	}
	ok(bad == 0, "every power of ten there and back");
}

static const struct {
	const char *text;
	double want;
} doubles[] = {
	{"0", 0},
	{"-12.50", -12.5},
	{"0.1", 0.1},
	{"1e22", 1e22},
	{"1e23", 1e23},
	{"9007199254740993", 9007199254740992},
	{"9007199254740993.000000000000000000000000000000000000000000000001", 9007199254740994},
	{"9007199254740992.9999999999999999999999999999999999999999999999", 9007199254740992},
	{"9007199254740995", 9007199254740996},
	{"18014398509481985", 18014398509481984},
	{"123456789012345678901234567890123456789012345678901234567890",
		123456789012345678901234567890e30},
	{"1.7976931348623157e308", DBL_MAX},
	{"1.7976931348623158e308", DBL_MAX},
	{"-1.7976931348623158079e308", -DBL_MAX},
	{"4.9e-324", DBL_TRUE_MIN},
	{"2.4703282292062328e-324", DBL_TRUE_MIN},
	{"2.4703282292062327e-324", 0},
	{"1e-400", 0},
	{"1e-99999999999999999999999", 0},
	{"2.2250738585072012e-308", DBL_MIN},
	{"2.2250738585072011e-308", 0x0.fffffffffffffp-1022},
};

static void
test_double_parse(void)
{
	for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++) {
		double x = NAN;
		enum number_fault fault = double_parse(slice_of(doubles[i].text), &x);
		ok(fault == NUMBER_OK && x == doubles[i].want, "double %s is %a", doubles[i].text,
			x);
	}
	static const char *const beyond[] = {
		"1e309", "-1e999", "1.7976931348623159e308", "1e99999999999999999999"};
	static const char *const wrong[] = {
		"", "nan", "inf", "0x1p3", "1,5", "1e", "5.", " 1", "1" NINES "x"};
	double x = 42;
	int bad = 0;
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
		bad += double_parse(slice_of(beyond[i]), &x) != NUMBER_RANGE;
	ok(bad == 0 && x == 42, "doubles beyond the largest leave the old value");
	bad = 0;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		bad += double_parse(slice_of(wrong[i]), &x) != NUMBER_NOT;
	ok(bad == 0, "no doubles");
}

/* Writes half of x, a multiple of the smallest double, in full: five times x, one place lower. */
static size_t
write_half(char text[1100], double x)
{
	int len = snprintf(text, 1100, "%.1074f", x);
	int carry = 0;
	for (int i = len - 1; i >= 0; i--) {
		if (text[i] == '.')
			continue;
		int product = (text[i] - '0') * 5 + carry;
		text[i] = (char)('0' + product % 10);
		carry = product / 10;
	}
	return (size_t)len;
}

/* Up to 767 digits count, the last of them too, and so does anything behind them. */
static void
test_double_halfway(void)
{
	static const struct {
		double twice, below, even, above;
	} cases[] = {
		{0x1p-1074, 0, 0, 0x1p-1074},
		{0x3p-1074, 0x1p-1074, 0x2p-1074, 0x2p-1074},
		{0x1.fffffffffffffp-1022, 0x0.fffffffffffffp-1022, 0x1p-1022, 0x1p-1022},
		{0x1.ffffffffffffdp-1022, 0x0.ffffffffffffep-1022, 0x0.ffffffffffffep-1022,
			0x0.fffffffffffffp-1022},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[2000];
		size_t len = write_half(text, cases[i].twice);
		double even = 42, above = 42, below = 42;
		strcpy(text + len, "e-1");
		bool good = double_parse(slice_of(text), &even) == NUMBER_OK;
		memset(text + len, '0', 800);
		strcpy(text + len + 800, "1e-1");
		good = good && double_parse(slice_of(text), &above) == NUMBER_OK;
		text[len - 1]--;
		good = good && double_parse(slice_of(text), &below) == NUMBER_OK;
		ok(good && even == cases[i].even && above == cases[i].above &&
				below == cases[i].below,
			"half of %a: to even, a trace above up, a trace below down",
			cases[i].twice);
	}
}

static void
test_to_double(void)
{
	ok(double_from_decimal(number("12.50")) == 12.5 &&
			double_from_decimal(number("-0.1")) == -0.1,
		"exact quotients");
	ok(!signbit(double_from_decimal(number("-0.0"))), "-0 is 0");
	ok(double_from_decimal(number("9007199254740993.0")) == 9007199254740992,
		"halfway to even");
	ok(double_from_decimal(number("9007199254740993.00000000000000000001")) == 9007199254740994,
		"a trace above halfway");
	ok(double_from_decimal(number(NINES)) == 1e38 &&
			double_from_decimal(number("-" NINES)) == -1e38,
		"38 digits");
	ok(double_from_decimal(number("1e-76")) == 1e-76, "76 places");
	ok(double_from_decimal(number("0.1234567890123456789")) == 0.1234567890123456789,
		"19 digits");
}

/* One with a decimal comma, if the machine has any: nothing may change. */
static void
test_locale(void)
{
	static const char *const names[] = {
		"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "ru_RU.UTF-8", ""};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (setlocale(LC_ALL, names[i]) != NULL)
			break;
	double x = 0;
	struct decimal d;
	char text[DOUBLE_PRINT_MAX + 1];
	bool good = double_parse(slice_of("0.1234567890123456789012345678901234567890e1"), &x) ==
		    NUMBER_OK;
	text[double_print(text, x)] = '\0';
	ok(good && strcmp(text, "1.2345678901234567") == 0, "doubles under locale %s",
		setlocale(LC_ALL, NULL));
	ok(decimal_parse(slice_of("1,5"), &d) == NUMBER_NOT &&
			double_parse(slice_of("1,5"), &x) == NUMBER_NOT,
		"a comma stays no point");
	setlocale(LC_ALL, "C");
}

int
main(void)
{
	test_double_print();
	test_double_round_trip();
	test_powers_of_ten();
	test_double_parse();
	test_double_halfway();
	test_to_double();
	test_locale();
	return done();
}
