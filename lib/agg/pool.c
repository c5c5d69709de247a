#include "agg/common.h"

#include <pthread.h>
#include <stdlib.h>

#include "mem.h"
#include "word.h"

enum {
	PARTS_PER_JOB = 4, /* so that a job finds one that no other has */
	PARTS_MAX = 64
};

struct part {
	pthread_mutex_t lock;
	struct grouping groups;
	uint64_t bytes;
};

struct common {
	struct part *part;
	size_t parts; /* a power of two */
};

/* Rows of a job by the part that their groups are in: from first[part] on, before the next one's. */
struct dealt {
	size_t first[PARTS_MAX + 1];
	uint16_t row[VECTOR_ROWS];
	struct slice key[VECTOR_ROWS];
};

struct common *
common_new(const struct grouping *g, const struct program *p, size_t jobs)
{
	struct common *c = xcalloc(1, sizeof *c);
	c->parts = 1;
	while (c->parts < PARTS_PER_JOB * jobs && c->parts < PARTS_MAX)
		c->parts *= 2;
	c->part = xcalloc(c->parts, sizeof *c->part);
	for (size_t i = 0; i < c->parts; i++) {
		pthread_mutex_init(&c->part[i].lock, NULL);
		grouping_start_beside(&c->part[i].groups, g, p);
	}
	return c;
}

void
common_free(struct common *c)
{
	for (size_t i = 0; i < c->parts; i++) {
		pthread_mutex_destroy(&c->part[i].lock);
		grouping_clear(&c->part[i].groups);
	}
	free(c->part);
	free(c);
}

/*
 * By its bytes in front, in the middle and at the end.  Keys that are made to be in one part make
 * the jobs wait for each other, no more.
 */
static size_t
part_of(const struct common *c, struct slice key)
{
	const uint64_t odd = 0x9e3779b97f4a7c15;
	size_t len = key.len < 8 ? key.len : 8;
	uint64_t mixed = word_load(key.at + key.len - len, len) * odd;
	if (key.len > 8) {
		mixed = (mixed ^ mixed >> 32 ^ word_load64(key.at)) * odd;
		mixed = (mixed ^ mixed >> 32 ^ word_load64(key.at + (key.len - 8) / 2)) * odd;
	}
	return mixed >> 58 & (c->parts - 1);
}

static void
deal(const struct common *c, const struct slice *key, const uint16_t *row, size_t rows,
	struct dealt *d)
{
	uint8_t part[VECTOR_ROWS];
	size_t next[PARTS_MAX] = {0};
	for (size_t i = 0; i < rows; i++) {
		part[i] = (uint8_t)part_of(c, key[i]);
		next[part[i]]++;
	}
	d->first[0] = 0;
	for (size_t i = 0; i < c->parts; i++) {
		d->first[i + 1] = d->first[i] + next[i];
		next[i] = d->first[i];
	}
	for (size_t i = 0; i < rows; i++) {
		size_t at = next[part[i]]++;
		d->row[at] = row[i];
		d->key[at] = key[i];
	}
}

static void
add(struct part *p, const struct grouping *from, const struct dealt *d, size_t first, size_t end)
{
	grouping_add_taken(&p->groups, from, d->key + first, d->row + first, end - first);
	p->bytes = agg_bytes(p->groups.agg);
	pthread_mutex_unlock(&p->lock);
}

/* What others have comes last. */
void
common_add(struct common *c, size_t job, const struct grouping *from, const struct slice *key,
	const uint16_t *row, size_t rows)
{
	struct dealt d;
	bool is_added[PARTS_MAX] = {false};
	deal(c, key, row, rows, &d);
	for (size_t i = 0; i < 2 * c->parts; i++) {
		size_t n = (i + job * PARTS_PER_JOB) & (c->parts - 1);
		struct part *p = &c->part[n];
		if (is_added[n] || d.first[n] == d.first[n + 1])
			continue;
		if (i >= c->parts)
			pthread_mutex_lock(&p->lock);
		else if (pthread_mutex_trylock(&p->lock) != 0)
			continue;
		add(p, from, &d, d.first[n], d.first[n + 1]);
		is_added[n] = true;
	}
}

uint64_t
common_bytes(struct common *c)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < c->parts; i++) {
		pthread_mutex_lock(&c->part[i].lock);
		bytes += c->part[i].bytes;
		pthread_mutex_unlock(&c->part[i].lock);
	}
	return bytes;
}

void
common_merge(struct common *c, const struct grouping *from)
{
	for (uint32_t group = 0; group < agg_groups(from->agg); group++) {
		struct part *p = &c->part[part_of(c, agg_key(from->agg, group))];
		grouping_merge_apart(&p->groups, from, group);
	}
}

void
common_give(struct common *c, struct grouping *g)
{
	struct grouping **from = xcalloc(c->parts, sizeof *from);
	for (size_t i = 0; i < c->parts; i++)
		from[i] = &c->part[i].groups;
	grouping_take_over(g, from, c->parts);
	free(from);
}
