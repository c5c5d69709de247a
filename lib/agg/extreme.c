/*
 * min(x), max(x) of numbers and times: the value as it is, in its own scale; of equal ones the one
 * with most digits behind the point, so that it is the same in any order.
 */
#include "agg/fold.h"

/* The sign of the order that a better value has: the parameter of the folds. */
enum { LEAST = -1, GREATEST = 1 };

enum kind { NONE, SHORT, LONG };

struct extreme {
	union {
		int64_t digits;
		struct decimal *wide;
	};
	int32_t scale; /* of digits */
	enum kind kind;
};

static struct decimal
decimal_of(const struct extreme *x)
{
	return x->kind == LONG ? *x->wide : (struct decimal){x->digits, x->scale};
}

static void
keep(struct memory *m, struct extreme *x, struct decimal d)
{
	if (x->kind == LONG) {
		*x->wide = d;
	} else if (d.digits == (int64_t)d.digits) {
		*x = (struct extreme){.digits = (int64_t)d.digits, .scale = d.scale, .kind = SHORT};
	} else {
		struct decimal *wide = memory_take(m, sizeof *wide);
		*wide = d;
		*x = (struct extreme){.wide = wide, .kind = LONG};
	}
}

static void
offer(struct memory *m, struct extreme *x, struct decimal d, int sign)
{
	int order = 0;
	struct decimal old = decimal_of(x);
	if (x->kind != NONE)
		order = decimal_order(d, old) * sign;
	if (x->kind == NONE || order > 0 || (order == 0 && d.scale > old.scale))
		keep(m, x, d);
}

static inline void
add_to(struct slot *s, const struct run *r, const int sign)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++) {
		struct extreme *x = slot_state(s, r, i);
		size_t row = r->row[i];
		if (vector_is_null(v, row))
			continue;
		if (v->is_wide || x->kind != SHORT || x->scale != v->scale) {
			offer(s->memory, x, vector_decimal(v, row), sign);
			continue;
		}
		int64_t digits = v->digits[vector_at(v, row)];
		if (sign > 0 ? digits > x->digits : digits < x->digits)
			x->digits = digits;
	}
}

static void
add(struct slot *s, const struct run *r)
{
	if (s->fold->parameter == GREATEST)
		add_to(s, r, GREATEST);
	else
		add_to(s, r, LEAST);
}

static void
merge(const struct meeting *m)
{
	const struct extreme *other = m->other;
	if (other->kind != NONE)
		offer(m->slot->memory, m->state, decimal_of(other), m->slot->fold->parameter);
}

/* Nothing where there is none. */
static void
write(const struct slot *s, const void *state, struct buf *out)
{
	const struct extreme *x = state;
	(void)s;
	if (x->kind != NONE)
		state_put_decimal(out, decimal_of(x));
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct decimal d;
	(void)group;
	if (text->len == 0)
		return true;
	if (!state_take_decimal(text, &d))
		return false;
	keep(s->memory, state, d);
	return true;
}

const struct fold fold_least = {
	.state = sizeof(struct extreme),
	.parameter = LEAST,
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};
const struct fold fold_greatest = {
	.state = sizeof(struct extreme),
	.parameter = GREATEST,
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};

void
extreme_result(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct extreme *x = answer_state(a, i);
		if (x->kind == NONE)
			answer_null(a, i);
		else
			answer_decimal(a, i, decimal_of(x));
	}
}

struct extreme_real {
	double value;
	uint64_t is_set;
};

static void
offer_real(struct extreme_real *x, double value, int sign)
{
	if (!x->is_set || (sign > 0 ? value > x->value : value < x->value))
		*x = (struct extreme_real){value, true};
}

static void
add_real(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	int sign = s->fold->parameter;
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			offer_real(slot_state(s, r, i), v->real[vector_at(v, r->row[i])], sign);
}

static void
merge_real(const struct meeting *m)
{
	const struct extreme_real *other = m->other;
	if (other->is_set)
		offer_real(m->state, other->value, m->slot->fold->parameter);
}

static void
write_real(const struct slot *s, const void *state, struct buf *out)
{
	const struct extreme_real *x = state;
	(void)s;
	if (x->is_set)
		state_put_real(out, x->value);
}

static bool
read_real(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct extreme_real *x = state;
	(void)s;
	(void)group;
	x->is_set = text->len != 0;
	return !x->is_set || state_take_real(text, &x->value);
}

const struct fold fold_least_real = {
	.state = sizeof(struct extreme_real),
	.parameter = LEAST,
	.add = add_real,
	.merge = merge_real,
	.write = write_real,
	.read = read_real,
};
const struct fold fold_greatest_real = {
	.state = sizeof(struct extreme_real),
	.parameter = GREATEST,
	.add = add_real,
	.merge = merge_real,
	.write = write_real,
	.read = read_real,
};

void
extreme_result_real(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct extreme_real *x = answer_state(a, i);
		if (!x->is_set)
			answer_null(a, i);
		else
			answer_real(a, i, x->value);
	}
}

struct extreme_time {
	struct moment value;
	uint64_t is_set;
};

static void
offer_time(struct extreme_time *x, struct moment value, int sign)
{
	if (!x->is_set || date_order(value, x->value) * sign > 0)
		*x = (struct extreme_time){value, true};
}

static void
add_time(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	int sign = s->fold->parameter;
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			offer_time(slot_state(s, r, i), v->time[vector_at(v, r->row[i])], sign);
}

static void
merge_time(const struct meeting *m)
{
	const struct extreme_time *other = m->other;
	if (other->is_set)
		offer_time(m->state, other->value, m->slot->fold->parameter);
}

static void
write_time(const struct slot *s, const void *state, struct buf *out)
{
	char text[DATE_PRINT_MAX];
	const struct extreme_time *x = state;
	(void)s;
	if (x->is_set)
		state_put_text(out, (struct slice){text, date_print(text, x->value)});
}

static bool
read_time(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct extreme_time *x = state;
	struct slice value;
	(void)s;
	(void)group;
	x->is_set = text->len != 0;
	return !x->is_set ||
		(state_take_text(text, &value) && date_parse(value, &x->value) == DATE_OK);
}

const struct fold fold_least_time = {
	.state = sizeof(struct extreme_time),
	.parameter = LEAST,
	.add = add_time,
	.merge = merge_time,
	.write = write_time,
	.read = read_time,
};
const struct fold fold_greatest_time = {
	.state = sizeof(struct extreme_time),
	.parameter = GREATEST,
	.add = add_time,
	.merge = merge_time,
	.write = write_time,
	.read = read_time,
};

void
extreme_result_time(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct extreme_time *x = answer_state(a, i);
		if (!x->is_set) {
			answer_null(a, i);
			continue;
		}
		char *at = arena_take(a->arena, DATE_PRINT_MAX);
		answer_text(a, i, (struct slice){at, date_print(at, x->value)});
	}
}
