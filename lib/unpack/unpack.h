/*
 * Unpacking: a stream of bytes is recognised by its content, decompressed (gz, bz2, xz, zst) and,
 *where it is an archive (tar, zip), taken apart into members.  Nothing touches the disk; memory is
 *constant.
 *
 *	struct unpack *u = unpack_open(read, from, &how);
 *	while (unpack_next(u))
 *		for (struct slice piece; (piece = unpack_read(u)).len != 0;)
 *			use(unpack_member(u)->name, piece);
 *	if (unpack_fault(u) != UNPACK_OK)
 *		complain(unpack_reason(u));
 *	unpack_close(u);
 *
 * Bytes are handed out before the checksums behind them are known.  The content is whole only when
 * unpack_next() has returned false and the fault is UNPACK_OK; the source has then been read to its
 *end.
 */
#ifndef ETL_UNPACK_H
#define ETL_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum unpack_choice {
	UNPACK_ONE, /* exactly one member: a second that matches is a fault */
	UNPACK_ALL, /* every member that matches, in the archive's order */
	UNPACK_LIST /* every member that matches, described and not read */
};

enum unpack_fault {
	UNPACK_OK = 0,
	UNPACK_DATA,   /* damaged, cut off, encrypted, of a kind that is not read */
	UNPACK_LIMIT,  /* grew beyond max_bytes */
	UNPACK_CHOICE, /* no member matches, or two do, or there is no archive */
	UNPACK_SYSTEM, /* out of memory */
	UNPACK_SOURCE  /* the reader failed: it knows why */
};

enum unpack_type {
	UNPACK_FILE,
	UNPACK_DIRECTORY,
	UNPACK_SYMLINK,
	UNPACK_HARDLINK,
	UNPACK_DEVICE,
	UNPACK_FIFO,
	UNPACK_OTHER
};

struct unpack_member {
	const char *name; /* without leading "./"; NULL: the content is no archive */
	enum unpack_type type;
	bool has_size; /* always when listing; a zip may tell the size only behind the data */
	bool has_mtime;
	uint64_t size;
	int64_t mtime; /* seconds since 1970 */
};

struct unpack_how {
	/* Exact name or glob (fnmatch; `*` stops at a slash); without a slash it is held against
	   the last part of the path.  NULL: any file.  Borrowed until unpack_close(), as all of
	   this. */
	const char *member;
	enum unpack_choice choice;
	/* Most bytes to hand out.  0: beyond 1 GiB, at most 100 times the bytes that came from the
	 * source. */
	uint64_t max_bytes;
	/* If not NULL: told of each member that matches and is neither file nor directory
	 * ("symbolic link"). */
	void (*skipped)(void *arg, const char *name, const char *type);
	void *arg;
};

/* Puts up to max bytes at `at`; returns how many, 0 at the end, below 0 if it failed.  May be
 * short. */
typedef long unpack_reader(void *from, char *at, size_t max);

struct unpack;

/* Reads nothing yet.  Keeps read, from and how until unpack_close(). */
struct unpack *unpack_open(unpack_reader *read, void *from, const struct unpack_how *how);

/*
 * Goes to the next member chosen (or, once, to a content that is no archive); what is left of the
 * current one is skipped.  `._*` and what is below __MACOSX never count.  Returns false behind the
 * last one, when all checks have been made, or at a fault.
 */
bool unpack_next(struct unpack *u);

/* The current member, valid until the next unpack_next(). */
const struct unpack_member *unpack_member(const struct unpack *u);

/*
 * The next bytes of the current member, as soon as there are any: len 0 at its end or at a fault.
 * Valid until the next call; plain content is not copied.
 */
struct slice unpack_read(struct unpack *u);

/*
 * unpack_read() in the form of an unpack_reader (a struct unpack is `from`): copies; -1 at a fault.
 */
long unpack_copy(void *u, char *at, size_t max);

/* What kind of fault has ended it; UNPACK_OK as long as all is well. */
enum unpack_fault unpack_fault(const struct unpack *u);
/* What went wrong, for a message behind the source's name; valid until unpack_close(). */
const char *unpack_reason(const struct unpack *u);
/* "file", "symbolic link" ... */
const char *unpack_type_text(enum unpack_type type);
void unpack_close(struct unpack *u);

#endif
