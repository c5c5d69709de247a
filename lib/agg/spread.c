/*
 * var(x), stddev(x), and the same of a whole population: of exact sums, rounded once.
 *
 * The sum takes 64 bits and the sum of squares 128 as long as that goes, at the largest scale among
 * the values; then both are integers that nothing overflows.
 */
#include "agg/fold.h"

#include <math.h>

#include "agg/exact.h"
#include "digits.h"

/* States are aligned to 8. */
typedef int128 loose128 __attribute__((aligned(8)));

struct sums {
	struct exact values;
	struct exact squares;
};

struct spread {
	union {
		loose128 squares;
		struct sums *big;
	};
	int64_t sum;
	uint64_t count : 56;
	uint64_t scale : 7; /* up to DECIMAL_SCALE_MAX */
	uint64_t is_big : 1;
};

/*
 * Brings the sums to a scale that is not lower; returns false, nothing changed, where they get too
 * long.
 */
static bool
lift(struct spread *s, int32_t scale)
{
	int32_t by = scale - s->scale;
	int64_t sum = s->sum;
	int128 squares = s->squares;
	if (by == 0)
		return true;
	if (s->count != 0 && (by > DIGITS_TEN_MAX || !digits_raise(&sum, by) ||
		__builtin_mul_overflow(squares, (int128)digits_ten[by] * digits_ten[by], &squares)))
		return false;
	s->sum = sum;
	s->squares = squares;
	s->scale = (unsigned)scale & 0x7f;
	return true;
}

static bool
add_digits(struct spread *s, int64_t digits)
{
	int64_t sum;
	int128 squares;
	if (__builtin_add_overflow(s->sum, digits, &sum) ||
		__builtin_add_overflow((int128)s->squares, (int128)digits * digits, &squares))
		return false;
	s->sum = sum;
	s->squares = squares;
	return true;
}

/* Returns false, nothing but the scale changed, where it gets too long. */
static bool
add_short(struct spread *s, struct decimal d)
{
	int64_t digits = (int64_t)d.digits;
	if (s->is_big || digits != d.digits || (d.scale > s->scale && !lift(s, d.scale)))
		return false;
	return digits_raise(&digits, s->scale - d.scale) && add_digits(s, digits);
}

static struct sums
sums_of(const struct spread *s)
{
	return s->is_big ? *s->big : (struct sums){exact_of(s->sum), exact_of(s->squares)};
}

static void
make_big(struct memory *m, struct spread *s)
{
	if (s->is_big)
		return;
	struct sums *big = memory_take(m, sizeof *big);
	*big = sums_of(s);
	s->big = big;
	s->is_big = 1;
}

static void
raise_sums(struct sums *sums, int32_t by)
{
	exact_raise(&sums->values, by);
	exact_raise(&sums->squares, 2 * by);
}

static void
add_long(struct memory *m, struct spread *s, struct sums more, int32_t scale)
{
	make_big(m, s);
	if (scale > s->scale) {
		raise_sums(s->big, scale - s->scale);
		s->scale = (unsigned)scale & 0x7f;
	} else {
		raise_sums(&more, s->scale - scale);
	}
	exact_add(&s->big->values, &more.values);
	exact_add(&s->big->squares, &more.squares);
}

static void
add_decimal(struct memory *m, struct spread *s, struct decimal d)
{
	if (!add_short(s, d)) {
		struct sums one = {exact_of(d.digits), {{0}}};
		one.squares = exact_product(&one.values, &one.values);
		add_long(m, s, one, d.scale);
	}
	s->count++;
}

static void
add(struct slot *slot, const struct run *r)
{
	const struct vector *v = slot->value;
	for (size_t i = 0; i < r->rows; i++) {
		struct spread *s = slot_state(slot, r, i);
		size_t row = r->row[i];
		if (vector_is_null(v, row))
			continue;
		if (!v->is_wide && !s->is_big && s->scale == v->scale &&
			add_digits(s, v->digits[vector_at(v, row)]))
			s->count++;
		else
			add_decimal(slot->memory, s, vector_decimal(v, row));
	}
}

/* Returns false, nothing but the scale changed, where it gets too long. */
static bool
merge_short(struct spread *s, struct spread more)
{
	int64_t sum;
	int128 squares;
	int32_t scale = s->scale > more.scale ? s->scale : more.scale;
	if (s->is_big || more.is_big || !lift(s, scale) || !lift(&more, scale) ||
		__builtin_add_overflow(s->sum, more.sum, &sum) ||
		__builtin_add_overflow((int128)s->squares, (int128)more.squares, &squares))
		return false;
	s->sum = sum;
	s->squares = squares;
	return true;
}

static void
merge(const struct meeting *m)
{
	struct spread *s = m->state;
	const struct spread *o = m->other;
	if (!merge_short(s, *o))
		add_long(m->slot->memory, s, sums_of(o), o->scale);
	s->count += o->count;
}

/* How many, digits behind the point, the sum and the sum of the squares without it. */
static void
write(const struct slot *slot, const void *state, struct buf *out)
{
	const struct spread *s = state;
	struct sums sums = sums_of(s);
	(void)slot;
	state_put_count(out, s->count);
	state_put_count(out, s->scale);
	state_put_exact(out, sums.values);
	state_put_exact(out, sums.squares);
}

/* count * squares - sum^2, which is not negative of any numbers. */
static struct exact
distance(const struct sums *sums, uint64_t count)
{
	struct exact square = exact_product(&sums->values, &sums->values);
	struct exact apart = sums->squares;
	exact_times(&apart, count);
	exact_negate(&square);
	exact_add(&apart, &square);
	return apart;
}

static bool
read(struct slot *slot, uint32_t group, void *state, struct slice *text)
{
	struct spread *s = state;
	struct sums sums;
	uint64_t count, scale;
	int128 sum, squares;
	(void)group;
	if (!state_take_count(text, &count) || !state_take_count(text, &scale) ||
		scale > DECIMAL_SCALE_MAX)
		return false;
	int32_t digits = DECIMAL_DIGITS + (int32_t)scale;
	if (!state_take_exact(text, &sums.values, count, digits) ||
		!state_take_exact(text, &sums.squares, count, 2 * digits))
		return false;
	struct exact apart = distance(&sums, count);
	if (exact_is_negative(&apart))
		return false;
	s->count = count & STATE_COUNT_MAX;
	s->scale = scale & 0x7f;
	if (exact_fits(&sums.values, &sum) && sum == (int64_t)sum &&
		exact_fits(&sums.squares, &squares)) {
		s->sum = (int64_t)sum;
		s->squares = squares;
		return true;
	}
	make_big(slot->memory, s);
	*s->big = sums;
	return true;
}

const struct fold fold_spread = {
	.state = sizeof(struct spread),
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};

/*
 * (n * squares - sum^2) / (n * (n - less)), the scale taken off.  Not finite where states that are
 * no states of anything have been added.
 */
static double
variance(const struct spread *s, uint64_t less)
{
	struct sums sums = sums_of(s);
	struct exact above = distance(&sums, s->count);
	if (exact_is_negative(&above))
		return NAN;
	struct exact below = exact_of(s->count);
	exact_times(&below, s->count - less);
	exact_raise(&below, 2 * s->scale);
	return exact_quotient(above, below);
}

static void
answer_spread(struct answer *a, uint64_t less, bool is_root)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct spread *s = answer_state(a, i);
		double x = s->count > less ? variance(s, less) : 0;
		if (s->count <= less)
			answer_null(a, i);
		else
			answer_real(a, i, is_root ? sqrt(x) : x);
	}
}

void
spread_var(struct answer *a)
{
	answer_spread(a, 1, false);
}

void
spread_var_pop(struct answer *a)
{
	answer_spread(a, 0, false);
}

void
spread_stddev(struct answer *a)
{
	answer_spread(a, 1, true);
}

void
spread_stddev_pop(struct answer *a)
{
	answer_spread(a, 0, true);
}

/* Of doubles: the mean so far, and the squares of the distances from it (B. P. Welford, 1962). */
struct spread_real {
	double mean;
	double squares;
	uint64_t count;
};

static void
add_real(struct slot *slot, const struct run *r)
{
	const struct vector *v = slot->value;
	slot->memory->can_fail = true;
	for (size_t i = 0; i < r->rows; i++) {
		struct spread_real *s = slot_state(slot, r, i);
		if (vector_is_null(v, r->row[i]))
			continue;
		double x = v->real[vector_at(v, r->row[i])];
		double before = x - s->mean;
		s->count++;
		s->mean += before / (double)s->count;
		s->squares += before * (x - s->mean);
	}
}

/* T. F. Chan, G. H. Golub and R. J. LeVeque, 1979. */
static void
merge_real(const struct meeting *m)
{
	struct spread_real *s = m->state;
	const struct spread_real *o = m->other;
	m->slot->memory->can_fail = true;
	uint64_t count = s->count + o->count;
	if (o->count == 0)
		return;
	double apart = o->mean - s->mean;
	double share = (double)o->count / (double)count;
	s->squares += o->squares + apart * apart * (double)s->count * share;
	s->mean += apart * share;
	s->count = count;
}

static void
write_real(const struct slot *slot, const void *state, struct buf *out)
{
	const struct spread_real *s = state;
	(void)slot;
	state_put_count(out, s->count);
	state_put_real(out, s->mean);
	state_put_real(out, s->squares);
}

static bool
read_real(struct slot *slot, uint32_t group, void *state, struct slice *text)
{
	struct spread_real *s = state;
	(void)group;
	slot->memory->can_fail = true;
	return state_take_count(text, &s->count) && state_take_real(text, &s->mean) &&
		state_take_real(text, &s->squares);
}

const struct fold fold_spread_real = {
	.state = sizeof(struct spread_real),
	.add = add_real,
	.merge = merge_real,
	.write = write_real,
	.read = read_real,
};

static void
answer_spread_real(struct answer *a, uint64_t less, bool is_root)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct spread_real *s = answer_state(a, i);
		double x = s->squares / (double)(s->count - less);
		if (s->count <= less)
			answer_null(a, i);
		else
			answer_real(a, i, is_root ? sqrt(x) : x);
	}
}

void
spread_var_real(struct answer *a)
{
	answer_spread_real(a, 1, false);
}

void
spread_var_pop_real(struct answer *a)
{
	answer_spread_real(a, 0, false);
}

void
spread_stddev_real(struct answer *a)
{
	answer_spread_real(a, 1, true);
}

void
spread_stddev_pop_real(struct answer *a)
{
	answer_spread_real(a, 0, true);
}
