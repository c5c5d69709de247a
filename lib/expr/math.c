/*
 * Kernels of exact decimals.  Where all values are digits with one scale, they are computed in 64
 * bits; the first that does not fit sends the whole vector through number.c.
 */
#include "decimal/double.h"
#include "digits.h"
#include "expr/kernel.h"

enum operation { ADD, SUBTRACT, MULTIPLY, MODULO };

/* Both vectors' digits, brought to one scale; returns false if one value does not fit. */
static inline bool
add_digits(struct call *c, enum operation what)
{
	const struct vector *a = c->arg[0];
	const struct vector *b = c->arg[1];
	int32_t scale = a->scale > b->scale ? a->scale : b->scale;
	int64_t factor_a = kernel_factor(a, scale);
	int64_t factor_b = kernel_factor(b, scale);
	bool over = factor_a == 0 || factor_b == 0;
	for (size_t i = 0; i < c->rows.count && !over; i++) {
		size_t row = row_at(&c->rows, i);
		int64_t x;
		int64_t y;
		over |= __builtin_mul_overflow(a->digits[vector_at(a, row)], factor_a, &x);
		over |= __builtin_mul_overflow(b->digits[vector_at(b, row)], factor_b, &y);
		over |= what == ADD ? __builtin_add_overflow(x, y, &c->out->digits[row])
				    : __builtin_sub_overflow(x, y, &c->out->digits[row]);
	}
	c->out->scale = scale;
	return !over;
}

static bool
multiply_digits(struct call *c)
{
	const struct vector *a = c->arg[0];
	const struct vector *b = c->arg[1];
	bool over = a->scale + b->scale > DECIMAL_SCALE_MAX;
	for (size_t i = 0; i < c->rows.count && !over; i++) {
		size_t row = row_at(&c->rows, i);
		over = __builtin_mul_overflow(a->digits[vector_at(a, row)],
			b->digits[vector_at(b, row)], &c->out->digits[row]);
	}
	c->out->scale = a->scale + b->scale;
	return !over;
}

static bool
are_digits(const struct call *c)
{
	for (size_t k = 0; k < c->args; k++)
		if (c->arg[k]->is_wide)
			return false;
	return true;
}

static inline enum number_fault
apply(enum operation what, struct decimal a, struct decimal b, struct decimal *out)
{
	switch (what) {
	case ADD:
		return decimal_add(a, b, out);
	case SUBTRACT:
		return decimal_sub(a, b, out);
	case MULTIPLY:
		return decimal_mul(a, b, out);
	case MODULO:
		break;
	}
	return decimal_mod(a, b, out);
}

static inline void
compute(struct call *c, enum operation what)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (vector_is_null(c->out, row))
			continue;
		struct decimal d;
		enum number_fault fault = apply(
			what, vector_decimal(c->arg[0], row), vector_decimal(c->arg[1], row), &d);
		if (fault == NUMBER_OK)
			vector_put(c->out, row, d);
		else
			call_number_fault(c, row, fault, no_culprit);
	}
}

void
math_add(struct call *c)
{
	call_nulls(c);
	if (!are_digits(c) || !add_digits(c, ADD))
		compute(c, ADD);
}

void
math_subtract(struct call *c)
{
	call_nulls(c);
	if (!are_digits(c) || !add_digits(c, SUBTRACT))
		compute(c, SUBTRACT);
}

void
math_multiply(struct call *c)
{
	call_nulls(c);
	if (!are_digits(c) || !multiply_digits(c))
		compute(c, MULTIPLY);
}

void
math_modulo(struct call *c)
{
	call_nulls(c);
	compute(c, MODULO);
}

static struct decimal
negative(struct decimal d)
{
	return (struct decimal){-d.digits, d.scale};
}

static bool
is_below_zero(struct decimal d)
{
	return d.digits < 0;
}

void
math_negate(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (!vector_is_null(c->out, row))
			vector_put(c->out, row, negative(vector_decimal(c->arg[0], row)));
	}
}

void
math_absolute(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct decimal d = vector_decimal(c->arg[0], row);
		if (!vector_is_null(c->out, row))
			vector_put(c->out, row, is_below_zero(d) ? negative(d) : d);
	}
}

/*
 * Where both are whole numbers of 53 bits after a shift of the point, the quotient is rounded
 * once: 0.3 / 0.1 is 3, which it is not in doubles.
 */
static double
quotient(struct decimal a, struct decimal b)
{
	enum { EXACT_SHIFT = 15 };
	const int128 exact = (int128)1 << 53;
	int32_t shift = b.scale - a.scale;
	if (shift >= -EXACT_SHIFT && shift <= EXACT_SHIFT && a.digits >= -exact &&
		a.digits <= exact && b.digits >= -exact && b.digits <= exact) {
		int128 x = shift > 0 ? a.digits * digits_ten[shift] : a.digits;
		int128 y = shift < 0 ? b.digits * digits_ten[-shift] : b.digits;
		if (x >= -exact && x <= exact && y >= -exact && y <= exact)
			return (double)x / (double)y;
	}
	return double_from_decimal(a) / double_from_decimal(b);
}

void
math_divide(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct decimal b = vector_decimal(c->arg[1], row);
		if (vector_is_null(c->out, row))
			continue;
		if (b.digits == 0)
			call_number_fault(c, row, NUMBER_DIVISION, no_culprit);
		else
			c->out->real[row & c->out->mask] =
				quotient(vector_decimal(c->arg[0], row), b);
	}
}

/* A count of places beyond what a number can have says the same as the limit. */
static int32_t
places_at(const struct call *c, size_t row)
{
	if (c->args < 2)
		return 0;
	int64_t n = c->arg[1]->digits[vector_at(c->arg[1], row)];
	return n > DECIMAL_SCALE_MAX    ? DECIMAL_SCALE_MAX
	       : n < -DECIMAL_SCALE_MAX ? -DECIMAL_SCALE_MAX
					: (int32_t)n;
}

static void
put_rounded(struct call *c, size_t row, struct decimal d)
{
	enum decimal_rounding how = (enum decimal_rounding)c->function->parameter;
	enum number_fault fault = decimal_round(d, places_at(c, row), how, &d);
	if (fault == NUMBER_OK)
		vector_put(c->out, row, d);
	else
		call_number_fault(c, row, fault, no_culprit);
}

void
math_round(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (!vector_is_null(c->out, row))
			put_rounded(c, row, vector_decimal(c->arg[0], row));
	}
}

/* A double rounds as the decimal that it prints as. */
void
math_round_real(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct decimal d;
		if (vector_is_null(c->out, row))
			continue;
		enum number_fault fault =
			double_to_decimal(c->arg[0]->real[vector_at(c->arg[0], row)], &d);
		if (fault == NUMBER_OK)
			put_rounded(c, row, d);
		else
			call_number_fault(c, row, fault, no_culprit);
	}
}

/* x - (x mod width), with the scale of the width, of which it is a multiple. */
static enum number_fault
lower_edge(struct decimal x, struct decimal width, struct decimal *out)
{
	struct decimal rest;
	enum number_fault fault = decimal_mod(x, width, &rest);
	if (fault == NUMBER_OK && is_below_zero(rest))
		fault = decimal_add(rest, width, &rest);
	if (fault == NUMBER_OK)
		fault = decimal_sub(x, rest, out);
	if (fault == NUMBER_OK)
		fault = decimal_round(*out, width.scale, ROUND_DOWN, out);
	return fault;
}

void
math_bin(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct decimal width = vector_decimal(c->arg[1], row);
		struct decimal edge;
		enum number_fault fault;
		if (vector_is_null(c->out, row))
			continue;
		if (width.digits <= 0)
			call_fault(c, row, fault_bin, no_culprit);
		else if ((fault = lower_edge(vector_decimal(c->arg[0], row), width, &edge)) !=
			 NUMBER_OK)
			call_number_fault(c, row, fault, no_culprit);
		else
			vector_put(c->out, row, edge);
	}
}

void
math_clamp(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct decimal x = vector_decimal(c->arg[0], row);
		struct decimal low = vector_decimal(c->arg[1], row);
		struct decimal high = vector_decimal(c->arg[2], row);
		if (vector_is_null(c->out, row))
			continue;
		if (decimal_order(low, high) > 0)
			call_fault(c, row, fault_crossed, no_culprit);
		else if (decimal_order(x, low) < 0)
			vector_put(c->out, row, low);
		else
			vector_put(c->out, row, decimal_order(x, high) > 0 ? high : x);
	}
}
