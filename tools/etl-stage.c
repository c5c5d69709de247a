/*
 * etl-stage: run a foreign filter in a pipe and vouch for its clean end
 *
 *	etl-stage [--ok LIST] COMMAND [ARG...]
 *	etl-stage --check-stdin
 *
 * The command reads our standard input and writes our standard output itself: not a byte passes
 * through us.  When it has ended, its status and the mark of the pipe that it has read say what
 * ours is to be.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "connect/child.h"
#include "mark.h"
#include "msg.h"
#include "number.h"
#include "slice.h"
#include "stage.h"
#include "tool.h"

enum { STATUSES = 256, SIGNALS = 32, GRACE_MS = 1000 };

static void set_ok(const struct opt *opt, const char *value);

static struct {
	bool check_stdin;
	bool require_clean;
	bool ok[STATUSES];
	const char *stats;
} arg = {.ok = {[END_WELL] = true}};

static const struct opt options[] = {
	{0, "ok", "LIST", "exit statuses of the command that are no failure: 1,4", OPT_DO, arg.ok,
		set_ok},
	{0, "check-stdin", NULL, "run nothing: did the writer of stdin, read to its end, end well?",
		OPT_FLAG, &arg.check_stdin, NULL},
	{0, "require-clean", NULL, "refuse input that nobody vouches for", OPT_FLAG,
		&arg.require_clean, NULL},
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-stage",
	.synopsis = "[OPTION...] COMMAND [ARG...] | etl-stage --check-stdin",
	.summary = "Run a foreign filter in a pipe and vouch for its clean end.",
	.options = options,
	.is_prefix = true,
};

static void
set_ok(const struct opt *opt, const char *value)
{
	bool *ok = opt->into;
	for (const char *at = value;; at++) {
		uint64_t status;
		size_t len = strcspn(at, ",");
		if (!uint64_parse((struct slice){at, len}, &status) || status >= STATUSES)
			die(END_SETUP, "option --ok: '%s' is no list of exit statuses", value);
		ok[status] = true;
		at += len;
		if (*at == '\0')
			return;
	}
}

/* Ends the program unless what came on standard input was all of it. */
static void
judge(const struct mark_source *source)
{
	int status;
	char why[MARK_WHY_MAX];
	enum mark_verdict verdict = mark_judge(source, MARK_UNCOUNTED, &status, why);
	if (verdict == MARK_FAILED)
		die(status, "%s", why);
	if (verdict == MARK_UNKNOWN && arg.require_clean)
		die(END_AGAIN,
			"%s: nothing says that the program upstream finished (--require-clean)",
			source->name);
}

/* Has the input been read to its end, by us or by the command?  true where it is no pipe. */
static bool
is_read(const struct mark_source *source)
{
	struct pollfd p = {.fd = source->fd, .events = POLLIN};
	if (!source->is_pipe)
		return true;
	return poll(&p, 1, 0) == 1 && (p.revents & (POLLHUP | POLLIN)) == POLLHUP;
}

static void
check_stdin(const struct mark_source *source)
{
	if (!is_read(source))
		die(END_SETUP, "stdin: not read to its end: only then does its pipe say how the "
			       "writer ended");
	judge(source);
}

/* The signal that ended it, where it was one; a shell says so by its exit status. */
static int
signal_of(int status)
{
	int number = status - END_SIGNAL;
	return number > 0 && number < SIGNALS ? number : 0;
}

static bool
has_reader(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	return poll(&p, 1, 0) != 1 || (p.revents & POLLERR) == 0;
}

/* A reader that has had enough is nobody's failure: we end as the command did, without a word. */
static void
follow_pipe(int status)
{
	if (signal_of(status) != SIGPIPE || has_reader(STDOUT_FILENO))
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

static void
judge_command(const char *name, int status)
{
	if (status < STATUSES && arg.ok[status])
		return;
	if (signal_of(status) != 0)
		die(END_AGAIN, "%s: ended by signal %d", name, signal_of(status));
	bool is_ours = status == END_DATA || status == END_SETUP || status == END_AGAIN;
	die(is_ours ? status : END_SETUP, "%s: ended with status %d%s", name, status,
		status == 1 ? " (--ok 1, if that is no failure)" : "");
}

/*
 * A command that has read its input to the end is judged after that input: where the writer was
 * killed, its complaint about a torn record is beside the point.
 */
static void
run(struct mark_source *source, char *const *command)
{
	struct mark mark;
	struct child child;
	mark_begin(&mark, STDOUT_FILENO);
	mark_announce(&mark);
	int why = child_start(&child, &(struct child_how){.argv = command, .grace_ms = GRACE_MS});
	if (why == ENOENT && command[1] == NULL && strpbrk(command[0], " |") != NULL)
		die(END_SETUP,
			"%s: no such command; a line for the shell is written: etl-stage sh -c "
			"'...'",
			command[0]);
	if (why != 0)
		die(END_SETUP, "%s: %s", command[0], strerror(why));
	mark_source_began(source);
	int status = child_wait(&child);
	follow_pipe(status);
	if (is_read(source))
		judge(source);
	judge_command(command[0], status);
	mark_end(&mark, MARK_UNCOUNTED);
}

/* The bytes are the command's. */
static void
leave_uncounted(struct stage_end *e)
{
	e->records = STAGE_UNCOUNTED;
	e->bytes = STAGE_UNCOUNTED;
}

int
main(int argc, char **argv)
{
	size_t count;
	struct mark_source source;
	char **command = tool_start(&tool, argc, argv, &count, &arg.stats);
	if (arg.check_stdin == (count != 0))
		die(END_SETUP, "%s; see 'etl-stage --help'",
			count != 0 ? "option --check-stdin runs no command" : "no command");
	mark_source_open(&source, STDIN_FILENO, "stdin");
	leave_uncounted(stage_input("stdin", STDIN_FILENO));
	if (arg.check_stdin) {
		check_stdin(&source);
	} else {
		leave_uncounted(stage_output("stdout", STDOUT_FILENO));
		run(&source, command);
	}
	end(END_WELL);
}
