/*
 * What a table is made of: for the files of this folder.
 */
#ifndef ETL_TABLE_OWN_H
#define ETL_TABLE_OWN_H

#include <stddef.h>
#include <stdint.h>

#include "compat.h"
#include "mem.h"
#include "table/hash.h"
#include "table/table.h"

enum {
	NEAR = 24, /* longest key that stands in its entry */
	SLOT_BITS_FIRST = 10,
	SLOT_BITS_LAST = 32
};

struct entry {
	uint64_t len;
	union {
		char near[NEAR];
		const char *far;
	};
	/* behind it: the payload */
};

/*
 * The number of an entry, from 1 (0: free), below 32 bits of its key's hash, whose first ones say
 * where it belongs.
 */
typedef uint64_t slot;

struct table {
	struct hash_secret secret;
	slot *slot;
	unsigned slot_bits;
	uint32_t count;
	size_t stride; /* from entry to entry */
	unsigned block_bits;
	char **block;  /* of 2^block_bits entries each: they never move */
	size_t blocks;
	size_t room;   /* of block[] */
	struct piece *piece; /* what the blocks are cut from */
	size_t pieces;
	size_t cut;    /* bytes of the last of them that are in blocks */
	size_t piece_bytes;
	struct arena far;
	size_t far_bytes;
};

struct piece {
	char *at;
	size_t bytes;
};

static inline struct entry *
entry_at(const struct table *t, uint32_t number)
{
	char *block = t->block[number >> t->block_bits];
	uint32_t within = number & (((uint32_t)1 << t->block_bits) - 1);
	return (struct entry *)(void *)(block + within * t->stride);
}

static inline size_t
slots_bytes(unsigned bits)
{
	return ((size_t)1 << bits) * sizeof(slot);
}

/* Free ones. */
static inline slot *
take_slots(unsigned bits)
{
	size_t bytes = slots_bytes(bits);
	return compat_is_large(bytes) ? compat_take_large(bytes) : xcalloc(1, bytes);
}

/*
 * How many of the slots may be taken: half of them as long as they are small beside the caches;
 * then memory counts for more than a few steps within a cache line.
 */
static inline size_t
fill_of(unsigned bits)
{
	enum { BITS_HALF = 21 };
	size_t slots = (size_t)1 << bits;
	return bits <= BITS_HALF ? slots / 2 : slots / 4 * 3;
}

static inline size_t
home_of(const struct table *t, uint32_t tag)
{
	return tag >> (32 - t->slot_bits);
}

/* To a free slot, at the home of its tag or behind: some always are. */
static inline void
settle(struct table *t, slot s)
{
	size_t mask = ((size_t)1 << t->slot_bits) - 1;
	size_t i = home_of(t, (uint32_t)(s >> 32));
	while (t->slot[i] != 0)
		i = (i + 1) & mask;
	t->slot[i] = s;
}

/* There cannot be more keys. */
_Noreturn void table_die_full(void);

#endif
