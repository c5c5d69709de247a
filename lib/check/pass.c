#include "check/pass.h"

#include <stdlib.h>

#include "csv/jobs.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"

/* What a job does with a batch. */
struct task {
	struct pass *pass;
	struct check *check;
	struct csv_out *out;
	const struct batch *batch;
};

static void
start_check(
	struct check *c, const struct check_how *how, const char *path, const struct header *header)
{
	struct buf why = {0};
	bool is_unfit;
	if (check_init(c, how, header, &is_unfit, &why))
		return;
	buf_byte(&why, '\0');
	die(END_SETUP, "%s: %s%s", path, is_unfit ? "the header does not fit: " : "", why.at);
}

void
pass_init(struct pass *p, const struct pass_how *how, struct csv_in *in)
{
	const struct header *header = csv_header(in);
	struct check_how each = {how->schema, how->has_names, how->memory, &p->file};
	*p = (struct pass){.out = how->out, .jobs = 1};
	p->check = xcalloc(how->jobs, sizeof *p->check);
	start_check(p->check, &each, how->path, header);
	for (; p->check->keys == 0 && p->jobs < how->jobs; p->jobs++)
		start_check(&p->check[p->jobs], &each, how->path, header);
	if (p->out != NULL) {
		p->out->columns = header->count;
		csv_put_header(p->out, csv_header_row(in));
	}
	late_init(&p->late, p->check, p->out, &p->file);
}

/* Puts a record that does not fit aside where that is allowed; else the end. */
static void
judge(const struct task *t, size_t first, size_t row)
{
	struct check *c = t->check;
	struct buf reason = {0};
	check_reason(c, t->batch, first, row, &reason);
	buf_byte(&reason, '\0');
	if (!reject_is_allowed())
		csv_die(END_DATA, t->batch, first + row, "%s", reason.at);
	reject_put_row(t->batch, first + row, check_name(c, c->column[row]),
		check_code(c->fault[row]), reason.at);
	buf_clear(&reason);
}

/* Neighbours that are good leave in one copy. */
static void
put_rows(const struct task *t, size_t first, size_t rows)
{
	const uint8_t *fault = t->check->fault;
	for (size_t row = 0; row < rows; row++) {
		size_t from = row;
		while (row < rows && fault[row] == CHECK_GOOD)
			row++;
		if (row > from && t->out != NULL)
			csv_put_rows(t->out, first + from, row - from);
		if (row < rows)
			judge(t, first, row);
	}
}

/* What may be repeated, for all that is known now, waits. */
static void
keep_rows(const struct task *t, size_t first, size_t rows)
{
	const uint8_t *fault = t->check->fault;
	for (size_t row = 0; row < rows; row++) {
		if (fault[row] == CHECK_GOOD || fault[row] >= CHECK_UNIQUE)
			late_keep(&t->pass->late, t->batch, first, row);
		else
			judge(t, first, row);
	}
}

static void
take_batch(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	struct pass *p = shared;
	struct task t = {p, &p->check[job], out, b};
	if (out != NULL)
		csv_source(out, b);
	if (t.check->keys != 0)
		late_source(&p->late, b);
	for (size_t first = 0; first < b->rows; first += CHECK_ROWS) {
		size_t rows = b->rows - first < CHECK_ROWS ? b->rows - first : CHECK_ROWS;
		check_take(t.check, b, first, rows);
		if (t.check->is_later)
			keep_rows(&t, first, rows);
		else
			put_rows(&t, first, rows);
	}
}

void
pass_run(struct pass *p, struct csv_in *in)
{
	if (p->out != NULL)
		jobs_run(p->jobs, take_batch, p, in, p->out);
	else
		for (const struct batch *b; (b = csv_read(in)) != NULL;)
			take_batch(p, 0, b, NULL);
	late_finish(&p->late);
}

void
pass_clear(struct pass *p)
{
	for (size_t i = 0; i < p->jobs; i++)
		check_clear(&p->check[i]);
	free(p->check);
	stream_file_close(&p->file);
}
