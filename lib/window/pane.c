#include "window/pane.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * The first chunk of a pane is for one record, as there may be very many panes; the next ones grow.
 */
enum { CHUNK_SECOND = 512, CHUNK_MAX = 64 * 1024 };

/* Records, each behind its number and its length. */
struct pane_chunk {
	struct pane_chunk *next;
	size_t len, max;
	char text[];
};

typedef uint32_t length;

enum { HEAD = sizeof(uint64_t) + sizeof(length) };

static size_t
chunk_bytes(size_t max)
{
	return sizeof(struct pane_chunk) + max + PANE_PAD;
}

static size_t
choose_max(const struct pane *p, size_t need)
{
	if (p->last_chunk == NULL)
		return need;
	size_t max = p->last_chunk->max < CHUNK_SECOND / 4 ? CHUNK_SECOND : 4 * p->last_chunk->max;
	if (max > CHUNK_MAX)
		max = CHUNK_MAX;
	return need > max ? need : max;
}

static size_t
add_chunk(struct pane *p, size_t need)
{
	size_t max = choose_max(p, need);
	struct pane_chunk *c = xmalloc(chunk_bytes(max));
	*c = (struct pane_chunk){.max = max};
	if (p->chunk == NULL)
		p->chunk = c;
	else
		p->last_chunk->next = c;
	p->last_chunk = c;
	return chunk_bytes(max);
}

size_t
pane_put(struct pane *p, uint64_t number, struct slice record)
{
	size_t need = HEAD + record.len + 1;
	size_t taken = 0;
	if (p->last_chunk == NULL || need > p->last_chunk->max - p->last_chunk->len)
		taken = add_chunk(p, need);
	struct pane_chunk *c = p->last_chunk;
	length len = (length)record.len + 1;
	char *to = c->text + c->len;
	memcpy(to, &number, sizeof number);
	memcpy(to + sizeof number, &len, sizeof len);
	memcpy(to + HEAD, record.at, record.len);
	to[HEAD + record.len] = '\n';
	c->len += need;
	if (p->records++ == 0)
		p->first = number;
	return taken;
}

size_t
pane_empty(struct pane *p)
{
	size_t bytes = 0;
	for (struct pane_chunk *c = p->chunk, *next; c != NULL; c = next) {
		next = c->next;
		bytes += chunk_bytes(c->max);
		free(c);
	}
	p->chunk = p->last_chunk = NULL;
	return bytes;
}

/* Looks at the record that the cursor has come to. */
static void
look(struct pane_cursor *cursor)
{
	while (cursor->chunk != NULL && cursor->at == cursor->chunk->len)
		*cursor = (struct pane_cursor){.chunk = cursor->chunk->next};
	cursor->number = UINT64_MAX;
	if (cursor->chunk != NULL)
		memcpy(&cursor->number, cursor->chunk->text + cursor->at, sizeof cursor->number);
}

static struct slice
take(struct pane_cursor *cursor)
{
	const char *at = cursor->chunk->text + cursor->at;
	length len;
	memcpy(&len, at + sizeof(uint64_t), sizeof len);
	cursor->at += HEAD + len;
	look(cursor);
	return (struct slice){at + HEAD, len};
}

/* The cursor at a place of the heap may be too far up. */
static void
sink(struct pane_merge *m, size_t place)
{
	struct pane_cursor moved = m->heap[place];
	for (size_t below; (below = 2 * place + 1) < m->count; place = below) {
		if (below + 1 < m->count && m->heap[below + 1].number < m->heap[below].number)
			below++;
		if (m->heap[below].number >= moved.number)
			break;
		m->heap[place] = m->heap[below];
	}
	m->heap[place] = moved;
}

void
pane_merge_start(struct pane_merge *m, struct pane *const *pane, size_t panes)
{
	if (panes > m->room) {
		m->room = panes;
		m->heap = xrealloc(m->heap, panes, sizeof *m->heap);
	}
	m->count = panes;
	for (size_t i = 0; i < panes; i++) {
		m->heap[i] = (struct pane_cursor){.chunk = pane[i]->chunk};
		look(&m->heap[i]);
	}
	for (size_t i = panes / 2; i > 0; i--)
		sink(m, i - 1);
}

bool
pane_merge_next(struct pane_merge *m, struct slice *record)
{
	if (m->count == 0 || m->heap[0].number == UINT64_MAX)
		return false;
	*record = take(&m->heap[0]);
	if (m->count > 1)
		sink(m, 0);
	return true;
}

void
pane_merge_clear(struct pane_merge *m)
{
	free(m->heap);
	*m = (struct pane_merge){0};
}
