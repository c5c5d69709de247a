/*
 * approx_distinct(x): HyperLogLog (P. Flajolet et al., 2007) of 2^14 registers, with the estimator
 * of O. Ertl (New cardinality estimation algorithms for HyperLogLog sketches, 2017), which needs no
 * correction anywhere.  The standard error is 1.04 / sqrt(2^14), 0.8 %.
 *
 * A register is the place of the first 1 in the rest of a hash, the highest that came.  As long as
 * few are used they are a table, then a byte each.
 */
#include "agg/counts.h"
#include "agg/fold.h"

#include <math.h>
#include <string.h>

#include "table/hash.h"

enum {
	INDEX_BITS = 14,
	REGISTERS = 1 << INDEX_BITS,
	REST_BITS = 64 - INDEX_BITS,
	SPARSE_MAX = 700, /* registers in a table: no larger than all of them */
	LETTER_FIRST = '0' /* of register 0 as a letter */
};

struct sketch {
	struct counts few;
	unsigned char *all; /* NULL: few has what there is */
};

/* For everybody the same, as states of different runs meet. */
static const struct hash_secret known = {0x0f1e2d3c4b5a6978, 0x243f6a8885a308d3};

static void
spread_out(struct memory *m, struct sketch *k)
{
	k->all = memory_take(m, REGISTERS);
	memset(k->all, 0, REGISTERS);
	for (uint32_t i = 0; i < k->few.room; i++)
		if (k->few.at[i].n != 0)
			k->all[k->few.at[i].key] = (unsigned char)k->few.at[i].n;
}

static void
raise(struct memory *m, struct sketch *k, uint32_t index, unsigned rank)
{
	if (k->all == NULL && k->few.used >= SPARSE_MAX)
		spread_out(m, k);
	if (k->all != NULL) {
		k->all[index] = k->all[index] > rank ? k->all[index] : (unsigned char)rank;
		return;
	}
	uint64_t *old = counts_of(m, &k->few, (int32_t)index);
	*old = *old > rank ? *old : rank;
}

static inline void
add_text(struct memory *m, struct sketch *k, struct slice text)
{
	uint64_t hash = hash_of(&known, text);
	uint64_t rest = hash << INDEX_BITS | (uint64_t)1 << (INDEX_BITS - 1);
	raise(m, k, (uint32_t)(hash >> REST_BITS), (unsigned)__builtin_clzll(rest) + 1);
}

static void
add(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++) {
		struct slice text = v->text[vector_at(v, r->row[i])];
		if (text.len != 0)
			add_text(s->memory, slot_state(s, r, i), text);
	}
}

/* 1.0 and 1 are one number. */
static void
add_number(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++) {
		char text[DECIMAL_PRINT_MAX];
		size_t row = r->row[i];
		if (vector_is_null(v, row))
			continue;
		size_t len = decimal_print(text, decimal_trim(vector_decimal(v, row), 0));
		add_text(s->memory, slot_state(s, r, i), (struct slice){text, len});
	}
}

static void
merge(const struct meeting *m)
{
	const struct sketch *o = m->other;
	for (uint32_t i = 0; o->all != NULL && i < REGISTERS; i++)
		if (o->all[i] != 0)
			raise(m->slot->memory, m->state, i, o->all[i]);
	for (uint32_t i = 0; o->all == NULL && i < o->few.room; i++)
		if (o->few.at[i].n != 0)
			raise(m->slot->memory, m->state, (uint32_t)o->few.at[i].key,
				(unsigned)o->few.at[i].n);
}

/* Registers and what is in them; or all of them as one text, a letter each. */
static void
write(const struct slot *s, const void *state, struct buf *out)
{
	const struct sketch *k = state;
	struct arena arena = {0};
	char letter[REGISTERS];
	(void)s;
	for (uint32_t i = 0; k->all != NULL && i < REGISTERS; i++)
		letter[i] = (char)(LETTER_FIRST + k->all[i]);
	if (k->all != NULL) {
		state_put_text(out, (struct slice){letter, REGISTERS});
		return;
	}
	const struct count *sorted = counts_sorted(&k->few, &arena);
	for (uint32_t i = 0; i < k->few.used; i++) {
		state_put_count(out, (uint64_t)sorted[i].key);
		state_put_count(out, sorted[i].n);
	}
	arena_clear(&arena);
}

static bool
read_letters(struct slot *s, struct sketch *k, struct slice letters)
{
	if (letters.len != REGISTERS)
		return false;
	for (uint32_t i = 0; i < REGISTERS; i++) {
		unsigned rank = (unsigned char)letters.at[i] - (unsigned)LETTER_FIRST;
		if (rank > REST_BITS + 1)
			return false;
		if (rank != 0)
			raise(s->memory, k, i, rank);
	}
	return true;
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct slice letters;
	uint64_t index, rank;
	(void)group;
	if (state_take_text(text, &letters))
		return read_letters(s, state, letters);
	while (text->len != 0) {
		if (!state_take_count(text, &index) || !state_take_count(text, &rank) ||
			index >= REGISTERS || rank == 0 || rank > REST_BITS + 1)
			return false;
		raise(s->memory, state, (uint32_t)index, (unsigned)rank);
	}
	return true;
}

const struct fold fold_sketch = {
	.state = sizeof(struct sketch),
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};
const struct fold fold_sketch_number = {
	.state = sizeof(struct sketch),
	.add = add_number,
	.merge = merge,
	.write = write,
	.read = read,
};

/* sigma and tau of Ertl's paper. */
static double
sigma(double x)
{
	double y = 1, z = x, before;
	if (x == 1)
		return INFINITY;
	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

static double
tau(double x)
{
	double y = 1, z = 1 - x, before;
	if (x == 0 || x == 1)
		return 0;
	do {
		x = sqrt(x);
		before = z;
		y /= 2;
		z -= (1 - x) * (1 - x) * y;
	} while (z != before);
	return z / 3;
}

/* how[k]: how many registers hold k. */
static uint64_t
estimate(const uint32_t how[REST_BITS + 2])
{
	const double all = REGISTERS;
	const double alpha = 0.72134752044448170; /* 1 / (2 ln 2) */
	double z = all * tau(1 - how[REST_BITS + 1] / all);
	for (int k = REST_BITS; k >= 1; k--)
		z = (z + how[k]) / 2;
	z += all * sigma(how[0] / all);
	return (uint64_t)llround(alpha * all * all / z);
}

void
sketch_distinct(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct sketch *k = answer_state(a, i);
		uint32_t how[REST_BITS + 2] = {0};
		for (uint32_t n = 0; k->all != NULL && n < REGISTERS; n++)
			how[k->all[n]]++;
		for (uint32_t n = 0; k->all == NULL && n < k->few.room; n++)
			how[k->few.at[n].n] += k->few.at[n].n != 0;
		if (k->all == NULL)
			how[0] = REGISTERS - k->few.used;
		answer_count(a, i, estimate(how));
	}
}
