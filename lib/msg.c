#include "msg.h"

#include <poll.h>
#include <pthread.h>
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

/*
 * Of the threads one at a time has what the clean-ups look at; holds: this one, so many times over.
 */
static bool is_held;
static _Thread_local unsigned holds;

/* Signals that we change, and what our caller had left to us. */
static const int numbers[] = {SIGHUP, SIGINT, SIGTERM, SIGCHLD, SIGXFSZ};
enum { NUMBERS = sizeof numbers / sizeof *numbers, ENDING = 3 };
static struct sigaction given[NUMBERS];
static sigset_t caught; /* of them, those that run the clean-ups */

/* The thread that waits for them, where there are several. */
static struct {
	pthread_t thread;
	bool is_over;
	sigset_t before; /* mask of the thread that has started it */
} watcher;

static void
run_cleanups(int status)
{
	while (cleanups != NULL) {
		struct cleanup *c = cleanups;
		cleanups = c->next;
		c->run(c->arg, status);
	}
}

/*
 * Handlers call it too: where there are several threads they do not run, so that none waits for
 * what it has stopped.
 */
static void
take_hold(void)
{
	if (holds++ == 0)
		while (__atomic_test_and_set(&is_held, __ATOMIC_ACQUIRE))
			poll(NULL, 0, 1);
}

void
msg_hold(sigset_t *old)
{
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, old);
	take_hold();
}

void
msg_let_go(const sigset_t *old)
{
	if (--holds == 0)
		__atomic_clear(&is_held, __ATOMIC_RELEASE);
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

static void
on_signal(int number)
{
	take_hold();
	run_cleanups(END_SIGNAL + number);
	signal(number, SIG_DFL);
	raise(number);
}

void
msg_start(const char *program)
{
	program_name = program;
	sigemptyset(&caught);
	for (size_t i = 0; i < NUMBERS; i++) {
		struct sigaction act = {.sa_handler = on_signal};
		sigfillset(&act.sa_mask);
		if (sigaction(numbers[i], NULL, &given[i]) == 0 && i < ENDING &&
			given[i].sa_handler != SIG_IGN && sigaction(numbers[i], &act, NULL) == 0)
			sigaddset(&caught, numbers[i]);
	}
	/* where our caller ignores it our children would have no status */
	signal(SIGCHLD, SIG_DFL);
	/* a file-size limit is then an error of write(2), with a message */
	signal(SIGXFSZ, SIG_IGN);
}

/* SIGTERM is what wakes it when all is over, caught or not. */
static void *
watch(void *unused)
{
	sigset_t awaited = caught;
	int number = 0;
	(void)unused;
	sigaddset(&awaited, SIGTERM);
	bool is_over;
	do {
		sigwait(&awaited, &number);
		is_over = __atomic_load_n(&watcher.is_over, __ATOMIC_ACQUIRE);
	} while (!is_over && !sigismember(&caught, number));
	if (is_over && number == SIGTERM)
		return NULL;
	on_signal(number);
	pthread_sigmask(SIG_UNBLOCK, &awaited, NULL);
	return NULL;
}

int
msg_watch(void)
{
	sigset_t awaited = caught;
	sigaddset(&awaited, SIGTERM);
	watcher.is_over = false;
	pthread_sigmask(SIG_BLOCK, &awaited, &watcher.before);
	int error = pthread_create(&watcher.thread, NULL, watch, NULL);
	if (error != 0)
		pthread_sigmask(SIG_SETMASK, &watcher.before, NULL);
	return error;
}

void
msg_watch_end(void)
{
	__atomic_store_n(&watcher.is_over, true, __ATOMIC_RELEASE);
	pthread_kill(watcher.thread, SIGTERM);
	pthread_join(watcher.thread, NULL);
	pthread_sigmask(SIG_SETMASK, &watcher.before, NULL);
}

void
msg_restore_signals(void)
{
	for (size_t i = 0; i < NUMBERS; i++)
		sigaction(numbers[i], &given[i], NULL);
}

void
msg_be_done(void)
{
	pthread_sigmask(SIG_BLOCK, &caught, NULL);
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
	msg_hold(&old);
	c->next = cleanups;
	cleanups = c;
	msg_let_go(&old);
}

void
cleanup_drop(struct cleanup *c)
{
	sigset_t old;
	msg_hold(&old);
	struct cleanup *volatile *link = &cleanups;
	while (*link != NULL && *link != c)
		link = (struct cleanup *volatile *)&(*link)->next;
	if (*link != NULL)
		*link = c->next;
	msg_let_go(&old);
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
	take_hold();
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
