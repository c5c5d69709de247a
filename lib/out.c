#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "compat.h"
#include "mem.h"
#include "msg.h"

void
out_open(struct out *o, const char *path)
{
	*o = (struct out){.fd = STDOUT_FILENO, .name = path != NULL ? path : "stdout"};
	o->at = xmalloc(OUT_BUFFER + OUT_PAD);
	if (path != NULL && tmp_can_replace(path)) {
		tmp_open(&o->tmp, path);
		o->fd = o->tmp.fd;
		o->is_temporary = true;
	} else if (path != NULL) {
		o->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		if (o->fd < 0)
			die(END_SETUP, "%s: %s", path, strerror(errno));
	} else if (compat_is_pipe(o->fd)) {
		compat_grow_pipe(o->fd, OUT_PIPE);
	}
}

void
out_open_memory(struct out *o, struct buf *memory)
{
	*o = (struct out){.fd = -1, .at = xmalloc(OUT_BUFFER + OUT_PAD), .memory = memory};
}

void
out_open_spool(struct out *o)
{
	*o = (struct out){.fd = tmp_spool(), .name = tmp_spool_name};
	o->at = xmalloc(OUT_BUFFER + OUT_PAD);
}

void
out_restart_spool(struct out *o)
{
	if (ftruncate(o->fd, 0) != 0 || lseek(o->fd, 0, SEEK_SET) != 0)
		die(END_SETUP, "%s: %s", o->name, strerror(errno));
	o->len = 0;
	o->bytes = 0;
}

void
out_read_spool(const struct out *o, uint64_t at, char *to, size_t len)
{
	tmp_spool_read(o->fd, at, to, len);
}

void
out_forget_spool(const struct out *o, uint64_t from, uint64_t to)
{
	compat_punch(o->fd, from, to - from);
}

void
out_close_spool(struct out *o)
{
	if (o->fd >= 0)
		close(o->fd);
	free(o->at);
	*o = (struct out){.fd = -1};
}

static void
keep(struct out *o, const char *at, size_t len)
{
	if (o->behind == NULL || o->memory->len + len <= OUT_MEMORY) {
		buf_add(o->memory, at, len);
		return;
	}
	msg_take_turn();
	if (o->memory->len != 0)
		out_add(o->behind, o->memory->at, o->memory->len);
	out_add(o->behind, at, len);
	o->memory->len = 0;
}

static void
write_all(struct out *o, const char *at, size_t len)
{
	if (o->memory != NULL) {
		keep(o, at, len);
		return;
	}
	uint64_t start = clock_ns();
	o->bytes += len;
	while (len > 0) {
		ssize_t n = write(o->fd, at, len);
		if (n >= 0) {
			at += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			poll(&(struct pollfd){.fd = o->fd, .events = POLLOUT}, 1, -1);
		} else if (errno != EINTR) {
			die(END_SETUP, "%s: %s", o->name, strerror(errno));
		}
	}
	o->waited += clock_ns() - start;
}

void
out_flush(struct out *o)
{
	write_all(o, o->at, o->len);
	o->len = 0;
}

void
out_large(struct out *o, const char *at, size_t len)
{
	out_flush(o);
	write_all(o, at, len);
}

void
out_finish(struct out *o)
{
	out_flush(o);
	if (o->is_temporary)
		tmp_commit(&o->tmp, !o->goes_on);
	else if (o->name != NULL && o->fd != STDOUT_FILENO && close(o->fd) != 0)
		die(END_SETUP, "%s: %s", o->name, strerror(errno));
	o->fd = o->fd == STDOUT_FILENO ? o->fd : -1;
	free(o->at);
	o->at = NULL;
}
