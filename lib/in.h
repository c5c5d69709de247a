/*
 * Reading bytes: operands, standard input, and what read(2) can answer.  All errors end the
 * program.
 */
#ifndef ETL_IN_H
#define ETL_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mem.h"

enum { IN_BLOCK = 256 * 1024 }; /* bytes that are read at a time, unless ETL_BLOCK says otherwise */

struct in {
	int fd;
	const char *name; /* for messages: the operand, or "stdin" */
	bool is_file;     /* regular: read(2) never waits */
	uint64_t bytes;   /* read so far */
	uint64_t waited;  /* ns in read(2) */
	/*
	 * Where the bytes do not come from fd as they are: what gives them, as read(2) would; it
	 * dies on errors.
	 */
	size_t (*read)(void *from, char *at, size_t max);
	void *from;
};

/* Is an operand standard input: "-", or NULL, where there is none? */
bool in_is_stdin(const char *operand);
/* What it is called in messages: itself, or "stdin". */
const char *in_name(const char *operand);
/* Ends the program if an operand cannot be read, before anything is written. */
void in_check(char *const *operands, size_t count);
/* The same where they are read side by side: no two are the same standard input or pipe. */
void in_check_apart(char *const *operands, size_t count);
/* How many bytes to read at a time: IN_BLOCK, or what ETL_BLOCK says, for tests. */
size_t in_block(void);
/* Opens the operand, which it keeps. */
void in_open(struct in *in, const char *operand);
/* Returns the bytes read, 0 at the end; goes on after EINTR, waits after EAGAIN. */
size_t in_read(struct in *in, char *at, size_t max);
/* Goes back so many bytes, to read them again; in a regular file. */
void in_back(struct in *in, uint64_t bytes);
void in_close(struct in *in);
/* Appends all bytes of the operand. */
void in_read_all(const char *operand, struct buf *text);

#endif
