#include "mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"

enum { ARENA_BLOCK = 64 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	size_t pad; /* the objects behind are aligned to 16 */
};

/* What --memory is, for the one message; 0: there is no such option. */
static uint64_t budget;

void
mem_note_budget(uint64_t bytes)
{
	budget = bytes;
}

/*
 * At once, not in this thread's turn: it is of no record, and another thread may wait for what this
 * one holds.
 */
void
mem_die(void)
{
	msg_set_turn(NULL, NULL);
	if (budget != 0)
		die(END_SETUP,
			"out of memory, before what --memory allows, %ju bytes: set it lower",
			(uintmax_t)budget);
	die(END_SETUP, "out of memory");
}

static void *
checked(void *at)
{
	if (at == NULL)
		mem_die();
	return at;
}

void *
xmalloc(size_t bytes)
{
	return checked(malloc(bytes != 0 ? bytes : 1));
}

void *
xcalloc(size_t count, size_t bytes)
{
	return checked(calloc(count != 0 ? count : 1, bytes));
}

void *
xrealloc(void *old, size_t count, size_t bytes)
{
	if (bytes != 0 && count > SIZE_MAX / bytes)
		mem_die();
	size_t size = count * bytes;
	return checked(realloc(old, size != 0 ? size : 1));
}

char *
xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;
	return memcpy(xmalloc(size), text, size);
}

char *
buf_room(struct buf *b, size_t more)
{
	if (more > SIZE_MAX / 2 - b->len)
		mem_die();
	if (b->len + more > b->cap) {
		size_t cap = b->cap < 256 ? 256 : b->cap * 2;
		b->cap = cap < b->len + more ? b->len + more : cap;
		b->at = xrealloc(b->at, b->cap, 1);
	}
	return b->at + b->len;
}

void
buf_add(struct buf *b, const void *at, size_t len)
{
	if (len == 0)
		return;
	memcpy(buf_room(b, len), at, len);
	b->len += len;
}

void
buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void
buf_byte(struct buf *b, char byte)
{
	*buf_room(b, 1) = byte;
	b->len++;
}

void
buf_format(struct buf *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int need = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (need < 0)
		mem_die();
	char *room = buf_room(b, (size_t)need + 1);
	va_start(args, format);
	vsnprintf(room, (size_t)need + 1, format, args);
	va_end(args);
	b->len += (size_t)need;
}

void
buf_clear(struct buf *b)
{
	free(b->at);
	*b = (struct buf){0};
}

void *
arena_take(struct arena *a, size_t bytes)
{
	if (bytes > SIZE_MAX / 2)
		mem_die();
	size_t take = (bytes + 15) & ~(size_t)15;
	struct arena_block *block = a->block;
	if (block == NULL || block->size - block->used < take) {
		size_t size = take > ARENA_BLOCK ? take : ARENA_BLOCK;
		block = xmalloc(sizeof *block + size);
		*block = (struct arena_block){.next = a->block, .size = size};
		a->block = block;
	}
	char *at = (char *)(block + 1) + block->used;
	block->used += take;
	return at;
}

char *
arena_keep(struct arena *a, const void *at, size_t len)
{
	char *copy = arena_take(a, len + 1);
	if (len != 0)
		memcpy(copy, at, len);
	copy[len] = '\0';
	return copy;
}

void
arena_take_over(struct arena *a, struct arena *from)
{
	struct arena_block **end = &from->block;
	while (*end != NULL)
		end = &(*end)->next;
	*end = a->block;
	*a = *from;
	*from = (struct arena){0};
}

void
arena_reset(struct arena *a)
{
	if (a->block == NULL)
		return;
	struct arena_block *keep = a->block;
	a->block = keep->next;
	arena_clear(a);
	*keep = (struct arena_block){.size = keep->size};
	a->block = keep;
}

void
arena_clear(struct arena *a)
{
	while (a->block != NULL) {
		struct arena_block *next = a->block->next;
		free(a->block);
		a->block = next;
	}
}
