/*
 * median(x), quantile(x, p): all values of the group, in chunks that are never moved.
 *
 * Numbers are kept as 64 bits at the scale of their chunk, which is the largest so far as long as
 * that goes, else whole. Doubles are kept as integers in the same order.
 */
#include "agg/fold.h"

#include <stdlib.h>
#include <string.h>

#include "decimal/double.h"
#include "digits.h"

enum { CHUNK_FIRST = 4, CHUNK_MAX = 1000 };

struct chunk {
	struct chunk *next;
	uint32_t used;
	uint32_t room;
	int32_t scale; /* of short values */
	bool is_wide;
	union {
		int64_t digits[1];
		struct decimal wide[1];
	};
};

struct values {
	struct chunk *first;
	struct chunk *last;
	/* Where the next short one goes, and the next wide one: they may come in turn. */
	struct chunk *open;
	struct chunk *open_wide;
	uint64_t count;
	uint64_t scale; /* the largest */
};

static struct decimal
value_at(const struct chunk *c, size_t i)
{
	return c->is_wide ? c->wide[i] : (struct decimal){c->digits[i], c->scale};
}

/* For as many values as there are, so that half of the memory is used at least. */
static size_t
next_room(const struct values *v)
{
	size_t count = (size_t)v->count;
	return count < CHUNK_FIRST ? CHUNK_FIRST : count > CHUNK_MAX ? CHUNK_MAX : count;
}

static struct chunk *
add_chunk(struct memory *m, struct values *v, bool is_wide, int32_t scale, size_t room)
{
	size_t count = (size_t)v->count;
	size_t each = is_wide ? sizeof(struct decimal) : sizeof(int64_t);
	size_t spare = (count + room) * (is_wide ? each + sizeof(int64_t) : each);
	struct chunk *c = memory_take(m, sizeof *c + room * each);
	m->spare = m->spare > spare ? m->spare : spare;
	*c = (struct chunk){.room = (uint32_t)room, .scale = scale, .is_wide = is_wide};
	if (v->last != NULL)
		v->last->next = c;
	else
		v->first = c;
	v->last = c;
	*(is_wide ? &v->open_wide : &v->open) = c;
	return c;
}

static void
put_short(struct memory *m, struct values *v, int64_t digits, int32_t scale)
{
	struct chunk *c = v->open;
	if (c == NULL || c->scale != scale || c->used == c->room)
		c = add_chunk(m, v, false, scale, next_room(v));
	c->digits[c->used++] = digits;
	v->count++;
}

static void
put_decimal(struct memory *m, struct values *v, struct decimal d)
{
	int64_t digits = (int64_t)d.digits;
	if (d.scale > (int32_t)v->scale)
		v->scale = (uint64_t)d.scale;
	if (digits == d.digits && digits_raise(&digits, (int32_t)v->scale - d.scale)) {
		put_short(m, v, digits, (int32_t)v->scale);
		return;
	}
	struct chunk *c = v->open_wide;
	if (c == NULL || c->used == c->room)
		c = add_chunk(m, v, true, 0, next_room(v));
	c->wide[c->used++] = d;
	v->count++;
}

static void
add(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++) {
		size_t row = r->row[i];
		if (vector_is_null(v, row))
			continue;
		struct values *values = slot_state(s, r, i);
		struct chunk *c = values->open;
		if (!v->is_wide && c != NULL && c->used < c->room && c->scale == v->scale &&
			values->scale == (uint64_t)v->scale) {
			c->digits[c->used++] = v->digits[vector_at(v, row)];
			values->count++;
		} else {
			put_decimal(s->memory, values, vector_decimal(v, row));
		}
	}
}

static void
merge(const struct meeting *m)
{
	const struct chunk *c = ((const struct values *)m->other)->first;
	for (; c != NULL; c = c->next)
		for (size_t i = 0; i < c->used; i++)
			put_decimal(m->slot->memory, m->state, value_at(c, i));
}

static void
write(const struct slot *s, const void *state, struct buf *out)
{
	const struct values *v = state;
	(void)s;
	for (const struct chunk *c = v->first; c != NULL; c = c->next)
		for (size_t i = 0; i < c->used; i++)
			state_put_decimal(out, value_at(c, i));
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	(void)group;
	while (text->len != 0) {
		struct decimal d;
		if (!state_take_decimal(text, &d))
			return false;
		put_decimal(s->memory, state, d);
	}
	return true;
}

const struct fold fold_values = {
	.state = sizeof(struct values),
	.in_order = true,
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};

/* The number that is to a double as the double is to others; its own inverse. */
static inline int64_t
turn(int64_t bits)
{
	return bits < 0 ? bits ^ INT64_MAX : bits;
}

static double
double_of(int64_t turned)
{
	double x;
	int64_t bits = turn(turned);
	memcpy(&x, &bits, sizeof x);
	return x;
}

static void
put_real(struct memory *m, struct values *v, double x)
{
	int64_t bits;
	x += 0.0; /* -0 is 0 */
	memcpy(&bits, &x, sizeof bits);
	put_short(m, v, turn(bits), 0);
}

static void
add_real(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++)
		if (!vector_is_null(v, r->row[i]))
			put_real(s->memory, slot_state(s, r, i), v->real[vector_at(v, r->row[i])]);
}

static void
merge_real(const struct meeting *m)
{
	const struct chunk *c = ((const struct values *)m->other)->first;
	for (; c != NULL; c = c->next)
		for (size_t i = 0; i < c->used; i++)
			put_short(m->slot->memory, m->state, c->digits[i], 0);
}

static void
write_real(const struct slot *s, const void *state, struct buf *out)
{
	const struct values *v = state;
	(void)s;
	for (const struct chunk *c = v->first; c != NULL; c = c->next)
		for (size_t i = 0; i < c->used; i++)
			state_put_real(out, double_of(c->digits[i]));
}

static bool
read_real(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	(void)group;
	while (text->len != 0) {
		double x;
		if (!state_take_real(text, &x))
			return false;
		put_real(s->memory, state, x);
	}
	return true;
}

const struct fold fold_values_real = {
	.state = sizeof(struct values),
	.in_order = true,
	.add = add_real,
	.merge = merge_real,
	.write = write_real,
	.read = read_real,
};

/*
 * Where a quantile is: at a value, or so far, rest / 10^digits, on the way to the next (R-7: the
 * place is (n - 1) p).
 */
struct place {
	uint64_t at;
	int64_t rest;
	int32_t digits;
};

static struct place
find_place(uint64_t count, struct decimal p)
{
	int128 place = (int128)(count - 1) * p.digits;
	int64_t unit = (int64_t)digits_ten[p.scale];
	return (struct place){(uint64_t)(place / unit), (int64_t)(place % unit), p.scale};
}

static void
swap(int64_t *a, int64_t *b)
{
	int64_t c = *a;
	*a = *b;
	*b = c;
}

/*
 * Brings the value that is number k of a sorted array to its place, the lower ones before it (C. A.
 * R. Hoare, Find, 1961). The pivot's place is drawn, so that no order of the input makes it slow.
 */
static void
select_value(int64_t *value, size_t count, size_t k)
{
	uint64_t seed = 88172645463325252;
	size_t from = 0;
	size_t to = count;
	while (to - from > 1) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		int64_t pivot = value[from + seed % (to - from)];
		size_t low = from, i = from, high = to;
		/* [from, low) is below the pivot, [low, i) the same, [high, to) above. */
		while (i < high) {
			if (value[i] < pivot)
				swap(&value[low++], &value[i++]);
			else if (value[i] > pivot)
				swap(&value[i], &value[--high]);
			else
				i++;
		}
		if (k < low)
			to = low;
		else if (k >= high)
			from = high;
		else
			return;
	}
}

static int64_t
lowest(const int64_t *value, size_t count)
{
	int64_t least = value[0];
	for (size_t i = 1; i < count; i++)
		least = value[i] < least ? value[i] : least;
	return least;
}

/* The values as they are in the chunks, at one scale; false where they do not fit. */
static bool
gather(const struct values *v, int64_t *out)
{
	for (const struct chunk *c = v->first; c != NULL; c = c->next) {
		int32_t more = (int32_t)v->scale - c->scale;
		if (c->is_wide)
			return false;
		memcpy(out, c->digits, c->used * sizeof *out);
		for (size_t i = 0; i < c->used && more != 0; i++)
			if (!digits_raise(&out[i], more))
				return false;
		out += c->used;
	}
	return true;
}

static int
by_value(const void *a, const void *b)
{
	return decimal_order(*(const struct decimal *)a, *(const struct decimal *)b);
}

static void
gather_wide(const struct values *v, struct decimal *out)
{
	for (const struct chunk *c = v->first; c != NULL; c = c->next)
		for (size_t i = 0; i < c->used; i++)
			*out++ = value_at(c, i);
}

/* The value at a place, and the next one where it is between two. */
static void
find_short(int64_t *value, size_t count, struct place place, int64_t pair[2])
{
	size_t at = (size_t)place.at;
	select_value(value, count, at);
	pair[0] = value[at];
	pair[1] = place.rest != 0 ? lowest(value + at + 1, count - at - 1) : value[at];
}

static void
find_pair(const struct values *v, struct place place, struct decimal pair[2])
{
	size_t count = (size_t)v->count;
	int64_t *value = xmalloc(count * sizeof *value);
	if (gather(v, value)) {
		int64_t digits[2];
		find_short(value, count, place, digits);
		for (size_t i = 0; i < 2; i++)
			pair[i] = (struct decimal){digits[i], (int32_t)v->scale};
	} else {
		struct decimal *wide = xmalloc(count * sizeof *wide);
		gather_wide(v, wide);
		qsort(wide, count, sizeof *wide, by_value);
		pair[0] = wide[place.at];
		pair[1] = wide[place.at + (place.rest != 0)];
		free(wide);
	}
	free(value);
}

/*
 * low + (high - low) * rest / 10^digits; NUMBER_RANGE where that takes more digits than there are.
 */
static enum number_fault
interpolate(struct decimal low, struct decimal high, struct place place, struct decimal *out)
{
	struct decimal step;
	enum number_fault fault = decimal_sub(high, low, &step);
	if (fault == NUMBER_OK)
		fault = decimal_mul(step, (struct decimal){place.rest, place.digits}, &step);
	return fault == NUMBER_OK ? decimal_add(low, step, out) : fault;
}

static double
interpolate_real(double low, double high, struct place place)
{
	double part = (double)place.rest / (double)digits_ten[place.digits];
	double x = low + (high - low) * part;
	/* The difference of two large numbers may be too large itself. */
	return high - low <= 1e300 ? x : low * (1 - part) + high * part;
}

/* As many digits behind the point as the values have, or as it takes. */
static struct decimal
trim(struct decimal d, int32_t scale)
{
	d = decimal_trim(d, scale);
	decimal_round(d, d.scale > scale ? d.scale : scale, ROUND_HALF_EVEN, &d);
	return d;
}

static void
answer_quantile(struct answer *a, size_t i, struct decimal p)
{
	const struct values *v = answer_state(a, i);
	struct decimal pair[2];
	struct decimal d;
	if (v->count == 0) {
		answer_null(a, i);
		return;
	}
	struct place place = find_place(v->count, p);
	find_pair(v, place, pair);
	if (interpolate(pair[0], pair[1], place, &d) == NUMBER_OK)
		answer_decimal(a, i, trim(d, (int32_t)v->scale));
	else
		answer_real(a, i, interpolate_real(double_from_decimal(pair[0]),
			double_from_decimal(pair[1]), place));
}

static void
answer_quantile_real(struct answer *a, size_t i, struct decimal p)
{
	const struct values *v = answer_state(a, i);
	size_t count = (size_t)v->count;
	int64_t pair[2];
	if (count == 0) {
		answer_null(a, i);
		return;
	}
	int64_t *value = xmalloc(count * sizeof *value);
	struct place place = find_place(count, p);
	gather(v, value);
	find_short(value, count, place, pair);
	free(value);
	answer_real(a, i, interpolate_real(double_of(pair[0]), double_of(pair[1]), place));
}

static const struct decimal half = {5, 1};

void
values_median(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++)
		answer_quantile(a, i, half);
}

void
values_quantile(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++)
		answer_quantile(a, i, a->parameter);
}

void
values_median_real(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++)
		answer_quantile_real(a, i, half);
}

void
values_quantile_real(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++)
		answer_quantile_real(a, i, a->parameter);
}
