/* Kernels that put values in order.  Which orders make a true is the function's parameter. */
#include "expr/kernel.h"

static inline bool
accepts(int set, unsigned order)
{
	return ((unsigned)set >> order & 1) != 0;
}

static inline unsigned
code(int order)
{
	return order < 0 ? ORDER_LESS : order > 0 ? ORDER_MORE : ORDER_SAME;
}

/*
 * Is each of the texts this one, of at most eight bytes, as it nearly always is?  Out of the loop
 * goes what they share.
 */
static void
order_word(const struct rows *rows, const struct vector *a, struct slice text, uint8_t *order)
{
	uint64_t word = word_load(text.at, text.len);
	for (size_t i = 0; i < rows->count; i++) {
		struct slice x = a->text[row_at(rows, i)];
		bool same = x.len == text.len && word_load(x.at, text.len) == word;
		order[i] = same ? ORDER_SAME : ORDER_LESS;
	}
}

/* Only whether they are equal: texts of two lengths need no look. */
static void
order_same(const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	if (a->mask != 0 && b->mask == 0 && b->text[0].len <= 8) {
		order_word(rows, a, b->text[0], order);
		return;
	}
	for (size_t i = 0; i < rows->count; i++) {
		size_t row = row_at(rows, i);
		struct slice x = a->text[vector_at(a, row)];
		struct slice y = b->text[vector_at(b, row)];
		order[i] = slice_same(x, y) ? ORDER_SAME : ORDER_LESS;
	}
}

static void
order_text(const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	for (size_t i = 0; i < rows->count; i++) {
		size_t row = row_at(rows, i);
		int o = slice_order(a->text[vector_at(a, row)], b->text[vector_at(b, row)]);
		order[i] = (uint8_t)code(o);
	}
}

/* Returns false where a value, brought to the scale of the other side, does not fit. */
static bool
order_digits(
	const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	int32_t scale = a->scale > b->scale ? a->scale : b->scale;
	int64_t factor_a = kernel_factor(a, scale);
	int64_t factor_b = kernel_factor(b, scale);
	bool over = factor_a == 0 || factor_b == 0;
	for (size_t i = 0; i < rows->count && !over; i++) {
		size_t row = row_at(rows, i);
		int64_t x;
		int64_t y;
		over |= __builtin_mul_overflow(a->digits[vector_at(a, row)], factor_a, &x);
		over |= __builtin_mul_overflow(b->digits[vector_at(b, row)], factor_b, &y);
		order[i] = (uint8_t)(ORDER_SAME + (x > y) - (x < y));
	}
	return !over;
}

static void
order_decimal(
	const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	for (size_t i = 0; i < rows->count; i++) {
		size_t row = row_at(rows, i);
		order[i] = (uint8_t)code(
			decimal_order(vector_decimal(a, row), vector_decimal(b, row)));
	}
}

static void
order_real(const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	for (size_t i = 0; i < rows->count; i++) {
		size_t row = row_at(rows, i);
		double x = a->real[vector_at(a, row)];
		double y = b->real[vector_at(b, row)];
		order[i] = (uint8_t)(ORDER_SAME + (x > y) - (x < y));
	}
}

static void
order_truth(const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	for (size_t i = 0; i < rows->count; i++) {
		size_t row = row_at(rows, i);
		order[i] = (uint8_t)(ORDER_SAME + a->truth[vector_at(a, row)] -
				     b->truth[vector_at(b, row)]);
	}
}

static void
order_time(const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	for (size_t i = 0; i < rows->count; i++) {
		size_t row = row_at(rows, i);
		order[i] = (uint8_t)(ORDER_SAME + date_order(a->time[vector_at(a, row)],
							  b->time[vector_at(b, row)]));
	}
}

static void
order_nulls(const struct rows *rows, const struct vector *a, const struct vector *b, uint8_t *order)
{
	if (!a->has_null && !b->has_null)
		return;
	for (size_t i = 0; i < rows->count; i++) {
		size_t row = row_at(rows, i);
		unsigned nulls = (unsigned)vector_is_null(a, row) + vector_is_null(b, row);
		if (nulls != 0)
			order[i] = nulls == 1 ? ORDER_ONE_NULL : ORDER_BOTH_NULL;
	}
}

/* order[i] is the enum order of the i-th of the rows, as exactly as set needs it. */
static void
order_rows(const struct rows *rows, const struct vector *a, const struct vector *b, int set,
	uint8_t *order)
{
	switch (a->type) {
	case VECTOR_TEXT:
		(set == ACCEPT_SAME || set == ACCEPT_OTHER ? order_same : order_text)(
			rows, a, b, order);
		return;
	case VECTOR_NUMBER:
		if (a->is_wide || b->is_wide || !order_digits(rows, a, b, order))
			order_decimal(rows, a, b, order);
		break;
	case VECTOR_REAL:
		order_real(rows, a, b, order);
		break;
	case VECTOR_TIME:
		order_time(rows, a, b, order);
		break;
	case VECTOR_NULL:
	case VECTOR_TRUTH:
	case VECTOR_REGEX:
	case VECTOR_FORMAT:
	case VECTOR_ZONE:
	case VECTOR_PATH:
		order_truth(rows, a, b, order);
		break;
	}
	order_nulls(rows, a, b, order);
}

/*
 * Digits beside one number for all rows, which most conditions are, have no order to be looked up.
 * Returns false where they are not that, or the number does not fit at their scale.
 */
static bool
compare_constant(struct call *c, unsigned set)
{
	const struct vector *a = c->arg[0];
	const struct vector *b = c->arg[1];
	int64_t y;
	if (a->type != VECTOR_NUMBER || a->mask == 0 || b->mask != 0 || a->is_wide || b->is_wide ||
		a->has_null || b->has_null || a->scale < b->scale)
		return false;
	int64_t factor = kernel_factor(b, a->scale);
	if (factor == 0 || __builtin_mul_overflow(b->digits[0], factor, &y))
		return false;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		int64_t x = a->digits[row];
		c->out->truth[row] = set >> (ORDER_SAME + (x > y) - (x < y)) & 1;
	}
	return true;
}

void
compare(struct call *c)
{
	uint8_t order[VECTOR_ROWS];
	int set = c->function->parameter;
	if (compare_constant(c, (unsigned)set))
		return;
	order_rows(&c->rows, c->arg[0], c->arg[1], set, order);
	for (size_t i = 0; i < c->rows.count; i++)
		c->out->truth[row_at(&c->rows, i)] = accepts(set, order[i]);
}

void
compare_between(struct call *c)
{
	uint8_t low[VECTOR_ROWS];
	uint8_t high[VECTOR_ROWS];
	order_rows(&c->rows, c->arg[0], c->arg[1], ACCEPT_MORE_SAME, low);
	order_rows(&c->rows, c->arg[0], c->arg[2], ACCEPT_LESS_SAME, high);
	for (size_t i = 0; i < c->rows.count; i++)
		c->out->truth[row_at(&c->rows, i)] =
			accepts(ACCEPT_MORE_SAME, low[i]) && accepts(ACCEPT_LESS_SAME, high[i]);
}

/* After each candidate only the rows that it did not equal are left. */
void
compare_in(struct call *c)
{
	uint8_t order[VECTOR_ROWS];
	uint16_t left[VECTOR_ROWS];
	struct rows rows = {c->rows.count, left};
	for (size_t i = 0; i < rows.count; i++) {
		left[i] = (uint16_t)row_at(&c->rows, i);
		c->out->truth[left[i]] = 0;
	}
	for (size_t k = 1; k < c->args && rows.count != 0; k++) {
		order_rows(&rows, c->arg[0], c->arg[k], ACCEPT_SAME, order);
		size_t still = 0;
		for (size_t i = 0; i < rows.count; i++) {
			bool same = accepts(ACCEPT_SAME, order[i]);
			c->out->truth[left[i]] = same;
			left[still] = left[i];
			still += !same;
		}
		rows.count = still;
	}
}

void
compare_null_if(struct call *c)
{
	uint8_t order[VECTOR_ROWS];
	const struct vector *from = c->arg[0];
	order_rows(&c->rows, from, c->arg[1], ACCEPT_SAME, order);
	if (from->is_wide)
		vector_widen(c->out);
	c->out->scale = from->scale;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (accepts(ACCEPT_SAME, order[i]))
			vector_set_null(c->out, row);
		else
			vector_copy(c->out, row, from);
	}
}

/* Digits stay digits if all arguments have the same scale. */
static void
choose_layout(struct call *c)
{
	c->out->scale = c->arg[0]->scale;
	for (size_t k = 0; k < c->args && c->out->type == VECTOR_NUMBER; k++)
		if (c->arg[k]->is_wide || c->arg[k]->scale != c->out->scale)
			vector_widen(c->out);
}

/* The best value so far stays in place, unless it is null or the next one is accepted before it. */
void
compare_extreme(struct call *c)
{
	uint8_t order[VECTOR_ROWS];
	vector_set_all_null(c->out);
	choose_layout(c);
	for (size_t k = 0; k < c->args; k++) {
		const struct vector *from = c->arg[k];
		order_rows(&c->rows, from, c->out, c->function->parameter, order);
		for (size_t i = 0; i < c->rows.count; i++) {
			size_t row = row_at(&c->rows, i);
			bool better = order[i] == ORDER_ONE_NULL
					      ? vector_is_null(c->out, row)
					      : accepts(c->function->parameter, order[i]);
			if (!better)
				continue;
			vector_copy(c->out, row, from);
			c->out->null[row / 64] &= ~((uint64_t)1 << row % 64);
		}
	}
}
