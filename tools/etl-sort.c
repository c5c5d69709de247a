/*
 * etl-sort: sort records by columns
 *	etl-sort [-k KEYS] [FILE...]
 *
 * Each record is kept with a key made of its columns, whose bytes order as the records do: keys are
 * made a batch at a time and sorted by radix.  Beyond --memory sorted runs go to a file without a
 * name, and are merged at the end.
 */
#include <string.h>

#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "sort/order.h"
#include "sort/sort.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	const char *keys;
	enum order_nulls nulls;
	uint64_t memory;
	const char *stats;
} arg = {.csv = CSV_HOW, .memory = BUDGET_UNSET};

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
		"sort by these columns; behind NAME: n number, t time, h size, v version, i any case, r reverse",
		OPT_LIST, &arg.keys, NULL},
	{0, "nulls", "PLACE", "where empty values go: first, last", OPT_DO, NULL, set_nulls},
	OPT_MEMORY(arg.memory, "records; what is beyond waits in TMPDIR"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-sort",
	.synopsis = "[-k KEYS] [--nulls PLACE] [--memory BYTES] [FILE...]",
	.summary = "Sort records by columns.",
	.options = options,
};

struct work {
	struct csv_in *in;
	struct csv_out out;
	struct order order;
	struct sort *sort;
	/* Where records are to leave in another form than they came: it is made when they come. */
	struct csv_out ready;
	struct buf text;
};

static void
start_order(struct work *w, const struct header *header)
{
	struct arena arena = {0};
	struct buf why = {0};
	if (arg.keys == NULL) {
		order_init_all(&w->order, header, arg.nulls);
		return;
	}
	struct columns by = csv_columns(arg.keys, "-k", header, COLUMNS_MODIFIERS, &arena);
	if (!order_init(&w->order, &by, header, arg.nulls, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "option -k: %s", why.at);
	}
	arena_clear(&arena);
}

/* A record that has no place in the order: put aside where that is allowed, else the end. */
static void
judge(const struct work *w, const struct batch *b, size_t row)
{
	const struct order_fault *fault = &w->order.fault;
	struct slice name = csv_header(w->in)->name[fault->column];
	struct buf reason = {0};
	char text[SHOWN_MAX];
	buf_format(&reason, "column '%s': ", shown(text, name.at, name.len));
	buf_format(&reason, "%s: '%s'", fault->reason,
		shown(text, fault->culprit.at, fault->culprit.len));
	buf_byte(&reason, '\0');
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "%s", reason.at);
	reject_put_row(b, row, name, "value", reason.at);
	buf_clear(&reason);
}

/* A row as it is to leave, without its end. */
static struct slice
make_ready(struct work *w, const struct batch *b, size_t row)
{
	if (w->ready.is_verbatim && b->columns != 1)
		return batch_run(b, row, 0, b->columns - 1);
	w->text.len = 0;
	csv_put_rows(&w->ready, row, 1);
	out_flush(&w->ready.out);
	return (struct slice){w->text.at, w->text.len - 1};
}

static void
take_batch(struct work *w, const struct batch *b)
{
	struct order *o = &w->order;
	csv_source(&w->ready, b);
	for (size_t first = 0; first < b->rows;) {
		size_t rows = b->rows - first < o->rows_max ? b->rows - first : o->rows_max;
		size_t good = order_take(o, b, first, rows);
		for (size_t row = 0; row < good; row++)
			sort_add(w->sort, o->key[row], order_tail(o, row),
				make_ready(w, b, first + row));
		if (good < rows)
			judge(w, b, first + good);
		first += good + (good < rows);
	}
}

static void
put_records(struct work *w)
{
	struct slice text;
	csv_put_header(&w->out, csv_header_row(w->in));
	while (sort_next(w->sort, &text))
		csv_put_rest(&w->out, text);
}

static void
run(struct work *w)
{
	const struct header *header = csv_header(w->in);
	w->out.columns = header->count;
	csv_out_memory(&w->ready, &w->out, &w->text);
	start_order(w, header);
	w->sort = sort_new(arg.memory);
	for (const struct batch *b; (b = csv_read(w->in)) != NULL;)
		take_batch(w, b);
	sort_finish(w->sort);
	put_records(w);
}

int
main(int argc, char **argv)
{
	size_t count;
	struct work w = {0};
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	arg.memory = budget_bytes(arg.memory);
	if (arg.memory < SORT_MEMORY_MIN)
		die(END_SETUP, "option --memory: less than %dK", SORT_MEMORY_MIN / 1024);
	csv_out_open(&w.out, &arg.csv);
	w.in = csv_open(&arg.csv, operands, count);
	/* Without a header there is nothing to sort, nor to sort by. */
	if (csv_header(w.in)->count != 0)
		run(&w);
	csv_finish(&w.out, w.in);
	end(END_WELL);
}
