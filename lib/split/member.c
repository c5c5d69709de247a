#include "split/member.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "msg.h"

enum { GRACE_MS = 1000, SIGNALS = 32 };

void
member_shift(struct buf *b, size_t *at)
{
	if (*at != b->len && *at < MEMBER_PIECE + b->len / 2)
		return;
	memmove(b->at, b->at + *at, b->len - *at);
	b->len -= *at;
	*at = 0;
}

/* In the child. */
static void
set_environment(void *variables)
{
	for (char *const *at = variables; *at != NULL; at++)
		if (strchr(*at, '=') != NULL)
			(void)putenv(*at);
		else
			(void)unsetenv(*at);
}

static void
make_pipe(const struct member *m, int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		die(END_SETUP, "%s: pipe: %s", m->name, strerror(errno));
}

static void
never_wait(int fd)
{
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* The mark is there before the command is, so that it never sees the pipe without. */
static void
start(struct member *m, const struct member_how *how, char *const *variables)
{
	int in[2], out[2];
	char *argv[] = {"sh", "-c", (char *)(uintptr_t)how->command, NULL};
	make_pipe(m, in);
	make_pipe(m, out);
	m->to = in[1];
	m->from = out[0];
	if (how->ahead != 0)
		compat_grow_pipe(m->to, how->ahead);
	never_wait(m->to);
	never_wait(m->from);
	mark_begin(&m->mark, m->to);
	int why = child_start(&m->child, &(struct child_how){
		.argv = argv,
		.input = in[0],
		.output = out[1],
		.grace_ms = GRACE_MS,
		.prepare = set_environment,
		.arg = (void *)(uintptr_t)variables,
	});
	if (why != 0)
		die(END_SETUP, "%s: sh: %s", m->name, strerror(why));
	close(in[0]);
	close(out[1]);
	mark_source_open(&m->source, m->from, "its output");
}

struct member *
member_new(const struct member_how *how, uint32_t part, const char *name, char *const *variables)
{
	struct member *m = xcalloc(1, sizeof *m);
	m->part = part;
	m->name = xstrdup(name);
	printed_init(&m->printed, how->dialect, how->max_record);
	start(m, how, variables);
	return m;
}

/* What ended it, where that was a signal; a shell says so by its status. */
static int
signal_of(int status)
{
	int number = status - END_SIGNAL;
	return number > 0 && number < SIGNALS ? number : 0;
}

static void
judge_status(const struct member *m, const char *command, int status)
{
	char text[SHOWN_MAX];
	shown(text, command, strlen(command));
	if (status == END_WELL)
		return;
	if (signal_of(status) != 0)
		die(END_AGAIN, "%s: '%s' was ended by signal %d", m->name, text, signal_of(status));
	bool is_ours = status == END_DATA || status == END_SETUP || status == END_AGAIN;
	die(is_ours ? status : END_SETUP, "%s: '%s' ended with status %d", m->name, text, status);
}

/* One of ours behind it may have failed, although the shell says that all is well. */
static void
judge_mark(const struct member *m)
{
	struct stat st;
	int status;
	char why[MARK_WHY_MAX];
	bool is_untouched = fstat(m->from, &st) != 0 || (st.st_mode & 07777) == MARK_UNTOUCHED;
	if (!is_untouched &&
		mark_judge(&m->source, m->printed_records, &status, why) == MARK_FAILED)
		die(status, "%s: %s", m->name, why);
}

void
member_finish(struct member *m, const char *command)
{
	int status = child_wait(&m->child);
	judge_status(m, command, status);
	judge_mark(m);
	close(m->from);
	buf_clear(&m->waits);
	printed_clear(&m->printed);
	m->has_ended = true;
}

void
member_free(struct member *m)
{
	buf_clear(&m->lines);
	free(m->name);
	free(m);
}

void
member_take(struct member *m)
{
	ssize_t n = read(m->from, printed_place(&m->printed, MEMBER_PIECE), MEMBER_PIECE);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		die(END_SETUP, "output of %s: %s", m->name, strerror(errno));
	if (n == 0) {
		printed_end(&m->printed);
		m->is_silent = true;
	} else if (n > 0) {
		mark_source_began(&m->source);
		printed_came(&m->printed, (size_t)n);
		m->taken->bytes += (uint64_t)n;
	}
}

/* That it has left is no failure if it then ends well. */
void
member_close_input(struct member *m)
{
	m->waits.len = 0;
	m->waits_at = 0;
	mark_end(&m->mark, m->records);
	close(m->to);
	m->to = -1;
}

/* As write(2), but that nobody reads is no signal. */
static ssize_t
write_quietly(int fd, const char *at, size_t len)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	sigaction(SIGPIPE, &ignore, &before);
	ssize_t n = write(fd, at, len);
	int why = errno;
	sigaction(SIGPIPE, &before, NULL);
	errno = why;
	return n;
}

void
member_give(struct member *m)
{
	while (member_left(m) != 0) {
		ssize_t n = write_quietly(m->to, m->waits.at + m->waits_at, member_left(m));
		if (n < 0 && errno == EPIPE) {
			member_close_input(m);
			return;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			die(END_SETUP, "input of %s: %s", m->name, strerror(errno));
		if (n < 0)
			break;
		m->waits_at += (size_t)n;
	}
	member_shift(&m->waits, &m->waits_at);
	if (m->is_complete && member_left(m) == 0)
		member_close_input(m);
}
