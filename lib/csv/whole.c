#include "csv/whole.h"

void
whole_init(struct whole *w, const struct csv_out *like)
{
	csv_out_memory(&w->out, like, &w->text);
}

void
whole_clear(struct whole *w)
{
	csv_out_memory_clear(&w->out);
	buf_clear(&w->text);
}

struct slice
whole_made(struct whole *w, size_t row)
{
	w->text.len = 0;
	csv_put_rows(&w->out, row, 1);
	out_flush(&w->out.out);
	buf_room(&w->text, OUT_PAD);
	return (struct slice){w->text.at, w->text.len - 1};
}
