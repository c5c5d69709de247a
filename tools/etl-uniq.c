/*
 * etl-uniq: drop the records whose key was there before
 *
 *	etl-uniq [-k COLS] [FILE...]
 *
 * A table holds the keys that have come; a record whose key is new leaves at once.  When the memory
 * for keys is full, records whose key is not among them wait on disk, and the keys of these are
 * looked at in parts that fit.
 */
#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "spill/first.h"
#include "spill/stream.h"
#include "stage.h"
#include "table/keys.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	const char *key;
	uint64_t memory;
	const char *stats;
} arg = {.csv = CSV_HOW, .memory = BUDGET_UNSET};

static const struct opt options[] = {
	{'k', "key", "COLS", "records with the same values there are the same (all columns)",
		OPT_LIST, &arg.key, NULL},
	OPT_SPILL(arg.memory, "keys"),
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
	struct first *first;
	/* Records of which is said at the end whether they are the first, as they leave then. */
	struct stream_file file;
	struct stream waiting;
	struct csv_out ready;
	struct buf text;
};

/* Neighbours that stay leave in one copy. */
static void
put_new(struct csv_out *out, size_t first, size_t rows, const uint8_t *is)
{
	for (size_t row = 0; row < rows; row++) {
		size_t from = row;
		while (row < rows && is[row] == FIRST_NEW)
			row++;
		if (row > from)
			csv_put_rows(out, first + from, row - from);
	}
}

static void
keep_waiting(struct work *w, size_t row)
{
	csv_put_rows(&w->ready, row, 1);
	out_flush(&w->ready.out);
	stream_put_number(&w->waiting, &w->file, w->text.len);
	stream_put(&w->waiting, &w->file, w->text.at, w->text.len);
	w->text.len = 0;
}

static void
take_rows(struct work *w, const struct batch *b, size_t first, size_t rows)
{
	uint8_t is[KEYS_ROWS];
	keys_take(&w->keys, b, first, rows);
	first_take(w->first, w->keys.key, rows, is);
	put_new(&w->out, first, rows, is);
	for (size_t row = 0; row < rows; row++) {
		if (is[row] == FIRST_LATER)
			keep_waiting(w, first + row);
		stage_counts()->filtered += is[row] == FIRST_REPEATED;
	}
}

static void
take_batch(struct work *w, const struct batch *b)
{
	csv_source(&w->out, b);
	csv_source(&w->ready, b);
	for (size_t first = 0; first < b->rows; first += KEYS_ROWS)
		take_rows(w, b, first, b->rows - first < KEYS_ROWS ? b->rows - first : KEYS_ROWS);
}

/* The records that have waited, in order: those that are the first of their key leave. */
static void
put_waiting(struct work *w)
{
	uint64_t chosen;
	stream_end(&w->waiting, &w->file);
	bool has_chosen = first_next(w->first, &chosen);
	for (uint64_t number = 0; w->waiting.bytes != 0; number++) {
		size_t len = (size_t)stream_take_number(&w->waiting, &w->file);
		const char *at = stream_take(&w->waiting, &w->file, len);
		if (has_chosen && number == chosen) {
			csv_put_rest(&w->out, (struct slice){at, len});
			has_chosen = first_next(w->first, &chosen);
		} else {
			stage_counts()->filtered++;
		}
	}
}

static void
drop_repeated(struct work *w)
{
	const struct header *header = csv_header(w->in);
	const char *list = arg.key != NULL ? arg.key : "1-";
	struct columns columns = csv_columns(list, "-k", header, 0, &w->arena);
	keys_init_columns(&w->keys, &columns, &w->arena);
	w->first = first_new(arg.memory, &w->file);
	w->out.columns = header->count;
	csv_out_memory(&w->ready, &w->out, &w->text);
	csv_put_header(&w->out, csv_header_row(w->in));
	for (const struct batch *b; (b = csv_read(w->in)) != NULL;)
		take_batch(w, b);
	put_waiting(w);
}

static void
clear(struct work *w)
{
	csv_out_memory_clear(&w->ready);
	buf_clear(&w->text);
	first_free(w->first);
	stream_clear(&w->waiting, &w->file);
	stream_file_close(&w->file);
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
	if (csv_header(w.in)->count != 0) {
		drop_repeated(&w);
		clear(&w);
	}
	csv_finish(&w.out, w.in);
	csv_close(w.in);
	arena_clear(&w.arena);
	end(END_WELL);
}
