/* Kernels of doubles.  What is not finite is a fault, so that no result ever is. */
#include "expr/kernel.h"

#include <math.h>

enum operation {
	ADD,
	SUBTRACT,
	MULTIPLY,
	DIVIDE,
	MODULO,
	POWER,
	NEGATE,
	ABSOLUTE,
	ROOT,
	LOGARITHM,
	EXPONENTIAL
};

static inline double
apply(enum operation what, double a, double b)
{
	switch (what) {
	case ADD:
		return a + b;
	case SUBTRACT:
		return a - b;
	case MULTIPLY:
		return a * b;
	case DIVIDE:
		return a / b;
	case MODULO:
		return fmod(a, b);
	case POWER:
		return pow(a, b);
	case NEGATE:
		return -a;
	case ABSOLUTE:
		return fabs(a);
	case ROOT:
		return sqrt(a);
	case LOGARITHM:
		return log(a);
	case EXPONENTIAL:
		break;
	}
	return exp(a);
}

/* Stores x, or the fault that it is; b is what was divided by, if what divides. */
static inline void
store(struct call *c, size_t row, enum operation what, double x, double b)
{
	if (isfinite(x))
		c->out->real[row & c->out->mask] = x;
	else if ((what == DIVIDE || what == MODULO) && b == 0)
		call_number_fault(c, row, NUMBER_DIVISION, no_culprit);
	else
		call_number_fault(c, row, NUMBER_DOMAIN, no_culprit);
}

static inline double
real_at(const struct vector *v, size_t row)
{
	return v->real[vector_at(v, row)];
}

static inline void
compute_pairs(struct call *c, enum operation what)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		double b = real_at(c->arg[1], row);
		if (!vector_is_null(c->out, row))
			store(c, row, what, apply(what, real_at(c->arg[0], row), b), b);
	}
}

static inline void
compute_each(struct call *c, enum operation what)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (!vector_is_null(c->out, row))
			store(c, row, what, apply(what, real_at(c->arg[0], row), 0), 0);
	}
}

void
real_add(struct call *c)
{
	compute_pairs(c, ADD);
}

void
real_subtract(struct call *c)
{
	compute_pairs(c, SUBTRACT);
}

void
real_multiply(struct call *c)
{
	compute_pairs(c, MULTIPLY);
}

void
real_divide(struct call *c)
{
	compute_pairs(c, DIVIDE);
}

void
real_modulo(struct call *c)
{
	compute_pairs(c, MODULO);
}

void
real_power(struct call *c)
{
	compute_pairs(c, POWER);
}

void
real_negate(struct call *c)
{
	compute_each(c, NEGATE);
}

void
real_absolute(struct call *c)
{
	compute_each(c, ABSOLUTE);
}

void
real_root(struct call *c)
{
	compute_each(c, ROOT);
}

void
real_logarithm(struct call *c)
{
	compute_each(c, LOGARITHM);
}

void
real_exponential(struct call *c)
{
	compute_each(c, EXPONENTIAL);
}

void
real_bin(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		double width = real_at(c->arg[1], row);
		if (vector_is_null(c->out, row))
			continue;
		if (width > 0)
			store(c, row, MULTIPLY, floor(real_at(c->arg[0], row) / width) * width, 0);
		else
			call_fault(c, row, fault_bin, no_culprit);
	}
}

void
real_clamp(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		double x = real_at(c->arg[0], row);
		double low = real_at(c->arg[1], row);
		double high = real_at(c->arg[2], row);
		if (vector_is_null(c->out, row))
			continue;
		if (low > high)
			call_fault(c, row, fault_crossed, no_culprit);
		else
			c->out->real[row & c->out->mask] = x < low ? low : x > high ? high : x;
	}
}

void
real_rescale(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		double low = real_at(c->arg[1], row);
		double span = real_at(c->arg[2], row) - low;
		if (!vector_is_null(c->out, row))
			store(c, row, DIVIDE, (real_at(c->arg[0], row) - low) / span, span);
	}
}
