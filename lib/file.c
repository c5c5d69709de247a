#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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
