#include "source/recode.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { RECODE_BLOCK = 64 * 1024 };

struct recode {
	iconv_t state;
	recode_reader *read;
	void *from;
	uint64_t position;
	size_t len; /* bytes in block that have not been converted */
	bool at_end;
	char block[RECODE_BLOCK];
};

struct recode *
recode_new(const char *encoding, recode_reader *read, void *from)
{
	iconv_t state = iconv_open("UTF-8", encoding);
	if (state == (iconv_t)-1)
		return NULL;
	struct recode *r = xcalloc(1, sizeof *r);
	r->state = state;
	r->read = read;
	r->from = from;
	return r;
}

static void
fill(struct recode *r)
{
	size_t n = r->read(r->from, r->block + r->len, sizeof r->block - r->len);
	r->at_end = n == 0;
	r->len += n;
}

/*
 * Converts what is in the block; returns how many bytes came out, SIZE_MAX at an invalid sequence.
 */
static size_t
convert(struct recode *r, char *at, size_t max)
{
	char *in = r->block;
	char *out = at;
	size_t in_left = r->len;
	size_t out_left = max;
	size_t result = iconv(r->state, &in, &in_left, &out, &out_left);
	bool invalid = result == (size_t)-1 && errno == EILSEQ;
	r->position += r->len - in_left;
	memmove(r->block, in, in_left);
	r->len = in_left;
	return invalid && out == at ? SIZE_MAX : max - out_left;
}

size_t
recode_read(struct recode *r, char *at, size_t max)
{
	for (;;) {
		size_t n = r->len > 0 ? convert(r, at, max) : 0;
		if (n != 0)
			return n;
		if (r->at_end)
			return r->len > 0 ? SIZE_MAX : 0;
		fill(r);
	}
}

uint64_t
recode_position(const struct recode *r)
{
	return r->position;
}

void
recode_free(struct recode *r)
{
	if (r == NULL)
		return;
	iconv_close(r->state);
	free(r);
}
