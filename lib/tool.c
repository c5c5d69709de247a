#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mark.h"
#include "mem.h"
#include "msg.h"
#include "stage.h"

/* The one that runs: tool_stop() is called from within its option table. */
static const struct tool *running;

/*
 * A closed standard descriptor would be given to the next file that is opened; what stands in for
 * it here fails when used, as the closed one would.
 */
static void
keep_descriptors(void)
{
	static const int modes[] = {O_WRONLY, O_RDONLY, O_RDONLY};
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			(void)!open("/dev/null", modes[fd]);
}

static void
print_help(const struct tool *tool)
{
	printf("usage: %s %s\n%s\n\n", tool->name, tool->synopsis, tool->summary);
	opt_help(tool->options);
	printf("\nManual: man %s\n", tool->name);
}

void
tool_stop(const struct opt *opt, const char *value)
{
	(void)value;
	if (strcmp(opt->name, "help") == 0)
		print_help(running);
	else if (strcmp(opt->name, "version") == 0)
		printf("%s (etlutils) %s\n", running->name, ETL_VERSION);
	else
		opt_list(running->options);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
	end(END_WELL);
}

/*
 * What the user has typed: for a connector the program that runs it, which says so
 * (etl-connect(7)).
 */
static const char *
name_in_messages(const struct tool *tool)
{
	const char *parent = tool->is_connector ? getenv("ETL_PROGRAM") : NULL;
	return parent != NULL && *parent != '\0' ? parent : tool->name;
}

char **
tool_start(
	const struct tool *tool, int argc, char **argv, size_t *operands, const char *const *stats)
{
	running = tool;
	keep_descriptors();
	msg_start(name_in_messages(tool));
	if (!tool->never_marks)
		mark_guard();
	/* The record shows the arguments as they were given; opt_parse() reorders them. */
	char **given = xcalloc((size_t)argc + 1, sizeof *given);
	for (int i = 0; i < argc; i++)
		given[i] = argv[i];
	char **rest = tool->is_prefix
			      ? opt_parse_leading(tool->options, argv, operands)
			      : opt_parse(tool->options, argv, operands,
					&(struct opt_more){tool->habits, tool->other, tool->seen});
	stage_start(*stats, argc, given);
	return rest;
}
