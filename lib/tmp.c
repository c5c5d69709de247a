#include "tmp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "compat.h"
#include "mem.h"

enum { TRIES = 100 };

bool
tmp_can_replace(const char *path)
{
	struct stat st;
	return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static void
unlink_on_end(void *arg, int status)
{
	struct tmp *t = arg;
	(void)status;
	unlink(t->path);
}

/* Length of the directory part of path, its slash included. */
static size_t
directory_len(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

static char *
directory_of(const char *path)
{
	size_t len = directory_len(path);
	struct buf b = {0};
	buf_add(&b, len != 0 ? path : "./", len != 0 ? len : 2);
	buf_byte(&b, '\0');
	return b.at;
}

/* `.NAME.` in path's directory: what all temporaries of this target begin with. */
static char *
temporary_stem(const char *path)
{
	size_t len = directory_len(path);
	struct buf b = {0};
	buf_add(&b, path, len);
	buf_byte(&b, '.');
	buf_text(&b, path + len);
	buf_text(&b, ".");
	buf_byte(&b, '\0');
	return b.at;
}

static bool
has_directory(const char *path)
{
	struct stat st;
	char *directory = directory_of(path);
	bool result = stat(directory, &st) == 0;
	free(directory);
	return result;
}

void
tmp_die_creating(const char *path)
{
	int why = errno;
	int len = (int)directory_len(path) - 1;
	if (why == ENOENT && len > 0 && has_directory(path))
		die(END_SETUP, "%s: nothing can be created in '%.*s'", path, len, path);
	if (why == ENOENT && len > 0)
		die(END_SETUP, "%s: there is no directory '%.*s'", path, len, path);
	if (why == ENOTDIR && len > 0)
		die(END_SETUP, "%s: '%.*s' is no directory", path, len, path);
	die(END_SETUP, "%s: %s", path, strerror(why));
}

void
tmp_letters(char out[TMP_LETTERS + 1])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char random[TMP_LETTERS];
	compat_random(random, sizeof random);
	for (int i = 0; i < TMP_LETTERS; i++)
		out[i] = letters[random[i] & 31];
	out[TMP_LETTERS] = '\0';
}

/* A temporary that nobody holds a lock on was left by a run that was killed. */
static void
remove_stale(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return;
	struct stat st;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlink(path);
	close(fd);
}

static bool
is_temporary(const char *name, const char *head, const char *tail)
{
	static const char suffix[] = ".tmp";
	size_t len = strlen(name), head_len = strlen(head);
	size_t behind = tail == NULL ? 0 : strlen(tail);
	size_t fixed = 1 + head_len + behind + 1 + TMP_LETTERS + strlen(suffix);
	if (tail == NULL ? len != fixed : len < fixed)
		return false;
	const char *dot = name + len - strlen(suffix) - TMP_LETTERS - 1;
	return name[0] == '.' && memcmp(name + 1, head, head_len) == 0 && *dot == '.' &&
		(behind == 0 || memcmp(dot - behind, tail, behind) == 0) &&
		strcmp(name + len - strlen(suffix), suffix) == 0;
}

void
tmp_sweep(const char *path, const char *head, const char *tail, const char *spared)
{
	char *directory = directory_of(path);
	DIR *d = opendir(directory);
	struct buf found = {0};
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		if (!is_temporary(e->d_name, head, tail) ||
			(spared != NULL && strstr(e->d_name, spared) != NULL))
			continue;
		found.len = 0;
		buf_text(&found, directory);
		buf_add(&found, e->d_name, strlen(e->d_name) + 1);
		remove_stale(found.at);
	}
	if (d != NULL)
		closedir(d);
	buf_clear(&found);
	free(directory);
}

/*
 * Another run's sweep may come between creation and lock; then the name is gone and we try again.
 */
static bool
create(struct tmp *t, const char *stem)
{
	char letters[TMP_LETTERS + 1];
	struct buf path = {0};
	struct stat st;
	tmp_letters(letters);
	buf_format(&path, "%s%s.tmp", stem, letters);
	buf_byte(&path, '\0');
	t->path = path.at;
	t->fd = open(t->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->fd < 0 && errno != EEXIST)
		tmp_die_creating(t->target);
	if (t->fd >= 0 && flock(t->fd, LOCK_EX | LOCK_NB) == 0 && fstat(t->fd, &st) == 0 &&
		st.st_nlink > 0)
		return true;
	if (t->fd >= 0)
		close(t->fd);
	free(t->path);
	return false;
}

mode_t
tmp_mode(const char *target)
{
	struct stat st;
	if (stat(target, &st) == 0)
		return st.st_mode & 07777;
	mode_t mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

/* What a symlink names, from where it stands; NULL: path is none. */
static char *
read_link(const char *path)
{
	char link[PATH_MAX];
	ssize_t len = readlink(path, link, sizeof link);
	if (len < 0)
		return NULL;
	struct buf b = {0};
	if (link[0] != '/')
		buf_add(&b, path, directory_len(path));
	buf_add(&b, link, (size_t)len);
	buf_byte(&b, '\0');
	return b.at;
}

/* The file that path leads to, also where a symlink names one that does not exist yet. */
static char *
follow(const char *path)
{
	char *at = realpath(path, NULL);
	if (at != NULL)
		return at;
	at = xstrdup(path);
	char *next;
	for (int links = 0; (next = read_link(at)) != NULL; links++) {
		free(at);
		at = next;
		if (links == TRIES)
			die(END_SETUP, "%s: %s", path, strerror(ELOOP));
	}
	return at;
}

char *
tmp_follow(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) ? follow(path) : xstrdup(path);
}

void
tmp_open(struct tmp *t, const char *target)
{
	sigset_t old;
	*t = (struct tmp){.target = follow(target)};
	t->mode = tmp_mode(t->target);
	char *stem = temporary_stem(t->target);
	tmp_sweep(t->target, t->target + directory_len(t->target), NULL, NULL);
	/* A signal between the two would leave the file behind. */
	msg_hold(&old);
	int tries = 0;
	while (!create(t, stem))
		if (++tries == TRIES)
			die(END_SETUP, "%s: cannot create a temporary file beside it", target);
	t->cleanup = (struct cleanup){.run = unlink_on_end, .arg = t};
	cleanup_add(&t->cleanup);
	msg_let_go(&old);
	free(stem);
}

static void
release(struct tmp *t)
{
	cleanup_drop(&t->cleanup);
	close(t->fd);
	free(t->path);
	free(t->target);
	*t = (struct tmp){.fd = -1};
}

void
tmp_sync_directory(const char *path)
{
	char *directory = directory_of(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		die(END_SETUP, "%s: %s", directory, strerror(errno));
	close(fd);
	free(directory);
}

void
tmp_commit(struct tmp *t, bool is_last)
{
	bool good = fchmod(t->fd, t->mode) == 0 && fsync(t->fd) == 0;
	if (good && is_last)
		msg_be_done();
	if (!good || rename(t->path, t->target) != 0)
		die(END_SETUP, "%s: %s", t->target, strerror(errno));
	tmp_sync_directory(t->target);
	release(t);
}

void
tmp_drop(struct tmp *t)
{
	unlink(t->path);
	release(t);
}

/* The name is the same for all runs, so that its lock keeps them apart. */
static char *
name_of_new(const char *target)
{
	char *stem = temporary_stem(target);
	struct buf b = {0};
	buf_format(&b, "%snew.tmp", stem);
	buf_byte(&b, '\0');
	free(stem);
	return b.at;
}

/* Is what fd has open still what that name stands for? */
static bool
is_named(const struct stat *st, const char *path)
{
	struct stat now;
	return lstat(path, &now) == 0 && now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

static bool
is_there(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

/*
 * With the lock on what is to be the new file: is it empty, our own, and still needed?  What a
 * killed run has left, or another user laid there, goes; false: try again.
 */
static bool
take_new(const struct tmp *t)
{
	struct stat st;
	if (fstat(t->fd, &st) != 0 || !is_named(&st, t->path))
		return false;
	bool is_fresh = S_ISREG(st.st_mode) && st.st_size == 0 && st.st_uid == geteuid() &&
		st.st_nlink == 1;
	if (is_fresh && !is_there(t->target))
		return true;
	if (unlink(t->path) != 0)
		die(END_SETUP, "%s: %s", t->path, strerror(errno));
	return false;
}

/* A signal between creation and clean-up would leave the file behind. */
static bool
try_new(struct tmp *t, bool *is_held)
{
	sigset_t old;
	msg_hold(&old);
	t->fd = open(t->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->fd < 0)
		tmp_die_creating(errno == ELOOP ? t->path : t->target);
	*is_held = flock(t->fd, LOCK_EX | LOCK_NB) != 0;
	bool is_ours = !*is_held && take_new(t);
	if (is_ours) {
		t->cleanup = (struct cleanup){.run = unlink_on_end, .arg = t};
		cleanup_add(&t->cleanup);
	} else {
		close(t->fd);
	}
	msg_let_go(&old);
	return is_ours;
}

bool
tmp_open_new(struct tmp *t, const char *target, uint64_t wait_ms)
{
	const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
	uint64_t start = clock_ns();
	*t = (struct tmp){.target = follow(target)};
	t->mode = tmp_mode(t->target);
	t->path = name_of_new(t->target);
	for (bool is_held = false; !is_there(t->target);) {
		if (try_new(t, &is_held))
			return true;
		if (is_held && clock_ns() - start >= wait_ms * 1000000)
			die(END_AGAIN, "%s: another run is creating it", target);
		if (is_held)
			nanosleep(&pause, NULL);
	}
	free(t->path);
	free(t->target);
	*t = (struct tmp){.fd = -1};
	return false;
}

void
tmp_commit_new(struct tmp *t)
{
	if (fchmod(t->fd, t->mode) != 0 || fsync(t->fd) != 0)
		die(END_SETUP, "%s: %s", t->target, strerror(errno));
	if (compat_rename_new(t->path, t->target) != 0) {
		if (errno == EEXIST)
			die(END_AGAIN, "%s: another program has created it meanwhile", t->target);
		die(END_SETUP, "%s: %s", t->target, strerror(errno));
	}
	tmp_sync_directory(t->target);
	release(t);
}

const char tmp_spool_name[] = "temporary file (see TMPDIR)";

int
tmp_spool(void)
{
	const char *directory = getenv("TMPDIR");
	struct buf path = {0};
	if (directory == NULL || *directory == '\0')
		directory = "/tmp";
	buf_text(&path, directory);
	buf_text(&path, "/etl-XXXXXX");
	buf_byte(&path, '\0');
	int fd = mkostemp(path.at, O_CLOEXEC);
	if (fd < 0 || unlink(path.at) != 0)
		die(END_SETUP, "temporary file in %s (see TMPDIR): %s", directory, strerror(errno));
	buf_clear(&path);
	return fd;
}

void
tmp_spool_write(int fd, uint64_t at, const char *from, size_t len)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, from, len, (off_t)at);
		if (n < 0 && errno != EINTR)
			die(END_SETUP, "%s: %s", tmp_spool_name, strerror(errno));
		if (n < 0)
			continue;
		from += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
}

void
tmp_spool_read(int fd, uint64_t at, char *to, size_t len)
{
	while (len > 0) {
		ssize_t n = pread(fd, to, len, (off_t)at);
		if (n == 0)
			die(END_SETUP, "%s: ends before its end", tmp_spool_name);
		if (n < 0 && errno != EINTR)
			die(END_SETUP, "%s: %s", tmp_spool_name, strerror(errno));
		if (n < 0)
			continue;
		to += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
}

static bool
try_lock(int fd, uint64_t wait_seconds)
{
	const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	for (uint64_t tries = 0;; tries++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if ((errno != EWOULDBLOCK && errno != EINTR) || tries / 20 >= wait_seconds)
			return false;
		nanosleep(&pause, NULL);
	}
}

int
tmp_lock(const char *path, uint64_t wait_seconds)
{
	struct buf name = {0};
	buf_format(&name, "%s.lock", path);
	buf_byte(&name, '\0');
	int fd = open(name.at, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0)
		tmp_die_creating(errno == ENOENT || errno == ENOTDIR ? path : name.at);
	if (!try_lock(fd, wait_seconds)) {
		if (errno == EWOULDBLOCK)
			die(END_AGAIN, "%s: held by another run", name.at);
		die(END_SETUP, "%s: cannot lock: %s", name.at, strerror(errno));
	}
	buf_clear(&name);
	return fd;
}
