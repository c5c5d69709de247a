/*
 * Which columns: the one grammar of all options that take them (etl(7), COLUMNS).
 *
 *	name  "any name"  3  #3  -1  a..c  2-5  5-  -3-  amt_*  name[2]  new=old  name:nr
 */
#ifndef ETL_COLUMNS_H
#define ETL_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

/* The names of an input's columns, as values (unquoted). */
struct header {
	size_t count;
	const struct slice *name;
};

struct column {
	size_t index;           /* from 0 */
	struct slice name;      /* the new name; at is NULL where the column keeps its own */
	struct slice modifiers; /* behind the last colon; at is NULL where there are none */
};

struct columns {
	struct column *at;
	size_t count;
};

/* Forms that only some options take. */
enum { COLUMNS_RENAME = 1, COLUMNS_MODIFIERS = 2 };

/*
 * Reads a list.  Slices point into text, the header or the arena, which also holds the result.
 * Returns false with the reason in why: a syntax error, an unknown column (with the nearest names), one
 * chosen twice, a name that the header has twice.
 */
bool columns_parse(struct columns *out, const char *text, const struct header *header, unsigned forms,
	struct arena *arena, struct buf *why);

/* The columns that are not chosen, in the header's order. */
void columns_invert(struct columns *columns, const struct header *header, struct arena *arena);

/*
 * The column with exactly this name.  Returns false with the reason: none (with the nearest names), or two.
 */
bool columns_named(const struct header *header, struct slice name, size_t *index, struct buf *why);

#endif
