#include "load/append.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fnv.h"
#include "mem.h"
#include "number.h"
#include "slice.h"
#include "tmp.h"

enum { PIECE = 256 * 1024, SUM_BYTES = 4096, NOTES = 4 };

/* What NAME.lock says of an append that is under way: four numbers and the end of a line. */
struct note {
	uint64_t length; /* of the file, before */
	uint64_t added;  /* bytes, when it is done */
	uint64_t inode;
	uint64_t sum;    /* of the last bytes before length: is it still that file? */
};

static _Noreturn void
die_on(const char *path)
{
	die(END_SETUP, "%s: %s", path, strerror(errno));
}

/* Tells files apart, no more. */
static uint64_t
sum_before(int fd, uint64_t length)
{
	char bytes[SUM_BYTES];
	size_t len = length < sizeof bytes ? (size_t)length : sizeof bytes;
	ssize_t n = pread(fd, bytes, len, (off_t)(length - len));
	return fnv_add(FNV_START, (struct slice){bytes, n > 0 ? (size_t)n : 0});
}

/*
 * false: nothing was under way.  A note without its end was not yet on disk when the append would
 * have begun.
 */
static bool
read_note(const struct append *a, struct note *note)
{
	char text[128];
	uint64_t number[NOTES];
	ssize_t n = pread(a->lock, text, sizeof text, 0);
	if (n < 0)
		die(END_SETUP, "%s.lock: %s", a->path, strerror(errno));
	if (n == 0 || text[n - 1] != '\n')
		return false;
	const char *at = text;
	for (int i = 0; i < NOTES; i++) {
		size_t len = strspn(at, "0123456789");
		if (!uint64_parse((struct slice){at, len}, &number[i]) ||
			at[len] != (i + 1 < NOTES ? ' ' : '\n'))
			die(END_SETUP, "%s.lock: damaged: it does not say how long the file was",
				a->path);
		at += len + 1;
	}
	*note = (struct note){number[0], number[1], number[2], number[3]};
	return true;
}

static void
clear_note(const struct append *a)
{
	if (ftruncate(a->lock, 0) != 0 || fsync(a->lock) != 0)
		die(END_SETUP, "%s.lock: %s", a->path, strerror(errno));
}

static void
write_note(const struct append *a, const struct note *note)
{
	char text[128];
	int len = snprintf(text, sizeof text, "%ju %ju %ju %ju\n", (uintmax_t)note->length,
		(uintmax_t)note->added, (uintmax_t)note->inode, (uintmax_t)note->sum);
	if (pwrite(a->lock, text, (size_t)len, 0) != len || fsync(a->lock) != 0)
		die(END_SETUP, "%s.lock: %s", a->path, strerror(errno));
}

/* The file as the killed run left it, and no other that has its name by now. */
static bool
is_torn(int fd, const struct note *note)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || st.st_ino != note->inode)
		return false;
	uint64_t size = (uint64_t)st.st_size;
	return size > note->length && size <= note->length + note->added &&
		sum_before(fd, note->length) == note->sum;
}

static void
cut(const struct append *a, const struct note *note)
{
	int fd = open(a->path, O_RDWR | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return;
	if (fd < 0)
		die_on(a->path);
	if (is_torn(fd, note)) {
		warn("%s: cut back to %ju byte%s: the run that appended to it was killed", a->path,
			(uintmax_t)note->length, plural(note->length));
		if (ftruncate(fd, (off_t)note->length) != 0 || fsync(fd) != 0)
			die_on(a->path);
	}
	close(fd);
}

void
append_lock(struct append *a, const char *path, uint64_t wait_seconds)
{
	struct note note;
	struct stat st;
	*a = (struct append){.path = path, .fd = -1};
	a->lock = tmp_lock(path, wait_seconds);
	if (read_note(a, &note))
		cut(a, &note);
	if (fstat(a->lock, &st) == 0 && st.st_size != 0)
		clear_note(a);
}

static void
cut_on_end(void *arg, int status)
{
	struct append *a = arg;
	(void)status;
	if (ftruncate(a->fd, (off_t)a->length) == 0)
		(void)!ftruncate(a->lock, 0);
}

static void
write_all(const struct append *a, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = write(a->fd, at, len);
		if (n < 0 && errno != EINTR)
			die_on(a->path);
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

static void
copy(const struct append *a, int from)
{
	char *piece = xmalloc(PIECE);
	off_t at = 0;
	ssize_t n;
	while ((n = pread(from, piece, PIECE, at)) != 0) {
		if (n < 0 && errno != EINTR)
			die_on(a->path);
		if (n > 0)
			write_all(a, piece, (size_t)n);
		at += n > 0 ? n : 0;
	}
	free(piece);
}

static bool
lacks_newline(const struct append *a)
{
	char last = '\n';
	return a->length != 0 && pread(a->fd, &last, 1, (off_t)a->length - 1) == 1 && last != '\n';
}

void
append_file(struct append *a, int from)
{
	struct stat st, more;
	a->fd = open(a->path, O_RDWR | O_CLOEXEC);
	if (a->fd < 0 || fstat(a->fd, &st) != 0 || fstat(from, &more) != 0)
		die_on(a->path);
	a->length = (uint64_t)st.st_size;
	write_note(a, &(struct note){
		.length = a->length,
		.added = (uint64_t)more.st_size + 1,
		.inode = st.st_ino,
		.sum = sum_before(a->fd, a->length),
	});
	tmp_sync_directory(a->path);
	a->cleanup = (struct cleanup){.run = cut_on_end, .arg = a};
	cleanup_add(&a->cleanup);
	if (lseek(a->fd, 0, SEEK_END) < 0)
		die_on(a->path);
	if (lacks_newline(a))
		write_all(a, "\n", 1);
	copy(a, from);
	if (fsync(a->fd) != 0)
		die_on(a->path);
	/* The file is whole; from here on nobody may cut it. */
	cleanup_drop(&a->cleanup);
	clear_note(a);
	close(a->fd);
	a->fd = -1;
}

void
append_output(struct append *a, struct csv_out *out)
{
	out_flush(&out->out);
	if (out->out.bytes != 0)
		append_file(a, out->out.fd);
	out->stage->records = out->records;
	out->stage->bytes = out->out.bytes;
	out->stage->waited = out->out.waited;
	tmp_drop(&out->out.tmp);
	buf_clear(&out->scratch);
	free(out->out.at);
	out->out.at = NULL;
}
