/*
 * Options as data: one table per program gives parsing, --help, completion and the check of the
 * manual.
 */
#ifndef ETL_OPT_H
#define ETL_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum opt_kind {
	OPT_END = 0,
	OPT_FLAG,  /* into: bool *, set to true */
	OPT_TEXT,  /* into: const char **, kept */
	OPT_FILE,  /* the same: a file that is written, never "-" */
	OPT_LIST,  /* as OPT_TEXT, NULL until it is given: a list, which is given once and whole */
	OPT_COUNT, /* into: uint64_t *, a whole number */
	/* into: uint64_t *, a number with K, M, G, T (1024 each) behind it, or a whole one */
	OPT_BYTES,
	OPT_BYTE,  /* into: char *, one byte, or \t */
	OPT_DO     /* act is called; it ends the program itself if the value is wrong */
};

struct opt {
	char letter;      /* 0: has none */
	const char *name;
	const char *arg;  /* what the argument is called in --help; NULL: takes none */
	const char *help;
	enum opt_kind kind;
	void *into;
	void (*act)(const struct opt *opt, const char *value);
};

/*
 * An option of the program of another suite that people know, and what is written here: a letter,
 * ',' for any byte that is none, or a long name.  The last one's name is NULL.
 */
struct opt_habit {
	const char *name;
	const char *ours;
};

/* What a program that passes options on wants to know besides; each may be NULL. */
struct opt_more {
	/* Told in the message about an option that there is not, or whose value is wrong. */
	const struct opt_habit *habits;
	/*
	 * Is given an unknown option whole (`--name=value` or `--name`); returns whether it takes
	 * it.
	 */
	bool (*other)(const char *argument);
	/* Is told each option of the table that is given; value is NULL where it takes none. */
	void (*seen)(const struct opt *opt, const char *value);
};

/*
 * Reads argv[1..]: options may follow operands, "--" ends them, "-" is an operand.  argv is
 * reordered; returns where the operands begin in it, which are NULL-terminated, and how many in
 * *count.  An unknown option ends the program with END_SETUP and the nearest name, unless
 * more->other takes it; so does a list that is given twice.  Of other options the last one counts.
 */
char **opt_parse(const struct opt *options, char **argv, size_t *count,
	const struct opt_more *more);
/* The same where the operands are a command: the first of them ends our options, as in env(1). */
char **opt_parse_leading(const struct opt *options, char **argv, size_t *count);

/* Ends the program with END_SETUP: no such option; names the nearest. */
_Noreturn void opt_unknown(const struct opt *options, const char *argument);

/* Prints the rows of --help to stdout. */
void opt_help(const struct opt *options);
/*
 * Prints one line an option: letter or "-", name, argument, help, with tabs between
 * (etl-connect(7)).
 */
void opt_list(const struct opt *options);

#endif
