/*
 * etl-join: put inputs side by side
 *
 *	etl-join --paste [FILE...]
 *
 * --paste walks N readers in step, each with a batch of its own: a row is written as one run of bytes from each
 * input.  Memory is a batch an input.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/csv.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct csv_how beside; /* the same for all inputs but the first */
	struct reject_how rejects;
	bool paste;
	const char *stats;
} arg = {.csv = CSV_HOW};

static const struct opt options[] = {
	{0, "paste", NULL, "join by position: record 1 with record 1", OPT_FLAG, &arg.paste, NULL},
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-join",
	.synopsis = "--paste [FILE...]",
	.summary = "Put the columns of several inputs side by side.",
	.options = options,
};

/* One input of a paste, and where we are in it. */
struct strand {
	struct csv_in *in;
	const char *name;
	const struct batch *batch; /* NULL: at its end */
	size_t row;                /* next of the batch */
	size_t last;               /* column */
	uint64_t line;             /* of the last record that was taken */
	bool is_verbatim;          /* as in struct csv_out, while batch is the source */
};

static bool
is_stdin(const char *operand)
{
	return strcmp(operand, "-") == 0;
}

/* Do two operands take their bytes from the same place, so that each would get a part of them? */
static bool
is_shared(const char *a, const char *b)
{
	struct stat x, y;
	if (is_stdin(a) && is_stdin(b))
		return true;
	if ((is_stdin(a) ? fstat(STDIN_FILENO, &x) : stat(a, &x)) != 0 ||
		(is_stdin(b) ? fstat(STDIN_FILENO, &y) : stat(b, &y)) != 0)
		return false;
	bool once = S_ISFIFO(x.st_mode) || S_ISSOCK(x.st_mode);
	return once && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void
check_operands(char *const *operands, size_t count)
{
	in_check(operands, count);
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			if (is_shared(operands[i], operands[j]))
				die(END_SETUP, "operands %zu and %zu are the same %s, which can be read only once",
					j + 1, i + 1, is_stdin(operands[i]) ? "standard input" : "pipe");
}

static void
check_options(void)
{
	if (!arg.paste)
		die(END_SETUP, "option --paste is missing: there is no other way to join yet");
	if (arg.rejects.file != NULL || arg.rejects.max != NULL)
		die(END_SETUP, "options --rejects and --max-rejects: not with --paste, where a record that is left "
			"out of one input would pair all after it with the wrong ones");
	if (arg.csv.header != NULL || arg.csv.rename_header != NULL)
		die(END_SETUP, "options --header and --rename-header: not with --paste, where each input has its "
			"own names; name them before or behind, with etl-cut");
}

/*
 * The line that the last row of a batch begins on.  It is for one message only, but a pipe cannot be read again to
 * find it, and counting costs a fifth of all our time: where no quote is, no line is inside a record.
 */
static uint64_t
last_line(const struct batch *b)
{
	const char *at = batch_run(b, 0, 0, 0).at;
	const char *stop = b->text + b->end[b->rows * b->columns - 1];
	bool one_each = !b->dialect.quotes || memchr(at, '"', (size_t)(stop - at)) == NULL;
	return one_each ? b->line + b->rows - 1 : batch_line(b, b->rows - 1);
}

/* Goes to the next batch; at the input's clean end there is none. */
static void
advance(struct strand *s, struct csv_out *out)
{
	if (s->batch != NULL)
		s->line = last_line(s->batch);
	s->batch = csv_read(s->in);
	s->row = 0;
	csv_source(out, s->batch);
	s->is_verbatim = out->is_verbatim;
}

static _Noreturn void
die_unequal(const struct strand *ended, const struct strand *longer)
{
	uintmax_t records = csv_records(ended->in);
	uintmax_t next = batch_line(longer->batch, longer->row);
	if (records == 0)
		die(END_DATA, "%s has no records but %s goes on at line %ju", ended->name, longer->name, next);
	die(END_DATA, "%s ended after %ju record%s (line %ju) but %s goes on at line %ju", ended->name, records,
		records == 1 ? "" : "s", (uintmax_t)ended->line, longer->name, next);
}

/*
 * Makes each strand stand at a row, and returns how many rows all have from there; 0: all have ended.
 * Every strand is asked before lengths are compared: the one whose upstream died says so itself.
 */
static size_t
align(struct strand *strand, size_t count, struct csv_out *out)
{
	size_t rows = SIZE_MAX;
	const struct strand *ended = NULL;
	const struct strand *longer = NULL;
	for (size_t i = 0; i < count; i++) {
		struct strand *s = &strand[i];
		if (s->batch != NULL && s->row == s->batch->rows)
			advance(s, out);
		size_t left = s->batch != NULL ? s->batch->rows - s->row : 0;
		if (left == 0 && ended == NULL)
			ended = s;
		if (left != 0 && longer == NULL)
			longer = s;
		rows = left < rows ? left : rows;
	}
	if (ended != NULL && longer != NULL)
		die_unequal(ended, longer);
	return rows;
}

static void
put_rows(struct csv_out *out, struct strand *strand, size_t count, size_t rows)
{
	for (size_t n = 0; n < rows; n++) {
		for (size_t i = 0; i < count; i++) {
			struct strand *s = &strand[i];
			/* What csv_source() would set, without a call for each input of each row. */
			out->source = s->batch;
			out->is_verbatim = s->is_verbatim;
			csv_put_run(out, s->row++, 0, s->last);
		}
		csv_put_end(out);
	}
}

static void
put_header(struct csv_out *out, const struct strand *strand, size_t count)
{
	bool any = false;
	for (size_t i = 0; i < count; i++) {
		const struct batch *row = csv_header_row(strand[i].in);
		if (row == NULL)
			continue;
		csv_source(out, row);
		csv_put_run(out, 0, 0, strand[i].last);
		any = true;
	}
	if (any)
		csv_put_header_end(out);
}

static struct strand *
open_strands(char *const *operands, size_t count)
{
	struct strand *strand = xcalloc(count, sizeof *strand);
	arg.beside = arg.csv;
	arg.beside.is_beside = true;
	for (size_t i = 0; i < count; i++) {
		struct csv_in *in = csv_open(i == 0 ? &arg.csv : &arg.beside, &operands[i], 1);
		strand[i] = (struct strand){
			.in = in,
			.name = strcmp(operands[i], "-") == 0 ? "stdin" : operands[i],
			.last = csv_header(in)->count - 1,
		};
	}
	return strand;
}

/* count is at least 1. */
static void
paste(char *const *operands, size_t count)
{
	struct csv_out out;
	check_operands(operands, count);
	csv_out_open(&out, &arg.csv);
	struct strand *strand = open_strands(operands, count);
	for (size_t i = 0; i < count; i++) {
		out.columns += csv_header(strand[i].in)->count;
		csv_flush_before_wait(strand[i].in, &out);
	}
	put_header(&out, strand, count);
	for (size_t i = 0; i < count; i++)
		advance(&strand[i], &out);
	for (size_t rows; (rows = align(strand, count, &out)) > 0;)
		put_rows(&out, strand, count, rows);
	csv_finish(&out, NULL);
	for (size_t i = 0; i < count; i++)
		csv_close(strand[i].in);
	free(strand);
}

int
main(int argc, char **argv)
{
	static char *const standard_input[] = {"-", NULL};
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	check_options();
	paste(count != 0 ? operands : standard_input, count != 0 ? count : 1);
	end(END_WELL);
}
