/*
 * A record as it is kept while it waits for its place: the lengths of its two parts, then the
 * parts.
 *
 * Its key is a text of any length whose bytes order as the records do.  The first 8 of them are
 * kept apart, as a number; the rest of them, the tail, which mostly is empty, stands before the
 * record's text.
 */
#ifndef ETL_SORT_RECORD_H
#define ETL_SORT_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "number.h"
#include "slice.h"

enum {
	RECORD_KEY = 8,
	RECORD_HEAD_MAX = 2 * UINT64_PACKED_MAX /* bytes that the two lengths may take */
};

struct record {
	uint64_t key;
	struct slice tail;
	struct slice text; /* with its end */
};

/* Writes the lengths of the parts; returns where the parts follow. */
static inline char *
record_put_head(char *at, size_t tail, size_t text)
{
	return uint64_pack(uint64_pack(at, tail), text);
}

/* Sets the parts of what begins at at[]; the key is the caller's. */
static inline void
record_read(const char *at, struct record *r)
{
	uint64_t tail, text;
	at = uint64_unpack(uint64_unpack(at, &tail), &text);
	r->tail = (struct slice){at, (size_t)tail};
	r->text = (struct slice){at + tail, (size_t)text};
}

/* The order of two records by their keys. */
static inline int
record_order(const struct record *a, const struct record *b)
{
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return slice_order(a->tail, b->tail);
}

/*
 * The first bytes of a key as the number that orders as they do; of a short one zeros are the rest.
 */
static inline uint64_t
record_key(const char *at, size_t len)
{
	uint64_t key = 0;
	for (size_t i = 0; i < RECORD_KEY; i++)
		key = key << 8 | (i < len ? (unsigned char)at[i] : 0);
	return key;
}

static inline void
record_put_key(char at[RECORD_KEY], uint64_t key)
{
	for (int i = RECORD_KEY; i-- > 0; key >>= 8)
		at[i] = (char)key;
}

#endif
