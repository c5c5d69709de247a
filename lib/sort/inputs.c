#include "sort/inputs.h"

#include <stdlib.h>

#include "in.h"
#include "mem.h"
#include "sort/last.h"
#include "sort/merge.h"
#include "stage.h"

struct input {
	struct merge_feed feed; /* comes first: what the merge knows of us */
	struct csv_in *in;
	struct keyed keyed;
	struct csv_out *out;
	bool is_verbatim; /* as in struct csv_out, while the batch is the source */
};

static bool
more(struct merge_feed *feed)
{
	struct input *i = (struct input *)feed;
	if (csv_header(i->in)->count == 0 || !keyed_next(&i->keyed))
		return false;
	keyed_check(&i->keyed, false);
	csv_source(i->out, i->keyed.batch);
	i->is_verbatim = i->out->is_verbatim;
	feed->rows = i->keyed.rows;
	return true;
}

/* Inputs without a byte have no columns, and are left out of what is compared. */
static struct input *
open_inputs(const struct inputs_how *how, char *const *operands, size_t count, struct csv_out *out)
{
	struct input *input = xcalloc(count, sizeof *input);
	const struct csv_in *first = NULL;
	const char *first_name = NULL;
	for (size_t i = 0; i < count; i++) {
		struct csv_in *in = csv_open(how->csv, &operands[i], 1);
		input[i] = (struct input){.feed.more = more, .in = in, .out = out};
		csv_flush_before_wait(in, out);
		if (csv_header(in)->count == 0)
			continue;
		keyed_init(&input[i].keyed, &how->keys, in);
		input[i].feed.order = &input[i].keyed.order;
		if (first != NULL) {
			csv_check_same(in, in_name(operands[i]), first, first_name);
			continue;
		}
		first = in;
		first_name = in_name(operands[i]);
		out->columns = csv_header(in)->count;
		csv_put_header(out, csv_header_row(in));
	}
	return input;
}

/* What csv_source() would set, without a call for each record. */
static void
put_record(const struct input *i, struct csv_out *out)
{
	const struct keyed *k = &i->keyed;
	out->source = k->batch;
	out->is_verbatim = i->is_verbatim;
	csv_put_run(out, k->first + i->feed.row, 0, out->columns - 1);
	csv_put_end(out);
}

static void
put_records(const struct inputs_how *how, struct input *input, size_t count, struct csv_out *out)
{
	struct merge merge;
	struct last last = {0};
	merge_init(&merge, count);
	for (size_t i = 0; i < count; i++)
		merge_add_feed(&merge, &input[i].feed);
	for (const struct record *r; (r = merge_next(&merge)) != NULL;) {
		bool is_same = last.is_there && last_order(&last, r->key, r->tail) == 0;
		if (is_same || out->records == how->limit) {
			stage_counts()->filtered++;
			continue;
		}
		put_record(&input[merge_winner(&merge)], out);
		if (how->is_unique)
			last_keep(&last, r->key, r->tail);
	}
	merge_clear(&merge);
	last_clear(&last);
}

void
inputs_merge(const struct inputs_how *how, char *const *operands, size_t count, struct csv_out *out)
{
	in_check_apart(operands, count);
	struct input *input = open_inputs(how, operands, count, out);
	put_records(how, input, count, out);
	for (size_t i = 1; i < count; i++)
		out->beside += csv_records(input[i].in);
	csv_finish(out, input[0].in);
	for (size_t i = 0; i < count; i++)
		csv_close(input[i].in);
	free(input);
}
