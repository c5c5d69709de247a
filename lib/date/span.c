#include "date/span.h"

#include "number.h"

static uint64_t
unit_seconds(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	case 'w':
		return 7 * 86400;
	default:
		return 0;
	}
}

bool
span_parse(struct slice text, uint64_t *seconds)
{
	uint64_t n;
	if (text.len == 0)
		return false;
	uint64_t unit = unit_seconds(text.at[text.len - 1]);
	return unit != 0 && uint64_parse((struct slice){text.at, text.len - 1}, &n) &&
		!__builtin_mul_overflow(n, unit, seconds);
}
