/*
 * Bytes that wait on disk: streams that are written, then read once from their beginning.  Many of
 * them share one file without a name, block by block; what has been read makes room for what is
 * written next, so that the file is no larger than what waits.  Errors of the system end the
 * program.
 */
#ifndef ETL_SPILL_STREAM_H
#define ETL_SPILL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

enum {
	STREAM_BLOCK = 64 * 1024,
	STREAM_PAD = 64 /* readable bytes behind what stream_take() gives */
};

/* The file.  {0} is one that is made when the first block is written. */
struct stream_file {
	int fd;
	bool is_open;
	uint32_t blocks;     /* that it has */
	uint32_t *free_block;
	size_t free_blocks;
	size_t free_room;
};

void stream_file_close(struct stream_file *f);

/* {0} is an empty one. */
struct stream {
	uint32_t *block; /* of the file, in order */
	size_t blocks;
	size_t room;
	uint64_t bytes;  /* put, and not yet taken */
	char *buffer;    /* the block that is being written or read */
	size_t at;       /* in it */
	size_t held;     /* bytes read into it */
	size_t next;     /* block to be read */
	struct buf joined; /* what was taken last, where it lies across blocks */
};

void stream_put(struct stream *s, struct stream_file *f, const void *at, size_t len);
/* A number, as uint64_pack() has it. */
void stream_put_number(struct stream *s, struct stream_file *f, uint64_t n);
/* All has been put: what is buffered goes to the file, and the buffer is freed. */
void stream_end(struct stream *s, struct stream_file *f);

/*
 * The next len bytes, as many as there are; valid until the next call.  Comes after stream_end().
 */
const char *stream_take(struct stream *s, struct stream_file *f, size_t len);
uint64_t stream_take_number(struct stream *s, struct stream_file *f);
/* Frees what it has; blocks that have not been read are let go. */
void stream_clear(struct stream *s, struct stream_file *f);

#endif
