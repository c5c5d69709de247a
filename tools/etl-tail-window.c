/*
 * etl-tail-window: keep the last records, from run to run
 *
 *	etl-tail-window -n N [--key COLS] [FILE...]
 *	etl-tail-window -n N [--key COLS] --store FILE [FILE...]
 *
 * The records of the store go first into the window, those of the input behind them; what stays becomes the new
 * store, and then the output.  Memory: up to three times the window, and a batch of records.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/csv.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"
#include "stage.h"
#include "tool.h"
#include "window/store.h"
#include "window/window.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	uint64_t rows;
	const char *key;
	const char *store;
	uint64_t lock_wait;
	const char *stats;
} arg = {.csv = CSV_HOW, .rows = WINDOW_ALL, .lock_wait = 5};

static const struct opt options[] = {
	{'n', "rows", "N", "keep the last N records", OPT_COUNT, &arg.rows, NULL},
	{'k', "key", "COLS", "of records with the same key only the last stays", OPT_TEXT, &arg.key, NULL},
	{0, "store", "FILE", "the window is kept in FILE from run to run", OPT_TEXT, &arg.store, NULL},
	{0, "lock-wait", "SECONDS", "wait as long for another run's lock (5)", OPT_COUNT, &arg.lock_wait, NULL},
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-tail-window",
	.synopsis = "-n N [--key COLS] [--store FILE] [FILE...]",
	.summary = "Keep the last records, from run to run.",
	.options = options,
};

/* What the records go through. */
struct work {
	const struct header *header;
	const struct batch *header_row;
	struct columns key;
	struct window *window;
	struct cell *cell; /* of one column of a batch */
	size_t *fault;     /* of its rows: the column that is at fault, from 1; 0: none */
	size_t rows;       /* that there is room for */
	struct arena arena;
};

static void
check_options(void)
{
	if (arg.rows == WINDOW_ALL)
		die(END_SETUP, "option -n is missing: how many records are the window?");
	if (arg.rows == 0)
		die(END_SETUP, "option -n: at least one record");
	if (arg.store != NULL && *arg.store == '\0')
		die(END_SETUP, "option --store: '' is no file");
	if (arg.store != NULL && arg.csv.no_header)
		die(END_SETUP, "option -N: not with --store, which has a header: name the columns by --header");
}

static bool
is_stdin(const char *operand)
{
	return operand[0] == '-' && operand[1] == '\0';
}

/* The store is neither an input nor the output: it would be read twice, or written twice. */
static void
check_files(const struct store *store, char *const *operands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		store_refuse(store, is_stdin(operands[i]) ? NULL : operands[i], STDIN_FILENO);
	if (count == 0)
		store_refuse(store, NULL, STDIN_FILENO);
	if (arg.csv.output != NULL)
		store_refuse(store, arg.csv.output, -1);
}

/* The store has the header of its first input. */
static void
choose_header(struct work *work, const struct store *store, struct csv_in *in)
{
	const struct header *header = csv_header(in);
	work->header = header;
	work->header_row = csv_header_row(in);
	if (store == NULL || store->in == NULL)
		return;
	if (header->count != 0)
		csv_must_match(store->name, csv_header(store->in), header, true);
	work->header = csv_header(store->in);
	work->header_row = csv_header_row(store->in);
}

static void
start_window(struct work *work)
{
	struct window_how how = {.rows = arg.rows};
	if (arg.key != NULL && work->header->count != 0) {
		work->key = csv_columns(arg.key, "--key", work->header, 0, &work->arena);
		size_t *column = arena_take(&work->arena, work->key.count * sizeof *column);
		for (size_t i = 0; i < work->key.count; i++)
			column[i] = work->key.at[i].index;
		how.key = column;
		how.key_columns = work->key.count;
	}
	work->window = window_new(&how);
}

/* Notes the rows that have no key; returns how many. */
static size_t
judge(struct work *work, const struct batch *b)
{
	size_t faults = 0;
	if (work->rows < b->rows) {
		work->rows = b->rows;
		work->cell = xrealloc(work->cell, b->rows, sizeof *work->cell);
		work->fault = xrealloc(work->fault, b->rows, sizeof *work->fault);
	}
	memset(work->fault, 0, b->rows * sizeof *work->fault);
	for (size_t i = 0; i < work->key.count; i++) {
		size_t column = work->key.at[i].index;
		batch_column(b, column, work->cell);
		for (size_t row = 0; row < b->rows; row++) {
			if (work->cell[row].len != 0 || work->fault[row] != 0)
				continue;
			work->fault[row] = column + 1;
			faults++;
		}
	}
	return faults;
}

/* A record without a key could not be told from another one: it is rejected, or ends the run. */
static void
drop_row(const struct work *work, const struct batch *b, size_t row, bool is_state)
{
	char text[SHOWN_MAX];
	struct slice name = work->header->name[work->fault[row] - 1];
	shown(text, name.at, name.len);
	if (is_state)
		csv_die(END_SETUP, b, row, "state damaged: column '%s': a key is empty", text);
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "column '%s': a key is empty", text);
	reject_put(&(struct reject){
		.file = b->file,
		.line = batch_line(b, row),
		.column = name,
		.code = "key",
		.reason = "a key is empty",
		.record = batch_run(b, row, 0, b->columns - 1),
	});
}

static void
take_batch(struct work *work, const struct batch *b, bool is_state)
{
	size_t first = 0;
	size_t faults = work->key.count != 0 ? judge(work, b) : 0;
	for (size_t row = 0; row < b->rows && faults > 0; row++) {
		if (work->fault[row] == 0)
			continue;
		window_add(work->window, b, first, row - first);
		drop_row(work, b, row, is_state);
		first = row + 1;
		faults--;
	}
	window_add(work->window, b, first, b->rows - first);
}

static void
take_records(struct work *work, struct csv_in *in, bool is_state)
{
	for (const struct batch *b; in != NULL && (b = csv_read(in)) != NULL;)
		take_batch(work, b, is_state);
}

static void
put_window(const struct work *work, struct csv_out *out, bool with_header)
{
	const void *at = NULL;
	out->columns = work->header->count;
	if (with_header && work->header_row != NULL) {
		csv_source(out, work->header_row);
		csv_put_run(out, 0, 0, out->columns - 1);
		csv_put_header_end(out);
	}
	for (const struct batch *b; (b = window_next(work->window, &at)) != NULL;) {
		csv_source(out, b);
		for (size_t row = 0; row < b->rows; row++) {
			csv_put_run(out, row, 0, b->columns - 1);
			csv_put_end(out);
		}
	}
}

static void
finish(struct work *work)
{
	window_free(work->window);
	free(work->cell);
	free(work->fault);
	arena_clear(&work->arena);
}

/* store is NULL where there is none: the window is then of the input alone. */
static void
run(struct store *store, char *const *operands, size_t count)
{
	struct work work = {0};
	struct csv_out out;
	struct csv_how how = arg.csv;
	how.no_out_header = false; /* the store has one all the same */
	csv_out_open(&out, &arg.csv);
	if (store != NULL) {
		store_open(store, arg.store, &arg.csv, arg.lock_wait);
		check_files(store, operands, count);
	}
	struct csv_in *in = csv_open(&how, operands, count);
	choose_header(&work, store, in);
	start_window(&work);
	if (store != NULL)
		take_records(&work, store->in, true);
	take_records(&work, in, false);
	window_settle(work.window);
	stage_counts()->filtered += window_dropped(work.window);
	if (store != NULL && work.header->count != 0) {
		put_window(&work, store_rewrite(store), true);
		store_commit(store, in);
	}
	put_window(&work, &out, !arg.csv.no_out_header);
	csv_finish(&out, in);
	if (store != NULL)
		store_close(store);
	csv_close(in);
	finish(&work);
}

int
main(int argc, char **argv)
{
	size_t count;
	struct store store;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	check_options();
	reject_start(&arg.rejects);
	run(arg.store != NULL ? &store : NULL, operands, count);
	end(END_WELL);
}
