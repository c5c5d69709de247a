/*
 * etl-map: compute columns
 *
 *	etl-map [-v NAME=VALUE] [--by COLS] ASSIGNMENTS [FILE...]
 *	etl-map [-v NAME=VALUE] [--by COLS] --program FILE [FILE...]
 *	etl-map --unpivot COLS [--to NAME,VALUE] [FILE...]
 *	etl-map --explode COL [--separator TEXT] [FILE...]
 *
 * The program is compiled against the header and run over some rows of a batch at a time; what it
 * does not assign is copied as it is.  A batch of records, the program's vectors and what functions
 * across rows keep of each group are all the memory needed.
 */
#include "crypt/keyring.h"
#include "crypt/secrets.h"
#include "csv/csv.h"
#include "csv/jobs.h"
#include "csv/reject.h"
#include "expr/formula.h"
#include "expr/groups.h"
#include "mem.h"
#include "msg.h"
#include "reshape/plan.h"
#include "reshape/reshape.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct formula formula;
	struct groups_how groups;
	struct keyring keys;
	struct reshape_how reshape;
	uint64_t jobs;
	const char *stats;
} arg = {
	.csv = CSV_HOW,
	.formula = {.kind = PROGRAM_ASSIGNMENTS,
		.own = {secrets_functions, secrets_ready, &arg.keys}},
	.groups = GROUPS_HOW,
	.reshape = {.to = "name,value", .separator = ";"},
};

static const struct opt options[] = {
	OPT_FORMULA(arg.formula),
	OPT_GROUPS(arg.groups),
	{0, "unpivot", "COLS", "a record for each of these columns: its name and its value",
		OPT_LIST, &arg.reshape.unpivot, NULL},
	{0, "to", "NAME,VALUE", "--unpivot: what these two columns are called (name,value)",
		OPT_TEXT, &arg.reshape.to, NULL},
	{0, "explode", "COL", "a record for each part of this column", OPT_LIST,
		&arg.reshape.explode, NULL},
	{0, "separator", "TEXT", "--explode: what stands between the parts (;)", OPT_TEXT,
		&arg.reshape.separator, NULL},
	OPT_JOBS(arg.jobs),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-map",
	.synopsis = "ASSIGNMENTS [FILE...] | --program FILE [FILE...] | --unpivot COLS [FILE...] | "
		    "--explode COL [FILE...]",
	.summary = "Compute columns.",
	.options = options,
};

/* Computes and writes rows of the batch; returns how many, which may be fewer than asked for. */
static size_t
put_run(struct csv_out *out, const struct plan *plan, struct program *p, const struct batch *b,
	size_t first, size_t rows, const struct header *header)
{
	uint16_t row[VECTOR_ROWS];
	size_t kept = formula_run(&arg.formula, p, b, first, rows, header, row);
	for (size_t i = 0; i < kept; i++)
		plan_put_row(plan, out, p, first + row[i], row[i]);
	return program_rows(p);
}

/* What the jobs have in common. */
struct work {
	const struct header *header;
	struct program **program; /* of each */
	struct plan plan;
	struct groups groups;
};

static void
put_rows(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	struct work *w = shared;
	struct program *p = w->program[job];
	csv_source(out, b);
	for (size_t first = 0; first < b->rows; first += VECTOR_ROWS) {
		size_t rows = b->rows - first < VECTOR_ROWS ? b->rows - first : VECTOR_ROWS;
		groups_take(&w->groups, b, first, rows);
		for (size_t row = 0; row < rows;) {
			groups_use(&w->groups, row);
			row += put_run(out, &w->plan, p, b, first + row, rows - row, w->header);
		}
	}
}

/* Functions across records need them in order: then there is one job. */
static void
compute(struct slice text, struct csv_in *in, struct csv_out *out, size_t jobs)
{
	struct arena arena = {0};
	struct work w = {.header = csv_header(in)};
	w.program = formula_compile_jobs(&arg.formula, text, PROGRAM_ASSIGNMENTS, w.header, jobs);
	w.plan = plan_make(w.program[0], w.header->count, &arena);
	groups_open(&w.groups, &arg.groups, w.program[0], w.header, &arena);
	out->columns = w.plan.columns;
	plan_put_header(&w.plan, out, csv_header_row(in));
	jobs_run(program_group_size(w.program[0]) == 0 ? jobs : 1, put_rows, &w, in, out);
	groups_close(&w.groups);
	formula_free(w.program, jobs);
	arena_clear(&arena);
}

static void
map(struct slice text, char *const *operands, size_t count)
{
	struct csv_out out;
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	if (csv_header(in)->count != 0)
		compute(text, in, &out, jobs_choose(arg.jobs, operands, count, &out));
	formula_finish(&arg.formula);
	keyring_clear(&arg.keys);
	csv_finish(&out, in);
	csv_close(in);
}

/* Without a program: several records of one. */
static bool
reshapes(void)
{
	if (arg.reshape.unpivot == NULL && arg.reshape.explode == NULL)
		return false;
	if (arg.reshape.unpivot != NULL && arg.reshape.explode != NULL)
		die(END_SETUP, "options --unpivot and --explode exclude each other");
	if (arg.formula.file != NULL || arg.groups.by != NULL)
		die(END_SETUP, "options --unpivot and --explode take no program");
	arg.reshape.jobs = arg.jobs;
	return true;
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	if (reshapes()) {
		reshape(&arg.csv, &arg.reshape, operands, count);
		end(END_WELL);
	}
	struct slice text = formula_start(&arg.formula, &operands, &count);
	map(text, operands, count);
	end(END_WELL);
}
