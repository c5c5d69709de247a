/*
 * min(x), max(x) of numbers and times: the value as it is, in its own scale; of equal ones the one with most digits behind the
 * point, so that it is the same in any order.
 */
#include "agg/fold.h"

#include <string.h>

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

/* sign is that of what order a better value has. */
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
add(struct slot *s, const struct run *r, const int sign)
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
add_least(struct slot *s, const struct run *r)
{
	add(s, r, -1);
}

static void
add_greatest(struct slot *s, const struct run *r)
{
	add(s, r, 1);
}

static void
merge(struct slot *s, struct extreme *x, const struct extreme *other, int sign)
{
	if (other->kind != NONE)
		offer(s->memory, x, decimal_of(other), sign);
}

static void
merge_least(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)group;
	(void)from;
	merge(s, state, other, -1);
}

static void
merge_greatest(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)group;
	(void)from;
	merge(s, state, other, 1);
}

const struct fold fold_least = {sizeof(struct extreme), 0, add_least, merge_least};
const struct fold fold_greatest = {sizeof(struct extreme), 0, add_greatest, merge_greatest};

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

static inline void
offer_real(struct extreme_real *x, double value, const int sign)
{
	if (!x->is_set || (sign > 0 ? value > x->value : value < x->value))
		*x = (struct extreme_real){value, true};
}

static inline void
add_real(struct slot *s, const struct run *r, const int sign)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			offer_real(slot_state(s, r, i), v->real[vector_at(v, r->row[i])], sign);
}

static void
add_least_real(struct slot *s, const struct run *r)
{
	add_real(s, r, -1);
}

static void
add_greatest_real(struct slot *s, const struct run *r)
{
	add_real(s, r, 1);
}

static void
merge_real(struct extreme_real *x, const struct extreme_real *other, int sign)
{
	if (other->is_set)
		offer_real(x, other->value, sign);
}

static void
merge_least_real(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)s;
	(void)group;
	(void)from;
	merge_real(state, other, -1);
}

static void
merge_greatest_real(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)s;
	(void)group;
	(void)from;
	merge_real(state, other, 1);
}

const struct fold fold_least_real = {sizeof(struct extreme_real), 0, add_least_real, merge_least_real};
const struct fold fold_greatest_real = {sizeof(struct extreme_real), 0, add_greatest_real, merge_greatest_real};

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

static inline void
offer_time(struct extreme_time *x, struct moment value, const int sign)
{
	if (!x->is_set || date_order(value, x->value) * sign > 0)
		*x = (struct extreme_time){value, true};
}

static inline void
add_time(struct slot *s, const struct run *r, const int sign)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			offer_time(slot_state(s, r, i), v->time[vector_at(v, r->row[i])], sign);
}

static void
add_least_time(struct slot *s, const struct run *r)
{
	add_time(s, r, -1);
}

static void
add_greatest_time(struct slot *s, const struct run *r)
{
	add_time(s, r, 1);
}

static void
merge_time(struct extreme_time *x, const struct extreme_time *other, int sign)
{
	if (other->is_set)
		offer_time(x, other->value, sign);
}

static void
merge_least_time(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)s;
	(void)group;
	(void)from;
	merge_time(state, other, -1);
}

static void
merge_greatest_time(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)s;
	(void)group;
	(void)from;
	merge_time(state, other, 1);
}

const struct fold fold_least_time = {sizeof(struct extreme_time), 0, add_least_time, merge_least_time};
const struct fold fold_greatest_time = {sizeof(struct extreme_time), 0, add_greatest_time, merge_greatest_time};

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
