/*
 * A program that we run as a child on our own standard descriptors and wait for.  It ends with us.
 */
#ifndef ETL_CHILD_H
#define ETL_CHILD_H

#include <sys/types.h>

#include "msg.h"

struct child {
	pid_t pid;
	struct cleanup cleanup;
};

/*
 * Runs argv[0], searched for in PATH.  HUP, INT and TERM that end us go to it first, and it has a second to
 * clean up; where we are killed, so is it.  Ends the program with END_SETUP if it cannot be run.
 */
void child_start(struct child *c, char *const *argv);
/* Waits for it; returns its exit status, END_SIGNAL + n where signal n killed it. */
int child_wait(struct child *c);

#endif
