#include "spill/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "number.h"
#include "tmp.h"

void
stream_file_close(struct stream_file *f)
{
	if (f->is_open)
		close(f->fd);
	free(f->free_block);
	*f = (struct stream_file){0};
}

/* Appends to an array of numbers of blocks. */
static void
append(uint32_t **array, size_t *count, size_t *room, uint32_t block)
{
	if (*count == *room) {
		*room = *room == 0 ? 4 : *room * 2;
		*array = xrealloc(*array, *room, sizeof **array);
	}
	(*array)[(*count)++] = block;
}

static uint32_t
take_block(struct stream_file *f)
{
	if (!f->is_open) {
		f->fd = tmp_spool();
		f->is_open = true;
	}
	if (f->free_blocks != 0)
		return f->free_block[--f->free_blocks];
	return f->blocks++;
}

static void
free_block(struct stream_file *f, uint32_t block)
{
	append(&f->free_block, &f->free_blocks, &f->free_room, block);
}

static uint64_t
place_of(uint32_t block)
{
	return (uint64_t)block * STREAM_BLOCK;
}

static void
flush(struct stream *s, struct stream_file *f)
{
	if (s->at == 0)
		return;
	append(&s->block, &s->blocks, &s->room, take_block(f));
	tmp_spool_write(f->fd, place_of(s->block[s->blocks - 1]), s->buffer, s->at);
	s->at = 0;
}

void
stream_put(struct stream *s, struct stream_file *f, const void *at, size_t len)
{
	const char *from = at;
	s->bytes += len;
	if (s->buffer == NULL)
		s->buffer = xmalloc(STREAM_BLOCK + STREAM_PAD);
	while (len > 0) {
		size_t left = STREAM_BLOCK - s->at;
		size_t n = len < left ? len : left;
		memcpy(s->buffer + s->at, from, n);
		s->at += n;
		from += n;
		len -= n;
		if (s->at == STREAM_BLOCK)
			flush(s, f);
	}
}

void
stream_put_number(struct stream *s, struct stream_file *f, uint64_t n)
{
	char packed[UINT64_PACKED_MAX];
	stream_put(s, f, packed, (size_t)(uint64_pack(packed, n) - packed));
}

void
stream_end(struct stream *s, struct stream_file *f)
{
	flush(s, f);
	free(s->buffer);
	s->buffer = NULL;
}

/* The next block takes the place of the one that has been read. */
static void
load(struct stream *s, struct stream_file *f)
{
	uint64_t left = s->bytes;
	uint32_t block = s->block[s->next++];
	if (s->buffer == NULL)
		s->buffer = xmalloc(STREAM_BLOCK + STREAM_PAD);
	s->held = left < STREAM_BLOCK ? (size_t)left : STREAM_BLOCK;
	s->at = 0;
	tmp_spool_read(f->fd, place_of(block), s->buffer, s->held);
	free_block(f, block);
}

const char *
stream_take(struct stream *s, struct stream_file *f, size_t len)
{
	assert(len <= s->bytes);
	if (len != 0 && s->at == s->held)
		load(s, f);
	if (len <= s->held - s->at) {
		const char *at = s->buffer + s->at;
		s->at += len;
		s->bytes -= len;
		return len != 0 ? at : "";
	}
	s->joined.len = 0;
	while (len > 0) {
		if (s->at == s->held)
			load(s, f);
		size_t left = s->held - s->at;
		size_t n = len < left ? len : left;
		buf_add(&s->joined, s->buffer + s->at, n);
		s->at += n;
		s->bytes -= n;
		len -= n;
	}
	memset(buf_room(&s->joined, STREAM_PAD), 0, STREAM_PAD);
	return s->joined.at;
}

/* As uint64_unpack(), across blocks. */
uint64_t
stream_take_number(struct stream *s, struct stream_file *f)
{
	uint64_t n = 0;
	unsigned char byte = 0x80;
	if (s->at < s->held && (unsigned char)s->buffer[s->at] < 0x80) {
		s->bytes--;
		return (unsigned char)s->buffer[s->at++];
	}
	for (unsigned shift = 0; byte >= 0x80; shift += 7) {
		byte = (unsigned char)*stream_take(s, f, 1);
		n |= (uint64_t)(byte & 0x7f) << shift;
	}
	return n;
}

void
stream_clear(struct stream *s, struct stream_file *f)
{
	for (size_t i = s->next; i < s->blocks; i++)
		free_block(f, s->block[i]);
	free(s->block);
	free(s->buffer);
	buf_clear(&s->joined);
	*s = (struct stream){0};
}
