/*
 * approx_quantile(x, p): DDSketch (C. Masson, J. E. Rim and H. K. Lee, 2019): how many values there
 * are in each of many intervals, all about as wide as their values are large.
 *
 * An interval is all doubles with the same exponent and first six bits behind it, so that no
 * rounding of a logarithm makes it another one elsewhere.  Its ends are a to 1 + 1/64 times a at
 * most, and 2 a b / (a + b) is within 0.8 % of all between; that is rounded to four digits.
 */
#include "agg/counts.h"
#include "agg/fold.h"

#include <math.h>
#include <string.h>

#include "decimal/double.h"
#include "digits.h"

enum { BITS_BEHIND = 46, DIGITS = 4 };

/* The lowest and the highest are exact, as doubles are. */
struct sketch {
	struct counts counts;
	uint64_t values;
	double least;
	double greatest;
};

/* From 1 on; below 0 for those below 0, and 0 for 0. */
static int32_t
key_of(double x)
{
	uint64_t bits;
	double size = fabs(x);
	if (x == 0)
		return 0;
	memcpy(&bits, &size, sizeof bits);
	int32_t key = (int32_t)(bits >> BITS_BEHIND) + 1;
	return x < 0 ? -key : key;
}

static double
double_at(int32_t key)
{
	double x;
	uint64_t bits = (uint64_t)key << BITS_BEHIND;
	memcpy(&x, &bits, sizeof x);
	return x;
}

/* What stands for all values of an interval. */
static double
middle_of(int32_t key)
{
	int32_t size = key < 0 ? -key : key;
	double low = double_at(size - 1);
	double high = double_at(size);
	double middle = isinf(high) ? low : high / (0.5 * (1 + high / low));
	if (low == 0)
		middle = high / 2;
	return key < 0 ? -middle : key == 0 ? 0 : middle;
}

static void
widen(struct sketch *k, double least, double greatest)
{
	k->least = k->values == 0 || least < k->least ? least : k->least;
	k->greatest = k->values == 0 || greatest > k->greatest ? greatest : k->greatest;
}

static inline void
put(struct memory *m, struct sketch *k, double x)
{
	widen(k, x, x);
	++*counts_of(m, &k->counts, key_of(x));
	k->values++;
}

static void
add(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			put(s->memory, slot_state(s, r, i),
				double_from_decimal(vector_decimal(v, r->row[i])));
}

static void
add_real(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			put(s->memory, slot_state(s, r, i), v->real[vector_at(v, r->row[i])]);
}

static void
merge(const struct meeting *m)
{
	struct sketch *k = m->state;
	const struct sketch *o = m->other;
	if (o->values == 0)
		return;
	widen(k, o->least, o->greatest);
	counts_raise(&k->values, o->values);
	for (uint32_t i = 0; i < o->counts.room; i++)
		if (o->counts.at[i].n != 0)
			counts_raise(counts_of(m->slot->memory, &k->counts, o->counts.at[i].key),
				o->counts.at[i].n);
}

/* The lowest, the highest, and intervals with how many values each has; nothing of none. */
static void
write(const struct slot *s, const void *state, struct buf *out)
{
	const struct sketch *k = state;
	struct arena arena = {0};
	(void)s;
	if (k->values == 0)
		return;
	state_put_real(out, k->least);
	state_put_real(out, k->greatest);
	const struct count *sorted = counts_sorted(&k->counts, &arena);
	for (uint32_t i = 0; i < k->counts.used; i++) {
		state_put_decimal(out, (struct decimal){sorted[i].key, 0});
		state_put_count(out, sorted[i].n);
	}
	arena_clear(&arena);
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct sketch *k = state;
	double least, greatest;
	(void)group;
	if (text->len == 0)
		return true;
	if (!state_take_real(text, &least) || !state_take_real(text, &greatest) ||
		!(least <= greatest) || text->len == 0)
		return false;
	widen(k, least, greatest);
	while (text->len != 0) {
		struct decimal key;
		uint64_t n;
		if (!state_take_decimal(text, &key) || !state_take_count(text, &n) || n == 0 ||
			key.scale != 0 || key.digits < key_of(least) ||
			key.digits > key_of(greatest))
			return false;
		counts_raise(counts_of(s->memory, &k->counts, (int32_t)key.digits), n);
		counts_raise(&k->values, n);
	}
	return true;
}

const struct fold fold_intervals = {
	.state = sizeof(struct sketch),
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};
const struct fold fold_intervals_real = {
	.state = sizeof(struct sketch),
	.add = add_real,
	.merge = merge,
	.write = write,
	.read = read,
};

/* The value number `rank` of all in order, or one near it. */
static double
find(const struct sketch *k, uint64_t rank, struct arena *arena)
{
	const struct count *c = counts_sorted(&k->counts, arena);
	uint64_t before = 0;
	while (before + c->n <= rank)
		before += (c++)->n;
	double x = middle_of(c->key);
	return x < k->least ? k->least : x > k->greatest ? k->greatest : x;
}

static void
answer_rounded(struct answer *a, size_t i, double x)
{
	struct decimal d;
	int32_t digits = 0;
	if (double_to_decimal(x, &d) != NUMBER_OK) {
		answer_real(a, i, x);
		return;
	}
	for (int128 rest = d.digits; rest != 0; rest /= 10)
		digits++;
	decimal_round(d, d.scale - (digits - DIGITS), ROUND_HALF_EVEN, &d);
	answer_decimal(a, i, decimal_trim(d, 0));
}

void
intervals_quantile(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct sketch *k = answer_state(a, i);
		if (k->values == 0) {
			answer_null(a, i);
			continue;
		}
		uint64_t rank = (uint64_t)((int128)(k->values - 1) * a->parameter.digits /
			(int128)digits_ten[a->parameter.scale]);
		if (rank == 0)
			answer_real(a, i, k->least);
		else if (rank == k->values - 1)
			answer_real(a, i, k->greatest);
		else
			answer_rounded(a, i, find(k, rank, a->arena));
	}
}
