/*
 * etl-split: split the stream into parts, by records
 *
 *	etl-split {--rows N | --bytes N | --by COLS} {--to TEMPLATE | --each CMD} [FILE...]
 *	etl-split {--hash COLS | --round-robin | --copy} -n N {--to TEMPLATE | --each CMD} [FILE...]
 *
 * Files are temporaries beside the places that they are to have; at the clean end of the input all
 * of them are put there.  Commands run as children over pipes, and what they print is joined.
 * Memory: what waits of all parts, within --memory, and some 200 bytes and the value for each part.
 */
#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "msg.h"
#include "split/crowd.h"
#include "split/split.h"
#include "split/to-commands.h"
#include "split/to-files.h"
#include "tool.h"

#define UNSET UINT64_MAX

enum { DIGITS = 2, DIGITS_MOST = 20, PARTS_MOST = 1 << 20, COMMANDS_MOST = 10000 };

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	uint64_t rows;
	uint64_t bytes;
	const char *by;
	const char *hash;
	bool round_robin;
	bool copy;
	uint64_t parts;
	const char *to;
	uint64_t digits;
	bool list;
	const char *each;
	bool keep_order;
	uint64_t jobs;
	uint64_t memory;
	const char *stats;
} arg = {
	.csv = CSV_HOW,
	.rows = UNSET,
	.bytes = UNSET,
	.parts = UNSET,
	.digits = UNSET,
	.memory = BUDGET_UNSET,
};

static const struct opt options[] = {
	{0, "rows", "N", "a part has N records, the last what is left", OPT_COUNT, &arg.rows, NULL},
	{0, "bytes", "N", "a part has as many whole records as fit into N bytes", OPT_BYTES,
		&arg.bytes, NULL},
	{0, "by", "COLS", "a part for each value of these columns", OPT_LIST, &arg.by, NULL},
	{0, "hash", "COLS", "of N parts, the one that the value of these columns belongs to",
		OPT_LIST, &arg.hash, NULL},
	{0, "round-robin", NULL, "of N parts one after the other, record by record", OPT_FLAG,
		&arg.round_robin, NULL},
	{0, "copy", NULL, "all records to each of N parts", OPT_FLAG, &arg.copy, NULL},
	{'n', "parts", "N", "how many parts, with --hash, --round-robin, --copy", OPT_COUNT,
		&arg.parts, NULL},
	{0, "to", "TEMPLATE", "parts are files; {} is the number, or the value with --by",
		OPT_TEXT, &arg.to, NULL},
	{0, "digits", "N", "numbers of files have at least N digits (2)", OPT_COUNT, &arg.digits,
		NULL},
	{0, "list", NULL, "print the files, and how many records each has", OPT_FLAG, &arg.list,
		NULL},
	{0, "each", "CMD", "parts go to shell commands, and what these print comes out",
		OPT_TEXT, &arg.each, NULL},
	{0, "keep-order", NULL, "what commands print comes out in the order of the parts",
		OPT_FLAG, &arg.keep_order, NULL},
	{'j', "jobs", "N", "with --rows, --bytes, --by: N commands at a time (1)", OPT_COUNT,
		&arg.jobs, NULL},
	OPT_MEMORY(arg.memory, "what waits to be written"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-split",
	.synopsis = "{--rows N | --bytes N | --by COLS | --hash COLS -n N | --round-robin -n N | "
		"--copy -n N} {--to TEMPLATE | --each CMD} [FILE...]",
	.summary = "Split the stream into parts, by records.",
	.options = options,
};

static struct split_how
read_kind(void)
{
	const struct split_how kinds[] = {
		{SPLIT_ROWS, arg.rows, 0, NULL, NULL},
		{SPLIT_BYTES, arg.bytes, 0, NULL, NULL},
		{SPLIT_BY, 0, 0, arg.by, "--by"},
		{SPLIT_HASH, 0, 0, arg.hash, "--hash"},
		{SPLIT_TURN, 0, 0, NULL, NULL},
		{SPLIT_COPY, 0, 0, NULL, NULL},
	};
	const bool given[] = {arg.rows != UNSET, arg.bytes != UNSET, arg.by != NULL,
		arg.hash != NULL, arg.round_robin, arg.copy};
	struct split_how how = {0};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (given[i] && how.kind != SPLIT_NONE)
			die(END_SETUP, "options --rows, --bytes, --by, --hash, --round-robin, "
				"--copy exclude each other");
		how = given[i] ? kinds[i] : how;
	}
	if (how.kind == SPLIT_NONE)
		die(END_SETUP, "how to split is missing: one of --rows, --bytes, --by, --hash, "
			"--round-robin, --copy");
	return how;
}

static void
check_parts(struct split_how *how)
{
	enum split_kind kind = how->kind;
	bool is_fixed = kind == SPLIT_HASH || kind == SPLIT_TURN || kind == SPLIT_COPY;
	int most = arg.each != NULL ? COMMANDS_MOST : PARTS_MOST;
	if (how->size == 0 && (kind == SPLIT_ROWS || kind == SPLIT_BYTES))
		die(END_SETUP, "option --%s: at least 1", kind == SPLIT_ROWS ? "rows" : "bytes");
	if (is_fixed && arg.parts == UNSET)
		die(END_SETUP, "option -n is missing: how many parts?");
	if (!is_fixed && arg.parts != UNSET)
		die(END_SETUP, "option -n: only with --hash, --round-robin and --copy");
	if (is_fixed && (arg.parts == 0 || arg.parts > (uint64_t)most))
		die(END_SETUP, "option -n: not within 1 and %d", most);
	if (is_fixed && arg.jobs != 0)
		die(END_SETUP, "option --jobs: -n says how many commands there are");
	how->parts = is_fixed ? (uint32_t)arg.parts : 0;
}

static void
check_files(void)
{
	if (arg.keep_order || arg.jobs != 0)
		die(END_SETUP, "options --keep-order and --jobs: only with --each");
	if (arg.digits != UNSET && (arg.digits == 0 || arg.digits > DIGITS_MOST))
		die(END_SETUP, "option --digits: not within 1 and %d", DIGITS_MOST);
	if (arg.digits != UNSET && arg.by != NULL)
		die(END_SETUP, "option --digits: not with --by, whose parts have no numbers");
	if (arg.csv.output != NULL && !arg.list)
		die(END_SETUP, "option -o: the parts go where --to says; it is for what --list "
			"prints");
}

static void
check_commands(void)
{
	crowd_check_command(arg.each);
	if (arg.digits != UNSET || arg.list)
		die(END_SETUP, "options --digits and --list: only with --to");
	if (arg.jobs > COMMANDS_MOST)
		die(END_SETUP, "option --jobs: more than %d", COMMANDS_MOST);
}

static void
check_options(struct split_how *how)
{
	check_parts(how);
	if ((arg.to == NULL) == (arg.each == NULL))
		die(END_SETUP, arg.to == NULL ?
			"where do the parts go?  --to or --each says" :
			"options --to and --each exclude each other");
	if (arg.to != NULL)
		check_files();
	else
		check_commands();
}

static void
split_stream(const struct split_how *how, struct csv_in *in, struct csv_out *out)
{
	if (arg.to != NULL)
		to_files(&(struct to_files_how){
			.template = arg.to,
			.digits = arg.digits != UNSET ? (unsigned)arg.digits : DIGITS,
			.lists = arg.list,
			.has_names = !arg.csv.no_header && !arg.csv.no_out_header,
			.memory = budget_bytes(arg.memory),
		}, how, in, out);
	else
		to_commands(&(struct to_commands_how){
			.command = arg.each,
			.keeps_order = arg.keep_order,
			.most = arg.jobs != 0 ? (uint32_t)arg.jobs : 1,
			.memory = budget_bytes(arg.memory),
			.max_record = arg.csv.max_record,
		}, how, in, out);
}

int
main(int argc, char **argv)
{
	size_t count;
	struct csv_out out;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	struct split_how how = read_kind();
	check_options(&how);
	reject_start(&arg.rejects);
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	split_stream(&how, in, &out);
	csv_finish(&out, in);
	csv_close(in);
	end(END_WELL);
}
