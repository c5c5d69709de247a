/*
 * Files that appear whole or not at all: written beside the target as `.NAME.XXXXXX.tmp`, then put
 * in its place.  A run that ends otherwise leaves no temporary; one that was killed leaves it to
 * the next run.
 */
#ifndef ETL_TMP_H
#define ETL_TMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "msg.h"

enum { TMP_LETTERS = 12 }; /* the XXXXXX of a name */

struct tmp {
	int fd;
	char *target; /* a symlink is followed: the file that it names is replaced */
	char *path;
	mode_t mode;  /* the file's, once it stands */
	struct cleanup cleanup;
};

/* Can path be replaced by rename: is it a regular file, or nothing yet? */
bool tmp_can_replace(const char *path);
/* The file that path leads to, on the heap: path itself, unless it is a symlink. */
char *tmp_follow(const char *path);
/*
 * Creates an empty file beside the target (copied); removes what killed runs left there.  Dies on
 * errors.
 */
void tmp_open(struct tmp *t, const char *target);
/*
 * fsync, rename, fsync of the directory: when it returns, the target is the new file, for good.
 * is_last: the program has no more to do, and signals do not end it from the rename on.
 */
void tmp_commit(struct tmp *t, bool is_last);

/*
 * For a target that is not there yet: creates an empty file beside it as tmp_open() does, but one
 * run at a time; others wait for it, at most wait_ms, and end with END_AGAIN then.  Returns false,
 * nothing done, where there is a target by now.
 */
bool tmp_open_new(struct tmp *t, const char *target, uint64_t wait_ms);
/* As tmp_commit(), but what another program has put there meanwhile stays: END_AGAIN. */
void tmp_commit_new(struct tmp *t);

/*
 * For who has many of them, what they are made of: the random part of a name; the mode that a file
 * of that name has, or will have; why one cannot be created beside path (errno), and the end of the
 * program.
 */
void tmp_letters(char out[TMP_LETTERS + 1]);
mode_t tmp_mode(const char *target);
_Noreturn void tmp_die_creating(const char *path);
/*
 * Removes what killed runs have left in path's directory of temporaries `.HEAD*TAIL.XXXXXX.tmp`,
 * or `.HEAD.XXXXXX.tmp` where tail is NULL: those that nobody holds a lock on.  Those with the
 * letters spared, which may be NULL, stay.
 */
void tmp_sweep(const char *path, const char *head, const char *tail, const char *spared);

/* Removes the temporary; the target stays as it was. */
void tmp_drop(struct tmp *t);
/* fsync of the directory that path is in: its names are there for good.  Dies on errors. */
void tmp_sync_directory(const char *path);
/* A file without a name in $TMPDIR, else /tmp; and what messages call it. */
int tmp_spool(void);
extern const char tmp_spool_name[];
/* All of len bytes at a place of it; what is read must be there.  Both die on errors. */
void tmp_spool_write(int fd, uint64_t at, const char *from, size_t len);
void tmp_spool_read(int fd, uint64_t at, char *to, size_t len);

/*
 * Takes the lock PATH.lock, which is never removed; waits at most wait_seconds.  Returns its
 * descriptor, held to the end of the program; ends with END_AGAIN while another holds it.
 */
int tmp_lock(const char *path, uint64_t wait_seconds);

#endif
