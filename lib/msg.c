#include "msg.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, CULPRIT_MAX = 40 };

static const char *program_name = "etl";
static int data_status = END_DATA;
static struct cleanup *volatile cleanups;

static _Thread_local struct {
	void (*wait)(void *arg);
	void *arg;
} turn;

/* Signals that we change, and what our caller had left to us. */
static const int numbers[] = {SIGHUP, SIGINT, SIGTERM, SIGCHLD, SIGXFSZ};
enum { NUMBERS = sizeof numbers / sizeof *numbers, ENDING = 3 };
static struct sigaction given[NUMBERS];

static void
run_cleanups(int status)
{
	while (cleanups != NULL) {
		struct cleanup *c = cleanups;
		cleanups = c->next;
		c->run(c->arg, status);
	}
}

static void
on_signal(int number)
{
	run_cleanups(END_SIGNAL + number);
	signal(number, SIG_DFL);
	raise(number);
}

/* The handler must not meet a list that is being changed. */
static void
hold_signals(sigset_t *old)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, old);
}

void
msg_start(const char *program)
{
	program_name = program;
	for (size_t i = 0; i < NUMBERS; i++) {
		struct sigaction act = {.sa_handler = on_signal};
		sigfillset(&act.sa_mask);
		if (sigaction(numbers[i], NULL, &given[i]) == 0 && i < ENDING && given[i].sa_handler != SIG_IGN)
			sigaction(numbers[i], &act, NULL);
	}
	signal(SIGCHLD, SIG_DFL); /* where our caller ignores it our children would have no status */
	signal(SIGXFSZ, SIG_IGN); /* a file-size limit is then an error of write(2), with a message */
}

void
msg_restore_signals(void)
{
	for (size_t i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &given[i], NULL);
}

const char *
msg_program(void)
{
	return program_name;
}

void
cleanup_add(struct cleanup *c)
{
	sigset_t old;
	hold_signals(&old);
	c->next = cleanups;
	cleanups = c;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void
cleanup_drop(struct cleanup *c)
{
	sigset_t old;
	hold_signals(&old);
	struct cleanup *volatile *link = &cleanups;
	while (*link != NULL && *link != c)
		link = (struct cleanup *volatile *)&(*link)->next;
	if (*link != NULL)
		*link = c->next;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void
msg_set_turn(void (*wait)(void *arg), void *arg)
{
	turn.wait = wait;
	turn.arg = arg;
}

void
msg_take_turn(void)
{
	if (turn.wait != NULL)
		turn.wait(turn.arg);
}

/* One write(2) a message, so that the lines of a pipeline's programs do not mix. */
static void
put_stderr(const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, at, len);
		if (n <= 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

static size_t
escape(char *out, const char *text, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];
		if (byte >= 0x20 && byte != 0x7f) {
			out[n++] = (char)byte;
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = hex[byte >> 4];
		out[n++] = hex[byte & 15];
	}
	return n;
}

__attribute__((format(printf, 1, 0))) static void
say(const char *format, va_list args)
{
	char text[LINE_MAX_BYTES];
	char line[4 * LINE_MAX_BYTES + 128];
	msg_take_turn();
	int len = vsnprintf(text, sizeof text, format, args);
	if (len < 0)
		return;
	size_t cut = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
	size_t n = (size_t)snprintf(line, 128, "%.100s: ", program_name);
	n += escape(line + n, text, cut);
	line[n++] = '\n';
	put_stderr(line, n);
}

void
warn(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(format, args);
	va_end(args);
}

void
die(int status, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(format, args);
	va_end(args);
	end(status);
}

void
end_data_as(int status)
{
	data_status = status;
}

void
end(int status)
{
	msg_take_turn();
	if (status == END_DATA)
		status = data_status;
	run_cleanups(status);
	exit(status);
}

const char *
shown(char out[SHOWN_MAX], const char *at, size_t len)
{
	bool cut = len > CULPRIT_MAX;
	size_t n = escape(out, at, cut ? CULPRIT_MAX : len);
	memcpy(out + n, cut ? "..." : "", cut ? 4 : 1);
	return out;
}
