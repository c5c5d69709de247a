#include "connect/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"

enum { STEP_MS = 5 };

/*
 * We are about to end while it runs: by a signal, which it gets as well, or for a reason of our
 * own.
 */
static void
end_child(void *arg, int status)
{
	struct child *c = arg;
	kill(c->pid, status > END_SIGNAL ? status - END_SIGNAL : SIGTERM);
	for (unsigned waited = 0; waited < c->grace_ms; waited += STEP_MS) {
		pid_t got = waitpid(c->pid, &c->how, WNOHANG);
		c->has_ended = got == c->pid;
		if (got != 0)
			return;
		poll(NULL, 0, STEP_MS);
	}
	kill(c->pid, SIGKILL);
}

static bool
set_descriptors(const struct child_how *how)
{
	return (how->input == 0 || dup2(how->input, STDIN_FILENO) >= 0) &&
		(how->output == 0 || dup2(how->output, STDOUT_FILENO) >= 0);
}

/* In the child; what prevents it is told to the parent. */
static _Noreturn void
run(const struct child_how *how, pid_t parent, int tell, const sigset_t *mask)
{
	msg_restore_signals();
	if (!compat_die_with(parent))
		_exit(END_AGAIN);
	if (set_descriptors(how)) {
		if (how->prepare != NULL)
			how->prepare(how->arg);
		sigprocmask(SIG_SETMASK, mask, NULL);
		execvp(how->program != NULL ? how->program : how->argv[0], how->argv);
	}
	int why = errno;
	(void)!write(tell, &why, sizeof why);
	_exit(END_SETUP);
}

/* The end that the child holds closes as its program starts.  Returns 0, or why it did not. */
static int
wait_for_start(int told)
{
	int why;
	ssize_t n;
	while ((n = read(told, &why, sizeof why)) < 0 && errno == EINTR)
		continue;
	close(told);
	return n == (ssize_t)sizeof why ? why : 0;
}

/*
 * Signals are held meanwhile: the child must not run our clean-ups, and we must not end without
 * ending it.
 */
int
child_start(struct child *c, const struct child_how *how)
{
	int ends[2];
	sigset_t old;
	pid_t parent = getpid();
	*c = (struct child){.grace_ms = how->grace_ms};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	msg_hold(&old);
	c->pid = fork();
	if (c->pid == 0)
		run(how, parent, ends[1], &old);
	int why = errno;
	c->cleanup = (struct cleanup){.run = end_child, .arg = c};
	if (c->pid > 0)
		cleanup_add(&c->cleanup);
	msg_let_go(&old);
	close(ends[1]);
	if (c->pid > 0 && (why = wait_for_start(ends[0])) == 0)
		return 0;
	if (c->pid > 0)
		(void)child_wait(c);
	else
		close(ends[0]);
	return why;
}

int
child_wait(struct child *c)
{
	siginfo_t info;
	/*
	 * It stays a zombie until the clean-up is dropped: its number must not be another's by
	 * then.
	 */
	while (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT) != 0)
		if (errno != EINTR)
			die(END_SETUP, "waiting for a child: %s", strerror(errno));
	cleanup_drop(&c->cleanup);
	c->has_ended = waitpid(c->pid, &c->how, 0) == c->pid;
	return WIFSIGNALED(c->how) ? END_SIGNAL + WTERMSIG(c->how) : WEXITSTATUS(c->how);
}
