#include "join/ready.h"

#include <stdint.h>
#include <string.h>

static const struct slice empty = {"", 0};

void
ready_init(struct ready *r, const struct csv_out *like, const struct columns *rest,
	struct arena *arena)
{
	*r = (struct ready){.columns = rest->count};
	r->run = arena_take(arena, rest->count * sizeof *r->run);
	r->runs = columns_runs(rest, r->run);
	csv_out_memory(&r->out, like, &r->text);
}

void
ready_add_left(struct ready *r, const struct pairs *pairs, size_t columns, struct arena *arena)
{
	r->partner = arena_take(arena, columns * sizeof *r->partner);
	r->partners = columns;
	for (size_t i = 0; i < columns; i++)
		r->partner[i] = SIZE_MAX;
	for (size_t i = 0; i < pairs->right.count; i++)
		r->partner[pairs->left.at[i].index] = pairs->right.at[i].index;
}

void
ready_clear(struct ready *r)
{
	csv_out_memory_clear(&r->out);
	buf_clear(&r->text);
}

static void
put_left(struct ready *r, size_t row)
{
	for (size_t i = 0; i < r->partners; i++) {
		if (r->partner[i] != SIZE_MAX)
			csv_put_run(&r->out, row, r->partner[i], r->partner[i]);
		else
			csv_put_value(&r->out, empty);
	}
	out_flush(&r->out.out);
}

struct slice
ready_row(struct ready *r, size_t row, size_t *before)
{
	r->text.len = 0;
	put_left(r, row);
	*before = r->text.len;
	r->out.is_behind = true;
	for (size_t i = 0; i < r->runs; i++)
		csv_put_run(&r->out, row, r->run[i].first, r->run[i].last);
	csv_put_end(&r->out);
	out_flush(&r->out.out);
	return (struct slice){r->text.at, r->text.len};
}

struct slice
ready_nothing(struct ready *r, struct arena *arena)
{
	r->text.len = 0;
	r->out.is_behind = true;
	for (size_t i = 0; i < r->columns; i++)
		csv_put_value(&r->out, empty);
	csv_put_end(&r->out);
	out_flush(&r->out.out);
	char *at = arena_take(arena, r->text.len + OUT_PAD);
	return (struct slice){memcpy(at, r->text.at, r->text.len), r->text.len};
}
