/*
 * What every program does the same way at its beginning.
 */
#ifndef ETL_TOOL_H
#define ETL_TOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "opt.h"

struct tool {
	const char *name;
	const char *synopsis; /* behind the name: "-f COLS [FILE...]" */
	const char *summary;  /* one line */
	const struct opt *options;
	/* As in struct opt_more; mostly NULL. */
	const struct opt_habit *habits;
	bool (*other)(const char *argument);
	void (*seen)(const struct opt *opt, const char *value);
	bool is_prefix;   /* its operands are a command: the first one ends the options */
	/* run by another program, whose name its messages begin with (etl-connect(7)) */
	bool is_connector;
	/* writes no records to stdout: its failure is not put on that pipe (etl(7), CLEAN END) */
	bool never_marks;
};

/* The options of every program: rows for its table.  stats is a const char * of its arg. */
#define OPT_EVERY(stats) \
	{0, "stats", "FILE", "append a record of this run to FILE", OPT_FILE, &(stats), NULL}, \
	{'h', "help", NULL, "print this help", OPT_DO, NULL, tool_stop}, \
	{'V', "version", NULL, "print the version", OPT_DO, NULL, tool_stop}, \
	{0, "list-options", NULL, "print the options for programs to read", OPT_DO, NULL, tool_stop}

/* What --help, --version and --list-options do. */
void tool_stop(const struct opt *opt, const char *value);

/*
 * Makes the standard descriptors safe, sets the program's name, reads the options and opens the
 * record of the run (*stats: the file named by --stats, or NULL).  Returns the operands,
 * NULL-terminated.
 */
char **tool_start(
	const struct tool *tool, int argc, char **argv, size_t *operands, const char *const *stats);

#endif
