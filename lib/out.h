/*
 * Writing bytes: one buffer, to standard output or to a file that appears whole.  All errors end
 * the program.
 */
#ifndef ETL_OUT_H
#define ETL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mem.h"
#include "tmp.h"

enum {
	OUT_BUFFER = 64 * 1024,
	OUT_PIPE = 256 * 1024,
	OUT_MEMORY = 1024 * 1024, /* bytes in memory from which they go on to what they are for */
	OUT_PAD = 64 /* bytes that may be written behind what was asked for */
};

struct out {
	int fd;
	const char *name; /* for messages: the path, or "stdout" */
	char *at;
	size_t len;
	uint64_t bytes;   /* written, the buffered ones included */
	uint64_t waited;  /* ns in write(2) */
	bool is_temporary;
	bool goes_on; /* set by who has more to do than to end when the file is in its place */
	struct tmp tmp;
	struct buf *memory; /* what is flushed is appended here instead; else NULL */
	/* where that goes in this thread's turn, before it gets too much; NULL: nowhere */
	struct out *behind;
};

/*
 * Opens path, which it keeps; NULL is standard output.  A FIFO or a device is written to straight.
 */
void out_open(struct out *o, const char *path);
/*
 * What is written goes to memory, which it keeps and which the caller may empty whenever it has
 * flushed.
 */
void out_open_memory(struct out *o, struct buf *memory);
/* Opens a file without a name (tmp_spool), for what waits; out_close_spool() ends it. */
void out_open_spool(struct out *o);
/* Forgets what a spool holds. */
void out_restart_spool(struct out *o);
/* Reads back what has been flushed to a spool: all of at .. at + len - 1 is there. */
void out_read_spool(const struct out *o, uint64_t at, char *to, size_t len);
/* What a spool holds from .. to - 1 is not read any more: the disk may have it back. */
void out_forget_spool(const struct out *o, uint64_t from, uint64_t to);
void out_close_spool(struct out *o);
void out_flush(struct out *o);
/* A piece larger than the buffer. */
void out_large(struct out *o, const char *at, size_t len);
/*
 * Flushes and puts the file in its place: the one moment from which it can be seen.  No signal ends
 * the program from there on, unless it goes_on: nobody is told that it was stopped when all is
 * done.
 */
void out_finish(struct out *o);

/* Room for `need` bytes, at most OUT_BUFFER; add what was used to len. */
static inline char *
out_room(struct out *o, size_t need)
{
	if (o->len + need > OUT_BUFFER)
		out_flush(o);
	return o->at + o->len;
}

static inline void
out_byte(struct out *o, char byte)
{
	*out_room(o, 1) = byte;
	o->len++;
}

/*
 * Copies 32 bytes at a time, beyond the end: at[] is readable and the buffer writable for OUT_PAD
 * more.  Most fields are short, and a call of memcpy costs more than they do.
 */
static inline void
out_padded(struct out *o, const char *at, size_t len)
{
	if (len > OUT_BUFFER / 4) {
		out_large(o, at, len);
		return;
	}
	char *to = out_room(o, len);
	for (size_t i = 0; i < len; i += 32)
		memcpy(to + i, at + i, 32);
	o->len += len;
}

static inline void
out_add(struct out *o, const char *at, size_t len)
{
	if (len > OUT_BUFFER / 4) {
		out_large(o, at, len);
		return;
	}
	memcpy(out_room(o, len), at, len);
	o->len += len;
}

#endif
