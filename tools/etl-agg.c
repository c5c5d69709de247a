/*
 * etl-agg: group records and aggregate them
 *	etl-agg [-g COLS] [--sorted COLS] AGGREGATES [FILE...]
 *	etl-agg [-g COLS] --pivot COL [--values LIST] AGGREGATES [FILE...]
 *
 * The arguments of the aggregates are compiled and run like the expressions of etl-map; a table of
 * keys holds the states of each group, which leave at the end, in order of first appearance.  With
 * --sorted they leave as those columns change.  The groups are all the memory needed besides a
 * batch; those that do not fit wait on disk.
 */
#include "agg/grouping.h"
#include "agg/having.h"
#include "agg/ordered.h"
#include "agg/partial.h"
#include "agg/parts.h"
#include "agg/pivot.h"
#include "agg/results.h"
#include "budget.h"
#include "csv/csv.h"
#include "csv/jobs.h"
#include "csv/reject.h"
#include "expr/formula.h"
#include "mem.h"
#include "msg.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct formula formula;
	const char *group;
	const char *sorted;
	const char *having;
	struct pivot_how pivot;
	bool partial;
	bool merge;
	uint64_t memory;
	uint64_t jobs;
	const char *stats;
} arg = {
	.csv = CSV_HOW,
	.formula = {.kind = PROGRAM_AGGREGATES, .aggregates = aggregate_functions},
	.memory = BUDGET_UNSET,
};

static const struct opt options[] = {
	{'g', "group", "COLS", "a record for each combination of values of these columns",
		OPT_LIST, &arg.group, NULL},
	{0, "sorted", "COLS", "the input is grouped by these already: groups leave as they end",
		OPT_LIST, &arg.sorted, NULL},
	{0, "having", "EXPR", "only groups with results for which this is true", OPT_TEXT,
		&arg.having, NULL},
	OPT_PIVOT(arg.pivot),
	{0, "partial", NULL, "write states, which --merge adds, instead of results", OPT_FLAG,
		&arg.partial, NULL},
	{0, "merge", NULL, "the input is states: add them", OPT_FLAG, &arg.merge, NULL},
	OPT_SPILL(arg.memory, "groups"),
	OPT_JOBS(arg.jobs),
	OPT_FORMULA(arg.formula),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-agg",
	.synopsis = "[-g COLS] [--pivot COL] AGGREGATES [FILE...] | [-g COLS] [--pivot COL] "
		    "--program FILE [FILE...]",
	.summary = "Group records and aggregate them.",
	.options = options,
};

struct work {
	struct csv_in *in;
	struct csv_out out;
	struct arena arena;
	struct program *program;
	struct grouping grouping;
	struct results results;
	struct partial partial;
	struct having having;
	struct pivot pivot;
	struct ordered ordered;
	size_t jobs; /* that there may be */
};

static void
start_partial(struct work *w, struct slice text)
{
	const struct grouping *g = &w->grouping;
	if (arg.partial || arg.merge)
		partial_init(&w->partial, &arg.formula, text, w->program);
	if (arg.merge)
		partial_open(&w->partial, g, &w->arena);
	if (!arg.partial)
		return;
	results_be_partial(&w->results, &w->partial);
	w->out.columns = g->by.count + 1 + agg_states(g->agg);
}

static void
start(struct work *w, struct slice text)
{
	struct grouping *g = &w->grouping;
	struct program_error error = {0};
	struct header columns = *g->header;
	if (arg.group != NULL)
		g->by = csv_columns(arg.group, "-g", g->header, COLUMNS_RENAME, &w->arena);
	if (arg.sorted != NULL)
		ordered_init(&w->ordered, arg.sorted, g, &w->arena);
	if (arg.pivot.column != NULL)
		pivot_choose(&arg.pivot, g, &w->arena);
	if (arg.merge) {
		partial_check_keys(g);
		columns = partial_columns(&arg.formula, text, &w->arena);
	}
	arg.formula.has_some = arg.merge;
	w->program = formula_compile(&arg.formula, text, PROGRAM_AGGREGATES, &columns);
	g->has_records = arg.partial || w->jobs > 1;
	if (!grouping_start(g, w->program, &w->arena, &error))
		formula_die(&arg.formula, text, &error);
	results_init(&w->results, &arg.formula, w->program, &w->out, g, arg.memory);
	start_partial(w, text);
	if (arg.having != NULL) {
		having_init(&w->having, &arg.formula, arg.having, g, w->program, &w->arena);
		results_have(&w->results, &w->having);
	}
	if (arg.pivot.column != NULL) {
		pivot_init(&w->pivot, &arg.pivot, g, w->program, arg.memory, arg.csv.max_columns);
		results_pivot(&w->results, &w->pivot);
	}
}

/* Without a byte of input there is no header to repeat, but aggregates have names. */
static void
put_header(struct work *w)
{
	const struct grouping *g = &w->grouping;
	const struct batch *row = csv_header_row(w->in);
	if (row == NULL && (g->header->count != 0 || arg.csv.no_header || arg.csv.no_out_header))
		return;
	results_put_header(&w->results, row);
}

static void
take_batch(struct work *w, const struct batch *b)
{
	for (size_t first = 0; first < b->rows; first += VECTOR_ROWS) {
		uint16_t row[VECTOR_ROWS];
		size_t rows = b->rows - first < VECTOR_ROWS ? b->rows - first : VECTOR_ROWS;
		size_t kept = formula_run(
			&arg.formula, w->program, b, first, rows, w->grouping.header, row);
		if (kept == 0)
			continue;
		grouping_take(&w->grouping, b, first, rows);
		if (arg.sorted == NULL)
			results_add(&w->results, row, kept);
		else
			ordered_add(&w->ordered, &w->results, row, kept);
	}
}

static bool
read_batch(struct work *w)
{
	const struct batch *b = csv_read(w->in);
	if (b != NULL && arg.merge)
		partial_take(&w->partial, &w->results, b);
	else if (b != NULL)
		take_batch(w, b);
	return b != NULL;
}

/* How many records there are can be told without a look at each. */
static bool
only_counts(const struct work *w)
{
	return w->grouping.by.count == 0 && !arg.merge && program_is_idle(w->program) &&
		agg_only_counts(w->grouping.agg);
}

/* Several only where nothing depends on the order of the records. */
static size_t
choose_jobs(const struct work *w)
{
	bool pays = arg.sorted == NULL && !arg.merge && !agg_in_order(w->grouping.agg) &&
		    !only_counts(w);
	pays = pays && !(arg.partial && agg_states_in_order(w->grouping.agg));
	return pays ? w->jobs : 1;
}

static void
summarise(struct work *w, struct slice text, size_t jobs)
{
	bool is_sorted = arg.sorted != NULL;
	if (is_sorted) {
		csv_flush_before_wait(w->in, &w->out);
		put_header(w);
	}
	if (jobs > 1)
		parts_take(&arg.formula, text, &w->grouping, jobs, results_memory(&w->results) / 2,
			w->in, &w->out);
	do
		for (uint64_t n; only_counts(w) && (n = csv_pass(w->in)) != 0;)
			agg_count(w->grouping.agg, n);
	while (read_batch(w));
	results_settle(&w->results);
	if (!is_sorted)
		put_header(w);
	results_put(&w->results);
}

static void
check_pivot(void)
{
	pivot_check(&arg.pivot, &arg.csv);
	if (arg.pivot.column == NULL)
		return;
	if (arg.having != NULL)
		die(END_SETUP, "options --having and --pivot: put an etl-filter behind");
	if (arg.partial)
		die(END_SETUP, "options --partial and --pivot: pivot where states are merged");
	if (arg.sorted != NULL && arg.pivot.values == NULL)
		die(END_SETUP, "options --sorted and --pivot need --values");
}

static void
check_options(void)
{
	if (arg.sorted != NULL && arg.group == NULL)
		die(END_SETUP, "option --sorted: its columns are some of -g, which is missing");
	if (arg.having != NULL && arg.partial)
		die(END_SETUP, "options --having and --partial: states are no results yet");
	if (arg.sorted != NULL && arg.merge)
		die(END_SETUP, "options --sorted and --merge: states come in any order");
	check_pivot();
}

int
main(int argc, char **argv)
{
	size_t count;
	struct work w = {0};
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	struct slice text = formula_start(&arg.formula, &operands, &count);
	check_options();
	arg.memory = budget_bytes(arg.memory);
	csv_out_open(&w.out, &arg.csv);
	w.in = csv_open(&arg.csv, operands, count);
	w.grouping.header = csv_header(w.in);
	/* Without a header there are no columns to group by. */
	if (w.grouping.header->count != 0 || (arg.group == NULL && arg.pivot.column == NULL)) {
		w.jobs = jobs_choose(arg.jobs, operands, count, &w.out);
		start(&w, text);
		summarise(&w, text, choose_jobs(&w));
		results_clear(&w.results);
		partial_clear(&w.partial);
		if (arg.having != NULL)
			having_clear(&w.having);
		if (arg.pivot.column != NULL)
			pivot_clear(&w.pivot);
	}
	formula_finish(&arg.formula);
	csv_finish(&w.out, w.in);
	end(END_WELL);
}
