#include "spill/spill.h"

#include <stdlib.h>

#include "compat.h"
#include "mem.h"
#include "table/hash.h"

enum {
	PART_BITS = 5,
	PARTS = 1 << PART_BITS,
	TAKEN = 256 * 1024, /* bytes of items that are taken at a time */
	LEVELS_APART = 64 / PART_BITS /* so many levels go by other bits of the hash */
};

/* The results of a pass and of all that came of it, and the one that is next. */
struct run {
	struct stream stream;
	bool is_begun;
	bool is_over;
	uint64_t order;
	size_t len; /* of the text, which has not been taken yet */
};

enum { OWN = PARTS, RUNS };

/* A pass, and the partitions that it has left behind. */
struct level {
	struct stream part[PARTS];
	struct run run[RUNS];   /* of its partitions, and what the pass itself gave */
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
		stream_clear(&l->run[i].stream, s->file);
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
	put_result(s, &last_level(s)->run[OWN].stream, order, text);
}

/* Reads on to the next result. */
static void
step(struct spill *s, struct run *r)
{
	r->is_begun = true;
	r->is_over = r->stream.bytes == 0;
	if (r->is_over) {
		stream_clear(&r->stream, s->file);
		return;
	}
	r->order = stream_take_number(&r->stream, s->file);
	r->len = (size_t)stream_take_number(&r->stream, s->file);
}

/* The run whose next result is the first of all; NULL where all are over. */
static struct run *
choose(struct spill *s, struct level *l)
{
	struct run *best = NULL;
	for (size_t i = 0; i < RUNS; i++) {
		struct run *r = &l->run[i];
		if (!r->is_begun)
			step(s, r);
		if (!r->is_over && (best == NULL || r->order < best->order))
			best = r;
	}
	return best;
}

static bool
merge_next(struct spill *s, struct level *l, uint64_t *order, struct slice *text)
{
	struct run *r = choose(s, l);
	if (r == NULL)
		return false;
	*order = r->order;
	*text = (struct slice){stream_take(&r->stream, s->file, r->len), r->len};
	/* The text stays where it is until the next call, which reads on. */
	r->is_begun = false;
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
		joined = l->run[OWN].stream;
		l->run[OWN].stream = (struct stream){0};
	} else {
		stream_end(&l->run[OWN].stream, s->file);
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
	parent->run[parent->next - 1].stream = join_runs(s, l);
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
			stream_end(&last_level(s)->run[OWN].stream, s->file);
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
