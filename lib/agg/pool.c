#include "agg/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "mem.h"
#include "word.h"

enum {
	SHARDS_PER_JOB = 4, /* so that a job finds one that no other has */
	SHARDS_MAX = 64
};

struct shard {
	pthread_mutex_t lock;
	struct grouping groups;
	uint64_t bytes;
};

struct pool {
	struct shard *shard;
	size_t shards; /* a power of two */
};

/* Rows of a job by the shard of their groups: from first[shard] on, before the next one's. */
struct dealt {
	size_t first[SHARDS_MAX + 1];
	uint16_t row[VECTOR_ROWS];
	struct slice key[VECTOR_ROWS];
};

struct pool *
pool_new(const struct grouping *g, const struct program *p, size_t jobs)
{
	struct pool *pool = xcalloc(1, sizeof *pool);
	pool->shards = 1;
	while (pool->shards < SHARDS_PER_JOB * jobs && pool->shards < SHARDS_MAX)
		pool->shards *= 2;
	pool->shard = xcalloc(pool->shards, sizeof *pool->shard);
	for (size_t i = 0; i < pool->shards; i++) {
		pthread_mutex_init(&pool->shard[i].lock, NULL);
		grouping_start_beside(&pool->shard[i].groups, g, p);
	}
	return pool;
}

void
pool_free(struct pool *pool)
{
	for (size_t i = 0; i < pool->shards; i++) {
		pthread_mutex_destroy(&pool->shard[i].lock);
		grouping_clear(&pool->shard[i].groups);
	}
	free(pool->shard);
	free(pool);
}

/*
 * By its bytes in front, in the middle and at the end.  Keys that are made to be in one shard make
 * the jobs wait for each other, no more.
 */
static size_t
shard_of(const struct pool *pool, struct slice key)
{
	const uint64_t odd = 0x9e3779b97f4a7c15;
	size_t len = key.len < 8 ? key.len : 8;
	uint64_t mixed = word_load(key.at + key.len - len, len) * odd;
	if (key.len > 8) {
		mixed = (mixed ^ mixed >> 32 ^ word_load64(key.at)) * odd;
		mixed = (mixed ^ mixed >> 32 ^ word_load64(key.at + (key.len - 8) / 2)) * odd;
	}
	return mixed >> 58 & (pool->shards - 1);
}

static void
deal(const struct pool *pool, const struct slice *key, const uint16_t *row, size_t rows,
	struct dealt *d)
{
	uint8_t shard[VECTOR_ROWS];
	size_t next[SHARDS_MAX] = {0};
	for (size_t i = 0; i < rows; i++) {
		shard[i] = (uint8_t)shard_of(pool, key[i]);
		next[shard[i]]++;
	}
	d->first[0] = 0;
	for (size_t i = 0; i < pool->shards; i++) {
		d->first[i + 1] = d->first[i] + next[i];
		next[i] = d->first[i];
	}
	for (size_t i = 0; i < rows; i++) {
		size_t at = next[shard[i]]++;
		d->row[at] = row[i];
		d->key[at] = key[i];
	}
}

static void
add(struct shard *s, const struct grouping *from, const struct dealt *d, size_t first, size_t end)
{
	grouping_add_taken(&s->groups, from, d->key + first, d->row + first, end - first);
	s->bytes = agg_bytes(s->groups.agg);
}

/* What others have comes last. */
void
pool_add(struct pool *pool, size_t job, const struct grouping *from, const struct slice *key,
	const uint16_t *row, size_t rows)
{
	struct dealt d;
	bool is_added[SHARDS_MAX] = {false};
	deal(pool, key, row, rows, &d);
	for (size_t i = 0; i < 2 * pool->shards; i++) {
		size_t n = (i + job * SHARDS_PER_JOB) & (pool->shards - 1);
		struct shard *s = &pool->shard[n];
		if (is_added[n] || d.first[n] == d.first[n + 1])
			continue;
		if (i >= pool->shards)
			pthread_mutex_lock(&s->lock);
		else if (pthread_mutex_trylock(&s->lock) != 0)
			continue;
		add(s, from, &d, d.first[n], d.first[n + 1]);
		pthread_mutex_unlock(&s->lock);
		is_added[n] = true;
	}
}

uint64_t
pool_bytes(struct pool *pool)
{
	uint64_t bytes = 0;
	for (size_t i = 0; i < pool->shards; i++) {
		pthread_mutex_lock(&pool->shard[i].lock);
		bytes += pool->shard[i].bytes;
		pthread_mutex_unlock(&pool->shard[i].lock);
	}
	return bytes;
}

void
pool_merge(struct pool *pool, const struct grouping *from)
{
	for (uint32_t group = 0; group < agg_groups(from->agg); group++) {
		struct shard *s = &pool->shard[shard_of(pool, agg_key(from->agg, group))];
		grouping_merge_apart(&s->groups, from, group);
	}
}

void
pool_give(struct pool *pool, struct grouping *g)
{
	struct grouping **from = xcalloc(pool->shards, sizeof *from);
	for (size_t i = 0; i < pool->shards; i++)
		from[i] = &pool->shard[i].groups;
	grouping_take_over(g, from, pool->shards);
	free(from);
}
