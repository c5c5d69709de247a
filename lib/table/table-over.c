#include <stdlib.h>
#include <string.h>

#include "table/table-own.h"

enum {
	MOVES_AHEAD = 8, /* entries on their way while one is moved */
	LINE = 64        /* of the cache */
};

/* Entries on their way to their numbers, all in the blocks of one table. */
struct moving {
	struct table *t;
	uint32_t count; /* so many entries */
	/* of each number: of what number its entry was before; its own: it is there */
	uint32_t *from;
};

/* The blocks of another table stand behind ours. */
static void
take_blocks(struct table *t, struct table *from)
{
	t->room = t->blocks + from->blocks;
	t->block = xrealloc(t->block, t->room, sizeof *t->block);
	t->piece = xrealloc(t->piece, t->pieces + from->pieces, sizeof *t->piece);
	if (from->blocks != 0) {
		memcpy(t->block + t->blocks, from->block, from->blocks * sizeof *t->block);
		memcpy(t->piece + t->pieces, from->piece, from->pieces * sizeof *t->piece);
		t->cut = from->cut;
	}
	t->blocks += from->blocks;
	t->pieces += from->pieces;
	t->piece_bytes += from->piece_bytes;
	t->far_bytes += from->far_bytes;
	arena_take_over(&t->far, &from->far);
	from->blocks = 0;
	from->pieces = 0;
}

/* Slots for so many keys, all of them free. */
static void
resize_slots(struct table *t, size_t count)
{
	compat_give_back(t->slot, slots_bytes(t->slot_bits));
	while (fill_of(t->slot_bits) < count)
		if (t->slot_bits++ == SLOT_BITS_LAST)
			table_die_full();
	t->slot = take_slots(t->slot_bits);
}

/* The entries had the numbers from `first` on in t, and have now[] of them. */
static void
take_slots_of(struct table *t, const struct table *from, const uint32_t *now)
{
	const slot tag = ~(slot)UINT32_MAX;
	size_t count = (size_t)1 << from->slot_bits;
	for (size_t i = 0; i < count; i++) {
		slot s = from->slot[i];
		if (s != 0)
			settle(t, (s & tag) | (now[(uint32_t)s - 1] + 1));
	}
}

static uint32_t
ahead_of(const struct moving *m, uint32_t number)
{
	if (number < m->count) {
		number = m->from[number];
		char *at = (char *)entry_at(m->t, number);
		for (size_t line = 0; line < m->t->stride; line += LINE)
			__builtin_prefetch(at + line);
	}
	return number;
}

/*
 * Moves an entry to `to`, where there is none, then one to where that one was, and so on; until
 * none belongs there or it would be that of `last`.  Returns where that is.
 */
static uint32_t
fill(struct moving *m, uint32_t to, uint32_t last)
{
	uint32_t ahead = to;
	for (size_t i = 0; i < MOVES_AHEAD; i++)
		ahead = ahead_of(m, ahead);
	while (to < m->count && m->from[to] != last) {
		uint32_t from = m->from[to];
		memcpy(entry_at(m->t, to), entry_at(m->t, from), m->t->stride);
		m->from[to] = to;
		to = from;
		ahead = ahead_of(m, ahead);
	}
	return to;
}

/* Numbers below count that are behind the last entry of a table: first end to where blocks end. */
static void
fill_holes(struct moving *m, uint32_t end, uint32_t blocks_end)
{
	for (uint32_t hole = end; hole < blocks_end && hole < m->count; hole++)
		fill(m, hole, UINT32_MAX);
}

/* What is left goes in circles. */
static void
turn(struct moving *m)
{
	void *spare = xmalloc(m->t->stride);
	for (uint32_t i = 0; i < m->count; i++) {
		if (m->from[i] == i)
			continue;
		memcpy(spare, entry_at(m->t, i), m->t->stride);
		uint32_t to = fill(m, i, i);
		memcpy(entry_at(m->t, to), spare, m->t->stride);
		m->from[to] = to;
	}
	free(spare);
}

/*
 * Where each table's entries begin as the blocks stand, and where the blocks of the last one end.
 */
static uint32_t *
number_blocks(const struct table *t, struct table *const *from, size_t count)
{
	uint32_t *first = xcalloc(count + 1, sizeof *first);
	size_t numbers = 0;
	for (size_t i = 0; i < count; i++) {
		numbers += from[i]->blocks << t->block_bits;
		if (numbers > UINT32_MAX)
			table_die_full();
		first[i + 1] = (uint32_t)numbers;
	}
	return first;
}

static size_t
count_keys(struct table *const *from, size_t count)
{
	size_t keys = 0;
	for (size_t i = 0; i < count; i++)
		keys += from[i]->count;
	return keys;
}

void
table_take_over(struct table *t, struct table *const *from, size_t count,
	const struct table_place *order)
{
	uint32_t *first = number_blocks(t, from, count);
	uint32_t *now = xcalloc(first[count], sizeof *now);
	uint32_t *end = xcalloc(count, sizeof *end);
	struct moving m = {.t = t, .count = (uint32_t)count_keys(from, count)};
	m.from = xcalloc(m.count, sizeof *m.from);
	for (uint32_t i = 0; i < m.count; i++) {
		m.from[i] = first[order[i].table] + order[i].number;
		now[m.from[i]] = i;
	}
	table_restart(t);
	resize_slots(t, m.count);
	for (size_t i = 0; i < count; i++) {
		end[i] = first[i] + from[i]->count;
		take_slots_of(t, from[i], now + first[i]);
		take_blocks(t, from[i]);
		table_restart(from[i]);
	}
	for (size_t i = 0; i < count; i++)
		fill_holes(&m, end[i], first[i + 1]);
	turn(&m);
	t->count = m.count;
	free(m.from);
	free(end);
	free(now);
	free(first);
}
