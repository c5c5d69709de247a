/*
 * etl-check: hold the stream against a schema, or make one
 *
 *	etl-check --schema FILE [-q] [FILE...]
 *	etl-check --infer [FILE...]
 *
 * Some rows of a batch at a time are judged, column by column; neighbours that are good leave in
 * one copy.  Besides a batch, the values of what is to be unique are all the memory needed; when
 * that is full, records wait on file until it is known whether they are repeated.  A schema is
 * inferred with some KiB for each column, and its different values as long as they fit into
 * --memory.
 */
#include "budget.h"
#include "check/check.h"
#include "check/infer-out.h"
#include "check/late.h"
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
	bool quiet;
	uint64_t memory;
	const char *stats;
} arg = {.csv = CSV_HOW, .memory = BUDGET_UNSET};

static const struct opt options[] = {
	{0, "schema", "FILE", "pass on the records that fit this Table Schema (JSON)", OPT_TEXT,
		&arg.schema, NULL},
	{0, "infer", NULL, "write a Table Schema that all records fit", OPT_FLAG, &arg.infer, NULL},
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
	.synopsis = "--schema FILE [-q] [FILE...] | --infer [FILE...]",
	.summary = "Pass on the records that fit a schema, or make one that all fit.",
	.options = options,
};

struct work {
	struct csv_in *in;
	struct csv_out out;
	struct arena arena;
	struct schema schema;
	struct check check;
	struct late late;
	struct stream_file file; /* of what does not fit into memory */
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

/* Puts a record that does not fit aside where that is allowed; else the end. */
static void
judge(struct work *w, const struct batch *b, size_t first, size_t row)
{
	struct buf reason = {0};
	check_reason(&w->check, b, first, row, &reason);
	buf_byte(&reason, '\0');
	if (!reject_is_allowed())
		csv_die(END_DATA, b, first + row, "%s", reason.at);
	reject_put_row(b, first + row, check_name(&w->check, w->check.column[row]),
		check_code(w->check.fault[row]), reason.at);
	buf_clear(&reason);
}

/* Neighbours that are good leave in one copy. */
static void
put_rows(struct work *w, const struct batch *b, size_t first, size_t rows)
{
	const uint8_t *fault = w->check.fault;
	for (size_t row = 0; row < rows; row++) {
		size_t from = row;
		while (row < rows && fault[row] == CHECK_GOOD)
			row++;
		if (row > from && !arg.quiet)
			csv_put_rows(&w->out, first + from, row - from);
		if (row < rows)
			judge(w, b, first, row);
	}
}

/* What may be repeated, for all that is known now, waits. */
static void
keep_rows(struct work *w, const struct batch *b, size_t first, size_t rows)
{
	const uint8_t *fault = w->check.fault;
	for (size_t row = 0; row < rows; row++) {
		if (fault[row] == CHECK_GOOD || fault[row] >= CHECK_UNIQUE)
			late_keep(&w->late, b, first, row);
		else
			judge(w, b, first, row);
	}
}

static void
take_rows(struct work *w, const struct batch *b, size_t first, size_t rows)
{
	check_take(&w->check, b, first, rows);
	if (w->check.is_later)
		keep_rows(w, b, first, rows);
	else
		put_rows(w, b, first, rows);
}

static void
take_batch(struct work *w, const struct batch *b)
{
	if (!arg.quiet)
		csv_source(&w->out, b);
	late_source(&w->late, b);
	for (size_t first = 0; first < b->rows; first += CHECK_ROWS)
		take_rows(w, b, first, b->rows - first < CHECK_ROWS ? b->rows - first : CHECK_ROWS);
}

static void
start_check(struct work *w)
{
	const struct header *header = csv_header(w->in);
	bool is_unfit;
	struct buf why = {0};
	struct check_how how = {
		.schema = &w->schema,
		.has_names = !arg.csv.no_header || arg.csv.header != NULL ||
			     arg.csv.rename_header != NULL,
		.memory = arg.memory,
		.file = &w->file,
	};
	if (check_init(&w->check, &how, header, &is_unfit, &why))
		return;
	buf_byte(&why, '\0');
	die(END_SETUP, "%s: %s%s", arg.schema, is_unfit ? "the header does not fit: " : "", why.at);
}

static void
check(struct work *w)
{
	start_check(w);
	if (!arg.quiet) {
		w->out.columns = csv_header(w->in)->count;
		csv_put_header(&w->out, csv_header_row(w->in));
		csv_flush_before_wait(w->in, &w->out);
	}
	late_init(&w->late, &w->check, arg.quiet ? NULL : &w->out, &w->file);
	for (const struct batch *b; (b = csv_read(w->in)) != NULL;)
		take_batch(w, b);
	late_finish(&w->late);
	check_clear(&w->check);
}

static void
check_all(char *const *operands, size_t count)
{
	static struct work w;
	w.schema = schema_read(arg.schema, &w.arena);
	if (json_member(w.schema.json, "foreignKeys") != NULL)
		warn("%s: foreignKeys are not checked", arg.schema);
	if (!arg.quiet)
		csv_out_open(&w.out, &arg.csv);
	w.in = csv_open(&arg.csv, operands, count);
	/* Without a header there is nothing that could fit or not. */
	if (csv_header(w.in)->count != 0)
		check(&w);
	if (arg.quiet)
		reject_finish(csv_records(w.in));
	else
		csv_finish(&w.out, w.in);
	csv_close(w.in);
	stream_file_close(&w.file);
	arena_clear(&w.arena);
}

static void
check_options(void)
{
	if (arg.infer == (arg.schema != NULL))
		die(END_SETUP, arg.infer ? "options --infer and --schema exclude each other"
					 : "one of the options --schema, --infer is needed");
	if (arg.infer && arg.quiet)
		die(END_SETUP, "options --infer and -q exclude each other");
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
	else
		check_all(operands, count);
	end(END_WELL);
}
