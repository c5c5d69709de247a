#include "split/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "msg.h"
#include "tmp.h"

enum {
	WAITS_MOST = 256 * 1024, /* bytes that wait in memory for one file */
	SYNC_MOST = 32,          /* more files than that are not asked for one by one */
	OPEN_MOST = 1000,
	OPEN_RESERVE = 24        /* descriptors for inputs, rejects, the record of the run */
};

struct file {
	char *path;      /* of the temporary; NULL: it has its name, or has been removed */
	int fd;          /* -1: it is not open */
	struct buf text; /* that is yet to be written */
};

struct files {
	const struct files_how *how;
	struct file *at;
	size_t count;
	size_t room;
	uint64_t waits;    /* bytes of memory that texts have */
	uint32_t *opened;  /* those that are open, in a ring */
	size_t open_most;
	size_t open_next;
	char **made;       /* directories, the outer before the inner */
	size_t made_count;
	int base;          /* the directory that all are in: see may_sweep() */
	char *directory;   /* the last one that was looked through, or written to disk */
	char letters[TMP_LETTERS + 1];
	struct cleanup cleanup;
};

/* Runs in signal handlers too. */
static void
remove_all(void *arg, int status)
{
	struct files *f = arg;
	(void)status;
	for (size_t i = 0; i < f->count; i++)
		if (f->at[i].path != NULL)
			unlink(f->at[i].path);
	for (size_t i = f->made_count; i > 0; i--)
		rmdir(f->made[i - 1]);
}

static size_t
descriptors(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > OPEN_MOST + OPEN_RESERVE)
		return OPEN_MOST;
	return limit.rlim_cur > OPEN_RESERVE ? (size_t)limit.rlim_cur - OPEN_RESERVE : 1;
}

/* The directory that all parts are in. */
static _Noreturn void
die_opening(const char *directory)
{
	int why = errno;
	if (why == ENOENT)
		die(END_SETUP, "there is no directory '%s'", directory);
	if (why == ENOTDIR)
		die(END_SETUP, "'%s' is no directory", directory);
	die(END_SETUP, "%s: %s", directory, strerror(why));
}

struct files *
files_new(const struct files_how *how)
{
	struct files *f = xcalloc(1, sizeof *f);
	struct buf base = {0};
	*f = (struct files){.how = how, .open_most = descriptors()};
	f->opened = xmalloc(f->open_most * sizeof *f->opened);
	memset(f->opened, 0xff, f->open_most * sizeof *f->opened);
	tmp_letters(f->letters);
	buf_add(&base, how->template, how->name->fixed);
	while (base.len > 1 && base.at[base.len - 1] == '/')
		base.len--;
	buf_text(&base, base.len == 0 ? "." : "");
	buf_byte(&base, '\0');
	f->base = open(base.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->base < 0)
		die_opening(base.at);
	(void)flock(f->base, LOCK_SH);
	buf_clear(&base);
	f->cleanup = (struct cleanup){.run = remove_all, .arg = f};
	cleanup_add(&f->cleanup);
	return f;
}

/* The path of a part's file; the caller frees it. */
static char *
path_of(const struct files *f, size_t part)
{
	struct buf path = {0};
	f->how->put_path(f->how->arg, (uint32_t)part, &path);
	return path.at;
}

static size_t
directory_len(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* `DIR/.NAME.XXXXXX.tmp`: of all parts with the same letters, so that two of one name meet. */
static char *
temporary_path(const struct files *f, const char *path)
{
	size_t len = directory_len(path);
	struct buf b = {0};
	buf_add(&b, path, len);
	buf_format(&b, ".%s.%s.tmp", path + len, f->letters);
	buf_byte(&b, '\0');
	return b.at;
}

/* The directories of a path that are not there, from the one on that all parts are in. */
static void
make_directories(struct files *f, const char *path)
{
	for (const char *at = path + f->how->name->fixed; (at = strchr(at, '/')) != NULL; at++) {
		sigset_t old;
		char *name = xstrdup(path);
		name[at - path] = '\0';
		msg_hold(&old);
		f->made = xrealloc(f->made, f->made_count + 1, sizeof *f->made);
		int why = mkdir(name, 0777) == 0 ? 0 : errno;
		if (why == 0)
			f->made[f->made_count++] = name;
		msg_let_go(&old);
		if (why != 0 && why != EEXIST)
			die(END_SETUP, "%s: %s", name, strerror(why));
		if (why != 0)
			free(name);
	}
}

/*
 * Temporaries that are not open have no lock that says that their run lives.  Each run holds one on
 * the directory that its parts are in, together with the others; who is alone there may sweep.
 */
static bool
is_alone(const struct files *f)
{
	if (flock(f->base, LOCK_EX | LOCK_NB) == 0)
		return true;
	(void)flock(f->base, LOCK_SH);
	return false;
}

/* Notes the directory of a path; false: it is that of the one before. */
static bool
is_elsewhere(struct files *f, const char *path)
{
	size_t len = directory_len(path);
	if (f->directory != NULL && strlen(f->directory) == len &&
		memcmp(f->directory, path, len) == 0)
		return false;
	free(f->directory);
	f->directory = xstrdup(path);
	f->directory[len] = '\0';
	return true;
}

static void
sweep(struct files *f, const char *path)
{
	if (!is_elsewhere(f, path) || !is_alone(f))
		return;
	tmp_sweep(path, f->how->name->head, f->how->name->tail, f->letters);
	(void)flock(f->base, LOCK_SH);
}

/* One that is open and not to be for much longer makes room. */
static void
take_place(struct files *f, uint32_t part)
{
	uint32_t *place = &f->opened[f->open_next];
	if (*place != UINT32_MAX && f->at[*place].fd >= 0) {
		if (close(f->at[*place].fd) != 0)
			die(END_SETUP, "%s: %s", path_of(f, *place), strerror(errno));
		f->at[*place].fd = -1;
	}
	*place = part;
	f->open_next = (f->open_next + 1) % f->open_most;
}

static int
create(struct files *f, struct file *file, const char *path)
{
	sigset_t old;
	char *name = temporary_path(f, path);
	msg_hold(&old);
	file->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC,
		0600);
	int why = file->fd < 0 ? errno : 0;
	if (why == 0)
		file->path = name;
	msg_let_go(&old);
	if (why != 0)
		free(name);
	return why;
}

static void
create_or_die(struct files *f, struct file *file, const char *path)
{
	int why = create(f, file, path);
	if (why == ENOENT) {
		make_directories(f, path);
		why = create(f, file, path);
	}
	if (why == EEXIST)
		die(END_SETUP, "%s: two parts would be this file", path);
	errno = why;
	if (why != 0)
		tmp_die_creating(path);
	(void)flock(file->fd, LOCK_EX | LOCK_NB);
}

/* What is there is replaced, if it is a file. */
static void
check_target(const char *path)
{
	struct stat st;
	if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))
		die(END_SETUP, "%s: there is something that is no regular file", path);
}

void
files_add(struct files *f)
{
	sigset_t old;
	if (f->count == f->room) {
		size_t room = f->room * 2 + 64;
		struct file *more = xmalloc(room * sizeof *more);
		struct file *before = f->at;
		if (f->count != 0)
			memcpy(more, before, f->count * sizeof *more);
		msg_hold(&old);
		f->at = more;
		msg_let_go(&old);
		f->room = room;
		free(before);
	}
	uint32_t part = (uint32_t)f->count;
	struct file *file = &f->at[part];
	*file = (struct file){.fd = -1};
	f->count++;
	char *path = path_of(f, part);
	sweep(f, path);
	check_target(path);
	take_place(f, part);
	create_or_die(f, file, path);
	free(path);
}

/* Not by a link that somebody has put there meanwhile. */
static void
reopen(struct files *f, uint32_t part)
{
	struct file *file = &f->at[part];
	take_place(f, part);
	file->fd = open(file->path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (file->fd < 0)
		die(END_SETUP, "%s: %s", file->path, strerror(errno));
	(void)flock(file->fd, LOCK_EX | LOCK_NB);
}

static void
write_text(struct files *f, uint32_t part)
{
	struct file *file = &f->at[part];
	const char *at = file->text.at;
	size_t left = file->text.len;
	if (left != 0 && file->fd < 0)
		reopen(f, part);
	while (left > 0) {
		ssize_t n = write(file->fd, at, left);
		if (n < 0 && errno != EINTR)
			die(END_SETUP, "%s: %s", path_of(f, part), strerror(errno));
		at += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	file->text.len = 0;
}

static void
let_text_go(struct files *f, struct file *file)
{
	f->waits -= file->text.cap;
	buf_clear(&file->text);
}

static void
write_all(struct files *f)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->at[i].text.cap == 0)
			continue;
		write_text(f, (uint32_t)i);
		let_text_go(f, &f->at[i]);
	}
}

void
files_put(struct files *f, uint32_t part, struct slice text)
{
	struct buf *waits = &f->at[part].text;
	size_t before = waits->cap;
	buf_add(waits, text.at, text.len);
	f->waits += waits->cap - before;
	if (waits->len >= WAITS_MOST)
		write_text(f, part);
	if (f->waits > f->how->memory)
		write_all(f);
}

void
files_end(struct files *f, uint32_t part)
{
	struct file *file = &f->at[part];
	write_text(f, part);
	let_text_go(f, file);
	if (file->fd >= 0 && close(file->fd) != 0)
		die(END_SETUP, "%s: %s", path_of(f, part), strerror(errno));
	file->fd = -1;
}

/* All of it is written, with the mode that it is to have. */
static void
settle(struct files *f, uint32_t part, const char *path)
{
	struct file *file = &f->at[part];
	check_target(path);
	if (file->fd < 0)
		reopen(f, part);
	if (fchmod(file->fd, tmp_mode(path)) != 0 ||
		(f->count <= SYNC_MOST && fsync(file->fd) != 0))
		die(END_SETUP, "%s: %s", path, strerror(errno));
	files_end(f, part);
}

static void
put_in_place(struct files *f, uint32_t part, const char *path)
{
	sigset_t old;
	struct file *file = &f->at[part];
	msg_hold(&old);
	char *name = file->path;
	int why = rename(name, path) == 0 ? 0 : errno;
	if (why == 0)
		file->path = NULL;
	msg_let_go(&old);
	if (why != 0)
		die(END_SETUP, "%s: %s (%u part%s before it %s in place)", path, strerror(why),
			part, plural(part), part == 1 ? "is" : "are");
	free(name);
}

/*
 * Many files are on disk when all that the file system has to write is: to ask for one after the
 * other takes some milliseconds each.  That there was an error it says since Linux 5.8.
 */
static void
sync_many(const struct files *f)
{
	if (f->count > SYNC_MOST && compat_sync_all(f->base) != 0)
		die(END_SETUP, "%s: %s", f->how->template, strerror(errno));
}

/* The names in a directory are there for good; of neighbours in one it is asked once. */
static void
sync_names(struct files *f, uint32_t part, const char *path)
{
	(void)part;
	if (is_elsewhere(f, path))
		tmp_sync_directory(path);
}

static void
for_each(struct files *f, void (*act)(struct files *, uint32_t, const char *))
{
	for (size_t i = 0; i < f->count; i++) {
		char *path = path_of(f, i);
		act(f, (uint32_t)i, path);
		free(path);
	}
}

void
files_publish(struct files *f)
{
	write_all(f);
	for_each(f, settle);
	sync_many(f);
	for_each(f, put_in_place);
	free(f->directory);
	f->directory = NULL;
	if (f->count <= SYNC_MOST)
		for_each(f, sync_names);
	for (size_t i = 0; i < f->made_count && f->count <= SYNC_MOST; i++)
		sync_names(f, 0, f->made[i]);
	sync_many(f);
	cleanup_drop(&f->cleanup);
}

void
files_free(struct files *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->made_count; i++)
		free(f->made[i]);
	close(f->base);
	free(f->made);
	free(f->at);
	free(f->opened);
	free(f->directory);
	free(f);
}
