#include "spill/spill.h"

#include <stdlib.h>

#include "compat.h"
#include "mem.h"
#include "table/hash.h"

#define OVER UINT64_MAX

enum {
	PART_BITS = 5,
	PARTS = 1 << PART_BITS,
	TAKEN = 256 * 1024, /* bytes of items that are taken at a time */
	LEVELS_APART = 64 / PART_BITS /* so many levels go by other bits of the hash */
};

/* Results come of each partition, and of the pass itself. */
enum { OWN = PARTS, RUNS };

/* A pass, and the partitions that it has left behind. */
struct level {
	struct stream part[PARTS];
	struct stream run[RUNS];
	uint64_t order[RUNS];   /* of the next result of each run; OVER: there is none */
	/*
	 * run that the last result was taken of, which is read on from when the next is asked for
	 */
	size_t last;
	bool is_merging;
	size_t next;            /* partition to be worked through, */
	struct stream items;    /* and the one that is: the next level's input */
	bool is_used;
};

struct spill {
	struct stream_file *file;
	struct hash_secret secret;
	struct level **level;
	size_t levels; /* the last one is the pass */
	size_t room;
	struct arena taken;
};

static void
push_level(struct spill *s)
{
	if (s->levels == s->room) {
		s->room = s->room == 0 ? 4 : s->room * 2;
		s->level = xrealloc(s->level, s->room, sizeof *s->level);
	}
	s->level[s->levels++] = xcalloc(1, sizeof **s->level);
}

struct spill *
spill_new(struct stream_file *file)
{
	struct spill *s = xcalloc(1, sizeof *s);
	s->file = file;
	compat_random(&s->secret, sizeof s->secret);
	s->secret.point = s->secret.point >> 4 | 1;
	push_level(s);
	return s;
}

static void
clear_level(struct spill *s, struct level *l)
{
	for (size_t i = 0; i < PARTS; i++)
		stream_clear(&l->part[i], s->file);
	for (size_t i = 0; i < RUNS; i++)
		stream_clear(&l->run[i], s->file);
	stream_clear(&l->items, s->file);
	*l = (struct level){0};
}

void
spill_free(struct spill *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->levels; i++) {
		clear_level(s, s->level[i]);
		free(s->level[i]);
	}
	free(s->level);
	arena_clear(&s->taken);
	free(s);
}

static struct level *
last_level(const struct spill *s)
{
	return s->level[s->levels - 1];
}

void
spill_put(struct spill *s, const struct spill_item *item)
{
	struct level *l = last_level(s);
	unsigned shift = (unsigned)((s->levels - 1) % LEVELS_APART) * PART_BITS;
	struct stream *part = &l->part[hash_of(&s->secret, item->key) >> shift & (PARTS - 1)];
	stream_put_number(part, s->file, item->order);
	stream_put_number(part, s->file, item->key.len);
	stream_put_number(part, s->file, item->body.len);
	stream_put(part, s->file, item->key.at, item->key.len);
	stream_put(part, s->file, item->body.at, item->body.len);
	l->is_used = true;
}

bool
spill_is_used(const struct spill *s)
{
	return last_level(s)->is_used;
}

static void
take_item(struct spill *s, struct stream *items, struct spill_item *item)
{
	item->order = stream_take_number(items, s->file);
	item->key.len = (size_t)stream_take_number(items, s->file);
	item->body.len = (size_t)stream_take_number(items, s->file);
	size_t len = item->key.len + item->body.len;
	item->key.at = arena_keep(&s->taken, stream_take(items, s->file, len), len);
	item->body.at = item->key.at + item->key.len;
}

size_t
spill_take(struct spill *s, struct spill_item *item)
{
	struct stream *items = &s->level[s->levels - 2]->items;
	size_t count = 0;
	size_t bytes = 0;
	arena_reset(&s->taken);
	while (count < SPILL_ITEMS && bytes < TAKEN && items->bytes != 0) {
		take_item(s, items, &item[count]);
		bytes += item[count].key.len + item[count].body.len;
		count++;
	}
	return count;
}

static void
put_result(struct spill *s, struct stream *to, uint64_t order, struct slice text)
{
	stream_put_number(to, s->file, order);
	stream_put_number(to, s->file, text.len);
	stream_put(to, s->file, text.at, text.len);
}

void
spill_result(struct spill *s, uint64_t order, struct slice text)
{
	put_result(s, &last_level(s)->run[OWN], order, text);
}

/* Reads on to the next result of a run, up to its text. */
static void
step(struct spill *s, struct level *l, size_t i)
{
	struct stream *run = &l->run[i];
	if (run->bytes != 0) {
		l->order[i] = stream_take_number(run, s->file);
	} else {
		l->order[i] = OVER;
		stream_clear(run, s->file);
	}
}

/* The text of a result stays where it is until the next one is asked for. */
static void
read_on(struct spill *s, struct level *l)
{
	for (size_t i = 0; i < RUNS && !l->is_merging; i++)
		step(s, l, i);
	if (l->is_merging)
		step(s, l, l->last);
	l->is_merging = true;
}

static bool
merge_next(struct spill *s, struct level *l, uint64_t *order, struct slice *text)
{
	size_t best = 0;
	read_on(s, l);
	for (size_t i = 1; i < RUNS; i++)
		best = l->order[i] < l->order[best] ? i : best;
	if (l->order[best] == OVER)
		return false;
	struct stream *run = &l->run[best];
	size_t len = (size_t)stream_take_number(run, s->file);
	*order = l->order[best];
	*text = (struct slice){stream_take(run, s->file, len), len};
	l->last = best;
	return true;
}

/* All results of the last level in one stream. */
static struct stream
join_runs(struct spill *s, struct level *l)
{
	struct stream joined = {0};
	uint64_t order;
	struct slice text;
	if (!l->is_used) {
		joined = l->run[OWN];
		l->run[OWN] = (struct stream){0};
	} else {
		stream_end(&l->run[OWN], s->file);
		while (merge_next(s, l, &order, &text))
			put_result(s, &joined, order, text);
	}
	stream_end(&joined, s->file);
	return joined;
}

/* Everything that came of the last level becomes a result of the partition that it was. */
static void
pop_level(struct spill *s)
{
	struct level *l = last_level(s);
	struct level *parent = s->level[s->levels - 2];
	parent->run[parent->next - 1] = join_runs(s, l);
	clear_level(s, l);
	free(l);
	s->levels--;
	stream_clear(&parent->items, s->file);
}

/* The next partition of the last level with something in it; false where there is none. */
static bool
choose_part(struct spill *s)
{
	struct level *l = last_level(s);
	while (l->next < PARTS && l->part[l->next].bytes == 0)
		stream_clear(&l->part[l->next++], s->file);
	if (l->next == PARTS)
		return false;
	l->items = l->part[l->next];
	l->part[l->next++] = (struct stream){0};
	return true;
}

bool
spill_next(struct spill *s)
{
	for (size_t i = 0; i < PARTS; i++)
		stream_end(&last_level(s)->part[i], s->file);
	while (!choose_part(s)) {
		if (s->levels == 1) {
			stream_end(&last_level(s)->run[OWN], s->file);
			return false;
		}
		pop_level(s);
	}
	push_level(s);
	return true;
}

bool
spill_merge(struct spill *s, uint64_t *order, struct slice *text)
{
	if (merge_next(s, last_level(s), order, text))
		return true;
	clear_level(s, last_level(s));
	return false;
}
