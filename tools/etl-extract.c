/*
 * etl-extract: bring sources into the stream as canonical CSV
 *
 *	etl-extract [--member GLOB] [--from FORMAT] [SOURCE...]
 *	etl-extract --from regex PATTERN [SOURCE...]
 *
 * A source is a file, standard input or a URI that a connector gets; compression and archives are
 * known by their content and read as streams: nothing is unpacked on disk, and a block of text is
 * all the memory needed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "connect/connect.h"
#include "csv/csv.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"
#include "source/format.h"
#include "source/source.h"
#include "tool.h"

static bool take_word(const char *argument);

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct source_how source;
	struct connect_words words;
	struct format_how format;
	const char *newline;
	bool list_members;
	bool list;
	const char *stats;
} arg = {.csv = CSV_HOW, .format = FORMAT_HOW};

static const struct opt options[] = {
	OPT_FORMAT(arg.format),
	{0, "member", "GLOB", "the archive member to read; exactly one must match", OPT_TEXT,
		&arg.source.member, NULL},
	{0, "all", NULL, "read all members that match, under one header", OPT_FLAG, &arg.source.all,
		NULL},
	{0, "list-members", NULL, "print the archive's members", OPT_FLAG, &arg.list_members, NULL},
	{0, "encoding", "NAME", "convert from this encoding to UTF-8", OPT_TEXT,
		&arg.source.encoding, NULL},
	{0, "newline", "cr", "lines end with CR, as in old files", OPT_TEXT, &arg.newline, NULL},
	{0, "quote", "BYTE", "fields are quoted with this byte", OPT_BYTE, &arg.source.quote, NULL},
	{0, "trim", NULL, "blanks around unquoted fields go", OPT_FLAG, &arg.source.trim, NULL},
	{0, "max-bytes", "BYTES", "most bytes after decompression", OPT_BYTES,
		&arg.source.max_bytes, NULL},
	{0, "list", NULL, "print the connectors and their options", OPT_FLAG, &arg.list, NULL},
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-extract",
	.synopsis = "[--member GLOB] [--from FORMAT] [SOURCE...] | --from regex PATTERN "
		    "[SOURCE...]",
	.summary = "Bring files, archive members and URIs into the stream as CSV.",
	.options = options,
	.other = take_word,
};

/* An option that only a connector may know. */
static bool
take_word(const char *argument)
{
	connect_word(&arg.words, argument);
	return true;
}

/*
 * A word that no connector will see is an unknown option after all; those of the others are checked
 * before an operand is looked for that is the value of one.  Where there is none no connector is
 * asked: to ask it means to run it once more, and what it cannot do it refuses itself.
 */
static void
check_words(char *const *operands, size_t count)
{
	struct arena arena = {0};
	bool connects = false;
	for (size_t i = 0; i < count && arg.words.count != 0; i++) {
		const char *scheme = connect_scheme(operands[i], &arena);
		if (scheme == NULL || strcmp(scheme, "file") == 0)
			continue;
		struct connect_about about = connect_describe(scheme, &arena);
		if (!about.gets)
			die(END_SETUP, "connector '%s' cannot get", scheme);
		connect_check(scheme, &about, &arg.words);
		connects = true;
	}
	arena_clear(&arena);
	if (arg.words.count != 0 && !connects)
		opt_unknown(options, arg.words.at[0]);
}

static void
flush_list(void)
{
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	if (arg.newline != NULL && strcmp(arg.newline, "cr") != 0)
		die(END_SETUP, "option --newline: '%s' is not cr", arg.newline);
	if (!arg.list && !arg.list_members)
		format_take_pattern(&arg.format, &operands, &count);
	check_words(operands, count);
	reject_start(&arg.rejects);
	arg.source.csv = &arg.csv;
	arg.source.words = &arg.words;
	arg.source.newline_is_cr = arg.newline != NULL;
	struct sources *sources = sources_new(&arg.source, operands, count);
	arg.csv.next = sources_next;
	arg.csv.next_arg = sources;
	int status = END_WELL;
	if (arg.list)
		status = connect_list();
	else if (arg.list_members)
		sources_list_members(sources);
	else
		format_copy(&arg.format, &arg.csv, &arg.source);
	flush_list();
	end(status);
}
