/*
 * etl-view: show the stream to a person
 *
 *	etl-view [-em] [-n N] [-w WIDTH] [-f COLS] [FILE...]
 *
 * The first records are kept until the widths of the columns are known from them; all others pass
 * in one batch. What leaves is no stream of records, so the pipe that it may be is not marked.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "csv/columns.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "tool.h"
#include "view/page.h"
#include "view/rows.h"

enum {
	SAMPLE_ROWS = 1000,
	SAMPLE_BYTES = 16 << 20,
	USUAL_WIDTH = 80 /* of a terminal that does not say */
};

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	const char *fields;
	bool exclude;
	uint64_t rows;
	uint64_t width;
	bool all_widths;
	bool expanded;
	bool markdown;
	const char *stats;
} arg = {.csv = CSV_HOW, .rows = UINT64_MAX, .width = UINT64_MAX};

static const struct opt options[] = {
	{'n', "max-rows", "N", "show the first N records, and read no further", OPT_COUNT,
		&arg.rows, NULL},
	{'f', "fields", "COLS", "show these columns, in this order; new=old renames", OPT_LIST,
		&arg.fields, NULL},
	{'x', "exclude", NULL, "show all columns but those of -f", OPT_FLAG, &arg.exclude, NULL},
	{'e', "expanded", NULL, "one field a line", OPT_FLAG, &arg.expanded, NULL},
	{'m', "markdown", NULL, "a Markdown table", OPT_FLAG, &arg.markdown, NULL},
	{'w', "width", "WIDTH", "cut to this width; 0: never cut (the terminal's)", OPT_COUNT,
		&arg.width, NULL},
	{'a', "all-widths", NULL, "keep all records to find the widths, not 1000", OPT_FLAG,
		&arg.all_widths, NULL},
	{'o', "output", "FILE", "write to FILE, which appears whole at the end", OPT_FILE,
		&arg.csv.output, NULL},
	OPT_CSV_IN(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-view",
	.synopsis = "[-em] [-n N] [-w WIDTH] [-f COLS] [FILE...]",
	.summary = "Show records as an aligned table, one field a line, or as Markdown.",
	.options = options,
};

static void
show(struct csv_out *to, const struct page *p)
{
	out_add(&to->out, p->line.at, p->line.len);
}

static void
show_table(struct csv_out *to, struct page *p, struct rows *rows)
{
	struct rows_kept kept = {0};
	rows_keep(rows, &kept, arg.all_widths ? SIZE_MAX : SAMPLE_ROWS,
		arg.all_widths ? SIZE_MAX : SAMPLE_BYTES);
	page_measure(p, kept.value, kept.rows);
	page_row(p, p->name);
	show(to, p);
	page_rule(p);
	show(to, p);
	for (size_t row = 0; row < kept.rows; row++) {
		page_row(p, kept.value + row * p->count);
		show(to, p);
	}
	rows_kept_clear(&kept);
	while (rows_next(rows)) {
		page_row(p, rows->value);
		show(to, p);
	}
	page_rest(p);
	show(to, p);
}

static void
show_expanded(struct csv_out *to, struct page *p, struct rows *rows)
{
	page_measure(p, NULL, 0);
	while (rows_next(rows)) {
		page_record(p, rows_number(rows), rows->value);
		show(to, p);
	}
}

/* What the terminal says, or $COLUMNS in its place; SIZE_MAX where nobody looks at one. */
static size_t
screen_width(void)
{
	struct winsize size;
	uint64_t columns;
	const char *text = getenv("COLUMNS");
	if (arg.width != UINT64_MAX)
		return arg.width != 0 && arg.width < SIZE_MAX ? (size_t)arg.width : SIZE_MAX;
	/* A terminal wraps a long value, and the expanded form is for seeing all of it. */
	if (arg.expanded || arg.markdown || arg.csv.output != NULL || !isatty(STDOUT_FILENO))
		return SIZE_MAX;
	if (text != NULL && uint64_parse(slice_of(text), &columns) && columns != 0 &&
		columns < SIZE_MAX)
		return (size_t)columns;
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
		size.ws_col != 0 ? size.ws_col : USUAL_WIDTH;
}

static struct columns
choose_columns(const struct header *header, struct arena *arena)
{
	const char *list = arg.fields != NULL ? arg.fields : "1-";
	struct columns columns = csv_columns(list, "-f", header, COLUMNS_RENAME, arena);
	if (arg.exclude)
		columns_invert(&columns, header, arena);
	if (columns.count == 0)
		die(END_SETUP, "option -x: no column is left");
	return columns;
}

static const struct slice *
names_of(const struct columns *columns, const struct header *header, struct arena *arena)
{
	struct slice *name = arena_take(arena, columns->count * sizeof *name);
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->at[i];
		name[i] = column->name.at != NULL ? column->name : header->name[column->index];
	}
	return name;
}

static void
show_records(struct csv_out *to, struct csv_in *in)
{
	struct arena arena = {0};
	const struct header *header = csv_header(in);
	struct rows rows = {.in = in, .left = arg.rows, .columns = choose_columns(header, &arena)};
	rows.value = arena_take(&arena, rows.columns.count * sizeof *rows.value);
	struct page page = {
		.form = arg.expanded ? PAGE_EXPANDED : arg.markdown ? PAGE_MARKDOWN : PAGE_TABLE,
		.max = screen_width(),
		.count = rows.columns.count,
		.name = names_of(&rows.columns, header, &arena),
	};
	if (arg.expanded)
		show_expanded(to, &page, &rows);
	else
		show_table(to, &page, &rows);
	page_clear(&page);
	rows_clear(&rows);
	arena_clear(&arena);
}

static void
finish(struct csv_out *to, struct stage_end *stage, const struct csv_in *in)
{
	bool to_stdout = to->out.fd == STDOUT_FILENO;
	reject_finish(csv_records(in));
	out_finish(&to->out);
	stage->bytes = to->out.bytes;
	stage->waited = to->out.waited;
	if (to_stdout && close(STDOUT_FILENO) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	if (arg.expanded && arg.markdown)
		die(END_SETUP, "options --expanded and --markdown exclude each other");
	if (arg.markdown && arg.width != UINT64_MAX)
		die(END_SETUP, "options --markdown and --width exclude each other");
	/* Of this only the buffer is used, which csv_read() flushes before it waits. */
	struct csv_out to = {0};
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	out_open(&to.out, arg.csv.output);
	struct stage_end *stage = stage_output(to.out.name, to.out.fd);
	stage->records = STAGE_UNCOUNTED;
	csv_flush_before_wait(in, &to);
	if (csv_header(in)->count != 0)
		show_records(&to, in);
	finish(&to, stage, in);
	csv_close(in);
	end(END_WELL);
}
