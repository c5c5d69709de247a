/*
 * Records held in memory by their keys, in the order in which they came: the side of a join that
 * does not stream.  A record is text that is ready to be written: a match costs one copy of it.
 */
#ifndef ETL_HELD_H
#define ETL_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"
#include "table/keys.h"
#include "table/table.h"

/* No number of a row or of a key. */
#define HELD_NONE TABLE_NONE

struct held_row {
	const char *at;  /* behind the text OUT_PAD more bytes are readable */
	uint32_t before; /* bytes at at[] that only a record without a match has in front */
	uint32_t len;    /* of all */
	uint32_t next;   /* row of the same key; HELD_NONE: there is none */
	uint32_t key;    /* HELD_NONE: its key has a value that is empty */
};

/* What the table keeps for a key. */
struct held_chain {
	uint32_t rows;
	uint32_t first;
	uint32_t last;
	bool is_matched; /* for the caller; false at first */
};

/* {0} is not valid: held_init(). */
struct held {
	struct table *table;
	struct held_row *row;
	size_t rows;
	size_t rows_max;
	struct arena text;
	char *room; /* what is left of it for the next texts */
	size_t room_left;
	size_t text_bytes; /* of texts */
};

void held_init(struct held *h);
void held_clear(struct held *h);

/*
 * Writes the number of the key of each of k's rows to key[], new ones included; HELD_NONE where a
 * value is empty.  Moves k's keys about: they are not those of the rows any more.
 */
void held_number(struct held *h, struct keys *k, size_t rows, uint32_t *key);
/* Keeps (copies) a record behind the others with its key, or with none; less than 4 GiB of text. */
void held_add(struct held *h, uint32_t key, struct slice text, size_t before);

/* The same as held_number() for keys that are there; HELD_NONE for one that is not. */
void held_find(const struct held *h, const struct keys *k, size_t rows, uint32_t *key);

/* Memory in use, in bytes. */
size_t held_bytes(const struct held *h);

/* Valid until held_number() or held_clear(). */
static inline struct held_chain *
held_chain(const struct held *h, uint32_t key)
{
	return table_payload(h->table, key);
}

/* A row's text from an offset on.  Valid until held_clear(). */
static inline struct slice
held_text(const struct held_row *row, size_t from)
{
	return (struct slice){row->at + from, row->len - from};
}

#endif
