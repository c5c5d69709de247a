#include "csv/csv-in.h"

void
csv_rows_check_width(struct csv_in *in, size_t columns, uint64_t line)
{
	if (columns > in->how->max_columns)
		csv_text_die_columns(&in->text, line);
}

void
csv_rows_count(struct csv_in *in, size_t rows)
{
	if (in->in_header)
		return;
	in->records += rows;
	in->delivered += rows;
	stage_set(&in->text.stage->records, in->records);
}

const struct batch *
csv_rows_deliver(struct csv_in *in, const char *text, const uint32_t *end, size_t rows,
	uint64_t line, bool has_cr)
{
	in->batch = (struct batch){
		.text = text,
		.end = end,
		.rows = rows,
		.columns = in->columns,
		.line = line,
		.record = in->delivered + 1,
		.has_cr = has_cr,
		.dialect = in->dialect,
		.file = in->text.source.name,
	};
	csv_rows_count(in, rows);
	stage_tick();
	return &in->batch;
}

void
csv_rows_check(struct csv_in *in, size_t row)
{
	const struct csv_text *t = &in->text;
	const uint32_t *end = t->scan.end + t->scan.first[row];
	const char *from;
	enum csv_limit broken = csv_text_limit(in->how, t->at, end, csv_text_width(t, row), &from);
	if (broken != CSV_LIMIT_NONE)
		csv_text_die_long(t, csv_text_line_of(t, csv_text_start(t, row)), broken, from);
}

const struct batch *
csv_rows_take(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	size_t row = t->row++;
	const uint32_t *end = t->scan.end + t->scan.first[row];
	csv_text_line_to(t, csv_text_start(t, row));
	return csv_rows_deliver(in, t->at, end, 1, t->line, t->scan.has_cr);
}

size_t
csv_rows_width(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	size_t columns = csv_text_width(t, t->row);
	csv_rows_check(in, t->row);
	csv_rows_check_width(in, columns, csv_text_line_of(t, csv_text_start(t, t->row)));
	return columns;
}
