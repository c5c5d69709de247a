/*
 * Pairs of columns, the first of one input and the second of another (etl-join(1), -k): the grammar
 * of columns for either side.
 *
 *	name  left=right
 */
#ifndef ETL_PAIRS_H
#define ETL_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/columns.h"
#include "mem.h"

struct pairs_side {
	const char *input; /* for messages */
	const struct header *header;
};

/* Of the same length, except where a side has no columns at all. */
struct pairs {
	struct columns left;
	struct columns right;
};

/*
 * Reads a list, with those forms of items that only some options take (columns_parse()).  An item
 * without '=' stands for itself on both sides, and so does one that is exactly a name of both.  A
 * range or a pattern must give as many columns on one side as on the other, and, unless it goes by
 * number, the same names where it stands for both.  A header without columns has any name; none of
 * it is chosen.
 * The result is in the arena.  Returns false with the reason in why.
 */
bool pairs_parse(struct pairs *out, const char *text, unsigned forms,
	const struct pairs_side *left, const struct pairs_side *right, struct arena *arena,
	struct buf *why);

#endif
