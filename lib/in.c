#include "in.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "msg.h"
#include "number.h"
#include "slice.h"

enum { PIECE = 65536, BLOCK_MAX = 64 * 1024 * 1024 };

bool
in_is_stdin(const char *operand)
{
	return operand == NULL || strcmp(operand, "-") == 0;
}

const char *
in_name(const char *operand)
{
	return in_is_stdin(operand) ? "stdin" : operand;
}

void
in_check(char *const *operands, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (in_is_stdin(operands[i]))
			continue;
		struct stat st;
		if (stat(operands[i], &st) != 0 || access(operands[i], R_OK) != 0)
			die(END_SETUP, "%s: %s", operands[i], strerror(errno));
		if (S_ISDIR(st.st_mode))
			die(END_SETUP, "%s: %s", operands[i], strerror(EISDIR));
	}
}

/* Where an operand's bytes come from, if they can be read only once. */
static bool
is_read_once(const char *operand, struct stat *st)
{
	int result = in_is_stdin(operand) ? fstat(STDIN_FILENO, st) : stat(operand, st);
	return result == 0 && (S_ISFIFO(st->st_mode) || S_ISSOCK(st->st_mode));
}

void
in_check_apart(char *const *operands, size_t count)
{
	in_check(operands, count);
	for (size_t i = 0; i < count; i++) {
		struct stat a, b;
		bool is_stdin = in_is_stdin(operands[i]);
		bool once = is_read_once(operands[i], &a);
		for (size_t j = 0; j < i && (is_stdin || once); j++) {
			bool is_same = is_stdin && in_is_stdin(operands[j]);
			if (is_same || (once && is_read_once(operands[j], &b) &&
				a.st_dev == b.st_dev && a.st_ino == b.st_ino))
				die(END_SETUP, "operands %zu and %zu are the same %s, which can be "
					"read only once", j + 1, i + 1,
					is_stdin && is_same ? "standard input" : "pipe");
		}
	}
}

/* A regular file that we write to would grow before us, or has been emptied by the shell. */
static bool
is_own_output(const struct stat *st)
{
	struct stat out;
	return S_ISREG(st->st_mode) && fstat(STDOUT_FILENO, &out) == 0 &&
	       out.st_dev == st->st_dev && out.st_ino == st->st_ino;
}

size_t
in_block(void)
{
	const char *text = getenv("ETL_BLOCK");
	uint64_t n = IN_BLOCK;
	if (text != NULL && (!uint64_parse(slice_of(text), &n) || n == 0 || n > BLOCK_MAX))
		die(END_SETUP, "ETL_BLOCK: '%s' is not a number of bytes up to 64 MiB", text);
	return (size_t)n;
}

void
in_open(struct in *in, const char *operand)
{
	*in = (struct in){.name = in_name(operand)};
	in->fd = in_is_stdin(operand) ? STDIN_FILENO : open(operand, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (in->fd < 0 && errno == EMFILE)
		die(END_SETUP,
			"%s: %s (ulimit -n allows more; or take fewer at a time, in two steps)",
			in->name, strerror(errno));
	if (in->fd < 0 || fstat(in->fd, &st) != 0)
		die(END_SETUP, "%s: %s", in->name, strerror(errno));
	if (S_ISDIR(st.st_mode))
		die(END_SETUP, "%s: %s", in->name, strerror(EISDIR));
	if (is_own_output(&st))
		die(END_SETUP,
			"%s: input and output are the same file (-o replaces a file at the end)",
			in->name);
	in->is_file = S_ISREG(st.st_mode);
}

static size_t
read_some(struct in *in, char *at, size_t max)
{
	for (;;) {
		ssize_t n = read(in->fd, at, max);
		if (n >= 0)
			return (size_t)n;
		if (errno == EAGAIN || errno == EWOULDBLOCK)
			poll(&(struct pollfd){.fd = in->fd, .events = POLLIN}, 1, -1);
		else if (errno != EINTR)
			die(END_SETUP, "%s: %s", in->name, strerror(errno));
	}
}

size_t
in_read(struct in *in, char *at, size_t max)
{
	uint64_t start = clock_ns();
	size_t n = in->read != NULL ? in->read(in->from, at, max) : read_some(in, at, max);
	in->waited += clock_ns() - start;
	in->bytes += n;
	return n;
}

void
in_back(struct in *in, uint64_t bytes)
{
	if (lseek(in->fd, -(off_t)bytes, SEEK_CUR) < 0)
		die(END_SETUP, "%s: %s", in->name, strerror(errno));
	in->bytes -= bytes;
}

void
in_close(struct in *in)
{
	if (in->fd > STDERR_FILENO)
		close(in->fd);
	in->fd = -1;
}

void
in_read_all(const char *operand, struct buf *text)
{
	struct in in;
	in_open(&in, operand);
	for (size_t n; (n = in_read(&in, buf_room(text, PIECE), PIECE)) != 0;)
		text->len += n;
	in_close(&in);
}
