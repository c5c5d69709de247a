/*
 * A command that is given a part: a child with a pipe to its standard input, which is marked as our
 * pipes are, and one from its standard output.  Neither makes us wait.  What goes wrong with it
 * ends the program.
 */
#ifndef ETL_SPLIT_MEMBER_H
#define ETL_SPLIT_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connect/child.h"
#include "csv/batch.h"
#include "mark.h"
#include "mem.h"
#include "out.h"
#include "slice.h"
#include "split/printed.h"
#include "stage.h"

enum { MEMBER_PIECE = 64 * 1024 }; /* bytes read at a time */

struct member {
	uint32_t part;
	char *name;            /* in messages: part 3, part 3 ('car') */
	struct child child;
	int to, from;          /* our ends of its pipes; to is -1 once it is closed */
	struct mark mark;
	struct mark_source source;
	struct stage_end *given, *taken; /* where what goes to it and comes from it is counted */
	struct buf waits;      /* what it is yet to be given, from waits_at on */
	size_t waits_at;
	uint64_t records;      /* that it was given */
	bool is_complete;      /* it gets no more */
	bool is_silent;        /* nothing more comes from it */
	bool has_ended;
	struct printed printed;
	uint64_t printed_records;

	/* What became of what it has printed is the crowd's. */
	bool has_begun;        /* its first record has come */
	struct out held;       /* before its time has come: a file, if it has a name */
	uint64_t held_records;
	/* records before their turn, the length before each, from lines_at on */
	struct buf lines;
	size_t lines_at;
};

struct member_how {
	const char *command;
	int ahead;             /* bytes that may be in its pipe; 0: the usual number */
	struct dialect dialect; /* of what it prints */
	uint64_t max_record;
};

/*
 * Starts the command.  Copies name.  The variables are its environment, NAME=value each, or NAME
 * alone for one that is not to be there, NULL behind the last.
 */
struct member *member_new(const struct member_how *how, uint32_t part, const char *name,
	char *const *variables);
/* Frees it; it has ended. */
void member_free(struct member *m);
/* Bytes that it is yet to be given. */
static inline size_t
member_left(const struct member *m)
{
	return m->waits.len - m->waits_at;
}

/* Gives it what waits, as far as it takes it now; closes its input when it has all or has left. */
void member_give(struct member *m);
/* Closes its input; what waits for it is dropped. */
void member_close_input(struct member *m);
/* Reads what there is into m->printed; m->is_silent where that was all. */
void member_take(struct member *m);
/*
 * Both its ends are closed: waits for it and ends the program unless it has ended well.  What it
 * needed while it ran is let go.
 */
void member_finish(struct member *m, const char *command);

/* Takes off the front of b what is before *at, when it is worth it. */
void member_shift(struct buf *b, size_t *at);

#endif
