#include "number.h"

#include "digits.h"

bool
uint64_parse(struct slice text, uint64_t *out)
{
	uint64_t n = 0;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(text.at[i] - '0');
		if (!digits_is(text.at[i]) || n > (UINT64_MAX - digit) / 10)
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
	if (text.len != 0 && (*text.at == '-' || *text.at == '+'))
		text = (struct slice){text.at + 1, text.len - 1};
	uint64_t n;
	if (!uint64_parse(text, &n) || n > (uint64_t)INT64_MAX + negative)
		return false;
	*out = negative ? (int64_t)-n : (int64_t)n;
	return true;
}

static size_t
put_integer(char *out, uint64_t n)
{
	int len = digits_count(n);
	digits_put(out + len, n);
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

const char *
uint64_grouped(char out[INTEGER_GROUPED_MAX], uint64_t n)
{
	char digits[INTEGER_PRINT_MAX];
	char *to = out;
	size_t len = uint64_print(digits, n);
	for (size_t i = 0; i < len; i++) {
		if (i != 0 && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return out;
}
