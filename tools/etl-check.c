/*
 * etl-check: hold the stream against a schema, make one, or describe its columns
 *
 *	etl-check --schema FILE [-q] [FILE...]
 *	etl-check --infer [FILE...]
 *	etl-check --profile [FILE...]
 *
 * Some rows of a batch at a time are judged, column by column; neighbours that are good leave in
 * one copy.  Besides a batch, the values of what is to be unique are all the memory needed; when
 * that is full, records wait on file until it is known whether they are repeated.  A schema is
 * inferred, and columns are described, with some KiB for each column, and its different values, and
 * numbers, as long as they fit into --memory.
 */
#include "budget.h"
#include "check/infer-out.h"
#include "check/pass.h"
#include "check/profile-out.h"
#include "csv/csv.h"
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
	bool quiet;
	uint64_t memory;
	const char *stats;
} arg = {.csv = CSV_HOW, .memory = BUDGET_UNSET};

static const struct opt options[] = {
	{0, "schema", "FILE", "pass on the records that fit this Table Schema (JSON)", OPT_TEXT,
		&arg.schema, NULL},
	{0, "infer", NULL, "write a Table Schema that all records fit", OPT_FLAG, &arg.infer, NULL},
	{0, "profile", NULL, "write a record that describes each column", OPT_FLAG, &arg.profile,
		NULL},
	{'q', "quiet", NULL, "write no records: status 0 if all fit, 1 if not, 2 on errors",
		OPT_FLAG, &arg.quiet, NULL},
	OPT_MEMORY(arg.memory, "different values, which are or may be unique"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-check",
	.synopsis = "--schema FILE [-q] [FILE...] | --infer [FILE...] | --profile [FILE...]",
	.summary =
		"Pass on the records that fit a schema, make one that all fit, describe columns.",
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
	static struct pass pass;
	bool has_names =
		!arg.csv.no_header || arg.csv.header != NULL || arg.csv.rename_header != NULL;
	struct schema schema = schema_read(arg.schema, &arena);
	if (json_member(schema.json, "foreignKeys") != NULL)
		warn("%s: foreignKeys are not checked", arg.schema);
	if (!arg.quiet)
		csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	/* Without a header there is nothing that could fit or not. */
	if (csv_header(in)->count != 0) {
		pass_init(&pass, &schema, arg.schema, has_names, arg.memory, in,
			arg.quiet ? NULL : &out);
		for (const struct batch *b; (b = csv_read(in)) != NULL;)
			pass_take(&pass, b);
		pass_finish(&pass);
	}
	if (arg.quiet)
		reject_finish(csv_records(in));
	else
		csv_finish(&out, in);
	csv_close(in);
	arena_clear(&arena);
}

static void
check_options(void)
{
	int ways = (arg.schema != NULL) + arg.infer + arg.profile;
	if (ways == 0)
		die(END_SETUP, "one of the options --schema, --infer, --profile is needed");
	if (ways > 1)
		die(END_SETUP, "options --schema, --infer, --profile exclude each other");
	if (arg.quiet && arg.schema == NULL)
		die(END_SETUP, "option -q: only with --schema");
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
	if (arg.infer)
		infer(operands, count);
	else if (arg.profile)
		profile(operands, count);
	else
		pass(operands, count);
	end(END_WELL);
}
