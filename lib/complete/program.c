#include "complete/program.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connect/child.h"
#include "connect/connect-find.h"

/* Runs a program for its options; appends what it prints. */
static void
ask_program(char *program, struct buf *text)
{
	char list[] = "--list-options";
	char *argv[] = {program, list, NULL};
	int ends[2];
	struct child child;
	ssize_t n;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	int why = child_start(&child,
		&(struct child_how){.argv = argv, .program = program, .output = ends[1]});
	close(ends[1]);
	while ((n = read(ends[0], buf_room(text, 16384), 16384)) > 0)
		text->len += (size_t)n;
	close(ends[0]);
	if (why == 0)
		(void)child_wait(&child);
}

void
program_options(const char *name, struct buf *text)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash != NULL ? slash + 1 : name;
	char *program = strncmp(base, "etl-", 4) == 0 ? connect_beside(base) : NULL;
	if (program != NULL)
		ask_program(program, text);
	free(program);
	buf_byte(text, '\0');
}
