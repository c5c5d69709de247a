/*
 * etl-sort: sort records by columns
 *	etl-sort [-k KEYS] [FILE...]
 *
 * Each record is kept with a key made of its columns, whose bytes order as the records do: keys are
 * made a batch at a time and sorted by radix.  Beyond --memory sorted runs go to a file without a
 * name, and are merged at the end.  With --top no more records are kept than twice as many as are
 * wanted; -m and -c keep one of each input.
 */
#include <string.h>

#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "csv/whole.h"
#include "mem.h"
#include "msg.h"
#include "sort/inputs.h"
#include "sort/keyed.h"
#include "sort/sort.h"
#include "stage.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	const char *keys;
	enum order_nulls nulls;
	bool unique;
	bool merge;
	bool check;
	uint64_t top;
	uint64_t memory;
	const char *stats;
} arg = {.csv = CSV_HOW, .top = UINT64_MAX, .memory = BUDGET_UNSET};

static void
set_nulls(const struct opt *opt, const char *value)
{
	(void)opt;
	if (strcmp(value, "first") == 0)
		arg.nulls = ORDER_NULLS_FIRST;
	else if (strcmp(value, "last") == 0)
		arg.nulls = ORDER_NULLS_LAST;
	else
		die(END_SETUP, "option --nulls: '%s' is neither first nor last", value);
}

static const struct opt options[] = {
	{'k', "key", "KEYS",
		"sort by these columns; NAME:n number, :t time, :h size, :v version, :i any case, "
		":r reverse",
		OPT_LIST, &arg.keys, NULL},
	{0, "nulls", "PLACE", "where empty values go: first, last", OPT_DO, NULL, set_nulls},
	{'u', "unique", NULL, "of records with the same key keep the first", OPT_FLAG, &arg.unique,
		NULL},
	{0, "top", "N", "write the first N records of the order only", OPT_COUNT, &arg.top, NULL},
	{'m', "merge", NULL, "the inputs are sorted already: put them together", OPT_FLAG,
		&arg.merge, NULL},
	{'c', "check", NULL, "write nothing: status 0 if the input is sorted, else 1", OPT_FLAG,
		&arg.check, NULL},
	OPT_SPILL(arg.memory, "records"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

/* Of sort(1). */
static const struct opt_habit habits[] = {
	{"n", "-k NAME:n"},
	{"g", "-k NAME:n"},
	{"r", "-k NAME:r"},
	{"f", "-k NAME:i"},
	{"i", "-k NAME:i, if upper and lower case are to be the same"},
	{"s", "always so: equal records stay in their order"},
	{"S", "--memory BYTES"},
	{"C", "-c"},
	{",", "-d BYTE for the delimiter, while -t is for TSV"},
	{"numeric-sort", "-k NAME:n"},
	{"general-numeric-sort", "-k NAME:n"},
	{"reverse", "-k NAME:r"},
	{"ignore-case", "-k NAME:i"},
	{"version-sort", "-k NAME:v"},
	{"human-numeric-sort", "-k NAME:h"},
	{"stable", "always so: equal records stay in their order"},
	{"buffer-size", "--memory BYTES"},
	{"temporary-directory", "--tmp-dir DIR"},
	{"field-separator", "-d BYTE"},
	{0},
};

static const struct tool tool = {
	.name = "etl-sort",
	.synopsis = "[-k KEYS] [-u] [--top N] [-m | -c] [--memory BYTES] [FILE...]",
	.summary = "Sort records by columns.",
	.options = options,
	.habits = habits,
};

struct work {
	struct csv_out out;
	struct keyed keyed;
	struct sort *sort;
	struct whole whole;
};

static void
take_rows(struct work *w)
{
	const struct keyed *k = &w->keyed;
	bool is_any = arg.top == UINT64_MAX;
	csv_source(&w->whole.out, k->batch);
	for (size_t row = 0; row < k->rows; row++) {
		struct slice tail = order_tail(&k->order, row);
		if (is_any || sort_wants(w->sort, k->order.key[row], tail))
			sort_add(w->sort, k->order.key[row], tail,
				whole_row(&w->whole, k->first + row));
	}
}

static void
put_records(struct work *w)
{
	struct slice text;
	csv_put_header(&w->out, csv_header_row(w->keyed.in));
	while (sort_next(w->sort, &text))
		csv_put_rest(&w->out, text);
}

static void
sort_records(struct work *w, const struct keyed_how *keys, struct csv_in *in)
{
	struct sort_how how = {
		.memory = arg.memory, .limit = arg.top, .is_unique = arg.unique};
	struct stage *counts = stage_counts();
	w->out.columns = csv_header(in)->count;
	whole_init(&w->whole, &w->out);
	keyed_init(&w->keyed, keys, in);
	w->sort = sort_new(&how);
	while (keyed_next(&w->keyed))
		take_rows(w);
	sort_finish(w->sort);
	put_records(w);
	counts->filtered = csv_records(in) - counts->rejected - w->out.records;
}

/* Is the input in order?  The first record that is not ends the program. */
static _Noreturn void
check(const struct keyed_how *keys, char *const *operands, size_t count)
{
	struct keyed k = {0};
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	if (csv_header(in)->count != 0) {
		keyed_init(&k, keys, in);
		while (keyed_next(&k))
			keyed_check(&k, arg.unique);
	}
	reject_finish(csv_records(in));
	stage_counts()->filtered = csv_records(in) - stage_counts()->rejected;
	end(END_WELL);
}

static void
check_options(void)
{
	if (arg.top == 0)
		die(END_SETUP, "option --top: 0 records are none");
	if (arg.check && arg.merge)
		die(END_SETUP, "options -c and -m exclude each other");
	if (arg.check && (arg.csv.output != NULL || arg.top != UINT64_MAX))
		die(END_SETUP, "option -c writes nothing: -o and --top are not for it");
	arg.memory = budget_bytes(arg.memory);
	if (arg.memory < SORT_MEMORY_MIN)
		die(END_SETUP, "option --memory: less than %dK", SORT_MEMORY_MIN / 1024);
}

static void
merge(const struct keyed_how *keys, char *const *operands, size_t count)
{
	static char *const standard_input[] = {"-", NULL};
	struct csv_out out;
	struct inputs_how how = {
		.csv = &arg.csv, .keys = *keys, .is_unique = arg.unique, .limit = arg.top};
	csv_out_open(&out, &arg.csv);
	inputs_merge(&how, count != 0 ? operands : standard_input, count != 0 ? count : 1, &out);
}

static void
sort(const struct keyed_how *keys, char *const *operands, size_t count)
{
	struct work w = {0};
	csv_out_open(&w.out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	/* Without a header there is nothing to sort, nor to sort by. */
	if (csv_header(in)->count != 0)
		sort_records(&w, keys, in);
	csv_finish(&w.out, in);
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	const struct keyed_how keys = {.keys = arg.keys, .nulls = arg.nulls};
	reject_start(&arg.rejects);
	check_options();
	if (arg.check)
		check(&keys, operands, count);
	else if (arg.merge)
		merge(&keys, operands, count);
	else
		sort(&keys, operands, count);
	end(END_WELL);
}
