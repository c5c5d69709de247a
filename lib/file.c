#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tmp.h"

static int
read_all(int fd, size_t max, struct buf *bytes)
{
	char *at = buf_room(bytes, max + 1);
	size_t len = 0;
	for (ssize_t n; len <= max;) {
		n = read(fd, at + len, max + 1 - len);
		if (n == 0)
			break;
		if (n < 0 && errno != EINTR)
			return errno;
		len += n > 0 ? (size_t)n : 0;
	}
	bytes->len += len;
	return len <= max ? 0 : EFBIG;
}

int
file_read(const char *path, size_t max, struct buf *bytes, struct stat *st)
{
	/* A FIFO would be waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno;
	int error = fstat(fd, st) != 0 ? errno : S_ISREG(st->st_mode) ? 0 : EISDIR;
	if (error == 0)
		error = read_all(fd, max, bytes);
	close(fd);
	return error;
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The directory that a file is in, or is to be in. */
static bool
stat_directory(const char *path, struct stat *st)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return stat(".", st) == 0;
	char *directory = xstrdup(path);
	directory[slash - path + 1] = '\0';
	bool result = stat(directory, st) == 0;
	free(directory);
	return result;
}

static const char *
last_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

/* Neither is there: would they be the same? */
static bool
would_be_same(const char *a, const char *b)
{
	struct stat x, y;
	return strcmp(last_name(a), last_name(b)) == 0 && stat_directory(a, &x) &&
		stat_directory(b, &y) && is_same_file(&x, &y);
}

bool
file_is_same(const char *a, const char *b)
{
	struct stat x, y;
	bool has_a = stat(a, &x) == 0;
	bool has_b = stat(b, &y) == 0;
	if (has_a && has_b)
		return S_ISREG(x.st_mode) && is_same_file(&x, &y);
	if (has_a || has_b)
		return false;
	char *first = tmp_follow(a), *second = tmp_follow(b);
	bool result = would_be_same(first, second);
	free(first);
	free(second);
	return result;
}

bool
file_has_open(const char *path, int fd)
{
	struct stat x, y;
	return stat(path, &x) == 0 && fstat(fd, &y) == 0 && S_ISREG(x.st_mode) &&
		is_same_file(&x, &y);
}
