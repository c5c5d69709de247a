/*
 * The last key that there was, to hold the next one against.
 */
#ifndef ETL_SORT_LAST_H
#define ETL_SORT_LAST_H

#include <stdbool.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

/* {0}: there was none. */
struct last {
	bool is_there;
	uint64_t key;
	struct buf tail;
};

/* Keeps (copies) a key. */
static inline void
last_keep(struct last *l, uint64_t key, struct slice tail)
{
	l->is_there = true;
	l->key = key;
	l->tail.len = 0;
	if (tail.len != 0)
		buf_add(&l->tail, tail.at, tail.len);
}

/* The order of the last key and this one; there must have been one. */
static inline int
last_order(const struct last *l, uint64_t key, struct slice tail)
{
	if (l->key != key)
		return l->key < key ? -1 : 1;
	if (l->tail.len == 0 && tail.len == 0)
		return 0;
	return slice_order((struct slice){l->tail.at, l->tail.len}, tail);
}

static inline void
last_clear(struct last *l)
{
	buf_clear(&l->tail);
	*l = (struct last){0};
}

#endif
