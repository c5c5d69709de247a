/*
 * etl-load: put the stream into a target, all of it or nothing
 *
 *	etl-load [--mode append|replace] [OPTION...] FILE [INPUT...]
 *	etl-load [OPTION...] SCHEME:REST [INPUT...]
 *
 * A file is replaced by rename; what is appended waits in a temporary beside it until the input has come to a
 * clean end.  Any other target is a connector's work, which reads the records itself: we run it, wait, and say
 * how it ended.  A batch of records is all the memory needed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "append.h"
#include "compat.h"
#include "connect.h"
#include "csv.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "reject.h"
#include "stage.h"
#include "tool.h"

static bool take_other(const char *argument);
static void take_known(const struct opt *opt, const char *value);

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct connect_words words; /* all options, as a connector gets them */
	const char *mode;
	const char *table, *key, *schema, *null, *after;
	bool as_text;
	uint64_t expect_rows;
	uint64_t lock_wait;
	bool verbose;
	const char *other;          /* the first that only a connector may know */
	const char *stats;
} arg = {.csv = CSV_HOW, .mode = "append", .expect_rows = UINT64_MAX, .lock_wait = 5};

static const struct opt options[] = {
	{0, "mode", "MODE", "append (default), replace, upsert, insert-only", OPT_TEXT, &arg.mode, NULL},
	{0, "table", "TABLE", "the table, created where it is missing", OPT_TEXT, &arg.table, NULL},
	{'k', "key", "COLS", "the key of a new table; what upsert and insert-only go by", OPT_TEXT, &arg.key, NULL},
	{0, "schema", "FILE", "take types from this Table Schema (JSON)", OPT_TEXT, &arg.schema, NULL},
	{0, "as-text", NULL, "all columns of a new table are text", OPT_FLAG, &arg.as_text, NULL},
	{0, "null", "TEXT", "an unquoted field of this text is NULL, instead of an empty one", OPT_TEXT, &arg.null,
		NULL},
	{0, "after", "FILE", "run this SQL in the same transaction, behind the rows", OPT_TEXT, &arg.after, NULL},
	{0, "expect-rows", "N", "commit nothing unless there are N records", OPT_COUNT, &arg.expect_rows, NULL},
	{0, "lock-wait", "SECONDS", "wait as long for another program's lock (5)", OPT_COUNT, &arg.lock_wait, NULL},
	{'v', "verbose", NULL, "say how much was loaded", OPT_FLAG, &arg.verbose, NULL},
	OPT_CSV_IN(arg.csv),
	{'T', "out-tsv", NULL, "to a file: write tab-separated values", OPT_FLAG, &arg.csv.out_tsv, NULL},
	{'D', "out-delimiter", "BYTE", "to a file: write CSV with this delimiter", OPT_BYTE, &arg.csv.out_delimiter,
		NULL},
	{0, "no-out-header", NULL, "to a file: write no header", OPT_FLAG, &arg.csv.no_out_header, NULL},
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-load",
	.synopsis = "TARGET [OPTION...] [FILE...]",
	.summary = "Put the stream into a file, a database, any target that a connector knows: all of it or nothing.",
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
	char digits[INTEGER_PRINT_MAX];
	char text[2 * INTEGER_PRINT_MAX];
	size_t len = uint64_print(digits, records);
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		if (i != 0 && (len - i) % 3 == 0)
			text[n++] = ',';
		text[n++] = digits[i];
	}
	text[n] = '\0';
	if (arg.verbose && arg.table != NULL)
		warn("%s: table %s: %s rows loaded", target, arg.table, text);
	else if (arg.verbose)
		warn("%s: %s records loaded", target, text);
}

/* On any end but a good one, the last line says what the target is now. */
static void
say_nothing_committed(void *name, int status)
{
	if (status != END_WELL && status < END_SIGNAL)
		warn("%s: nothing was committed", (const char *)name);
}

static void
check_rows(uint64_t records)
{
	if (arg.expect_rows != UINT64_MAX && records != arg.expect_rows)
		die(END_DATA, "%ju records came, %ju were expected (--expect-rows)", (uintmax_t)records,
			(uintmax_t)arg.expect_rows);
}

static void
put_rows(struct csv_out *out, const struct batch *b)
{
	csv_source(out, b);
	for (size_t row = 0; row < b->rows; row++) {
		csv_put_run(out, row, 0, b->columns - 1);
		csv_put_end(out);
	}
}

/* Is there anything in the file to append to? */
static bool
has_content(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size != 0;
}

/* What is appended must have the columns that the file has, in its order. */
static void
check_columns(const char *path, const struct csv_in *in)
{
	struct csv_how how = CSV_HOW;
	const struct header *new = csv_header(in);
	how.no_header = csv_header_row(in) == NULL;
	how.tsv = arg.csv.out_tsv;
	how.tsv_escape = arg.csv.out_tsv && arg.csv.tsv_escape;
	how.delimiter = arg.csv.out_delimiter;
	how.max_columns = arg.csv.max_columns;
	struct csv_in *old_in = csv_open(&how, &(char *){(char *)(uintptr_t)path}, 1);
	const struct header *old = csv_header(old_in);
	if (old->count != new->count)
		die(END_DATA, "%s has %zu columns, the input has %zu", path, old->count, new->count);
	for (size_t i = 0; i < old->count && !how.no_header; i++) {
		char a[SHOWN_MAX], b[SHOWN_MAX];
		if (!slice_same(old->name[i], new->name[i]))
			die(END_DATA, "column %zu is '%s' in %s, '%s' in the input", i + 1,
				shown(a, old->name[i].at, old->name[i].len), path,
				shown(b, new->name[i].at, new->name[i].len));
	}
	csv_close(old_in);
}

static void
check_file_options(void)
{
	const char *const not_for_files[] = {arg.table, arg.key, arg.schema, arg.null, arg.after};
	static const char *const names[] = {"table", "key", "schema", "null", "after"};
	if (arg.other != NULL)
		opt_unknown(options, arg.other);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (not_for_files[i] != NULL)
			die(END_SETUP, "option --%s: the target is a file", names[i]);
	if (arg.as_text)
		die(END_SETUP, "option --as-text: the target is a file");
	if (strcmp(arg.mode, "append") != 0 && strcmp(arg.mode, "replace") != 0)
		die(END_SETUP, "option --mode: '%s' is none of append, replace, as a file has them", arg.mode);
}

/* The file that is written in the end: a symlink's own stays one. */
static char *
follow(const char *path)
{
	struct stat st;
	bool is_link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
	char *real = is_link ? realpath(path, NULL) : NULL;
	return real != NULL ? real : xstrdup(path);
}

static void
copy_records(struct csv_in *in, struct csv_out *out, bool with_header)
{
	const struct batch *header = csv_header_row(in);
	out->columns = csv_header(in)->count;
	if (header != NULL && with_header) {
		put_rows(out, header);
		out->records = 0;
	}
	for (const struct batch *b; (b = csv_read(in)) != NULL;)
		put_rows(out, b);
	check_rows(csv_records(in));
}

/* The temporary has all that came: now it goes behind the file instead of in its place. */
static void
finish_append(struct append *append, struct csv_out *out, struct csv_in *in)
{
	reject_finish(csv_records(in));
	out_flush(&out->out);
	if (out->out.bytes != 0)
		append_file(append, out->out.fd);
	out->stage->records = out->records;
	out->stage->bytes = out->out.bytes;
	out->stage->waited = out->out.waited;
	tmp_drop(&out->out.tmp);
}

static void
load_file(const char *name, char *const *operands, size_t count)
{
	struct csv_out out;
	struct append append;
	struct cleanup failed = {.run = say_nothing_committed, .arg = (void *)(uintptr_t)name};
	check_file_options();
	char *path = follow(name);
	bool is_plain = tmp_can_replace(path);
	arg.csv.output = path;
	if (is_plain)
		cleanup_add(&failed);
	reject_start(&arg.rejects);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	if (is_plain)
		append_lock(&append, path, (unsigned)arg.lock_wait);
	bool appends = strcmp(arg.mode, "append") == 0 && has_content(path);
	if (appends && csv_header(in)->count != 0)
		check_columns(path, in);
	csv_out_open(&out, &arg.csv);
	copy_records(in, &out, !appends);
	if (appends)
		finish_append(&append, &out, in);
	else
		csv_finish(&out, in);
	cleanup_drop(&failed);
	say_loaded(name, out.records);
	csv_close(in);
	free(path);
}

/*
 * A connector that reads standard input alone gets several files through a pipe that a child of ours fills and
 * marks.  Returns the pipe's end.
 */
static int
start_feeder(char *const *operands, size_t count, pid_t *pid)
{
	int ends[2];
	struct csv_out out;
	pid_t parent = getpid();
	if (pipe2(ends, O_CLOEXEC) != 0 || (*pid = fork()) < 0)
		die(END_SETUP, "a pipe to the connector: %s", strerror(errno));
	if (*pid != 0) {
		close(ends[1]);
		return ends[0];
	}
	close(ends[0]);
	stage_forget();
	if (!compat_die_with(parent) || dup2(ends[1], STDOUT_FILENO) < 0)
		end(END_AGAIN);
	close(ends[1]);
	mark_guard();
	struct csv_how how = CSV_HOW;
	struct csv_in *in = csv_open(&how, operands, count);
	csv_out_open(&out, &how);
	copy_records(in, &out, true);
	csv_finish(&out, in);
	end(END_WELL);
}

/* The files as the connector takes them; returns the descriptor of its input, -1: standard input. */
static int
pass_files(const struct connect_about *about, char *const *operands, size_t count, pid_t *feeder)
{
	struct in in;
	in_check(operands, count);
	if (count == 0)
		return -1;
	if (about->takes_files) {
		connect_word(&arg.words, "--");
		for (size_t i = 0; i < count; i++)
			connect_word(&arg.words, operands[i]);
		return -1;
	}
	if (count > 1)
		return start_feeder(operands, count, feeder);
	in_open(&in, operands[0]);
	return in.fd;
}

/* The name in messages: a URI of a path alone without its scheme. */
static const char *
target_name(const struct connect_child *child)
{
	const char *rest = strchr(child->shown, ':') + 1;
	return strncmp(rest, "//", 2) != 0 ? rest : child->shown;
}

static _Noreturn void
end_failed(const struct connect_child *child, const struct connect_about *about, int status)
{
	const char *name = target_name(child);
	if (about->is_whole && child->was_killed && child->is_committing)
		warn("%s: killed while committing: either all rows are there or none", name);
	else if (about->is_whole)
		warn("%s: nothing was committed", name);
	end(status);
}

static void
load_connected(const char *scheme, const char *uri, char *const *operands, size_t count)
{
	struct arena arena = {0};
	struct connect_child child;
	pid_t feeder = 0;
	int fed = 0;
	struct connect_about about = connect_describe(scheme, &arena);
	if (!about.puts)
		die(END_SETUP, "connector '%s' cannot put", scheme);
	connect_check(scheme, &about, &arg.words);
	int input = pass_files(&about, operands, count, &feeder);
	connect_start(&child, scheme, "put", uri, &arg.words, input);
	child.reads_files = count != 0;
	int status = connect_wait(&child);
	if (feeder > 0 && waitpid(feeder, &fed, 0) == feeder && fed != 0 && status == END_WELL)
		status = WIFEXITED(fed) ? WEXITSTATUS(fed) : END_AGAIN;
	if (status != END_WELL)
		end_failed(&child, &about, status);
	say_loaded(target_name(&child), child.records);
	arena_clear(&arena);
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
	if (*target == '\0' || strcmp(target, "-") == 0)
		die(END_SETUP, "'%s' is no target: a file, or SCHEME:REST", target);
	const char *scheme = connect_scheme(target, &arena);
	if (scheme == NULL)
		load_file(target, operands + 1, count - 1);
	else if (strcmp(scheme, "file") == 0)
		load_file(connect_file(target), operands + 1, count - 1);
	else
		load_connected(scheme, target, operands + 1, count - 1);
	arena_clear(&arena);
	end(END_WELL);
}
