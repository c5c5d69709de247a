#include "check/pass.h"

#include "csv/reject.h"
#include "mem.h"
#include "msg.h"

void
pass_init(struct pass *p, const struct schema *schema, const char *path, bool has_names,
	uint64_t memory, struct csv_in *in, struct csv_out *out)
{
	struct buf why = {0};
	bool is_unfit;
	struct check_how how = {schema, has_names, memory, &p->file};
	*p = (struct pass){.out = out};
	if (!check_init(&p->check, &how, csv_header(in), &is_unfit, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "%s: %s%s", path, is_unfit ? "the header does not fit: " : "",
			why.at);
	}
	if (out != NULL) {
		out->columns = csv_header(in)->count;
		csv_put_header(out, csv_header_row(in));
		csv_flush_before_wait(in, out);
	}
	late_init(&p->late, &p->check, out, &p->file);
}

/* Puts a record that does not fit aside where that is allowed; else the end. */
static void
judge(struct pass *p, const struct batch *b, size_t first, size_t row)
{
	struct buf reason = {0};
	check_reason(&p->check, b, first, row, &reason);
	buf_byte(&reason, '\0');
	if (!reject_is_allowed())
		csv_die(END_DATA, b, first + row, "%s", reason.at);
	reject_put_row(b, first + row, check_name(&p->check, p->check.column[row]),
		check_code(p->check.fault[row]), reason.at);
	buf_clear(&reason);
}

/* Neighbours that are good leave in one copy. */
static void
put_rows(struct pass *p, const struct batch *b, size_t first, size_t rows)
{
	const uint8_t *fault = p->check.fault;
	for (size_t row = 0; row < rows; row++) {
		size_t from = row;
		while (row < rows && fault[row] == CHECK_GOOD)
			row++;
		if (row > from && p->out != NULL)
			csv_put_rows(p->out, first + from, row - from);
		if (row < rows)
			judge(p, b, first, row);
	}
}

/* What may be repeated, for all that is known now, waits. */
static void
keep_rows(struct pass *p, const struct batch *b, size_t first, size_t rows)
{
	const uint8_t *fault = p->check.fault;
	for (size_t row = 0; row < rows; row++) {
		if (fault[row] == CHECK_GOOD || fault[row] >= CHECK_UNIQUE)
			late_keep(&p->late, b, first, row);
		else
			judge(p, b, first, row);
	}
}

static void
take_rows(struct pass *p, const struct batch *b, size_t first, size_t rows)
{
	check_take(&p->check, b, first, rows);
	if (p->check.is_later)
		keep_rows(p, b, first, rows);
	else
		put_rows(p, b, first, rows);
}

void
pass_take(struct pass *p, const struct batch *b)
{
	if (p->out != NULL)
		csv_source(p->out, b);
	late_source(&p->late, b);
	for (size_t first = 0; first < b->rows; first += CHECK_ROWS)
		take_rows(p, b, first, b->rows - first < CHECK_ROWS ? b->rows - first : CHECK_ROWS);
}

void
pass_finish(struct pass *p)
{
	late_finish(&p->late);
	check_clear(&p->check);
	stream_file_close(&p->file);
}
