/*
 * sum(x), mean(x): an exact sum and how many there were.
 *
 * The sum is 64 bits at the largest scale among the values as long as that goes, which is nearly
 * always; then it is an integer that nothing overflows.  So it is never the order of the values
 * that decides whether a sum exists.
 */
#include "agg/fold.h"

#include <math.h>

#include "agg/exact.h"
#include "digits.h"

struct total {
	union {
		int64_t sum;
		struct exact *big;
	};
	uint64_t count : 56;
	uint64_t scale : 7; /* up to DECIMAL_SCALE_MAX */
	uint64_t is_big : 1;
};

enum { MEAN_DIGITS = 16 };

/* Adds a number to a sum that stays short; returns false, nothing changed, where it would not. */
static bool
add_short(struct total *t, struct decimal d)
{
	int64_t sum = t->sum;
	int64_t digits = (int64_t)d.digits;
	int32_t scale = d.scale > t->scale ? d.scale : (int32_t)t->scale;
	if (t->is_big || digits != d.digits)
		return false;
	if (!digits_raise(&sum, scale - t->scale) || !digits_raise(&digits, scale - d.scale) ||
		__builtin_add_overflow(sum, digits, &sum))
		return false;
	t->sum = sum;
	t->scale = (unsigned)scale & 0x7f;
	return true;
}

static void
make_big(struct memory *m, struct total *t)
{
	struct exact *big;
	if (t->is_big)
		return;
	big = memory_take(m, sizeof *big);
	*big = exact_of(t->sum);
	m->can_fail = true;
	t->big = big;
	t->is_big = 1;
}

/* Adds n * 10^-scale. */
static void
add_long(struct memory *m, struct total *t, struct exact n, int32_t scale)
{
	make_big(m, t);
	if (scale > t->scale) {
		exact_raise(t->big, scale - t->scale);
		t->scale = (unsigned)scale & 0x7f;
	} else {
		exact_raise(&n, t->scale - scale);
	}
	exact_add(t->big, &n);
}

static void
add_decimal(struct memory *m, struct total *t, struct decimal d)
{
	t->count++;
	if (!add_short(t, d))
		add_long(m, t, exact_of(d.digits), d.scale);
}

/* Digits of one scale: what nearly all columns are. */
static void
add_digits(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++) {
		struct total *t = slot_state(s, r, i);
		size_t row = r->row[i];
		int64_t sum;
		if (vector_is_null(v, row))
			continue;
		int64_t digits = v->digits[vector_at(v, row)];
		if (!t->is_big && t->scale == v->scale &&
			!__builtin_add_overflow(t->sum, digits, &sum)) {
			t->sum = sum;
			t->count++;
		} else {
			add_decimal(s->memory, t, (struct decimal){digits, v->scale});
		}
	}
}

static void
add(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	if (!v->is_wide) {
		add_digits(s, r);
		return;
	}
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			add_decimal(s->memory, slot_state(s, r, i), vector_decimal(v, r->row[i]));
}

static void
merge(const struct meeting *m)
{
	struct total *t = m->state;
	const struct total *o = m->other;
	t->count += o->count;
	if (o->is_big)
		add_long(m->slot->memory, t, *o->big, o->scale);
	else if (!add_short(t, (struct decimal){o->sum, o->scale}))
		add_long(m->slot->memory, t, exact_of(o->sum), o->scale);
}

/* How many, digits behind the point, the sum without the point. */
static void
write(const struct slot *s, const void *state, struct buf *out)
{
	const struct total *t = state;
	(void)s;
	state_put_count(out, t->count);
	state_put_count(out, t->scale);
	state_put_exact(out, t->is_big ? *t->big : exact_of(t->sum));
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct total *t = state;
	struct exact sum;
	uint64_t count, scale;
	int128 fits;
	(void)group;
	if (!state_take_count(text, &count) || !state_take_count(text, &scale) ||
		scale > DECIMAL_SCALE_MAX ||
		!state_take_exact(text, &sum, count, DECIMAL_DIGITS + (int32_t)scale))
		return false;
	t->count = count & STATE_COUNT_MAX;
	t->scale = scale & 0x7f;
	if (exact_fits(&sum, &fits) && fits == (int64_t)fits) {
		t->sum = (int64_t)fits;
		return true;
	}
	make_big(s->memory, t);
	*t->big = sum;
	return true;
}

const struct fold fold_total = {
	.state = sizeof(struct total),
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};

void
total_sum(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct total *t = answer_state(a, i);
		struct decimal d = {t->sum, t->scale};
		enum number_fault fault = NUMBER_OK;
		if (t->is_big)
			fault = exact_to_decimal(*t->big, t->scale, &d);
		if (t->count == 0)
			answer_null(a, i);
		else if (fault != NUMBER_OK)
			answer_fault(a, i, fault);
		else
			answer_decimal(a, i, d);
	}
}

static int
count_digits(uint128 n)
{
	int digits = 0;
	for (; n > UINT64_MAX; n /= 10000)
		digits += 4;
	for (uint64_t rest = (uint64_t)n; rest != 0; rest /= 10)
		digits++;
	return digits;
}

/*
 * Is what is left, rest / by, and something more where is_more, to be rounded up?  Half goes to
 * even.
 */
static bool
rounds_up(uint128 quotient, uint128 rest, uint128 by, bool is_more)
{
	uint128 left = by - rest;
	return rest > left || (rest == left && (is_more || quotient % 2 != 0));
}

/* sum * 10^-scale / count, to MEAN_DIGITS digits, or to the scale if that is more. */
static struct decimal
divide_short(uint128 sum, int32_t scale, uint64_t count)
{
	/* The quotient has as many digits as the difference says, or one more. */
	int32_t more = MEAN_DIGITS - (count_digits(sum) - count_digits(count));
	if (more > DECIMAL_SCALE_MAX - scale)
		more = DECIMAL_SCALE_MAX - scale;
	if (more > 0 && sum != 0) {
		/* Below 10^17 * count. */
		uint128 raised = sum;
		for (int32_t left = more; left > 0; left -= DIGITS_TEN_MAX)
			raised *= digits_ten[left < DIGITS_TEN_MAX ? left : DIGITS_TEN_MAX];
		if (raised / count >= digits_ten[MEAN_DIGITS]) {
			raised = raised / 10;
			more--;
		}
		sum = raised;
		scale += more;
	}
	uint128 quotient = sum / count;
	quotient += rounds_up(quotient, sum % count, count, false);
	return (struct decimal){(int128)quotient, scale};
}

/*
 * The same of a sum with more digits than a count can have: the quotient has enough, or too many.
 */
static struct decimal
divide_long(struct exact sum, int32_t scale, uint64_t count)
{
	const int128 limit = (int128)digits_ten[DIGITS_TEN_MAX] * digits_ten[DIGITS_TEN_MAX];
	int128 quotient;
	uint64_t rest = exact_divide(&sum, count);
	uint64_t by = count;
	bool is_more = false;
	while (!exact_fits(&sum, &quotient) || quotient >= limit) {
		is_more |= rest != 0;
		rest = exact_divide(&sum, 10);
		by = 10;
		scale--;
	}
	quotient += rounds_up((uint128)quotient, rest, by, is_more);
	return (struct decimal){quotient, scale};
}

static struct decimal
mean_of(const struct total *t)
{
	int128 sum = t->sum;
	if (t->is_big && !exact_fits(t->big, &sum)) {
		struct exact magnitude = *t->big;
		bool is_negative = exact_is_negative(t->big);
		if (is_negative)
			exact_negate(&magnitude);
		struct decimal d = divide_long(magnitude, t->scale, t->count);
		return (struct decimal){is_negative ? -d.digits : d.digits, d.scale};
	}
	uint128 magnitude = sum < 0 ? -(uint128)sum : (uint128)sum;
	struct decimal d = divide_short(magnitude, t->scale, t->count);
	return (struct decimal){sum < 0 ? -d.digits : d.digits, d.scale};
}

void
total_mean(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct total *t = answer_state(a, i);
		if (t->count == 0)
			answer_null(a, i);
		else
			answer_decimal(a, i, decimal_trim(mean_of(t), 0));
	}
}

/* A sum in doubles, and what its roundings have lost (A. Neumaier, 1974). */
struct total_real {
	double sum;
	double lost;
	uint64_t count;
};

static inline void
add_real_to(struct total_real *t, double x)
{
	double sum = t->sum + x;
	t->lost += fabs(t->sum) >= fabs(x) ? (t->sum - sum) + x : (x - sum) + t->sum;
	t->sum = sum;
}

static void
add_real(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	s->memory->can_fail = true;
	for (size_t i = 0; i < r->rows; i++) {
		struct total_real *t = slot_state(s, r, i);
		if (vector_is_null(v, r->row[i]))
			continue;
		add_real_to(t, v->real[vector_at(v, r->row[i])]);
		t->count++;
	}
}

static void
merge_real(const struct meeting *m)
{
	struct total_real *t = m->state;
	const struct total_real *o = m->other;
	m->slot->memory->can_fail = true;
	add_real_to(t, o->sum);
	t->lost += o->lost;
	t->count += o->count;
}

static void
write_real(const struct slot *s, const void *state, struct buf *out)
{
	const struct total_real *t = state;
	(void)s;
	state_put_count(out, t->count);
	state_put_real(out, t->sum);
	state_put_real(out, t->lost);
}

static bool
read_real(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct total_real *t = state;
	(void)group;
	s->memory->can_fail = true;
	return state_take_count(text, &t->count) && state_take_real(text, &t->sum) &&
		state_take_real(text, &t->lost);
}

const struct fold fold_total_real = {
	.state = sizeof(struct total_real),
	.add = add_real,
	.merge = merge_real,
	.write = write_real,
	.read = read_real,
};

void
total_sum_real(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct total_real *t = answer_state(a, i);
		if (t->count == 0)
			answer_null(a, i);
		else
			answer_real(a, i, t->sum + t->lost);
	}
}

void
total_mean_real(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct total_real *t = answer_state(a, i);
		if (t->count == 0)
			answer_null(a, i);
		else
			answer_real(a, i, (t->sum + t->lost) / (double)t->count);
	}
}
