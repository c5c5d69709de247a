#include "window/panes.h"

#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "mem.h"

enum { BUCKETS = 64 };

void
panes_init(struct panes *p)
{
	*p = (struct panes){
		.group = xcalloc(BUCKETS, sizeof(struct pane_group *)),
		.group_mask = BUCKETS - 1,
		.pane = xcalloc(BUCKETS, sizeof(struct pane *)),
		.mask = BUCKETS - 1,
		.bytes = BUCKETS * (sizeof(struct pane_group *) + sizeof(struct pane *)),
	};
	compat_random(&p->secret, sizeof p->secret);
	p->secret.point = p->secret.point >> 4 | 1;
}

void
panes_clear(struct panes *p)
{
	for (size_t i = 0; i <= p->mask; i++)
		while (p->pane[i] != NULL)
			panes_drop(p, p->pane[i]);
	free(p->group);
	free(p->pane);
	*p = (struct panes){0};
}

/* Of a pane, by the key's. */
static size_t
bucket_of(const struct panes *p, const struct pane_group *g, int64_t index)
{
	uint64_t h = (g->hash ^ (uint64_t)index) * 0xff51afd7ed558ccd;
	h = (h ^ h >> 32) * 0xc4ceb9fe1a85ec53;
	return (size_t)(h ^ h >> 32) & p->mask;
}

static void
grow_groups(struct panes *p)
{
	size_t mask = 2 * p->group_mask + 1;
	struct pane_group **group = xcalloc(mask + 1, sizeof *group);
	for (size_t i = 0; i <= p->group_mask; i++) {
		for (struct pane_group *g = p->group[i], *next; g != NULL; g = next) {
			next = g->next;
			g->next = group[g->hash & mask];
			group[g->hash & mask] = g;
		}
	}
	p->bytes += (p->group_mask + 1) * sizeof *group;
	free(p->group);
	p->group = group;
	p->group_mask = mask;
}

static void
grow_panes(struct panes *p)
{
	struct pane **old = p->pane;
	size_t count = p->mask + 1;
	p->mask = 2 * p->mask + 1;
	p->pane = xcalloc(2 * count, sizeof *p->pane);
	for (size_t i = 0; i < count; i++) {
		for (struct pane *pane = old[i], *next; pane != NULL; pane = next) {
			next = pane->next;
			size_t to = bucket_of(p, pane->group, pane->index);
			pane->next = p->pane[to];
			p->pane[to] = pane;
		}
	}
	p->bytes += count * sizeof *old;
	free(old);
}

static struct pane_group *
make_group(struct panes *p, struct slice key, uint64_t hash)
{
	if (p->groups > p->group_mask)
		grow_groups(p);
	struct pane_group *g = xmalloc(sizeof *g + key.len);
	char *copy = (char *)(g + 1);
	if (key.len != 0)
		memcpy(copy, key.at, key.len);
	*g = (struct pane_group){
		.next = p->group[hash & p->group_mask],
		.hash = hash,
		.key = {copy, key.len},
	};
	p->group[hash & p->group_mask] = g;
	p->groups++;
	p->bytes += sizeof *g + key.len;
	return g;
}

struct pane_group *
panes_group(struct panes *p, struct slice key)
{
	uint64_t hash = hash_of(&p->secret, key);
	struct pane_group *g = p->group[hash & p->group_mask];
	while (g != NULL && (g->hash != hash || !slice_same(g->key, key)))
		g = g->next;
	return g != NULL ? g : make_group(p, key, hash);
}

void
panes_release(struct panes *p, struct pane_group *g)
{
	struct pane_group **at = &p->group[g->hash & p->group_mask];
	if (g->panes != 0)
		return;
	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	p->groups--;
	p->bytes -= sizeof *g + g->key.len;
	free(g);
}

struct pane *
panes_find(struct panes *p, struct pane_group *g, int64_t index)
{
	if (g->last != NULL && g->last->index == index)
		return g->last;
	struct pane *pane = p->pane[bucket_of(p, g, index)];
	while (pane != NULL && (pane->index != index || pane->group != g))
		pane = pane->next;
	if (pane != NULL)
		g->last = pane;
	return pane;
}

struct pane *
panes_make(struct panes *p, struct pane_group *g, int64_t index)
{
	if (p->count > p->mask)
		grow_panes(p);
	struct pane **bucket = &p->pane[bucket_of(p, g, index)];
	struct pane *pane = xmalloc(sizeof *pane);
	*pane = (struct pane){.group = g, .index = index, .next = *bucket};
	*bucket = pane;
	p->count++;
	p->bytes += sizeof *pane;
	g->panes++;
	g->last = pane;
	return pane;
}

void
panes_put(struct panes *p, struct pane *pane, uint64_t number, struct slice record)
{
	p->bytes += pane_put(pane, number, record);
}

void
panes_empty(struct panes *p, struct pane *pane)
{
	p->bytes -= pane_empty(pane);
}

void
panes_drop(struct panes *p, struct pane *pane)
{
	struct pane_group *g = pane->group;
	struct pane **at = &p->pane[bucket_of(p, g, pane->index)];
	while (*at != pane)
		at = &(*at)->next;
	*at = pane->next;
	panes_empty(p, pane);
	free(pane);
	p->count--;
	p->bytes -= sizeof *pane;
	g->panes--;
	g->last = NULL;
	panes_release(p, g);
}
