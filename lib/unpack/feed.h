/*
 * A feed: bytes as they come from a reader, in pieces of one block, with a look ahead at the first
 * ones.
 */
#ifndef ETL_UNPACK_FEED_H
#define ETL_UNPACK_FEED_H

#include "unpack/reason.h"
#include "unpack/unpack.h"

enum { FEED_BLOCK = 256 * 1024 };

struct feed {
	unpack_reader *read;
	void *from;
	struct reason *reason;
	char *block;
	size_t held;    /* bytes of block that were looked at and not taken */
	uint64_t taken; /* bytes handed out */
	bool ended;
};

/* Readies f for what read(from, ...) brings; a fault of it goes to reason.  Keeps all of them. */
void feed_init(struct feed *f, unpack_reader *read, void *from, struct reason *reason);
/* One read behind the held bytes; returns false at the end or at a fault. */
bool feed_more(struct feed *f);
/* The held bytes, else what one read brings; len 0 at the end or at a fault.  Valid until the next
 * call. */
struct slice feed_take(struct feed *f);
void feed_clear(struct feed *f);

/* Does so much from so little look like a bomb? */
static inline bool
is_bomb(uint64_t out, uint64_t in)
{
	return out > UINT64_C(1) << 30 && out / 100 >= in;
}

/* Blames it: so many bytes out of so many in. */
void blame_bomb(struct reason *r, uint64_t out, uint64_t in);

#endif
