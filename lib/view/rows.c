#include "view/rows.h"

#include <stdlib.h>

enum { CELL_BYTES = 32 /* what a kept value takes besides its text, about */ };

bool
rows_next(struct rows *r)
{
	if (r->left == 0)
		return false;
	if (r->batch == NULL || ++r->row == r->batch->rows) {
		r->batch = csv_read(r->in);
		r->row = 0;
	}
	if (r->batch == NULL)
		return false;
	r->left--;
	arena_reset(&r->resolved);
	for (size_t i = 0; i < r->columns.count; i++) {
		struct cell cell = batch_cell(r->batch, r->row, r->columns.at[i].index);
		r->value[i] = batch_value(r->batch, cell, &r->resolved);
	}
	return true;
}

uint64_t
rows_number(const struct rows *r)
{
	return r->batch->record + r->row;
}

void
rows_clear(struct rows *r)
{
	arena_clear(&r->resolved);
}

static void
keep_row(struct rows_kept *kept, const struct slice *value, size_t count)
{
	if (kept->rows == kept->room) {
		kept->room = kept->room != 0 ? 2 * kept->room : 64;
		kept->value = xrealloc(kept->value, kept->room, count * sizeof *value);
	}
	struct slice *row = kept->value + kept->rows++ * count;
	for (size_t i = 0; i < count; i++) {
		row[i] = (struct slice){arena_keep(&kept->text, value[i].at, value[i].len),
			value[i].len};
		kept->bytes += value[i].len + CELL_BYTES;
	}
}

void
rows_keep(struct rows *r, struct rows_kept *kept, size_t max, size_t max_bytes)
{
	while (kept->rows < max && kept->bytes < max_bytes && rows_next(r))
		keep_row(kept, r->value, r->columns.count);
}

void
rows_kept_clear(struct rows_kept *kept)
{
	arena_clear(&kept->text);
	free(kept->value);
}
