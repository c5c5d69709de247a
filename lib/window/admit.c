#include "window/admit.h"

#include <stdlib.h>
#include <string.h>

#include "csv/csv.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"

/* What is wrong with a row; {0} is nothing. */
struct admit_fault {
	const char *code;
	const char *reason;
	size_t column;
	struct slice culprit; /* at is NULL where there is none */
};

void
admit_find_time(struct admit *a, const char *column, struct arena *arena)
{
	struct columns columns = csv_columns(column, "--time", a->header, 0, arena);
	if (columns.count != 1)
		die(END_SETUP, "option --time: '%s' is more than one column", column);
	a->has_time = true;
	a->time = columns.at[0].index;
}

const struct date_format *
admit_format(const char *text)
{
	struct buf reason = {0};
	size_t at;
	const struct date_format *format =
		date_format_new(slice_of(text), DATE_TO_READ, &reason, &at);
	if (format != NULL)
		return format;
	buf_byte(&reason, '\0');
	die(END_SETUP, "option --time-format: %s: '%s'", reason.at, text + at);
}

static void
make_room(struct admit *a, size_t rows)
{
	if (rows <= a->rows)
		return;
	a->rows = rows;
	a->cell = xrealloc(a->cell, rows, sizeof *a->cell);
	a->fault = xrealloc(a->fault, rows, sizeof *a->fault);
	a->moment = xrealloc(a->moment, rows, sizeof *a->moment);
}

/* Returns how many rows are at fault here, and were not before. */
static size_t
judge_key(struct admit *a, const struct batch *b, size_t column)
{
	size_t faults = 0;
	batch_column(b, column, a->cell);
	for (size_t row = 0; row < b->rows; row++) {
		if (a->cell[row].len != 0 || a->fault[row].reason != NULL)
			continue;
		a->fault[row] = (struct admit_fault){"key", "a key is empty", column, {0}};
		faults++;
	}
	return faults;
}

static size_t
judge_times(struct admit *a, const struct batch *b)
{
	size_t faults = 0;
	struct arena resolved = {0};
	batch_column(b, a->time, a->cell);
	for (size_t row = 0; row < b->rows; row++) {
		struct slice text = batch_value(b, a->cell[row], &resolved);
		enum date_fault fault = a->format != NULL
			? date_format_parse(a->format, text, &a->moment[row])
			: date_parse(text, &a->moment[row]);
		if (fault == DATE_OK || a->fault[row].reason != NULL)
			continue;
		/* The text as it stands: what was resolved goes with the arena. */
		text = (struct slice){b->text + a->cell[row].at, a->cell[row].len};
		a->fault[row] = (struct admit_fault){"time", date_fault_text(fault), a->time, text};
		faults++;
	}
	arena_clear(&resolved);
	return faults;
}

/* `column 'ts': not a time: 'x'` */
static void
describe(const struct admit *a, const struct admit_fault *fault, struct buf *out)
{
	char text[SHOWN_MAX];
	struct slice name = a->header->name[fault->column];
	buf_format(out, "column '%s': %s", shown(text, name.at, name.len), fault->reason);
	if (fault->culprit.at != NULL)
		buf_format(out, ": '%s'", shown(text, fault->culprit.at, fault->culprit.len));
	buf_byte(out, '\0');
}

void
admit_drop(const struct admit *a, const struct batch *b, size_t row, bool is_state)
{
	const struct admit_fault *fault = &a->fault[row];
	struct buf text = {0};
	describe(a, fault, &text);
	if (is_state)
		csv_die(END_SETUP, b, row, "state damaged: %s", text.at);
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "%s", text.at);
	reject_put_row(b, row, a->header->name[fault->column], fault->code, text.at);
	buf_clear(&text);
}

size_t
admit_judge(struct admit *a, const struct batch *b)
{
	size_t faults = 0;
	make_room(a, b->rows);
	memset(a->fault, 0, b->rows * sizeof *a->fault);
	for (size_t i = 0; i < a->key_columns; i++)
		faults += judge_key(a, b, a->key[i]);
	if (a->has_time)
		faults += judge_times(a, b);
	return faults;
}

bool
admit_is_fault(const struct admit *a, size_t row)
{
	return a->fault[row].reason != NULL;
}

static void
add_rows(const struct admit *a, struct window *w, const struct batch *b, size_t first, size_t stop)
{
	window_add(w, b, first, stop - first, a->has_time ? a->moment + first : NULL);
}

void
admit_batch(struct admit *a, struct window *w, const struct batch *b, bool is_state)
{
	size_t first = 0;
	size_t faults = a->key_columns != 0 || a->has_time ? admit_judge(a, b) : 0;
	for (size_t row = 0; row < b->rows && faults > 0; row++) {
		if (!admit_is_fault(a, row))
			continue;
		add_rows(a, w, b, first, row);
		admit_drop(a, b, row, is_state);
		first = row + 1;
		faults--;
	}
	add_rows(a, w, b, first, b->rows);
}

void
admit_clear(struct admit *a)
{
	free(a->cell);
	free(a->fault);
	free(a->moment);
}
