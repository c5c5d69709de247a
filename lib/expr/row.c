/* Kernels of what the row itself is. */
#include "expr/kernel.h"

void
row_number(struct call *c)
{
	const struct evaluation *e = c->e;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->digits[row] = (int64_t)(e->batch->record + e->first + row);
	}
}

/* Line ends are counted from row to row, those of the first row's lines up to it by the batch. */
void
row_line(struct call *c)
{
	const struct evaluation *e = c->e;
	uint64_t line = batch_line(e->batch, e->first);
	const char *at = batch_run(e->batch, e->first, 0, 0).at;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		const char *start = batch_run(e->batch, e->first + row, 0, 0).at;
		while ((at = memchr(at, '\n', (size_t)(start - at))) != NULL) {
			line++;
			at++;
		}
		at = start;
		c->out->digits[row] = (int64_t)line;
	}
}

void
row_file(struct call *c)
{
	struct slice name = slice_of(c->e->batch->file);
	for (size_t i = 0; i < c->rows.count; i++)
		c->out->text[row_at(&c->rows, i)] = name;
}
