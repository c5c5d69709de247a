/*
 * etl-join: join two inputs by key, or put several side by side
 *
 *	etl-join LEFT RIGHT -k KEYS [--kind KIND] [--sorted]
 *	etl-join LEFT RIGHT --asof COL [-k KEYS] [--kind KIND] [--sorted]
 *	etl-join --paste [FILE...]
 *
 * By key LEFT streams and RIGHT is held in memory; beyond --memory both wait on disk, and are
 * joined in parts that fit.  By time RIGHT must fit.  Of sorted inputs one key's records of RIGHT
 * are held, by time two records; side by side a batch an input is all that is needed.
 */
#include <unistd.h>

#include "budget.h"
#include "csv/csv.h"
#include "csv/jobs.h"
#include "csv/reject.h"
#include "in.h"
#include "join/asof.h"
#include "join/match.h"
#include "join/paste.h"
#include "join/unpaired.h"
#include "msg.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	bool paste;
	bool sorted;
	const char *keys;
	const char *kind;
	const char *validate;
	struct asof_how asof;
	const char *unpaired_left;
	const char *unpaired_right;
	const char *suffix;
	uint64_t memory;
	uint64_t jobs;
	const char *stats;
} arg = {.csv = CSV_HOW, .memory = BUDGET_UNSET};

static const struct opt options[] = {
	{'k', "key", "KEYS", "the columns to join by; left=right where names differ", OPT_LIST,
		&arg.keys, NULL},
	{0, "kind", "KIND", "inner (unless given), left, right, full, semi, anti", OPT_TEXT,
		&arg.kind, NULL},
	{0, "validate", "RULE",
		"a key comes once or not: one-to-one, one-to-many, many-to-one, many-to-many",
		OPT_TEXT, &arg.validate, NULL},
	OPT_ASOF(arg.asof),
	{0, "unpaired-left", "FILE", "records of LEFT that have no match go to FILE", OPT_FILE,
		&arg.unpaired_left, NULL},
	{0, "unpaired-right", "FILE", "records of RIGHT that have no match go to FILE", OPT_FILE,
		&arg.unpaired_right, NULL},
	{0, "suffix", "TEXT", "behind the names of RIGHT that LEFT has too (_right)", OPT_TEXT,
		&arg.suffix, NULL},
	{0, "sorted", NULL,
		"both are in the order of etl-sort -k KEYS, or with --asof KEYS,COL: little is "
		"held",
		OPT_FLAG, &arg.sorted, NULL},
	OPT_SPILL(arg.memory, "RIGHT"),
	{0, "paste", NULL, "join by position: record 1 with record 1", OPT_FLAG, &arg.paste, NULL},
	OPT_JOBS(arg.jobs),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-join",
	.synopsis = "LEFT RIGHT -k KEYS [--kind KIND] | LEFT RIGHT --asof COL [-k KEYS] | --paste "
		    "[FILE...]",
	.summary = "Join two inputs by key or by the nearest time, or put several side by side.",
	.options = options,
};

static void
check_headers(void)
{
	if (arg.csv.header != NULL || arg.csv.rename_header != NULL)
		die(END_SETUP, "options --header and --rename-header: not where several inputs "
			       "have their own names; "
			       "name them before or behind, with etl-cut");
}

static void
refuse(bool is_given, const char *option)
{
	if (is_given)
		die(END_SETUP, "option %s: not with --paste, which joins by position", option);
}

static void
check_paste(void)
{
	refuse(arg.keys != NULL, "-k");
	refuse(arg.kind != NULL, "--kind");
	refuse(arg.validate != NULL, "--validate");
	refuse(arg.asof.time != NULL, "--asof");
	refuse(arg.sorted, "--sorted");
	refuse(arg.unpaired_left != NULL, "--unpaired-left");
	refuse(arg.unpaired_right != NULL, "--unpaired-right");
	refuse(arg.suffix != NULL, "--suffix");
	refuse(arg.memory != BUDGET_UNSET, "--memory");
	refuse(arg.jobs != 0, "--jobs");
	if (arg.rejects.file != NULL || arg.rejects.max != NULL)
		die(END_SETUP, "options --rejects and --max-rejects: not with --paste, where a "
			       "record that is left "
			       "out of one input would pair all after it with the wrong ones");
}

static void
check_kind(const struct match_kind *kind)
{
	if (arg.asof.time == NULL)
		return;
	if (kind->right_alone || !kind->pairs)
		die(END_SETUP, "option --kind %s: not with --asof, where it is inner or left",
			kind->name);
	if (arg.validate != NULL)
		die(END_SETUP,
			"option --validate: not with --asof, where a key comes at many times");
}

static void
paste_inputs(char *const *operands, size_t count)
{
	static char *const standard_input[] = {"-", NULL};
	check_paste();
	check_headers();
	in_check_apart(operands, count);
	paste(&arg.csv, count != 0 ? operands : standard_input, count != 0 ? count : 1);
}

static void
match_inputs(char *const *operands, size_t count)
{
	if (arg.keys == NULL && arg.asof.time == NULL)
		die(END_SETUP, "option -k is missing: the columns to join by (or --paste, to join "
			       "by position)");
	if (count != 2)
		die(END_SETUP,
			"two inputs are joined by key, LEFT and RIGHT: there %s %zu operand%s",
			count == 1 ? "is" : "are", count, plural(count));
	check_headers();
	in_check_apart(operands, count);
	unpaired_check(arg.unpaired_left, "--unpaired-left", operands, count, arg.csv.output);
	unpaired_check(arg.unpaired_right, "--unpaired-right", operands, count, arg.csv.output);
	unpaired_check_both(arg.unpaired_left, arg.unpaired_right);
	reject_start(&arg.rejects);
	struct match_how how = {
		.csv = &arg.csv,
		.keys = arg.keys,
		.kind = match_kind(arg.kind != NULL ? arg.kind : "inner"),
		.rule = match_rule(arg.validate != NULL ? arg.validate : "many-to-many"),
		.asof = arg.asof.time != NULL ? &arg.asof : NULL,
		.is_sorted = arg.sorted,
		.unpaired_left = arg.unpaired_left,
		.unpaired_right = arg.unpaired_right,
		.suffix = arg.suffix != NULL ? arg.suffix : "_right",
		.memory = budget_bytes(arg.memory),
		.jobs = arg.jobs,
	};
	if (how.kind == NULL)
		die(END_SETUP,
			"option --kind: '%s' is none of inner, left, right, full, semi, anti",
			arg.kind);
	if (how.rule == NULL)
		die(END_SETUP,
			"option --validate: '%s' is none of one-to-one, one-to-many, many-to-one, "
			"many-to-many",
			arg.validate);
	check_kind(how.kind);
	asof_start(&arg.asof);
	match(&how, operands);
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	if (arg.paste)
		paste_inputs(operands, count);
	else
		match_inputs(operands, count);
	end(END_WELL);
}
