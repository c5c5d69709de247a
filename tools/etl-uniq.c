/*
 * etl-uniq: drop the records whose key was there before
 *
 *	etl-uniq [-k COLS] [FILE...]
 *
 * A table holds the keys that have come; a record whose key is new leaves at once, and neighbours
 * that stay leave in one copy.
 */
#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "stage.h"
#include "table/keys.h"
#include "table/table.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	const char *key;
	uint64_t memory;
	const char *stats;
} arg = {.csv = CSV_HOW, .memory = BUDGET_UNSET};

static const struct opt options[] = {
	{'k', "key", "COLS", "records with the same values there are the same (all columns)", OPT_LIST, &arg.key, NULL},
	OPT_MEMORY(arg.memory, "keys"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-uniq",
	.synopsis = "[-k COLS] [FILE...]",
	.summary = "Drop the records whose key was there before.",
	.options = options,
};

struct work {
	struct csv_in *in;
	struct csv_out out;
	struct arena arena;
	struct keys keys;
	struct table *seen;
};

/* Rows of the batch, from `first` on, whose numbers are known: new keys are numbered in order. */
static void
put_new(struct work *w, size_t first, size_t rows, const uint32_t *number, uint32_t next)
{
	size_t kept = 0;
	for (size_t row = 0; row < rows; row++) {
		size_t from = row;
		while (row < rows && number[row] == next) {
			row++;
			next++;
		}
		if (row > from)
			csv_put_rows(&w->out, first + from, row - from);
		kept += row - from;
	}
	stage_counts()->filtered += rows - kept;
}

static void
take_batch(struct work *w, const struct batch *b)
{
	csv_source(&w->out, b);
	for (size_t first = 0; first < b->rows; first += KEYS_ROWS) {
		uint32_t number[KEYS_ROWS];
		size_t rows = b->rows - first < KEYS_ROWS ? b->rows - first : KEYS_ROWS;
		uint32_t known = table_count(w->seen);
		keys_take(&w->keys, b, first, rows);
		table_put(w->seen, w->keys.key, rows, number);
		put_new(w, first, rows, number, known);
		if (table_bytes(w->seen) > arg.memory)
			csv_die(END_SETUP, b, first + rows - 1, "more than --memory %ju: %ju keys (allow more)",
				(uintmax_t)arg.memory, (uintmax_t)table_count(w->seen));
	}
}

static void
drop_repeated(struct work *w)
{
	const struct header *header = csv_header(w->in);
	const char *list = arg.key != NULL ? arg.key : "1-";
	struct columns columns = csv_columns(list, "-k", header, 0, &w->arena);
	keys_init_columns(&w->keys, &columns, &w->arena);
	w->seen = table_new(0);
	w->out.columns = header->count;
	csv_put_header(&w->out, csv_header_row(w->in));
	for (const struct batch *b; (b = csv_read(w->in)) != NULL;)
		take_batch(w, b);
	table_free(w->seen);
	keys_clear(&w->keys);
}

int
main(int argc, char **argv)
{
	size_t count;
	struct work w = {0};
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	arg.memory = budget_bytes(arg.memory);
	csv_out_open(&w.out, &arg.csv);
	w.in = csv_open(&arg.csv, operands, count);
	csv_flush_before_wait(w.in, &w.out);
	/* Without a header there is no column to be a key. */
	if (csv_header(w.in)->count != 0)
		drop_repeated(&w);
	csv_finish(&w.out, w.in);
	csv_close(w.in);
	arena_clear(&w.arena);
	end(END_WELL);
}
