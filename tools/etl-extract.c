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

#include "check/fit-file.h"
#include "connect/connect.h"
#include "csv/csv.h"
#include "in.h"
#include "json/json-in.h"
#include "pattern/pattern-in.h"
#include "pattern/presets.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"
#include "source/rejected.h"
#include "source/source.h"
#include "text/lines.h"
#include "tool.h"

static bool take_word(const char *argument);

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct source_how source;
	struct connect_words words;
	const char *from;
	const char *pattern;
	const char *bytes;
	const char *characters;
	const char *newline;
	const char *path;
	const char *columns;
	const char *schema;
	bool list_members;
	bool list;
	const char *stats;
} arg = {.csv = CSV_HOW, .from = "csv"};

/* Others than csv. */
#define FORMATS "tsv, fixed, lines, regex, clf, combined, syslog, json, ndjson, rejects"

static const struct opt options[] = {
	{0, "from", "FORMAT", "csv (default), " FORMATS, OPT_TEXT, &arg.from, NULL},
	{0, "member", "GLOB", "the archive member to read; exactly one must match", OPT_TEXT,
		&arg.source.member, NULL},
	{0, "all", NULL, "read all members that match, under one header", OPT_FLAG, &arg.source.all,
		NULL},
	{0, "list-members", NULL, "print the archive's members", OPT_FLAG, &arg.list_members, NULL},
	{'b', "bytes", "PLACES", "fixed: fields by bytes: name=1-6,other=7-", OPT_LIST, &arg.bytes,
		NULL},
	{'c', "characters", "PLACES", "fixed: fields by UTF-8 characters", OPT_LIST,
		&arg.characters, NULL},
	{0, "path", "MEMBER", "json: the names that lead to the array, with points between",
		OPT_TEXT, &arg.path, NULL},
	{0, "columns", "NAMES", "json, ndjson: these columns, as they come", OPT_LIST, &arg.columns,
		NULL},
	{0, "schema", "FILE", "the columns are those of this Table Schema (JSON)", OPT_TEXT,
		&arg.schema, NULL},
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

static struct fit_file schema;

static const struct tool tool = {
	.name = "etl-extract",
	.synopsis = "[--member GLOB] [--from FORMAT] [SOURCE...]",
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

/* The columns, as they are called where they have names. */
static void
hold(const struct header *header)
{
	fit_file_hold(&schema, header, header->name != NULL);
}

static void
copy_records(void)
{
	struct csv_out out;
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, NULL, 0);
	bool has_names =
		!arg.csv.no_header || arg.csv.header != NULL || arg.csv.rename_header != NULL;
	if (arg.schema != NULL && csv_header(in)->count != 0)
		fit_file_hold(&schema, csv_header(in), has_names);
	csv_flush_before_wait(in, &out);
	csv_copy(in, &out, true);
	csv_finish(&out, in);
	csv_close(in);
}

static void
cut_fixed(void)
{
	if ((arg.bytes == NULL) == (arg.characters == NULL))
		die(END_SETUP, "option --from fixed needs the places of the fields: -b or -c");
	if (arg.csv.header != NULL)
		die(END_SETUP, "option --header: fixed-width fields are named in -b or -c");
	bool trim = arg.source.trim;
	arg.source.trim = false;
	lines_set(&arg.csv);
	lines_cut(&arg.csv, NULL, 0, arg.bytes != NULL ? arg.bytes : arg.characters,
		arg.characters != NULL, trim);
}

static void
copy_lines(void)
{
	const char *name = arg.csv.header != NULL ? arg.csv.header : "line";
	if (arg.csv.no_header && arg.csv.header == NULL)
		arg.csv.no_out_header = true;
	arg.csv.header = NULL;
	lines_set(&arg.csv);
	lines_copy(&arg.csv, NULL, 0, name);
}

/* The pattern is a preset's, or the first operand. */
static void
copy_pattern(void)
{
	const struct preset *preset = preset_find(arg.from);
	if (arg.csv.lenient || arg.csv.ragged != RAGGED_ERROR || arg.source.quote != 0 ||
		arg.source.trim)
		die(END_SETUP, "option --from %s: a line has neither quotes nor a width to choose",
			arg.from);
	if (arg.csv.no_header && arg.csv.header == NULL)
		arg.csv.no_out_header = true;
	lines_set(&arg.csv);
	const char *pattern = preset != NULL ? preset->pattern : arg.pattern;
	pattern_in_copy(&(struct pattern_in_how){&arg.csv, pattern, preset != NULL});
}

static bool
is_from(const char *format)
{
	return strcmp(arg.from, format) == 0;
}

static void
copy_json(void)
{
	const struct csv_how *csv = &arg.csv;
	bool is_lines = is_from("ndjson");
	if (csv->no_header || csv->header != NULL || csv->rename_header != NULL || csv->tsv ||
		csv->delimiter != 0 || csv->lenient || csv->ragged != RAGGED_ERROR ||
		arg.source.quote != 0 || arg.source.trim)
		die(END_SETUP,
			"option --from %s: JSON has neither header nor delimiter nor quotes to "
			"choose",
			arg.from);
	if (is_lines && arg.path != NULL)
		die(END_SETUP, "option --path goes with --from json");
	struct json_in_how how = {csv, is_lines, arg.path, arg.columns, false};
	if (arg.schema != NULL && arg.columns == NULL) {
		how.columns = fit_file_columns(&schema);
		how.is_strict = !fit_file_allows_more(&schema);
	}
	json_in_copy(&how);
}

/* Options that only some formats have. */
static void
check_format(void)
{
	bool is_json = is_from("json") || is_from("ndjson");
	if (!is_from("fixed") && (arg.bytes != NULL || arg.characters != NULL))
		die(END_SETUP, "options -b and -c go with --from fixed");
	if (is_from("rejects") && arg.schema != NULL)
		die(END_SETUP, "option --schema: what --from rejects gives back is not looked at");
	if (!is_json && (arg.path != NULL || arg.columns != NULL))
		die(END_SETUP, "options --path and --columns go with --from json");
}

static void
extract(void)
{
	const char *header = arg.csv.header;
	check_format();
	if (arg.schema != NULL) {
		fit_file_read(&schema, arg.schema);
		arg.csv.named = hold;
	}
	if (is_from("fixed")) {
		cut_fixed();
	} else if (is_from("lines")) {
		copy_lines();
	} else if (is_from("regex") || preset_find(arg.from) != NULL) {
		copy_pattern();
	} else if (is_from("json") || is_from("ndjson")) {
		copy_json();
	} else if (is_from("rejects")) {
		arg.csv.header = NULL;
		rejected_give_back(&arg.csv, header);
	} else if (is_from("csv") || is_from("tsv")) {
		arg.csv.tsv |= is_from("tsv");
		copy_records();
	} else {
		die(END_SETUP, "option --from: '%s' is none of csv, " FORMATS, arg.from);
	}
}

static void
take_pattern(char ***operands, size_t *count)
{
	if (*count == 0)
		die(END_SETUP,
			"option --from regex: the pattern is missing, which is the first operand");
	arg.pattern = *(*operands)++;
	--*count;
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
	if (is_from("regex") && !arg.list && !arg.list_members)
		take_pattern(&operands, &count);
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
		extract();
	flush_list();
	end(status);
}
