/*
 * etl-cut: choose, order, rename and drop columns; slice fixed-width text
 *
 *	etl-cut [-x] [-f COLS] [FILE...]
 *	etl-cut -b PLACES | -c PLACES [FILE...]
 *
 * Columns that stand side by side in the input leave in one copy; a batch of records is all the
 * memory needed.
 */
#include "csv/columns.h"
#include "csv/csv.h"
#include "csv/jobs.h"
#include "text/lines.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	const char *fields;
	bool exclude;
	const char *bytes;
	const char *characters;
	uint64_t jobs;
	const char *stats;
} arg = {.csv = CSV_HOW};

static const struct opt options[] = {
	{'f', "fields", "COLS", "the columns, in this order; new=old renames", OPT_LIST,
		&arg.fields, NULL},
	{'x', "exclude", NULL, "all columns but those of -f", OPT_FLAG, &arg.exclude, NULL},
	{'b', "bytes", "PLACES", "slice lines by bytes: name=1-6,other=7-", OPT_LIST, &arg.bytes,
		NULL},
	{'c', "characters", "PLACES", "slice lines by UTF-8 characters", OPT_LIST, &arg.characters,
		NULL},
	OPT_JOBS(arg.jobs),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-cut",
	.synopsis = "[-x] [-f COLS] [FILE...] | -b PLACES [FILE...] | -c PLACES [FILE...]",
	.summary = "Choose, order, rename and drop columns; slice fixed-width text.",
	.options = options,
};

static void
put_header(struct csv_out *out, const struct batch *row, const struct columns *columns)
{
	if (row == NULL)
		return;
	csv_put_names(out, row, columns);
	csv_put_header_end(out);
}

/* The columns of a record that leaves, as runs of those that came. */
struct plan {
	struct columns_run *run;
	size_t runs;
};

static void
put_rows(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	const struct plan *plan = shared;
	(void)job;
	csv_source(out, b);
	csv_put_cut(out, 0, b->rows, plan->run, plan->runs);
}

static struct columns
choose_columns(struct csv_in *in, struct arena *arena)
{
	const struct header *header = csv_header(in);
	const char *list = arg.fields != NULL ? arg.fields : "1-";
	struct columns columns = csv_columns(list, "-f", header, arg.exclude ? 0 : COLUMNS_RENAME,
		arena);
	if (arg.exclude)
		columns_invert(&columns, header, arena);
	if (columns.count == 0)
		die(END_SETUP, "option -x: no column is left");
	bool nameless = arg.csv.no_header && arg.csv.header == NULL;
	for (size_t i = 0; i < columns.count && nameless; i++)
		if (columns.at[i].name.at != NULL)
			die(END_SETUP, "option -f: without a header there is nothing to rename");
	return columns;
}

static void
cut_columns(char *const *operands, size_t operand_count)
{
	struct arena arena = {0};
	struct csv_out out;
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, operand_count);
	if (csv_header(in)->count != 0) {
		struct columns columns = choose_columns(in, &arena);
		struct plan plan = {.run = arena_take(&arena, columns.count * sizeof *plan.run)};
		plan.runs = columns_runs(&columns, plan.run);
		out.columns = columns.count;
		put_header(&out, csv_header_row(in), &columns);
		jobs_run(jobs_choose(arg.jobs, operands, operand_count, &out), put_rows, &plan, in,
			&out);
	}
	csv_finish(&out, in);
	csv_close(in);
	arena_clear(&arena);
}

static void
cut_lines(char *const *operands, size_t count)
{
	if (arg.fields != NULL || arg.exclude || (arg.bytes != NULL && arg.characters != NULL))
		die(END_SETUP, "options -f, -b and -c exclude each other");
	lines_set(&arg.csv);
	lines_cut(&arg.csv, operands, count, arg.bytes != NULL ? arg.bytes : arg.characters,
		arg.characters != NULL, false);
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	if (arg.bytes != NULL || arg.characters != NULL)
		cut_lines(operands, count);
	else
		cut_columns(operands, count);
	end(END_WELL);
}
