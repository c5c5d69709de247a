/*
 * The way back of utf8.h: a code point to bytes.
 */
#ifndef ETL_EXPR_UTF8_PUT_H
#define ETL_EXPR_UTF8_PUT_H

#include <stddef.h>
#include <stdint.h>

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
