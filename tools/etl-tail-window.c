/*
 * etl-tail-window: keep the last records, from run to run
 *
 *	etl-tail-window -n N [--key COLS] [--store FILE] [FILE...]
 *	etl-tail-window --last SPAN --time COL [-n N] [--key COLS] [--store FILE] [FILE...]
 *
 * The records of the store go first into the window, those of the input behind them; what stays becomes the new
 * store, and then the output.  Memory: some three times the window, five with keys, and a batch of records.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/csv.h"
#include "csv/reject.h"
#include "date/date.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "stage.h"
#include "tool.h"
#include "window/admit.h"
#include "window/store.h"
#include "window/window.h"

static void read_span(const struct opt *opt, const char *value);

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	uint64_t rows;
	uint64_t last; /* seconds */
	const char *time;
	const char *time_format;
	const char *key;
	const char *store;
	uint64_t lock_wait;
	const char *stats;
} arg = {.csv = CSV_HOW, .rows = WINDOW_ALL, .last = WINDOW_ALL, .lock_wait = 5};

static const struct opt options[] = {
	{'n', "rows", "N", "keep the last N records", OPT_COUNT, &arg.rows, NULL},
	{0, "last", "SPAN", "keep what is not further back from the newest: 90s, 15m, 1h, 7d, 2w", OPT_DO, &arg.last,
		read_span},
	{0, "time", "COL", "the column with the time, by which the records are ordered", OPT_TEXT, &arg.time, NULL},
	{0, "time-format", "FORMAT", "how it is written, as for strptime(3); else ISO 8601", OPT_TEXT,
		&arg.time_format, NULL},
	{'k', "key", "COLS", "of records with the same key only the last stays", OPT_LIST, &arg.key, NULL},
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
	.synopsis = "-n N [--store FILE] [FILE...] | --last SPAN --time COL [--store FILE] [FILE...]",
	.summary = "Keep the last records, from run to run.",
	.options = options,
};

/* What the records go through. */
struct work {
	const struct batch *header_row;
	struct admit admit;
	struct window *window;
	struct arena arena;
};

/* `90s 15m 1h 7d 2w` in seconds. */
static void
read_span(const struct opt *opt, const char *value)
{
	static const char units[] = "smhdw";
	static const uint64_t seconds[] = {1, 60, 3600, 86400, 7 * 86400};
	size_t len = strspn(value, "0123456789");
	const char *unit = value[len] != '\0' && value[len + 1] == '\0' ? strchr(units, value[len]) : NULL;
	uint64_t n;
	if (unit == NULL || !uint64_parse((struct slice){value, len}, &n) ||
		__builtin_mul_overflow(n, seconds[unit - units], (uint64_t *)opt->into) ||
		*(uint64_t *)opt->into == WINDOW_ALL)
		die(END_SETUP, "option --%s: '%s' is no span of time such as 90s, 15m, 1h, 7d, 2w", opt->name, value);
}

static void
check_options(void)
{
	if (arg.rows == WINDOW_ALL && arg.last == WINDOW_ALL)
		die(END_SETUP, "option -n or --last is missing: how many records are the window, or how much time?");
	if (arg.last != WINDOW_ALL && arg.time == NULL)
		die(END_SETUP, "option --last: in which column is the time?  --time says");
	if (arg.time_format != NULL && arg.time == NULL)
		die(END_SETUP, "option --time-format: in which column is the time?  --time says");
	if (arg.rows == 0)
		die(END_SETUP, "option -n: at least one record");
	if (arg.store != NULL && *arg.store == '\0')
		die(END_SETUP, "option --store: '' is no file");
	if (arg.store != NULL && arg.csv.no_header)
		die(END_SETUP, "option -N: not with --store, which has a header: name the columns by --header");
}

/* The store is neither an input nor the output: it would be read twice, or written twice. */
static void
check_files(const struct store *store, char *const *operands, size_t count)
{
	for (size_t i = 0; i < count; i++)
		store_refuse(store, in_is_stdin(operands[i]) ? NULL : operands[i], STDIN_FILENO);
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
	work->admit.header = header;
	work->header_row = csv_header_row(in);
	if (store == NULL || store->in == NULL)
		return;
	if (header->count != 0)
		csv_must_match(store->name, csv_header(store->in), header, true);
	work->admit.header = csv_header(store->in);
	work->header_row = csv_header_row(store->in);
}

static const size_t *
find_columns(struct work *work, const char *list, const char *option, size_t *count)
{
	struct columns columns = csv_columns(list, option, work->admit.header, 0, &work->arena);
	*count = columns.count;
	return columns_indices(&columns, &work->arena);
}

static const struct date_format *
read_format(const char *text)
{
	struct buf reason = {0};
	size_t at;
	const struct date_format *format = date_format_new(slice_of(text), DATE_TO_READ, &reason, &at);
	if (format != NULL)
		return format;
	buf_byte(&reason, '\0');
	die(END_SETUP, "option --time-format: %s: '%s'", reason.at, text + at);
}

static void
start_window(struct work *work)
{
	struct admit *admit = &work->admit;
	if (arg.key != NULL && admit->header->count != 0)
		admit->key = find_columns(work, arg.key, "--key", &admit->key_columns);
	if (arg.time != NULL && admit->header->count != 0) {
		size_t count;
		admit->has_time = true;
		admit->time = *find_columns(work, arg.time, "--time", &count);
		if (count != 1)
			die(END_SETUP, "option --time: '%s' is more than one column", arg.time);
	}
	work->window = window_new(&(struct window_how){
		.rows = arg.rows,
		.key = admit->key,
		.key_columns = admit->key_columns,
		.has_time = admit->has_time,
		.span = arg.last,
	});
}

static void
take_records(struct work *work, struct csv_in *in, bool is_state)
{
	for (const struct batch *b; in != NULL && (b = csv_read(in)) != NULL;)
		admit_batch(&work->admit, work->window, b, is_state);
}

static void
put_window(const struct work *work, struct csv_out *out, bool with_header)
{
	const void *at = NULL;
	out->columns = work->admit.header->count;
	csv_put_header(out, with_header ? work->header_row : NULL);
	for (const struct batch *b; (b = window_next(work->window, &at)) != NULL;) {
		csv_source(out, b);
		csv_put_rows(out, 0, b->rows);
	}
}

static void
finish(struct work *work)
{
	window_free(work->window);
	admit_clear(&work->admit);
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
	if (arg.time_format != NULL)
		work.admit.format = read_format(arg.time_format);
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
	if (store != NULL && work.admit.header->count != 0) {
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
