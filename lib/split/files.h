/*
 * Files that appear together, at the end, or not at all: each is written as a temporary beside its
 * target, and put in its place when all of them are whole.  However many there are, few are open at
 * a time.  Errors of the system end the program; no temporary is left then.
 */
#ifndef ETL_SPLIT_FILES_H
#define ETL_SPLIT_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"
#include "split/name.h"

struct files_how {
	uint64_t memory;        /* bytes that may wait in memory; any number works */
	const struct name *name;
	const char *template;   /* that it was read from */
	/* Appends the path of a part and a NUL: as it is now, and, when all are known, for good. */
	void (*put_path)(void *arg, uint32_t part, struct buf *path);
	void *arg;
};

struct files;

/* Keeps how and what it points to.  Removes what killed runs have left there. */
struct files *files_new(const struct files_how *how);
/* The next part; they are numbered from 0. */
void files_add(struct files *f);
/* Appends to a part. */
void files_put(struct files *f, uint32_t part, struct slice text);
/* Nothing more comes to that part. */
void files_end(struct files *f, uint32_t part);
/* All is written: puts each file in its place, in order. */
void files_publish(struct files *f);
void files_free(struct files *f);

#endif
