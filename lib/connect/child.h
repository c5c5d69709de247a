/*
 * A program that we run as a child and wait for.  It ends with us.
 *
 * What it gets: standard input and output as said, our standard error, no other descriptor of ours
 * (they are close-on-exec), our environment, signals as our caller left them to us.
 */
#ifndef ETL_CHILD_H
#define ETL_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "msg.h"

struct child_how {
	char *const *argv;
	const char *program; /* its file; NULL: argv[0], searched for in PATH */
	/* descriptors, which stay the caller's; 0: our standard input and output */
	int input, output;
	unsigned grace_ms;   /* how long it may clean up where we end before it */
	void (*prepare)(void *arg); /* called in the child; NULL: nothing more to do there */
	void *arg;
};

struct child {
	pid_t pid;
	unsigned grace_ms;
	bool has_ended;
	int how; /* once it has ended, as waitpid(2) says */
	struct cleanup cleanup;
};

/*
 * Runs it; c must stay where it is until child_wait().  HUP, INT and TERM that end us go to it
 * first, TERM where we end for a reason of our own, and it has its time to clean up; where we are
 * killed, so is it (on Linux).  Returns 0, or the errno for which it cannot be run.
 */
int child_start(struct child *c, const struct child_how *how);
/* Waits for it; returns its exit status, END_SIGNAL + n where signal n killed it. */
int child_wait(struct child *c);

#endif
