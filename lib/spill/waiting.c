#include "spill/waiting.h"

void
waiting_init(struct waiting *w, const struct csv_out *like)
{
	*w = (struct waiting){0};
	whole_init(&w->whole, like);
}

void
waiting_clear(struct waiting *w)
{
	whole_clear(&w->whole);
	stream_clear(&w->stream, &w->file);
	stream_file_close(&w->file);
}

void
waiting_source(struct waiting *w, const struct batch *b)
{
	csv_source(&w->whole.out, b);
}

void
waiting_put(struct waiting *w, size_t row)
{
	struct slice text = whole_row(&w->whole, row);
	stream_put_number(&w->stream, &w->file, text.len);
	stream_put(&w->stream, &w->file, text.at, text.len);
}

void
waiting_end(struct waiting *w)
{
	stream_end(&w->stream, &w->file);
}

struct slice
waiting_take(struct waiting *w, uint64_t number)
{
	struct slice text;
	do {
		text.len = (size_t)stream_take_number(&w->stream, &w->file);
		text.at = stream_take(&w->stream, &w->file, text.len);
	} while (w->taken++ < number);
	return text;
}
