/*
 * etl-uniq: of records with the same key keep one, or count them
 *
 *	etl-uniq [-k COLS] [--keep last] [--count NAME] [--repeated | --unique] [--sorted] [FILE...]
 *
 * A table holds the keys that have come; a record whose key is new leaves at once.  When the memory
 * for keys is full, records whose key is not among them wait on disk, and the keys of these are
 * looked at in parts that fit.  Where it is known at the end only which records leave, all that may
 * do so wait on disk.  With --sorted one record is all that is kept.
 */
#include <string.h>

#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "msg.h"
#include "tool.h"
#include "uniq/uniq.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct uniq_how how;
	bool repeated;
	bool unique;
	const char *stats;
} arg = {.csv = CSV_HOW, .how.memory = BUDGET_UNSET};

static void
set_keep(const struct opt *opt, const char *value)
{
	(void)opt;
	if (strcmp(value, "first") == 0)
		arg.how.keep = CENSUS_FIRST;
	else if (strcmp(value, "last") == 0)
		arg.how.keep = CENSUS_LAST;
	else
		die(END_SETUP, "option --keep: '%s' is neither first nor last", value);
}

static const struct opt options[] = {
	{'k', "key", "COLS", "records with the same values there are the same (all columns)",
		OPT_LIST, &arg.how.key, NULL},
	{0, "keep", "WHICH", "which of the same ones to keep: first (unless given), last", OPT_DO,
		NULL, set_keep},
	{0, "count", "NAME", "add a column NAME: how many there were", OPT_TEXT, &arg.how.count,
		NULL},
	{0, "repeated", NULL, "only those of which there are several, one of each", OPT_FLAG,
		&arg.repeated, NULL},
	{0, "unique", NULL, "only those of which there is one", OPT_FLAG, &arg.unique, NULL},
	{0, "sorted", NULL, "the same ones stand together already: in constant memory", OPT_FLAG,
		&arg.how.is_sorted, NULL},
	OPT_SPILL(arg.how.memory, "keys"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

/* Of uniq(1), and of sort(1), whose delimiter is -t. */
static const struct opt_habit habits[] = {
	{"c", "--count NAME"},
	{"d", "--repeated"},
	{"u", "--unique"},
	{"f", "-k COLS"},
	{"s", "-k COLS"},
	{"w", "-k COLS"},
	{"i", "-k COLS, of columns that etl-map 'x = lower(x)' has made"},
	{",", "-d BYTE for the delimiter, while -t is for TSV"},
	{"skip-fields", "-k COLS"},
	{"ignore-case", "-k COLS, of columns that etl-map 'x = lower(x)' has made"},
	{0},
};

static const struct tool tool = {
	.name = "etl-uniq",
	.synopsis = "[-k COLS] [--keep WHICH] [--count NAME] [--repeated | --unique] [--sorted] "
		    "[FILE...]",
	.summary = "Of records with the same key keep one, or count them.",
	.options = options,
	.habits = habits,
};

int
main(int argc, char **argv)
{
	size_t count;
	struct csv_out out;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	if (arg.repeated && arg.unique)
		die(END_SETUP, "options --repeated and --unique exclude each other");
	if (arg.how.count != NULL && *arg.how.count == '\0')
		die(END_SETUP, "option --count: '' is no name of a column");
	arg.how.among = arg.repeated ? UNIQ_REPEATED : arg.unique ? UNIQ_ALONE : UNIQ_ALL;
	arg.how.memory = budget_bytes(arg.how.memory);
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	csv_flush_before_wait(in, &out);
	/* Without a header there is no column to be a key. */
	if (csv_header(in)->count != 0)
		uniq(&arg.how, in, &out);
	csv_finish(&out, in);
	csv_close(in);
	end(END_WELL);
}
