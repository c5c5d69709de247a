#include "reshape/reshape.h"

#include <string.h>

#include "csv/columns.h"
#include "csv/jobs.h"
#include "mem.h"
#include "msg.h"
#include "stage.h"

/* What the jobs have in common. */
struct work {
	const struct header *header;
	struct columns chosen;
	struct columns others;
	struct columns_run *run; /* of the others */
	size_t runs;
	struct slice separator;
};

/* The others as they are, then a name and its value, for each of the columns. */
static void
put_long(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	const struct work *w = shared;
	(void)job;
	csv_source(out, b);
	for (size_t row = 0; row < b->rows; row++) {
		out->row = row;
		for (size_t i = 0; i < w->chosen.count; i++) {
			size_t column = w->chosen.at[i].index;
			for (size_t k = 0; k < w->runs; k++)
				csv_put_run(out, row, w->run[k].first, w->run[k].last);
			csv_put_value(out, w->header->name[column]);
			csv_put_run(out, row, column, column);
			csv_put_end(out);
		}
	}
	stage_count(&stage_counts()->made, b->rows * (w->chosen.count - 1));
}

/* The row with this in place of the column. */
static void
put_part(struct csv_out *out, const struct batch *b, size_t column, struct slice part)
{
	if (column != 0)
		csv_put_run(out, out->row, 0, column - 1);
	csv_put_value(out, part);
	if (column + 1 < b->columns)
		csv_put_run(out, out->row, column + 1, b->columns - 1);
	csv_put_end(out);
}

static void
put_parts(struct csv_out *out, const struct batch *b, size_t column, struct slice value,
	struct slice separator)
{
	uint64_t parts = 0;
	const char *end;
	while ((end = memmem(value.at, value.len, separator.at, separator.len)) != NULL) {
		size_t len = (size_t)(end - value.at);
		put_part(out, b, column, (struct slice){value.at, len});
		value.at = end + separator.len;
		value.len -= len + separator.len;
		parts++;
	}
	put_part(out, b, column, value);
	stage_count(&stage_counts()->made, parts);
}

/* A value without a separator leaves as it is, and with it the record. */
static void
put_exploded(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	const struct work *w = shared;
	struct arena arena = {0};
	size_t column = w->chosen.at[0].index;
	(void)job;
	csv_source(out, b);
	for (size_t row = 0; row < b->rows; row++) {
		out->row = row;
		struct slice value = batch_value(b, batch_cell(b, row, column), &arena);
		if (value.len != 0 &&
			memmem(value.at, value.len, w->separator.at, w->separator.len) != NULL)
			put_parts(out, b, column, value, w->separator);
		else
			csv_put_rows(out, row, 1);
	}
	arena_clear(&arena);
}

static void
choose_others(struct work *w, struct arena *arena)
{
	w->others = w->chosen;
	w->others.at = arena_take(arena, (w->header->count + 1) * sizeof *w->others.at);
	memcpy(w->others.at, w->chosen.at, w->chosen.count * sizeof *w->others.at);
	columns_invert(&w->others, w->header, arena);
	w->run = arena_take(arena, (w->header->count + 1) * sizeof *w->run);
	w->runs = columns_runs(&w->others, w->run);
}

/* The two names of --to. */
static void
read_names(const struct work *w, const char *to, struct slice name[2])
{
	const char *comma = strchr(to, ',');
	if (comma == NULL || comma == to || comma[1] == '\0' || strchr(comma + 1, ',') != NULL)
		die(END_SETUP, "option --to: '%s' is not two names with a comma between", to);
	name[0] = (struct slice){to, (size_t)(comma - to)};
	name[1] = slice_of(comma + 1);
	for (size_t i = 0; i < 2; i++) {
		char text[SHOWN_MAX];
		bool is_there = i == 1 && slice_same(name[0], name[1]);
		for (size_t k = 0; k < w->others.count; k++)
			is_there |= slice_same(w->header->name[w->others.at[k].index], name[i]);
		if (is_there)
			die(END_SETUP, "option --to: there is a column '%s' already",
				shown(text, name[i].at, name[i].len));
	}
}

static void
unpivot(struct work *w, const char *to, struct csv_in *in, struct csv_out *out, size_t jobs)
{
	struct arena arena = {0};
	struct slice name[2];
	const struct batch *row = csv_header_row(in);
	choose_others(w, &arena);
	read_names(w, to, name);
	out->columns = w->others.count + 2;
	csv_source(out, row);
	for (size_t k = 0; row != NULL && k < w->runs; k++)
		csv_put_run(out, 0, w->run[k].first, w->run[k].last);
	for (size_t i = 0; row != NULL && i < 2; i++)
		csv_put_value(out, name[i]);
	if (row != NULL)
		csv_put_header_end(out);
	jobs_run(jobs, put_long, w, in, out);
	arena_clear(&arena);
}

static void
explode(struct work *w, struct csv_in *in, struct csv_out *out, size_t jobs)
{
	if (w->chosen.count != 1)
		die(END_SETUP, "option --explode: one column, not %zu", w->chosen.count);
	out->columns = w->header->count;
	csv_put_header(out, csv_header_row(in));
	jobs_run(jobs, put_exploded, w, in, out);
}

void
reshape(const struct csv_how *csv, const struct reshape_how *how, char *const *operands,
	size_t count)
{
	struct csv_out out;
	struct arena arena = {0};
	struct work w = {.separator = slice_of(how->separator)};
	bool is_long = how->unpivot != NULL;
	if (w.separator.len == 0)
		die(END_SETUP, "option --separator: it is empty");
	csv_out_open(&out, csv);
	struct csv_in *in = csv_open(csv, operands, count);
	size_t jobs = jobs_choose(how->jobs, operands, count, &out);
	w.header = csv_header(in);
	if (w.header->count != 0) {
		w.chosen = csv_columns(is_long ? how->unpivot : how->explode,
			is_long ? "--unpivot" : "--explode", w.header, 0, &arena);
		if (is_long)
			unpivot(&w, how->to, in, &out, jobs);
		else
			explode(&w, in, &out, jobs);
	}
	csv_finish(&out, in);
	csv_close(in);
	arena_clear(&arena);
}
