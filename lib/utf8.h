/*
 * UTF-8 one character at a time.  A byte that belongs to no well-formed character is one of its
 * own.
 */
#ifndef ETL_UTF8_H
#define ETL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { UTF8_INVALID = 0x110000 };

/*
 * Bytes of the character at at[len], len > 0: 1 to 4 (RFC 3629: no surrogates, no overlong forms).
 */
static inline size_t
utf8_next(const char *at, size_t len, uint32_t *point)
{
	const unsigned char *s = (const unsigned char *)at;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	*point = s[0];
	if (s[0] < 0x80)
		return 1;
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	uint32_t code = s[0] & (0x7fu >> n);
	*point = UTF8_INVALID;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 1;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 1;
		code = code << 6 | (s[i] & 0x3fu);
	}
	if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 1;
	*point = code;
	return n;
}

/* Is all of it well-formed?  NUL is a character like any other. */
static inline bool
utf8_is_valid(const char *at, size_t len)
{
	uint32_t point = 0;
	for (size_t i = 0; i < len && point != UTF8_INVALID;) {
		uint64_t word;
		for (; len - i >= sizeof word; i += sizeof word) {
			memcpy(&word, at + i, sizeof word);
			if ((word & 0x8080808080808080u) != 0)
				break;
		}
		if (i < len)
			i += utf8_next(at + i, len - i, &point);
	}
	return point != UTF8_INVALID;
}

/* Offset of character `count` (from 0) in at[len]; len where there are not so many. */
static inline size_t
utf8_offset(const char *at, size_t len, size_t count)
{
	size_t i = 0;
	uint32_t point;
	for (; count > 0 && i < len; count--)
		i += utf8_next(at + i, len - i, &point);
	return i;
}

static inline size_t
utf8_count(const char *at, size_t len)
{
	size_t count = 0;
	uint32_t point;
	for (size_t i = 0; i < len; count++)
		i += utf8_next(at + i, len - i, &point);
	return count;
}

/* Writes 1 to 4 bytes (RFC 3629), 0 for what is no code point; returns how many. */
static inline size_t
utf8_put(char *out, uint32_t point)
{
	static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
	if (point < 0x80) {
		*out = (char)point;
		return 1;
	}
	if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return 0;
	size_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
	for (size_t i = more; i > 0; i--, point >>= 6)
		out[i] = (char)(0x80 | (point & 0x3f));
	*out = (char)(lead[more] | point);
	return more + 1;
}

#endif
