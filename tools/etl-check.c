/*
 * etl-check: hold the stream against a schema, make one, describe its columns, compare schemas
 *
 *	etl-check --schema FILE [-q] [FILE...]
 *	etl-check --infer [FILE...]
 *	etl-check --profile [FILE...]
 *	etl-check --diff [-q] OLD NEW
 *
 * Some rows of a batch at a time are judged, column by column; neighbours that are good leave in
 * one copy.  Besides a batch, the values of what is to be unique are all the memory needed; when
 * that is full, records wait on file until it is known whether they are repeated.  A schema is
 * inferred, and columns are described, with some KiB for each column, and its different values, and
 * numbers, as long as they fit into --memory.
 */
#include <unistd.h>

#include "budget.h"
#include "check/drift.h"
#include "check/infer-out.h"
#include "check/pass.h"
#include "check/profile-out.h"
#include "csv/csv.h"
#include "csv/jobs.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "schema/json.h"
#include "schema/schema-file.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	const char *schema;
	bool infer;
	bool profile;
	bool diff;
	bool quiet;
	uint64_t memory;
	uint64_t jobs;
	const char *stats;
} arg = {.csv = CSV_HOW, .memory = BUDGET_UNSET};

static const struct opt options[] = {
	{0, "schema", "FILE", "pass on the records that fit this Table Schema (JSON)", OPT_TEXT,
		&arg.schema, NULL},
	{0, "infer", NULL, "write a Table Schema that all records fit", OPT_FLAG, &arg.infer, NULL},
	{0, "profile", NULL, "write a record that describes each column", OPT_FLAG, &arg.profile,
		NULL},
	{0, "diff", NULL, "write what changed from one schema to another: status 1 if anything",
		OPT_FLAG, &arg.diff, NULL},
	{'q', "quiet", NULL, "write no records: the status is the answer", OPT_FLAG, &arg.quiet,
		NULL},
	OPT_MEMORY(arg.memory, "different values, which are or may be unique"),
	OPT_JOBS(arg.jobs),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-check",
	.synopsis = "--schema FILE [-q] [FILE...] | --infer [FILE...] | --profile [FILE...] | "
		    "--diff [-q] OLD NEW",
	.summary = "Pass on the records that fit a schema, make one that all fit, describe "
		   "columns, compare schemas.",
	.options = options,
};

/* What is written is no record: only the buffer and the mark of a csv_out are used. */
static void
infer(char *const *operands, size_t count)
{
	struct csv_out out;
	struct infer inferred;
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	const struct header *header = csv_header(in);
	infer_out_names(header);
	infer_init(&inferred, header, arg.memory);
	for (const struct batch *b; (b = csv_read(in)) != NULL;)
		infer_take(&inferred, b);
	infer_out(&inferred, header, &out.out);
	out.records = MARK_UNCOUNTED;
	csv_finish(&out, in);
	infer_clear(&inferred);
	csv_close(in);
}

static void
profile(char *const *operands, size_t count)
{
	struct csv_out out;
	struct profile profile;
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	const struct header *header = csv_header(in);
	profile_init(&profile, header, arg.memory);
	for (const struct batch *b; (b = csv_read(in)) != NULL;)
		profile_take(&profile, b);
	profile_out(&profile, header, &out, !arg.csv.no_out_header);
	csv_finish(&out, in);
	profile_clear(&profile);
	csv_close(in);
}

static void
pass(char *const *operands, size_t count)
{
	struct csv_out out;
	struct arena arena = {0};
	struct pass pass;
	struct schema schema = schema_read(arg.schema, &arena);
	struct pass_how how = {
		.schema = &schema,
		.path = arg.schema,
		.has_names = !arg.csv.no_header || arg.csv.header != NULL ||
			     arg.csv.rename_header != NULL,
		.memory = arg.memory,
		.jobs = 1,
		.out = arg.quiet ? NULL : &out,
	};
	schema_warn(arg.schema, &schema);
	if (json_member(schema.json, "foreignKeys") != NULL)
		warn("%s: foreignKeys are not checked", arg.schema);
	if (!arg.quiet)
		csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	/* Without a header there is nothing that could fit or not. */
	if (csv_header(in)->count != 0) {
		if (!arg.quiet)
			how.jobs = jobs_choose(arg.jobs, operands, count, &out);
		pass_init(&pass, &how, in);
		pass_run(&pass, in);
		pass_clear(&pass);
	}
	if (arg.quiet)
		reject_finish(csv_records(in));
	else
		csv_finish(&out, in);
	csv_close(in);
	arena_clear(&arena);
}

enum { HAS_CHANGED = 1 }; /* diff's status */

static void
put_drift(const struct drift *d)
{
	static const char *const names[] = {"field", "change", "what", "old", "new"};
	struct csv_out out;
	csv_out_open(&out, &arg.csv);
	out.columns = sizeof names / sizeof *names;
	for (size_t i = 0; !arg.csv.no_out_header && i < out.columns; i++)
		csv_put_value(&out, slice_of(names[i]));
	if (!arg.csv.no_out_header)
		csv_put_header_end(&out);
	for (size_t i = 0; i < d->count; i++) {
		const struct drift_item *item = &d->item[i];
		csv_put_value(&out, item->field);
		csv_put_value(&out, slice_of(drift_change_name(item->change)));
		csv_put_value(&out, slice_of(item->what));
		csv_put_value(&out, item->before);
		csv_put_value(&out, item->after);
		csv_put_end(&out);
	}
	csv_finish(&out, NULL);
}

static void
read_side(struct drift_side *side, struct schema *schema, const char *path, struct arena *arena)
{
	struct buf why = {0};
	*schema = schema_read(path, arena);
	schema_warn(path, schema);
	if (drift_side_init(side, schema, arena, &why))
		return;
	buf_byte(&why, '\0');
	die(END_SETUP, "%s: %s", path, why.at);
}

static _Noreturn void
diff(char *const *operands, size_t count)
{
	struct arena arena = {0};
	struct schema schema[2];
	struct drift_side side[2];
	struct drift drift;
	if (count != 2)
		die(END_SETUP, "option --diff: two schemas are to be named, and not %zu", count);
	for (size_t i = 0; i < 2; i++)
		read_side(&side[i], &schema[i], operands[i], &arena);
	drift_find(&drift, &side[0], &side[1], &arena);
	int status = drift.count != 0 ? HAS_CHANGED : END_WELL;
	if (!arg.quiet)
		put_drift(&drift);
	else
		close(STDOUT_FILENO); /* the pipe that it may be is to carry no mark: nothing has
					 failed */
	for (size_t i = 0; i < 2; i++)
		drift_side_clear(&side[i]);
	drift_clear(&drift);
	arena_clear(&arena);
	end(status);
}

static void
check_options(void)
{
	int ways = (arg.schema != NULL) + arg.infer + arg.profile + arg.diff;
	if (ways == 0)
		die(END_SETUP, "one of the options --schema, --infer, --profile, --diff is needed");
	if (ways > 1)
		die(END_SETUP, "options --schema, --infer, --profile, --diff exclude each other");
	if (arg.quiet && (arg.infer || arg.profile))
		die(END_SETUP, "option -q: only with --schema and --diff");
	if (arg.quiet && arg.csv.output != NULL)
		die(END_SETUP, "options -q and -o exclude each other");
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	check_options();
	reject_start(&arg.rejects);
	arg.memory = budget_bytes(arg.memory);
	if (arg.diff)
		diff(operands, count);
	if (arg.infer)
		infer(operands, count);
	else if (arg.profile)
		profile(operands, count);
	else
		pass(operands, count);
	end(END_WELL);
}
