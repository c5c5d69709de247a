#include "join/paste.h"

#include <stdlib.h>

#include "in.h"
#include "mem.h"
#include "msg.h"

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

/*
 * The line that the last row of a batch begins on.  It is for one message only, but a pipe cannot
 * be read again to find it, and counting costs a fifth of all our time: where no quote is, no line
 * is inside a record.
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
		die(END_DATA, "%s has no records but %s goes on at line %ju", ended->name,
			longer->name, next);
	die(END_DATA, "%s ended after %ju record%s (line %ju) but %s goes on at line %ju",
		ended->name, records, plural(records), (uintmax_t)ended->line, longer->name, next);
}

/*
 * Makes each strand stand at a row, and returns how many rows all have from there; 0: all have
 * ended.  Every strand is asked before lengths are compared: the one whose upstream died says so
 * itself.
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
			/*
			 * What csv_source() would set, without a call for each input of each row.
			 */
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
open_strands(const struct csv_how *how, const struct csv_how *beside, char *const *operands,
	size_t count)
{
	struct strand *strand = xcalloc(count, sizeof *strand);
	for (size_t i = 0; i < count; i++) {
		struct csv_in *in = csv_open(i == 0 ? how : beside, &operands[i], 1);
		strand[i] = (struct strand){
			.in = in,
			.name = in_name(operands[i]),
			.last = csv_header(in)->count - 1,
		};
	}
	return strand;
}

void
paste(const struct csv_how *how, char *const *operands, size_t count)
{
	struct csv_out out;
	struct csv_how beside = *how;
	beside.is_beside = true;
	csv_out_open(&out, how);
	struct strand *strand = open_strands(how, &beside, operands, count);
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
