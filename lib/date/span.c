#include "date/span.h"

#include <string.h>

#include "number.h"

bool
span_parse(struct slice text, uint64_t *seconds)
{
	static const char units[] = "smhdw";
	static const uint64_t lengths[] = {1, 60, 3600, 86400, 7 * 86400};
	uint64_t n;
	if (text.len == 0)
		return false;
	const char *unit = memchr(units, text.at[text.len - 1], sizeof units - 1);
	return unit != NULL && uint64_parse((struct slice){text.at, text.len - 1}, &n) &&
		!__builtin_mul_overflow(n, lengths[unit - units], seconds) &&
		*seconds != SPAN_NONE;
}

bool
span_parse_two(struct slice text, uint64_t seconds[2])
{
	const char *slash = memchr(text.at, '/', text.len);
	if (slash == NULL)
		return false;
	size_t len = (size_t)(slash - text.at);
	struct slice second = {slash + 1, text.len - len - 1};
	return span_parse((struct slice){text.at, len}, &seconds[0]) &&
		span_parse(second, &seconds[1]);
}
