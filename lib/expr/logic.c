/* Kernels of conditions and choice; of null, which a condition can be too (SQL's three values). */
#include <string.h>

#include "expr/kernel.h"

enum truth { FALSE, TRUE, UNKNOWN };

static inline enum truth
truth_of(const struct vector *v, size_t row)
{
	return vector_is_null(v, row) ? UNKNOWN : v->truth[vector_at(v, row)] ? TRUE : FALSE;
}

static inline void
set_truth(struct vector *out, size_t row, enum truth truth)
{
	out->truth[row] = truth == TRUE;
	if (truth == UNKNOWN)
		vector_set_bit(out, row);
}

void
logic_not(struct call *c)
{
	static const enum truth opposite[] = {[FALSE] = TRUE, [TRUE] = FALSE, [UNKNOWN] = UNKNOWN};
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		set_truth(c->out, row, opposite[truth_of(c->arg[0], row)]);
	}
}

/* The right side has a value only where the left is not `decided`. */
static inline void
combine(struct call *c, enum truth decided)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		enum truth left = truth_of(c->arg[0], row);
		if (left != decided) {
			enum truth right = truth_of(c->arg[1], row);
			left = right == decided || left != UNKNOWN ? right : UNKNOWN;
		}
		set_truth(c->out, row, left);
	}
}

/*
 * Most conditions are never null.  Where the left side decides, what stands on the right, a truth
 * of some earlier row, makes no difference: 0 & x, 1 | x.
 */
static inline bool
is_plain(const struct call *c)
{
	return !c->arg[0]->has_null && !c->arg[1]->has_null;
}

/* All rows, and a truth of each on both sides. */
static inline bool
is_dense(const struct call *c)
{
	return c->rows.at == NULL && c->arg[0]->mask != 0 && c->arg[1]->mask != 0;
}

static inline uint64_t
both(uint64_t x, uint64_t y, enum truth decided)
{
	return decided == FALSE ? x & y : x | y;
}

/* combine() where is_dense(): eight rows at a time. */
static inline void
combine_dense(struct call *c, enum truth decided)
{
	const uint8_t *a = c->arg[0]->truth, *b = c->arg[1]->truth;
	for (size_t row = 0; row < c->rows.count; row += sizeof(uint64_t)) {
		uint64_t x, y;
		memcpy(&x, a + row, sizeof x);
		memcpy(&y, b + row, sizeof y);
		x = both(x, y, decided);
		memcpy(c->out->truth + row, &x, sizeof x);
	}
}

static inline void
combine_plain(struct call *c, enum truth decided)
{
	const struct vector *a = c->arg[0];
	const struct vector *b = c->arg[1];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		uint8_t x = a->truth[vector_at(a, row)], y = b->truth[vector_at(b, row)];
		c->out->truth[row] = (uint8_t)both(x, y, decided);
	}
}

static inline void
decide(struct call *c, enum truth decided)
{
	if (!is_plain(c))
		combine(c, decided);
	else if (is_dense(c))
		combine_dense(c, decided);
	else
		combine_plain(c, decided);
}

void
logic_and(struct call *c)
{
	decide(c, FALSE);
}

void
logic_or(struct call *c)
{
	decide(c, TRUE);
}

static bool
is_constant_null(const struct vector *v)
{
	return v->mask == 0 && vector_is_null(v, 0);
}

/* Numbers stay digits if both sides have the same scale; a null fits any. */
static void
choose_layout(struct vector *out, const struct vector *a, const struct vector *b)
{
	if (out->type != VECTOR_NUMBER)
		return;
	out->scale = is_constant_null(a) ? b->scale : a->scale;
	bool fits_a = is_constant_null(a) || !a->is_wide;
	bool fits_b = is_constant_null(b) || (!b->is_wide && b->scale == out->scale);
	if (!fits_a || !fits_b)
		vector_widen(out);
}

void
logic_choose(struct call *c)
{
	const struct vector *yes = c->arg[1];
	const struct vector *no = c->arg[2];
	choose_layout(c->out, yes, no);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		vector_copy(c->out, row, truth_of(c->arg[0], row) == TRUE ? yes : no);
	}
}

/* Of two arguments: the second has a value only where the first is null. */
void
logic_coalesce(struct call *c)
{
	choose_layout(c->out, c->arg[0], c->arg[1]);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		vector_copy(c->out, row, c->arg[vector_is_empty(c->arg[0], row) ? 1 : 0]);
	}
}

void
logic_is_null(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->truth[row] = vector_is_empty(c->arg[0], row);
	}
}
