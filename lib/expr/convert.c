/* Kernels between text and values. */
#include "decimal/double.h"
#include "expr/kernel.h"

/*
 * Short numbers of one scale, which most columns hold: from the i-th of the rows up to the first
 * that is something else; returns which that is.
 */
static size_t
convert_short(struct call *c, size_t i)
{
	const struct vector *from = c->arg[0];
	struct vector *to = c->out;
	int64_t digits;
	int32_t scale;
	if (i == c->rows.count || to->is_wide ||
		!decimal_parse_short(call_text(c, 0, row_at(&c->rows, i)), &digits, &scale))
		return i;
	const int32_t same = to->has_scale ? to->scale : scale;
	to->scale = same;
	to->has_scale = true;
	for (; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (!decimal_parse_short(from->text[vector_at(from, row)], &digits, &scale) ||
			scale != same)
			break;
		to->digits[vector_at(to, row)] = digits;
	}
	return i;
}

void
convert_number(struct call *c)
{
	for (size_t i = 0; (i = convert_short(c, i)) < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		struct decimal d;
		enum number_fault fault;
		if (s.len == 0)
			vector_set_null(c->out, row);
		else if ((fault = decimal_parse(s, &d)) != NUMBER_OK)
			call_number_fault(c, row, fault, s);
		else
			vector_put(c->out, row, d);
	}
}

void
convert_real(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		enum number_fault fault;
		if (s.len == 0)
			vector_set_null(c->out, row);
		else if ((fault = double_parse(s, &c->out->real[row])) != NUMBER_OK)
			call_number_fault(c, row, fault, s);
	}
}

void
convert_widen(struct call *c)
{
	const struct vector *from = c->arg[0];
	vector_add_nulls(c->out, from);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->real[row] = double_from_decimal(vector_decimal(from, row));
	}
}

/* Does d fit?  12.00 is whole. */
static bool
as_whole(struct decimal d, int64_t *out)
{
	struct decimal whole;
	if (decimal_round(d, 0, ROUND_ZERO, &whole) != NUMBER_OK || decimal_order(d, whole) != 0)
		return false;
	*out = (int64_t)whole.digits;
	return whole.digits == *out;
}

static struct slice
print_decimal(struct call *c, struct decimal d)
{
	return call_use(c, decimal_print(call_room(c, DECIMAL_PRINT_MAX), d));
}

void
convert_whole(struct call *c)
{
	const struct vector *from = c->arg[0];
	vector_add_nulls(c->out, from);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct decimal d = vector_decimal(from, row);
		if (!as_whole(d, &c->out->digits[row]))
			call_fault(c, row, "not a whole number of 64 bits", print_decimal(c, d));
	}
}

void
convert_print_number(struct call *c)
{
	const struct vector *from = c->arg[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->text[row] = vector_is_null(from, row)
					    ? no_text
					    : print_decimal(c, vector_decimal(from, row));
	}
}

void
convert_print_real(struct call *c)
{
	const struct vector *from = c->arg[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->text[row] = no_text;
		if (vector_is_null(from, row))
			continue;
		size_t len = double_print(
			call_room(c, DOUBLE_PRINT_MAX), from->real[vector_at(from, row)]);
		c->out->text[row] = call_use(c, len);
	}
}

void
convert_print_truth(struct call *c)
{
	static const struct slice words[] = {{"false", 5}, {"true", 4}};
	const struct vector *from = c->arg[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->text[row] = vector_is_null(from, row)
					    ? no_text
					    : words[from->truth[vector_at(from, row)]];
	}
}

void
convert_is_number(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		struct decimal d;
		double x;
		c->out->truth[row] =
			s.len != 0 &&
			(c->e->floats ? double_parse(s, &x) : decimal_parse(s, &d)) == NUMBER_OK;
	}
}
