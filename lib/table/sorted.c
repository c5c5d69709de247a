#include "table/sorted.h"

#include <stdlib.h>

#include "table/hash.h"

enum { PLACE_BITS = 16 };

/* Whether an input is refused must not change from run to run, so it is no secret. */
static const struct hash_secret known = {0x9e3779b97f4a7c1, 0x2545f4914f6cdd1d};

void
sorted_init(struct sorted *s, const struct columns *columns, struct arena *arena)
{
	*s = (struct sorted){.ended = xcalloc((size_t)1 << PLACE_BITS, sizeof *s->ended)};
	keys_init_columns(&s->keys, columns, arena);
}

void
sorted_clear(struct sorted *s)
{
	keys_clear(&s->keys);
	buf_clear(&s->last);
	free(s->ended);
}

void
sorted_take(struct sorted *s, const struct batch *b, size_t first, size_t rows)
{
	keys_take(&s->keys, b, first, rows);
}

/* 0 is a place where none has ended. */
static uint64_t
hash(struct slice key)
{
	return hash_of(&known, key) | 1;
}

static uint64_t *
place_of(const struct sorted *s, uint64_t h)
{
	return &s->ended[h >> (64 - PLACE_BITS)];
}

/* The group of last has ended, this one begins; has it ended before? */
static bool
change(struct sorted *s, struct slice key)
{
	uint64_t before = hash((struct slice){s->last.at, s->last.len});
	uint64_t h = hash(key);
	*place_of(s, before) = before;
	s->last.len = 0;
	buf_add(&s->last, key.at, key.len);
	return *place_of(s, h) == h;
}

size_t
sorted_next(struct sorted *s, const uint16_t *row, size_t rows, enum sorted_step *step)
{
	const struct slice *key = s->keys.key;
	struct slice first = key[row[0]];
	size_t n = 1;
	while (n < rows && slice_same(key[row[n]], first))
		n++;
	*step = SORTED_ON;
	if (!s->is_begun)
		buf_add(&s->last, first.at, first.len);
	else if (!slice_same(first, (struct slice){s->last.at, s->last.len}))
		*step = change(s, first) ? SORTED_BACK : SORTED_NEW;
	s->is_begun = true;
	return n;
}
