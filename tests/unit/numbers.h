/*
 * What the tests of numbers share: long literals, and numbers from and to text.
 */
#ifndef ETL_UNIT_NUMBERS_H
#define ETL_UNIT_NUMBERS_H

#include "decimal/decimal.h"
#include "unit.h"

#define NINES "99999999999999999999999999999999999999" /* 38 */
#define ZEROS "00000000000000000000000000000000000000" /* 38 */
#define MOST "10000000000000000000000000000000000000"  /* 10^37 */
#define LEAST "0." ZEROS "0000000000000000000000000000000000000"

/* What a fault looks like in the tables below. */
static const char *const faults[] = {"", "not", "range", "division", "domain"};

static const char *
shown(enum number_fault fault, struct decimal d)
{
	static char text[DECIMAL_PRINT_MAX + 1];
	if (fault != NUMBER_OK)
		return faults[fault];
	text[decimal_print(text, d)] = '\0';
	return text;
}

static struct decimal
number(const char *text)
{
	struct decimal d = {0};
	if (decimal_parse(slice_of(text), &d) != NUMBER_OK)
		ok(false, "the test's own number %s", text);
	return d;
}

#endif
