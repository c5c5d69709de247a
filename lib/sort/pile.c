#include "sort/pile.h"

#include <stdlib.h>
#include <string.h>

#include "compat.h"
#include "mem.h"
#include "out.h"

enum {
	BLOCK_MIN = 4 * 1024,
	BLOCK_FIRST = 64 * 1024,
	BLOCKS = 32,                 /* that a budget is parted in */
	ENTRIES_FIRST = 1024
};

struct pile_block {
	struct pile_block *next;
	char *at;
	size_t size;
};

/* Whole large pages, where there is room for one. */
static size_t
in_pages(size_t size)
{
	return size < COMPAT_LARGE ? size : size - size % COMPAT_LARGE;
}

void
pile_init(struct pile *p, uint64_t memory)
{
	uint64_t size = memory / BLOCKS;
	*p = (struct pile){.block_size = size < BLOCK_MIN ? BLOCK_MIN : in_pages((size_t)size)};
}

/* It has room for as many as there is room for. */
static void
free_scratch(struct pile *p)
{
	compat_give_back(p->scratch, p->max * sizeof *p->scratch);
	p->scratch = NULL;
}

static struct pile_block *
new_block(size_t size)
{
	struct pile_block *b = xmalloc(sizeof *b);
	*b = (struct pile_block){.at = compat_take(size), .size = size};
	return b;
}

static void
free_block(struct pile_block *b)
{
	compat_give_back(b->at, b->size);
	free(b);
}

/* Few records take little: blocks grow with what there is. */
static struct pile_block *
next_block(struct pile *p)
{
	struct pile_block *b = p->spare;
	if (b != NULL) {
		p->spare = b->next;
		return b;
	}
	size_t size = p->bytes < BLOCK_FIRST ? BLOCK_FIRST : p->bytes;
	return new_block(size < p->block_size ? in_pages(size) : p->block_size);
}

/*
 * Room for a record, behind which OUT_PAD bytes are readable.  A large one has a block for itself.
 */
static char *
take_room(struct pile *p, size_t size)
{
	if (size > p->left) {
		size_t usual = p->block_size < BLOCK_FIRST ? p->block_size : BLOCK_FIRST;
		bool is_large = size > usual / 4;
		struct pile_block *b = is_large ? new_block(size + OUT_PAD) : next_block(p);
		b->next = p->block;
		p->block = b;
		p->bytes += b->size;
		if (is_large)
			return b->at;
		p->room = b->at;
		p->left = b->size - OUT_PAD;
	}
	char *at = p->room;
	p->room += size;
	p->left -= size;
	return at;
}

/* Room that is not used is no memory yet; sorting takes as much again. */
static void
grow(struct pile *p)
{
	free_scratch(p);
	p->max = p->max != 0 ? p->max * 2 : ENTRIES_FIRST;
	p->entry = xrealloc(p->entry, p->max, sizeof *p->entry);
}

static char *
put_bytes(char *at, struct slice bytes)
{
	if (bytes.len != 0)
		memcpy(at, bytes.at, bytes.len);
	return at + bytes.len;
}

void
pile_add(struct pile *p, uint64_t key, struct slice tail, struct slice text)
{
	char head[RECORD_HEAD_MAX];
	size_t head_len = (size_t)(record_put_head(head, tail.len, text.len + 1) - head);
	if (p->count == p->max)
		grow(p);
	char *at = take_room(p, head_len + tail.len + text.len + 1);
	p->entry[p->count++] = (struct entry){key, at};
	p->has_tails |= tail.len != 0;
	at = put_bytes(at, (struct slice){head, head_len});
	at = put_bytes(at, tail);
	*put_bytes(at, text) = '\n';
}

uint64_t
pile_bytes(const struct pile *p, size_t more)
{
	uint64_t block = more <= p->left ? 0 : more > p->block_size ? more : p->block_size;
	return p->bytes + block + (p->count + 1) * (sizeof *p->entry + sizeof *p->scratch);
}

void
pile_sort(struct pile *p)
{
	if (p->count < 2)
		return;
	if (p->scratch == NULL)
		p->scratch = compat_take(p->max * sizeof *p->scratch);
	entries_sort(p->entry, p->scratch, p->count, p->has_tails);
}

void
pile_empty(struct pile *p)
{
	for (struct pile_block *b = p->block, *next; b != NULL; b = next) {
		next = b->next;
		if (b->size != p->block_size) {
			free_block(b);
			continue;
		}
		b->next = p->spare;
		p->spare = b;
	}
	p->block = NULL;
	p->left = 0;
	p->bytes = 0;
	p->count = 0;
	p->has_tails = false;
}

void
pile_trim(struct pile *p)
{
	for (struct pile_block *next; p->spare != NULL; p->spare = next) {
		next = p->spare->next;
		free_block(p->spare);
	}
	free_scratch(p);
	p->max = p->count;
	p->entry = xrealloc(p->entry, p->max, sizeof *p->entry);
}

void
pile_clear(struct pile *p)
{
	pile_empty(p);
	pile_trim(p);
	free(p->entry);
	*p = (struct pile){.block_size = p->block_size};
}
