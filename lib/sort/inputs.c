#include "sort/inputs.h"

#include <stdlib.h>

#include "in.h"
#include "mem.h"
#include "sort/last.h"
#include "sort/merge.h"
#include "stage.h"

/* Where records go: neighbours of one input leave in one copy. */
struct output {
	struct csv_out *out;
	const struct input *from; /* rows of its batch that are still to leave */
	size_t first;
	size_t rows;
};

struct input {
	struct merge_feed feed; /* comes first: what the merge knows of us */
	struct csv_in *in;
	struct keyed keyed;
	struct output *to;
};

static void
put_rows(struct output *o)
{
	if (o->rows == 0)
		return;
	csv_source(o->out, o->from->keyed.batch);
	csv_put_rows(o->out, o->first, o->rows);
	o->rows = 0;
}

/* What is to leave does so before the batch goes, and before it is waited for another. */
static bool
more(struct merge_feed *feed)
{
	struct input *i = (struct input *)feed;
	put_rows(i->to);
	if (csv_header(i->in)->count == 0 || !keyed_next(&i->keyed))
		return false;
	keyed_check(&i->keyed, false);
	feed->rows = i->keyed.rows;
	return true;
}

/* Inputs without a byte have no columns, and are left out of what is compared. */
static struct input *
open_inputs(const struct inputs_how *how, char *const *operands, size_t count, struct output *to)
{
	struct csv_out *out = to->out;
	struct input *input = xcalloc(count, sizeof *input);
	const struct csv_in *first = NULL;
	const char *first_name = NULL;
	for (size_t i = 0; i < count; i++) {
		struct csv_in *in = csv_open(how->csv, &operands[i], 1);
		input[i] = (struct input){.feed.more = more, .in = in, .to = to};
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

static void
put(struct output *o, const struct input *i)
{
	size_t row = i->keyed.first + i->feed.row;
	if (i != o->from || row != o->first + o->rows) {
		put_rows(o);
		o->from = i;
		o->first = row;
	}
	o->rows++;
}

static void
put_records(const struct inputs_how *how, struct input *input, size_t count, struct output *to)
{
	struct merge merge;
	struct last last = {0};
	uint64_t chosen = 0;
	merge_init(&merge, count);
	for (size_t i = 0; i < count; i++)
		merge_add_feed(&merge, &input[i].feed);
	for (const struct record *r; (r = merge_next(&merge)) != NULL;) {
		bool is_same = last.is_there && last_order(&last, r->key, r->tail) == 0;
		if (is_same || chosen == how->limit) {
			stage_counts()->filtered++;
			continue;
		}
		put(to, &input[merge_winner(&merge)]);
		chosen++;
		if (how->is_unique)
			last_keep(&last, r->key, r->tail);
	}
	put_rows(to);
	merge_clear(&merge);
	last_clear(&last);
}

void
inputs_merge(const struct inputs_how *how, char *const *operands, size_t count, struct csv_out *out)
{
	struct output to = {.out = out};
	in_check_apart(operands, count);
	struct input *input = open_inputs(how, operands, count, &to);
	put_records(how, input, count, &to);
	for (size_t i = 1; i < count; i++)
		out->beside += csv_records(input[i].in);
	csv_finish(out, input[0].in);
	for (size_t i = 0; i < count; i++)
		csv_close(input[i].in);
	free(input);
}
