#include "agg/counts.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 8 };

/* The place of a key, or the free one where it belongs; at least one is free. */
static struct count *
find(const struct counts *c, int32_t key)
{
	uint32_t mask = c->room - 1;
	uint32_t at = (uint32_t)key * 0x9e3779b1 >> 7 & mask;
	while (c->at[at].n != 0 && c->at[at].key != key)
		at = (at + 1) & mask;
	return &c->at[at];
}

static void
grow(struct memory *m, struct counts *c)
{
	struct counts old = *c;
	c->room = old.room == 0 ? ROOM_FIRST : old.room * 2;
	c->at = memory_take(m, c->room * sizeof *c->at);
	memset(c->at, 0, c->room * sizeof *c->at);
	for (uint32_t i = 0; i < old.room; i++)
		if (old.at[i].n != 0)
			*find(c, old.at[i].key) = old.at[i];
}

uint64_t *
counts_of(struct memory *m, struct counts *c, int32_t key)
{
	if (c->used >= c->room / 4 * 3)
		grow(m, c);
	struct count *place = find(c, key);
	if (place->n == 0) {
		place->key = key;
		c->used++;
	}
	return &place->n;
}

static int
by_key(const void *a, const void *b)
{
	int32_t first = ((const struct count *)a)->key;
	int32_t second = ((const struct count *)b)->key;
	return first < second ? -1 : first > second;
}

struct count *
counts_sorted(const struct counts *c, struct arena *arena)
{
	struct count *sorted = arena_take(arena, (c->used + 1) * sizeof *sorted);
	size_t n = 0;
	for (uint32_t i = 0; i < c->room; i++)
		if (c->at[i].n != 0)
			sorted[n++] = c->at[i];
	qsort(sorted, n, sizeof *sorted, by_key);
	return sorted;
}
