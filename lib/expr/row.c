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

void
row_line(struct call *c)
{
	const struct evaluation *e = c->e;
	uint64_t line = batch_line(e->batch, e->first);
	size_t before = 0;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		line = batch_line_on(e->batch, e->first + before, line, e->first + row);
		before = row;
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
