#include "join/ready.h"

#include <stdint.h>
#include <string.h>

typedef uint32_t own_length;

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
ready_add_own(struct ready *r, const struct csv_out *like, size_t columns)
{
	csv_out_memory(&r->own, like, &r->text);
	r->own.columns = columns;
	r->has_own = true;
}

void
ready_clear(struct ready *r)
{
	if (r->has_own)
		csv_out_memory_clear(&r->own);
	csv_out_memory_clear(&r->out);
	buf_clear(&r->text);
}

void
ready_source(struct ready *r, const struct batch *b)
{
	csv_source(&r->out, b);
	if (r->has_own)
		csv_source(&r->own, b);
}

/* Its length in front. */
static void
put_own(struct ready *r, size_t row)
{
	own_length len = 0;
	buf_add(&r->text, &len, sizeof len);
	csv_put_rows(&r->own, row, 1);
	out_flush(&r->own.out);
	size_t more = r->text.len - sizeof len;
	len = more > UINT32_MAX ? UINT32_MAX : (own_length)more; /* too long for who holds it */
	memcpy(r->text.at, &len, sizeof len);
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
	if (r->has_own)
		put_own(r, row);
	put_left(r, row);
	*before = r->text.len;
	r->out.is_behind = true;
	for (size_t i = 0; i < r->runs; i++)
		csv_put_run(&r->out, row, r->run[i].first, r->run[i].last);
	csv_put_end(&r->out);
	out_flush(&r->out.out);
	buf_room(&r->text, OUT_PAD);
	return (struct slice){r->text.at, r->text.len};
}

struct slice
ready_take_own(struct slice *text)
{
	own_length len;
	memcpy(&len, text->at, sizeof len);
	struct slice own = {text->at + sizeof len, len};
	text->at += sizeof len + own.len;
	text->len -= sizeof len + own.len;
	return own;
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
