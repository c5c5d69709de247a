/*
 * Whole numbers: of options, of counts.  Nothing here allocates memory; *out is written on success
 * only.
 */
#ifndef ETL_NUMBER_H
#define ETL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum { INTEGER_PRINT_MAX = 24, INTEGER_GROUPED_MAX = 32, UINT64_PACKED_MAX = 10 };

/* Decimal digits alone, for int64 behind an optional sign; false if anything else or too large. */
bool uint64_parse(struct slice text, uint64_t *out);
bool int64_parse(struct slice text, int64_t *out);
/* Return the length; no NUL. */
size_t uint64_print(char out[INTEGER_PRINT_MAX], uint64_t n);
size_t int64_print(char out[INTEGER_PRINT_MAX], int64_t n);
/* For people: 1,234,567, with a NUL behind.  Returns out. */
const char *uint64_grouped(char out[INTEGER_GROUPED_MAX], uint64_t n);

/*
 * In as few bytes as it needs, at most UINT64_PACKED_MAX: seven bits in each, the lowest first; the
 * highest bit says that more follow.  Returns where the next thing goes.
 */
static inline char *
uint64_pack(char *at, uint64_t n)
{
	for (; n >= 128; n >>= 7)
		*at++ = (char)(n | 128);
	*at++ = (char)n;
	return at;
}

/* Back again, of bytes that uint64_pack() has written; returns where the next thing is. */
static inline const char *
uint64_unpack(const char *at, uint64_t *n)
{
	unsigned char byte = (unsigned char)*at++;
	*n = byte & 127;
	for (int shift = 7; byte >= 128; shift += 7) {
		byte = (unsigned char)*at++;
		*n |= (uint64_t)(byte & 127) << shift;
	}
	return at;
}

#endif
