/*
 * Bytes as numbers, the first one lowest, wherever they stand: what short texts are compared and
 * read by.  Reads no byte beyond what is asked for.
 */
#ifndef ETL_WORD_H
#define ETL_WORD_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A byte in all eight places. */
#define WORD_OF(byte) (0x0101010101010101u * (uint64_t)(byte))

static inline uint64_t
word_load64(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return le64toh(word);
}

static inline uint32_t
word_load32(const char *at)
{
	uint32_t word;
	memcpy(&word, at, sizeof word);
	return le32toh(word);
}

/* At most 8 bytes, zeros behind them. */
static inline uint64_t
word_load(const char *at, size_t len)
{
	if (len == 8)
		return word_load64(at);
	if (len >= 4)
		return word_load32(at) | (uint64_t)word_load32(at + len - 4) << 8 * (len - 4);
	if (len == 0)
		return 0;
	return (uint64_t)(unsigned char)at[0] |
		(uint64_t)(unsigned char)at[len / 2] << 8 * (len / 2) |
		(uint64_t)(unsigned char)at[len - 1] << 8 * (len - 1);
}

/*
 * 0x80 in the place of the lowest byte that is zero; what is above it may be anything.  0: there is
 * none.
 */
static inline uint64_t
word_zero(uint64_t word)
{
	return (word - WORD_OF(1)) & ~word & WORD_OF(0x80);
}

#endif
