#include "table/table.h"

#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "mem.h"
#include "msg.h"
#include "table/hash.h"

enum {
	AHEAD = 64,         /* keys prepared at a time: as many cache misses as may be under way, and some */
	BLOCK_BITS = 8,     /* entries that share a block */
	BLOCK = 1 << BLOCK_BITS,
	SLOT_BITS_FIRST = 10,
	NEAR = 24           /* longest key that stands in its entry */
};

struct entry {
	uint64_t len;
	union {
		char near[NEAR];
		const char *far;
	};
	/* behind it: the payload */
};

/* The number of an entry, from 1 (0: free), below 32 bits of its key's hash, whose first ones say where it belongs. */
typedef uint64_t slot;

struct table {
	struct hash_secret secret;
	slot *slot;
	unsigned slot_bits;
	uint32_t count;
	size_t stride; /* from entry to entry */
	char **block;  /* of BLOCK entries each: they never move */
	size_t blocks;
	struct arena far;
	size_t far_bytes;
};

static struct entry *
entry_at(const struct table *t, uint32_t number)
{
	char *block = t->block[number >> BLOCK_BITS];
	return (struct entry *)(void *)(block + (number & (BLOCK - 1)) * t->stride);
}

struct table *
table_new(size_t payload)
{
	struct table *t = xcalloc(1, sizeof *t);
	t->stride = (sizeof(struct entry) + payload + 15) & ~(size_t)15;
	t->slot_bits = SLOT_BITS_FIRST;
	t->slot = xcalloc((size_t)1 << t->slot_bits, sizeof *t->slot);
	compat_random(&t->secret, sizeof t->secret);
	t->secret.point = t->secret.point >> 4 | 1;
	return t;
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->blocks; i++)
		free(t->block[i]);
	free(t->block);
	free(t->slot);
	arena_clear(&t->far);
	free(t);
}

static inline uint32_t
tag_of(const struct table *t, struct slice key)
{
	return (uint32_t)(hash_of(&t->secret, key) >> 32);
}

static inline size_t
home_of(const struct table *t, uint32_t tag)
{
	return tag >> (32 - t->slot_bits);
}

/* Its slot is at its home or behind, whatever has been released in between. */
static void
release(struct table *t, uint32_t number)
{
	size_t mask = ((size_t)1 << t->slot_bits) - 1;
	size_t i = home_of(t, tag_of(t, table_key(t, number)));
	while ((uint32_t)t->slot[i] != number + 1)
		i = (i + 1) & mask;
	t->slot[i] = 0;
}

/* Where few of many slots are taken, those are let go one by one: a table may be emptied very often. */
void
table_empty(struct table *t)
{
	size_t slots = (size_t)1 << t->slot_bits;
	if (t->count < slots / 64)
		for (uint32_t i = 0; i < t->count; i++)
			release(t, i);
	else
		memset(t->slot, 0, slots * sizeof *t->slot);
	arena_reset(&t->far);
	t->far_bytes = 0;
	t->count = 0;
}

/* A free slot for a tag that is in no other.  At most half of them are taken. */
static void
settle(struct table *t, slot s)
{
	size_t mask = ((size_t)1 << t->slot_bits) - 1;
	size_t i = home_of(t, (uint32_t)(s >> 32));
	while (t->slot[i] != 0)
		i = (i + 1) & mask;
	t->slot[i] = s;
}

static void
double_slots(struct table *t)
{
	slot *old = t->slot;
	size_t count = (size_t)1 << t->slot_bits;
	if (t->slot_bits == 32)
		die(END_SETUP, "more than %ju different keys", (uintmax_t)1 << 31);
	t->slot_bits++;
	t->slot = xcalloc(count * 2, sizeof *t->slot);
	for (size_t i = 0; i < count; i++)
		if (old[i] != 0)
			settle(t, old[i]);
	free(old);
}

static struct entry *
add_entry(struct table *t, struct slice key)
{
	if ((t->count >> BLOCK_BITS) == t->blocks) {
		t->block = xrealloc(t->block, t->blocks + 1, sizeof *t->block);
		t->block[t->blocks++] = xmalloc(BLOCK * t->stride);
	}
	struct entry *e = entry_at(t, t->count++);
	memset(e, 0, t->stride);
	e->len = key.len;
	if (key.len > NEAR) {
		e->far = arena_keep(&t->far, key.at, key.len);
		t->far_bytes += key.len;
	} else if (key.len != 0) {
		memcpy(e->near, key.at, key.len);
	}
	return e;
}

static inline const char *
bytes_of(const struct entry *e)
{
	return e->len > NEAR ? e->far : e->near;
}

/* Most keys are short: a call of memcmp costs more than they do. */
static inline bool
is_key(const struct entry *e, struct slice key)
{
	const char *at = bytes_of(e);
	if (e->len != key.len)
		return false;
	if (key.len > 16)
		return memcmp(at, key.at, key.len) == 0;
	if (key.len >= 8)
		return hash_load64(at) == hash_load64(key.at) &&
			hash_load64(at + key.len - 8) == hash_load64(key.at + key.len - 8);
	return hash_load_short(at, key.len) == hash_load_short(key.at, key.len);
}

/* The number of a key, TABLE_NONE if it is not there. */
static inline uint32_t
look_up(const struct table *t, struct slice key, uint32_t tag)
{
	size_t mask = ((size_t)1 << t->slot_bits) - 1;
	for (size_t i = home_of(t, tag);; i = (i + 1) & mask) {
		slot s = t->slot[i];
		if (s == 0)
			return TABLE_NONE;
		if ((uint32_t)(s >> 32) == tag && is_key(entry_at(t, (uint32_t)s - 1), key))
			return (uint32_t)s - 1;
	}
}

/* What has been hashed is asked for: slots first, then the entries that they seem to point to. */
static inline void
prepare(const struct table *t, const struct slice *key, size_t count, uint32_t *tag)
{
	for (size_t i = 0; i < count; i++) {
		tag[i] = tag_of(t, key[i]);
		__builtin_prefetch(&t->slot[home_of(t, tag[i])]);
	}
	for (size_t i = 0; i < count; i++) {
		slot s = t->slot[home_of(t, tag[i])];
		if (s != 0)
			__builtin_prefetch(entry_at(t, (uint32_t)s - 1));
	}
}

static uint32_t
add(struct table *t, struct slice key, uint32_t tag)
{
	if (t->count >= (uint32_t)1 << (t->slot_bits - 1))
		double_slots(t);
	add_entry(t, key);
	settle(t, (slot)tag << 32 | t->count);
	return t->count - 1;
}

void
table_put(struct table *t, const struct slice *key, size_t count, uint32_t *number)
{
	uint32_t tag[AHEAD];
	for (size_t at = 0; at < count; at += AHEAD) {
		size_t n = count - at < AHEAD ? count - at : AHEAD;
		prepare(t, key + at, n, tag);
		for (size_t i = 0; i < n; i++) {
			uint32_t found = look_up(t, key[at + i], tag[i]);
			number[at + i] = found != TABLE_NONE ? found : add(t, key[at + i], tag[i]);
		}
	}
}

void
table_find(const struct table *t, const struct slice *key, size_t count, uint32_t *number)
{
	uint32_t tag[AHEAD];
	for (size_t at = 0; at < count; at += AHEAD) {
		size_t n = count - at < AHEAD ? count - at : AHEAD;
		prepare(t, key + at, n, tag);
		for (size_t i = 0; i < n; i++)
			number[at + i] = look_up(t, key[at + i], tag[i]);
	}
}

uint32_t
table_count(const struct table *t)
{
	return t->count;
}

struct slice
table_key(const struct table *t, uint32_t number)
{
	const struct entry *e = entry_at(t, number);
	return (struct slice){bytes_of(e), e->len};
}

void *
table_payload(const struct table *t, uint32_t number)
{
	return entry_at(t, number) + 1;
}

size_t
table_bytes(const struct table *t)
{
	return ((size_t)1 << t->slot_bits) * sizeof *t->slot + t->blocks * BLOCK * t->stride + t->far_bytes;
}
