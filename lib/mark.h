/*
 * Marks on pipes: how a reader knows whether the program before it finished or died (etl(7), CLEAN
 * END).
 *
 * The mark is the mode and the modification time of the anonymous pipe's inode.  Each of our
 * programs marks the pipe that it writes records to, and looks at the mark of each pipe that it has
 * read to its end.
 */
#ifndef ETL_MARK_H
#define ETL_MARK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "msg.h"

/* A pipe's permission bits, and what they say. */
enum {
	MARK_UNTOUCHED = 0600, /* the writer is none of ours: unknown */
	MARK_WRITING = 0640,   /* one of ours is writing, or was killed while it was */
	/* ended well; mtime is the number of records, nanosecond 1: not known */
	MARK_WELL = 0644,
	MARK_UNSURE = 0645,    /* ended well, but an input of it was unknown */
	MARK_DATA = 0641,      /* ended with status 1, 2, 75; these stay */
	MARK_SETUP = 0642,
	MARK_AGAIN = 0643,
	MARK_DOUBTFUL = 0650   /* a second writer found MARK_WRITING; stays */
};

/* The count where it is not known: the writer passed bytes on, not records. */
#define MARK_UNCOUNTED UINT64_MAX

/*
 * From now on a failure of this program is put on the pipe that standard output may be, so that a
 * reader learns of one that ended before mark_begin() as well.
 */
void mark_guard(void);

/*
 * The writer's side, of one pipe that a program writes records to; {0} is one that marks nothing.
 */
struct mark {
	int fd;
	bool is_ours;      /* fd is a pipe that we mark */
	uint64_t earlier;  /* records of writers that ended well before us, or MARK_UNCOUNTED */
	bool is_unsure;    /* an input of an earlier writer was unknown */
	struct cleanup cleanup;
};

/*
 * Before the first byte, and before waiting for input: says that one of ours is writing to fd,
 * which must stay open until mark_end().  Where fd is no pipe, or another user's, does nothing.
 */
void mark_begin(struct mark *m, int fd);
/*
 * After the last byte, when all else is committed: says that it ended well, with that many records
 * or MARK_UNCOUNTED.  A program that ends without, ended as its exit status says.
 */
void mark_end(struct mark *m, uint64_t records);
/* Lets children that write to our pipe leave its mark to us (environment ETL_MARKED). */
void mark_announce(const struct mark *m);

/* The reader's side, of one input. */
struct mark_source {
	int fd;
	const char *name;   /* for messages */
	bool is_pipe;
	bool is_mute;       /* a FIFO or a socket: can end too early, and cannot carry a mark */
	pid_t writer;       /* 0: not known */
	char program[32];   /* the writer's name, where it is known */
};

enum mark_verdict {
	MARK_CLEAN,   /* ended well, or is a file */
	MARK_UNKNOWN, /* nothing says so */
	MARK_FAILED   /* *status is what the reader ends with, why says why */
};

enum { MARK_WHY_MAX = 512 };

/* Keeps name. */
void mark_source_open(struct mark_source *s, int fd, const char *name);
/*
 * While the writer may live, best when its first bytes have come: remembers who it is, for
 * mark_judge().
 */
void mark_source_began(struct mark_source *s);
/*
 * At the end of the input: what does its mark say?  records is what was read, or MARK_UNCOUNTED
 * where that cannot be held against what was written.  An unknown one is remembered: mark_end()
 * passes it on.
 */
enum mark_verdict mark_judge(
	const struct mark_source *s, uint64_t records, int *status, char why[MARK_WHY_MAX]);

#endif
