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
	/* of the list, from 0: a range or a pattern gives several columns */
	size_t item;
};

struct columns {
	struct column *at;
	size_t count;
};

/* Forms that only some options take. */
enum { COLUMNS_RENAME = 1, COLUMNS_MODIFIERS = 2 };

/*
 * Reads a list.  Slices point into text, the header or the arena, which also holds the result.
 * Returns false with the reason in why: a syntax error, an unknown column (with the nearest names),
 * one chosen twice, a name that the header has twice.
 */
bool columns_parse(struct columns *out, const char *text, const struct header *header,
	unsigned forms, struct arena *arena, struct buf *why);

/*
 * For the reason of a failure: where the header may not have been read as it was meant, adds how,
 * and returns true: it is one name that looks like several with another delimiter between them;
 * where a name is unknown, also that there is no header (-N).
 */
bool columns_suspect(const struct header *header, struct buf *why);
bool columns_suspect_name(const struct header *header, struct buf *why);

/* Length of the first item of a list: up to a comma outside quotes. */
size_t columns_item_len(const char *text);
/* What an item is without its quotes, if it is one text in quotes; from the arena, or the item. */
struct slice columns_item_text(struct slice item, struct arena *arena);
/* Offset of the first '=' outside quotes; item.len: there is none. */
size_t columns_find_equals(struct slice item);

/* The index of each column, in the arena. */
size_t *columns_indices(const struct columns *columns, struct arena *arena);

/* The columns that are not chosen, in the header's order. */
void columns_invert(struct columns *columns, const struct header *header, struct arena *arena);

/* Neighbours of the input that are neighbours in a list: they leave in one copy. */
struct columns_run {
	size_t first;
	size_t last;
};

/* Fills run[], which has room for as many as there are columns; returns how many there are. */
size_t columns_runs(const struct columns *columns, struct columns_run *run);

/*
 * The column with exactly this name.  Returns false with the reason: none (with the nearest names),
 * or two.
 */
bool columns_named(const struct header *header, struct slice name, size_t *index, struct buf *why);

#endif
