/*
 * Upper and lower case.  ASCII goes byte by byte; Latin, Greek and Cyrillic by the simple
 * mappings of the Unicode Character Database 14.0, which make one character of one: sharp s,
 * which has no capital there, stays.
 */
#ifndef ETL_LETTERS_H
#define ETL_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

/* Writes s with its letters changed, at most LETTERS_ROOM(s.len) bytes; returns how many. */
size_t letters_change(char *out, struct slice s, bool to_upper);

/* A character grows by one byte at most. */
#define LETTERS_ROOM(len) ((len) + (len) / 2)

static inline char
letters_change_byte(char byte, bool to_upper)
{
	char first = to_upper ? 'a' : 'A';
	return (unsigned char)(byte - first) < 26 ? (char)(byte ^ 0x20) : byte;
}

/*
 * The same, s.len bytes, where s is ASCII alone; returns false where it is not, what was written to
 * out being of no use then.
 */
static inline bool
letters_change_ascii(char *out, struct slice s, bool to_upper)
{
	unsigned char any = 0;
	for (size_t i = 0; i < s.len; i++) {
		any |= (unsigned char)s.at[i];
		out[i] = letters_change_byte(s.at[i], to_upper);
	}
	return any < 0x80;
}

#endif
