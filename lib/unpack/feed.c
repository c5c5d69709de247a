#include "unpack/feed.h"

#include <inttypes.h>
#include <stdlib.h>

void
feed_init(struct feed *f, unpack_reader *read, void *from, struct reason *reason)
{
	*f = (struct feed){
		.read = read, .from = from, .reason = reason, .block = xmalloc(FEED_BLOCK)};
}

bool
feed_more(struct feed *f)
{
	if (f->ended)
		return false;
	long got = f->read(f->from, f->block + f->held, FEED_BLOCK - f->held);
	if (got < 0)
		blame(f->reason, UNPACK_SOURCE, "reading failed");
	if (got <= 0) {
		f->ended = true;
		return false;
	}
	f->held += (size_t)got;
	return true;
}

struct slice
feed_take(struct feed *f)
{
	if (f->held == 0)
		feed_more(f);
	struct slice piece = {f->block, f->held};
	f->taken += f->held;
	f->held = 0;
	return piece;
}

void
feed_clear(struct feed *f)
{
	free(f->block);
	*f = (struct feed){0};
}

void
blame_bomb(struct reason *r, uint64_t out, uint64_t in)
{
	blame(r, UNPACK_LIMIT,
		"%" PRIu64 " bytes of input became more than 100 times as many (%" PRIu64
		"): --max-bytes allows it",
		in, out);
}
