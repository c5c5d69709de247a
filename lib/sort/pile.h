/*
 * Records held in memory until they are sorted: their bytes in blocks, an entry for each.
 */
#ifndef ETL_PILE_H
#define ETL_PILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"
#include "sort/entries.h"
#include "sort/record.h"

struct pile_block;

/* {0} is not valid: pile_init(). */
struct pile {
	struct entry *entry;
	struct entry *scratch;
	size_t count;
	size_t max; /* entries that there is room for, in scratch too where that is there */
	struct pile_block *block;
	struct pile_block *spare; /* emptied, for what comes next */
	size_t block_size;
	char *room; /* what is left of the first block */
	size_t left;
	size_t bytes; /* of blocks */
	bool has_tails;
};

/* The more memory there is, the larger the blocks. */
void pile_init(struct pile *p, uint64_t memory);
/* Keeps (copies) a record without its end, and a key. */
void pile_add(struct pile *p, uint64_t key, struct slice tail, struct slice text);
/* Memory that the records would take with so many bytes more, what sorting needs included. */
uint64_t pile_bytes(const struct pile *p, size_t more);
void pile_sort(struct pile *p);
/* Forgets the records and keeps the memory. */
void pile_empty(struct pile *p);
/* Gives back what the records do not take.  None is added any more. */
void pile_trim(struct pile *p);
void pile_clear(struct pile *p);

/*
 * Record number i, in order once the pile is sorted; asks for those behind it.  Valid until the
 * pile is changed.
 */
static inline void
pile_read(const struct pile *p, size_t i, struct record *r)
{
	enum { AHEAD = 24, LINE = 64 };
	if (i + AHEAD < p->count) {
		const char *at = p->entry[i + AHEAD].at;
		__builtin_prefetch(at);
		__builtin_prefetch(at + LINE);
	}
	r->key = p->entry[i].key;
	record_read(p->entry[i].at, r);
}

#endif
