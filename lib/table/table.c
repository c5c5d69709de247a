#include "table/table.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "table/table-own.h"

enum {
	/* keys prepared at a time: as many cache misses as may be under way, and some */
	AHEAD = 64,
	BLOCK_BYTES = 16 * 1024, /* entries share blocks of about so many bytes, */
	BLOCK_BITS_MAX = 8, /* and no more of them than that */
	BLOCKS_FIRST = 16 /* of the list of blocks */
};

static size_t
block_bytes(const struct table *t)
{
	return t->stride << t->block_bits;
}

static void
start_slots(struct table *t)
{
	t->slot_bits = SLOT_BITS_FIRST;
	t->slot = take_slots(t->slot_bits);
}

struct table *
table_new_beside(const struct table *t)
{
	struct table *beside = xcalloc(1, sizeof *beside);
	beside->secret = t->secret;
	beside->stride = t->stride;
	beside->block_bits = t->block_bits;
	start_slots(beside);
	return beside;
}

struct table *
table_new(size_t payload)
{
	struct table *t = xcalloc(1, sizeof *t);
	t->stride = (sizeof(struct entry) + payload + 15) & ~(size_t)15;
	t->block_bits = BLOCK_BITS_MAX;
	while (t->block_bits > 0 && block_bytes(t) > BLOCK_BYTES)
		t->block_bits--;
	start_slots(t);
	compat_random(&t->secret, sizeof t->secret);
	t->secret.point = t->secret.point >> 4 | 1;
	return t;
}

static void
free_memory(struct table *t)
{
	for (size_t i = 0; i < t->pieces; i++)
		compat_give_back(t->piece[i].at, t->piece[i].bytes);
	free(t->piece);
	free(t->block);
	compat_give_back(t->slot, slots_bytes(t->slot_bits));
	arena_clear(&t->far);
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	free_memory(t);
	free(t);
}

void
table_restart(struct table *t)
{
	free_memory(t);
	*t = (struct table){.secret = t->secret, .stride = t->stride, .block_bits = t->block_bits};
	start_slots(t);
}

static inline uint32_t
tag_of(const struct table *t, struct slice key)
{
	return (uint32_t)(hash_of(&t->secret, key) >> 32);
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

/*
 * Where few of many slots are taken, those are let go one by one: a table may be emptied very
 * often.
 */
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

void
table_die_full(void)
{
	msg_set_turn(NULL, NULL); /* as in mem_die() */
	die(END_SETUP, "more than %zu different keys", fill_of(SLOT_BITS_LAST));
}

static void
double_slots(struct table *t)
{
	slot *old = t->slot;
	size_t count = (size_t)1 << t->slot_bits;
	if (t->slot_bits == SLOT_BITS_LAST)
		table_die_full();
	t->slot_bits++;
	t->slot = take_slots(t->slot_bits);
	for (size_t i = 0; i < count; i++)
		if (old[i] != 0)
			settle(t, old[i]);
	compat_give_back(old, slots_bytes(t->slot_bits - 1));
}

/* A block at first, then an eighth of what there is: what is not used yet is no more than that. */
static size_t
next_piece(const struct table *t, size_t held)
{
	size_t block = block_bytes(t);
	size_t bytes = held / 8;
	if (held < COMPAT_LARGE || block > COMPAT_LARGE)
		return block;
	return (bytes / COMPAT_LARGE + 1) * COMPAT_LARGE;
}

static void
add_piece(struct table *t)
{
	struct piece p = {.bytes = next_piece(t, t->piece_bytes)};
	p.at = compat_take(p.bytes);
	t->piece = xrealloc(t->piece, t->pieces + 1, sizeof *t->piece);
	t->piece[t->pieces++] = p;
	t->piece_bytes += p.bytes;
	t->cut = 0;
}

static void
add_block(struct table *t)
{
	size_t bytes = block_bytes(t);
	if (t->pieces == 0 || t->piece[t->pieces - 1].bytes - t->cut < bytes)
		add_piece(t);
	if (t->blocks == t->room) {
		t->room = t->room == 0 ? BLOCKS_FIRST : t->room * 2;
		t->block = xrealloc(t->block, t->room, sizeof *t->block);
	}
	t->block[t->blocks++] = t->piece[t->pieces - 1].at + t->cut;
	t->cut += bytes;
}

/* As the arena has it. */
static size_t
far_room(size_t len)
{
	return len > NEAR ? (len + 16) & ~(size_t)15 : 0;
}

static struct entry *
add_entry(struct table *t, struct slice key)
{
	if ((t->count >> t->block_bits) == t->blocks)
		add_block(t);
	struct entry *e = entry_at(t, t->count++);
	memset(e, 0, t->stride);
	e->len = key.len;
	if (key.len > NEAR) {
		e->far = arena_keep(&t->far, key.at, key.len);
		t->far_bytes += far_room(key.len);
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

static inline bool
is_key(const struct entry *e, struct slice key)
{
	return slice_same((struct slice){bytes_of(e), e->len}, key);
}

/* The first slot from `at` on that is free or has the tag. */
static inline size_t
seek(const struct table *t, size_t at, uint32_t tag)
{
	size_t mask = ((size_t)1 << t->slot_bits) - 1;
	while (t->slot[at] != 0 && (uint32_t)(t->slot[at] >> 32) != tag)
		at = (at + 1) & mask;
	return at;
}

/* Keys whose memory is on its way: hash, and slot from where to look on. */
struct ahead {
	uint32_t tag[AHEAD];
	size_t at[AHEAD];
};

/* What has been hashed is asked for: slots first, then the entries that seem to be theirs. */
static inline void
prepare(const struct table *t, const struct slice *key, size_t count, struct ahead *a)
{
	for (size_t i = 0; i < count; i++) {
		a->tag[i] = tag_of(t, key[i]);
		a->at[i] = home_of(t, a->tag[i]);
		__builtin_prefetch(&t->slot[a->at[i]]);
	}
	for (size_t i = 0; i < count; i++) {
		a->at[i] = seek(t, a->at[i], a->tag[i]);
		if (t->slot[a->at[i]] != 0)
			__builtin_prefetch(entry_at(t, (uint32_t)t->slot[a->at[i]] - 1));
	}
}

/* The slot of the key, or the free one where it would be. */
static inline size_t
look_up(const struct table *t, struct slice key, uint32_t tag, size_t at)
{
	size_t mask = ((size_t)1 << t->slot_bits) - 1;
	for (at = seek(t, at, tag); t->slot[at] != 0; at = seek(t, (at + 1) & mask, tag))
		if (is_key(entry_at(t, (uint32_t)t->slot[at] - 1), key))
			break;
	return at;
}

void
table_put(struct table *t, const struct slice *key, size_t count, uint32_t *number)
{
	struct ahead a;
	for (size_t first = 0; first < count; first += AHEAD) {
		size_t n = count - first < AHEAD ? count - first : AHEAD;
		while (t->count + n > fill_of(t->slot_bits))
			double_slots(t);
		prepare(t, key + first, n, &a);
		for (size_t i = 0; i < n; i++) {
			size_t at = look_up(t, key[first + i], a.tag[i], a.at[i]);
			if (t->slot[at] == 0) {
				add_entry(t, key[first + i]);
				t->slot[at] = (slot)a.tag[i] << 32 | t->count;
			}
			number[first + i] = (uint32_t)t->slot[at] - 1;
		}
	}
}

void
table_find(const struct table *t, const struct slice *key, size_t count, uint32_t *number)
{
	struct ahead a;
	for (size_t first = 0; first < count; first += AHEAD) {
		size_t n = count - first < AHEAD ? count - first : AHEAD;
		prepare(t, key + first, n, &a);
		for (size_t i = 0; i < n; i++) {
			size_t at = look_up(t, key[first + i], a.tag[i], a.at[i]);
			/* of a free one: TABLE_NONE */
			number[first + i] = (uint32_t)t->slot[at] - 1;
		}
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
	return slots_bytes(t->slot_bits) + t->room * sizeof *t->block + t->piece_bytes +
	       t->far_bytes;
}

/* Entries that need no more memory. */
static size_t
entries_room(const struct table *t)
{
	size_t left = t->pieces != 0 ? t->piece[t->pieces - 1].bytes - t->cut : 0;
	return (t->blocks + left / block_bytes(t)) << t->block_bits;
}

/*
 * Bytes for so many more than that: blocks of their own or, where these get many, a piece; and the
 * list of blocks.
 */
static size_t
entries_more(const struct table *t, size_t count)
{
	size_t blocks = (count >> t->block_bits) + 1;
	size_t bytes = blocks * block_bytes(t);
	size_t list = (t->room + blocks + BLOCKS_FIRST) * sizeof *t->block;
	return bytes + next_piece(t, t->piece_bytes + bytes) + list;
}

size_t
table_bytes_with(const struct table *t, const struct slice *key, size_t count)
{
	size_t bytes = table_bytes(t);
	size_t entries = t->count + count;
	if (entries > fill_of(SLOT_BITS_LAST))
		return SIZE_MAX;
	if (entries > entries_room(t))
		bytes += entries_more(t, count);
	for (unsigned bits = t->slot_bits; entries > fill_of(bits); bits++)
		bytes += slots_bytes(bits + 1);
	for (size_t i = 0; i < count; i++)
		bytes += far_room(key[i].len);
	return bytes;
}
