#include "connect/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"

enum { GRACE_MS = 1000, STEP_MS = 5 };

/* We are about to end while it runs: by a signal, which it gets as well, or for a reason of our own. */
static void
end_child(void *arg, int status)
{
	const struct child *c = arg;
	kill(c->pid, status > END_SIGNAL ? status - END_SIGNAL : SIGKILL);
	for (int waited = 0; waited < GRACE_MS; waited += STEP_MS) {
		if (waitpid(c->pid, NULL, WNOHANG) != 0)
			return;
		poll(NULL, 0, STEP_MS);
	}
	kill(c->pid, SIGKILL);
}

/* What the parent catches, or ignores for its own sake, is nothing to the child; what its caller ignores is. */
static void
reset_signals(void)
{
	static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
	struct sigaction act;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (sigaction(numbers[i], NULL, &act) == 0 && act.sa_handler != SIG_IGN)
			signal(numbers[i], SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
}

/* In the child; what prevents it is told to the parent. */
static _Noreturn void
run(char *const *argv, pid_t parent, int tell, const sigset_t *mask)
{
	reset_signals();
	if (compat_die_with(parent)) {
		sigprocmask(SIG_SETMASK, mask, NULL);
		execvp(argv[0], argv);
		int why = errno;
		(void)!write(tell, &why, sizeof why);
	}
	_exit(END_SETUP);
}

/* The end that the child holds closes as its program starts. */
static void
check_started(const char *name, int told)
{
	int why;
	ssize_t n;
	while ((n = read(told, &why, sizeof why)) < 0 && errno == EINTR)
		continue;
	close(told);
	if (n == (ssize_t)sizeof why)
		die(END_SETUP, "%s: %s", name, strerror(why));
}

/*
 * Signals are held meanwhile: the child must not run our clean-ups, and we must not end without ending it.
 */
void
child_start(struct child *c, char *const *argv)
{
	int ends[2];
	sigset_t all, old;
	pid_t parent = getpid();
	if (pipe2(ends, O_CLOEXEC) != 0)
		die(END_SETUP, "pipe: %s", strerror(errno));
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	c->pid = fork();
	if (c->pid == 0)
		run(argv, parent, ends[1], &old);
	c->cleanup = (struct cleanup){.run = end_child, .arg = c};
	if (c->pid > 0)
		cleanup_add(&c->cleanup);
	int why = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (c->pid < 0)
		die(END_SETUP, "%s: %s", argv[0], strerror(why));
	close(ends[1]);
	check_started(argv[0], ends[0]);
}

int
child_wait(struct child *c)
{
	int status = 0;
	siginfo_t info;
	/* It stays a zombie until the clean-up is dropped: its number must not be another's by then. */
	while (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT) != 0)
		if (errno != EINTR)
			die(END_SETUP, "waiting for a child: %s", strerror(errno));
	cleanup_drop(&c->cleanup);
	waitpid(c->pid, &status, 0);
	return WIFSIGNALED(status) ? END_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}
