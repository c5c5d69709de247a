/*
 * etl-load: put the stream into a target, all of it or nothing
 *
 *	etl-load [--mode append|replace] [OPTION...] FILE [INPUT...]
 *	etl-load [OPTION...] SCHEME:REST [INPUT...]
 *
 * A file is replaced by rename; what is appended waits in a temporary beside it until the input has
 * come to a clean end.  Any other target is a connector's work, which reads the records itself: we
 * run it, wait, and say how it ended.  A batch of records is all the memory needed.
 */
#include <string.h>
#include <sys/stat.h>

#include "connect/connect.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "load/load-json.h"
#include "load/load.h"
#include "load/send.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "stage.h"
#include "tool.h"

static bool take_other(const char *argument);
static void take_known(const struct opt *opt, const char *value);

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct connect_words words; /* all options, as a connector gets them */
	const char *mode;
	const char *to;
	bool infer, nests;
	const char *table, *key, *schema, *null, *after;
	bool as_text;
	uint64_t expect_rows;
	uint64_t lock_wait;
	bool verbose;
	const char *other;          /* the first that only a connector may know */
	const char *stats;
} arg = {.csv = CSV_HOW, .mode = "append", .expect_rows = CSV_ANY_COUNT, .lock_wait = 5};

static const struct opt options[] = {
	{0, "mode", "MODE", "append (default), replace, upsert, insert-only", OPT_TEXT, &arg.mode,
		NULL},
	{0, "table", "TABLE", "the table, created where it is missing", OPT_TEXT, &arg.table, NULL},
	{'k', "key", "COLS", "the key of a new table; what upsert and insert-only go by", OPT_LIST,
		&arg.key, NULL},
	{0, "schema", "FILE", "take types from this Table Schema (JSON)", OPT_TEXT, &arg.schema,
		NULL},
	{0, "to", "FORMAT", "json (to a server unless given), ndjson, csv (to a file)", OPT_TEXT,
		&arg.to, NULL},
	{0, "infer", NULL, "JSON: numbers where all values of a column are", OPT_FLAG, &arg.infer,
		NULL},
	{0, "nest", NULL, "JSON in a file: columns a.b and a.c are an object a", OPT_FLAG,
		&arg.nests, NULL},
	{0, "as-text", NULL, "all columns of a new table are text", OPT_FLAG, &arg.as_text, NULL},
	{0, "null", "TEXT", "an unquoted field of this text is NULL, instead of an empty one",
		OPT_TEXT, &arg.null, NULL},
	{0, "after", "FILE", "run this SQL in the same transaction, behind the rows", OPT_TEXT,
		&arg.after, NULL},
	{0, "expect-rows", "N", "commit nothing unless there are N records", OPT_COUNT,
		&arg.expect_rows, NULL},
	{0, "lock-wait", "SECONDS", "wait as long for another program's lock (5)", OPT_COUNT,
		&arg.lock_wait, NULL},
	{'v', "verbose", NULL, "say how much was loaded", OPT_FLAG, &arg.verbose, NULL},
	OPT_CSV_IN(arg.csv),
	{'T', "out-tsv", NULL, "to a file: write tab-separated values", OPT_FLAG, &arg.csv.out_tsv,
		NULL},
	{'D', "out-delimiter", "BYTE", "to a file: write CSV with this delimiter", OPT_BYTE,
		&arg.csv.out_delimiter, NULL},
	{0, "no-out-header", NULL, "to a file: write no header", OPT_FLAG, &arg.csv.no_out_header,
		NULL},
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-load",
	.synopsis = "TARGET [OPTION...] [FILE...]",
	.summary = "Put the stream into a file, a database, any target that a connector knows: all "
		   "of it or nothing.",
	.options = options,
	.other = take_other,
	.seen = take_known,
	.never_marks = true,
};

static bool
take_other(const char *argument)
{
	if (arg.other == NULL)
		arg.other = argument;
	connect_word(&arg.words, argument);
	return true;
}

/* What is ours alone is not passed on. */
static void
take_known(const struct opt *opt, const char *value)
{
	if (opt->into != &arg.stats && opt->into != &arg.verbose)
		connect_option(&arg.words, opt->name, value);
}

static void
say_loaded(const char *target, uint64_t records)
{
	char loaded[INTEGER_GROUPED_MAX];
	char left_out[INTEGER_GROUPED_MAX];
	struct buf line = {0};
	if (!arg.verbose)
		return;
	buf_format(&line, "%s: ", target);
	if (arg.table != NULL)
		buf_format(&line, "table %s: ", arg.table);
	buf_format(&line, "%s %s%s loaded", uint64_grouped(loaded, records),
		arg.table != NULL ? "row" : "record", plural(records));
	if (stage_counts()->filtered != 0)
		buf_format(&line, ", %s left out",
			uint64_grouped(left_out, stage_counts()->filtered));
	buf_byte(&line, '\0');
	warn("%s", line.at);
	buf_clear(&line);
}

/* What a file gets. */
static enum keep_form
file_form(void)
{
	enum keep_form form = KEEP_CSV;
	if (arg.to != NULL && !keep_form_parse(arg.to, &form))
		die(END_SETUP, "option --to: '%s' is none of json, ndjson, csv", arg.to);
	return form;
}

static void
check_file_options(const char *target)
{
	bool is_json = file_form() != KEEP_CSV;
	const char *const not_for_files[] = {arg.table, arg.key, arg.after,
		is_json ? NULL : arg.schema, is_json ? NULL : arg.null};
	static const char *const names[] = {"table", "key", "after", "schema", "null"};
	if (arg.other != NULL)
		opt_unknown(options, arg.other);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (not_for_files[i] != NULL)
			die(END_SETUP,
				"option --%s: the target is a file; a SQLite database is written "
				"sqlite:%s", names[i], target);
	if (arg.as_text || (arg.infer && !is_json))
		die(END_SETUP, "option --%s: the target is a file%s",
			arg.as_text ? "as-text" : "infer",
			arg.as_text ? "" : " of CSV, which has no types (--to json)");
	if (arg.nests && !is_json)
		die(END_SETUP, "option --nest: CSV has no objects (--to json)");
	if (is_json && (arg.csv.out_tsv || arg.csv.out_delimiter != 0 || arg.csv.no_out_header))
		die(END_SETUP, "option --to %s: JSON has neither header nor delimiter to choose",
			arg.to);
	if (strcmp(arg.mode, "append") != 0 && strcmp(arg.mode, "replace") != 0)
		die(END_SETUP, "option --mode: '%s' is none of append, replace, as a file has them",
			arg.mode);
}

/* Where a file is the target and an input is a URI they were put in the wrong order. */
static void
check_order(const char *target, char *const *operands, size_t count)
{
	struct arena arena = {0};
	for (size_t i = 0; i < count; i++) {
		struct stat st;
		const char *scheme = connect_scheme(operands[i], &arena);
		if (scheme != NULL && strcmp(scheme, "file") != 0 && stat(operands[i], &st) != 0)
			die(END_SETUP,
				"the target comes first, and here that is the file '%s'; %s:... is "
				"no input", target, scheme);
	}
	arena_clear(&arena);
}

static void
put_file(const char *name, char *const *operands, size_t count)
{
	struct load_how how = {
		.csv = &arg.csv,
		.appends = strcmp(arg.mode, "append") == 0,
		.expect_rows = arg.expect_rows,
		.lock_wait = arg.lock_wait,
	};
	check_order(name, operands, count);
	check_file_options(name);
	reject_start(&arg.rejects);
	if (file_form() == KEEP_CSV) {
		say_loaded(name, load_file(&how, name, operands, count));
		return;
	}
	struct keep_how keep = {arg.csv, file_form(), arg.schema, arg.null != NULL ? arg.null : "",
		arg.infer, arg.nests};
	keep.csv.replaces = !how.appends;
	say_loaded(name, load_json(&how, &keep, name, operands, count));
}

static void
put_connected(const char *scheme, const char *uri, char *const *operands, size_t count)
{
	const char *name;
	struct send_how how = {&arg.csv, &arg.words};
	uint64_t records = send_records(&how, scheme, uri, operands, count, &name);
	say_loaded(name, records);
}

int
main(int argc, char **argv)
{
	size_t count;
	struct arena arena = {0};
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	if (count == 0)
		die(END_SETUP, "which target?  see 'etl-load --help'");
	const char *target = operands[0];
	if (*target == '\0' || (strcmp(target, "-") == 0 && file_form() == KEEP_CSV))
		die(END_SETUP, "'%s' is no target: a file, or SCHEME:REST%s", target,
			*target != '\0' ? "; with --to json or ndjson it is standard output" : "");
	const char *scheme = connect_scheme(target, &arena);
	if (scheme == NULL)
		put_file(target, operands + 1, count - 1);
	else if (strcmp(scheme, "file") == 0)
		put_file(connect_file(target), operands + 1, count - 1);
	else
		put_connected(scheme, target, operands + 1, count - 1);
	arena_clear(&arena);
	end(END_WELL);
}
