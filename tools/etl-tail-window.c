/*
 * etl-tail-window: keep the last records, from run to run, or cut a stream into windows
 *
 *	etl-tail-window -n N [--key COLS] [--store FILE] [FILE...]
 *	etl-tail-window --last SPAN --time COL [-n N] [--key COLS] [--store FILE] [FILE...]
 *	etl-tail-window --tumbling SPAN --time COL [--late SPAN] [--by COLS] [FILE...]
 *	etl-tail-window --sliding SPAN/SPAN --time COL [--late SPAN] [--by COLS] [FILE...]
 *	etl-tail-window --session SPAN --time COL [--late SPAN] [--by COLS] [FILE...]
 *	etl-tail-window --count N [--by COLS] [FILE...]
 *
 * The records of the store go first into the window, those of the input behind them; what stays
 * becomes the new store, and then the output.  Memory: some three times the window, five with keys,
 * and a batch of records.
 *
 * Of a stream that is cut into windows, those that are open are held; each leaves as it closes, or
 * goes to a command of its own over a pipe.
 */
#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "date/span.h"
#include "msg.h"
#include "split/crowd.h"
#include "tool.h"
#include "window/asked.h"
#include "window/cutter.h"
#include "window/last.h"
#include "window/window.h"

static void read_span(const struct opt *opt, const char *value);
static void read_spans(const struct opt *opt, const char *value);

enum { LOCK_WAIT = 5 };

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
	struct window_asked windows;
	const char *by;
	const char *names;
	const char *each;
	uint64_t memory;
	const char *stats;
} arg = {
	.csv = CSV_HOW,
	.rows = WINDOW_ALL,
	.last = WINDOW_ALL,
	.lock_wait = LOCK_WAIT,
	.windows = {
		.tumbling = SPAN_NONE,
		.sliding = {SPAN_NONE, SPAN_NONE},
		.session = SPAN_NONE,
		.count = WINDOW_ALL,
		.late = SPAN_NONE,
		.offset = SPAN_NONE,
	},
	.memory = BUDGET_UNSET,
};

static const struct opt options[] = {
	{'n', "rows", "N", "keep the last N records", OPT_COUNT, &arg.rows, NULL},
	{0, "last", "SPAN", "keep what is not further back from the newest: 90s, 15m, 1h, 7d, 2w",
		OPT_DO, &arg.last, read_span},
	{0, "time", "COL", "the column with the time of a record", OPT_TEXT, &arg.time, NULL},
	{0, "time-format", "FORMAT", "how it is written, as for strptime(3); else ISO 8601",
		OPT_TEXT, &arg.time_format, NULL},
	{'k', "key", "COLS", "of records with the same key only the last stays", OPT_LIST, &arg.key,
		NULL},
	{0, "store", "FILE", "the window is kept in FILE from run to run", OPT_FILE, &arg.store,
		NULL},
	{0, "lock-wait", "SECONDS", "wait as long for another run's lock (5)", OPT_COUNT,
		&arg.lock_wait, NULL},
	{0, "tumbling", "SPAN", "cut the stream into windows of this length", OPT_DO,
		&arg.windows.tumbling, read_span},
	{0, "sliding", "SPAN/SPAN", "of the first length, one beginning each second one: 1h/5m",
		OPT_DO, arg.windows.sliding, read_spans},
	{0, "session", "SPAN", "into sessions, which end where none comes for so long", OPT_DO,
		&arg.windows.session, read_span},
	{0, "count", "N", "into windows of N records", OPT_COUNT, &arg.windows.count, NULL},
	{0, "late", "SPAN", "how far a record may come behind the newest (0s)", OPT_DO,
		&arg.windows.late, read_span},
	{0, "offset", "SPAN", "from 1970-01-01T00:00Z to the start of a window (0s)", OPT_DO,
		&arg.windows.offset, read_span},
	{0, "by", "COLS", "windows for each combination of values of these columns", OPT_LIST,
		&arg.by, NULL},
	{0, "names", "START,END", "the columns in front (window_start,window_end)", OPT_LIST,
		&arg.names, NULL},
	{0, "each", "CMD", "windows go to shell commands, and what these print comes out", OPT_TEXT,
		&arg.each, NULL},
	OPT_MEMORY(arg.memory, "open windows"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-tail-window",
	.synopsis = "-n N | --last SPAN --time COL | --tumbling SPAN --time COL | --count N "
		    "[FILE...]",
	.summary = "Keep the last records, from run to run, or cut a stream into windows.",
	.options = options,
};

static void
read_span(const struct opt *opt, const char *value)
{
	if (!span_parse(slice_of(value), opt->into))
		die(END_SETUP, "option --%s: '%s' is no span of time such as 90s, 15m, 1h, 7d, 2w",
			opt->name, value);
}

static void
read_spans(const struct opt *opt, const char *value)
{
	if (!span_parse_two(slice_of(value), opt->into))
		die(END_SETUP,
			"option --%s: '%s' is not two spans of time, a length and a way, such as "
			"1h/5m", opt->name, value);
}

static void
check_last(void)
{
	if (arg.rows == WINDOW_ALL && arg.last == WINDOW_ALL)
		die(END_SETUP,
			"option -n or --last is missing: how many records are the window, or how "
			"much time?  (--tumbling cuts a stream into windows)");
	if (arg.last != WINDOW_ALL && arg.time == NULL)
		die(END_SETUP, "option --last: in which column is the time?  --time says");
	if (arg.time_format != NULL && arg.time == NULL)
		die(END_SETUP, "option --time-format: in which column is the time?  --time says");
	if (arg.rows == 0)
		die(END_SETUP, "option -n: at least one record");
	if (arg.store != NULL && *arg.store == '\0')
		die(END_SETUP, "option --store: '' is no file");
	if (arg.store != NULL && arg.csv.no_header)
		die(END_SETUP,
			"option -N: not with --store, which has a header: name the columns by "
			"--header");
	if (arg.windows.late != SPAN_NONE || arg.windows.offset != SPAN_NONE || arg.by != NULL ||
		arg.names != NULL || arg.each != NULL || arg.memory != BUDGET_UNSET)
		die(END_SETUP, "options --late, --offset, --by, --names, --each and --memory: only "
			       "where a "
			       "stream is cut into windows, by --tumbling, --sliding, --session or "
			       "--count");
}

static void
keep_last(char *const *operands, size_t count)
{
	check_last();
	reject_start(&arg.rejects);
	last(&(struct last_how){
		.csv = &arg.csv,
		.rows = arg.rows,
		.span = arg.last,
		.time = arg.time,
		.time_format = arg.time_format,
		.key = arg.key,
		.store = arg.store,
		.lock_wait = arg.lock_wait,
	}, operands, count);
}

/* How many kinds of windows were asked for? */
static int
kinds(void)
{
	return (arg.windows.tumbling != SPAN_NONE) + (arg.windows.sliding[0] != SPAN_NONE) +
		(arg.windows.session != SPAN_NONE) + (arg.windows.count != WINDOW_ALL);
}

static void
check_cut(void)
{
	if (kinds() > 1)
		die(END_SETUP,
			"options --tumbling, --sliding, --session and --count exclude each other");
	if (arg.rows != WINDOW_ALL || arg.last != WINDOW_ALL || arg.key != NULL ||
		arg.store != NULL || arg.lock_wait != LOCK_WAIT)
		die(END_SETUP,
			"options -n, --last, --key, --store and --lock-wait: not where a stream is "
			"cut into windows");
	bool has_time = arg.windows.count == WINDOW_ALL;
	if (has_time && arg.time == NULL)
		die(END_SETUP, "in which column is the time of a record?  --time says");
	if (!has_time &&
		(arg.time != NULL || arg.time_format != NULL || arg.windows.late != SPAN_NONE))
		die(END_SETUP,
			"options --time, --time-format and --late: not with --count, which goes by "
			"the number of records");
	if (arg.windows.offset != SPAN_NONE && arg.windows.tumbling == SPAN_NONE &&
		arg.windows.sliding[0] == SPAN_NONE)
		die(END_SETUP, "option --offset: only with --tumbling and --sliding");
	if (arg.each != NULL)
		crowd_check_command(arg.each);
}

static void
cut(char *const *operands, size_t count)
{
	check_cut();
	struct cut_how windows = window_asked(&arg.windows);
	reject_start(&arg.rejects);
	cutter(&(struct cutter_how){
		.csv = &arg.csv,
		.cut = windows,
		.time = arg.time,
		.time_format = arg.time_format,
		.by = arg.by,
		.names = arg.names != NULL ? arg.names : "window_start,window_end",
		.each = arg.each,
		.memory = budget_bytes(arg.memory),
	}, operands, count);
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	if (kinds() != 0)
		cut(operands, count);
	else
		keep_last(operands, count);
	end(END_WELL);
}
