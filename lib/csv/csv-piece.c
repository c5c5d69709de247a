#include "csv/csv-in.h"

#include <stdlib.h>
#include <string.h>

static void
copy_batch(struct csv_held *h)
{
	const struct batch *b = &h->batch;
	size_t ends = b->rows * b->columns;
	uint32_t start = b->end[-1] + 1;
	size_t len = b->end[ends - 1] + 1 - start;
	if (h->copy.cap < len) {
		free(h->copy.at);
		h->copy.cap = len;
		h->copy.at = xmalloc(len + SCAN_PAD);
	}
	memcpy(h->copy.at, b->text + start, len);
	memset(h->copy.at + len, 0, SCAN_PAD);
	for (size_t i = 0; i <= ends; i++)
		h->copy.room[i] = b->end[(ptrdiff_t)i - 1] - start;
	h->batch.text = h->copy.at;
	h->batch.end = h->copy.room + 1;
}

/* All pieces have been taken, or are void: the text goes on as it does without them. */
static void
end_pieces(struct csv_in *in)
{
	if (in->is_void)
		csv_text_back(&in->text, in->piece_offset, in->piece_line);
	else if (in->has_pieces)
		in->text.line = in->piece_line;
	in->is_looked_at |= in->is_void;
	in->is_void = false;
	in->has_pieces = false;
}

const struct batch *
csv_read_held(struct csv_in *in, struct csv_held *h)
{
	csv_text_move(&in->text, &h->block);
	end_pieces(in);
	const struct batch *b = csv_read(in);
	if (b == NULL)
		return NULL;
	h->batch = *b;
	if (b->text != h->block.at) {
		csv_text_size(&in->text, &h->copy);
		copy_batch(h);
	}
	return &h->batch;
}

void
csv_hold_none(struct csv_in *in)
{
	csv_text_return(&in->text);
	end_pieces(in);
}

bool
csv_read_piece(struct csv_in *in, struct csv_held *h)
{
	struct csv_text *t = &in->text;
	if (!in->is_open || in->blanks > 0 || in->is_looked_at)
		return false;
	csv_text_move(t, &h->block);
	if (!csv_text_piece(t, &h->len))
		return false;
	if (!in->has_pieces)
		in->piece_line = t->line;
	in->has_pieces = true;
	h->offset = t->source.bytes - t->len;
	h->index = (struct scan){
		.delimiter = t->scan.delimiter,
		.quotes = t->scan.quotes,
		.end = h->block.room + 1,
		.first = h->block.room + 1 + t->scan.ends_max,
		.ends_max = t->scan.ends_max,
	};
	return true;
}

static bool
are_even(const struct scan *s, size_t columns)
{
	const uint32_t *first = s->first;
	size_t row = 0;
	while (row < s->rows && first[row + 1] - first[row] == columns)
		row++;
	return row == s->rows;
}

void
csv_index_piece(const struct csv_in *in, struct csv_held *h)
{
	struct scan *s = &h->index;
	scan_start(s, 0);
	in->text.run(s, h->block.at, h->len);
	h->is_even = s->bad == SCAN_GOOD && s->done == h->len && are_even(s, in->columns);
}

bool
csv_take_piece(struct csv_in *in, struct csv_held *h)
{
	const struct scan *s = &h->index;
	if (!h->is_even) {
		in->is_void = true;
		in->piece_offset = h->offset;
		return false;
	}
	h->batch = *csv_rows_deliver(in, h->block.at, s->end, s->rows, in->piece_line, s->has_cr);
	in->piece_line += s->newlines;
	return true;
}

void
csv_held_clear(struct csv_held *h)
{
	free(h->block.at);
	free(h->block.room);
	free(h->copy.at);
	free(h->copy.room);
	*h = (struct csv_held){0};
}

