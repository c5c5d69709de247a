/*
 * Borrowed bytes.  A slice owns nothing; who hands one out says until when it is valid.
 */
#ifndef ETL_SLICE_H
#define ETL_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "word.h"

struct slice {
	const char *at;
	size_t len;
};

static inline struct slice
slice_of(const char *text)
{
	return (struct slice){text, strlen(text)};
}

/* Most are short: a call of memcmp costs more than they do. */
static inline bool
slice_same(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	if (a.len > 16)
		return memcmp(a.at, b.at, a.len) == 0;
	if (a.len <= 8)
		return word_load(a.at, a.len) == word_load(b.at, a.len);
	return word_load64(a.at) == word_load64(b.at) &&
		word_load64(a.at + a.len - 8) == word_load64(b.at + a.len - 8);
}

static inline bool
slice_is(struct slice a, const char *text)
{
	return slice_same(a, slice_of(text));
}

/* Bytewise order, a prefix first: below 0, 0, above 0. */
static inline int
slice_order(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len != 0 ? memcmp(a.at, b.at, len) : 0;
	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

#endif
