/*
 * distinct(x), mode(x): the different values of each group, counted.
 *
 * All groups share one table, in which a key is the number of the group and then the value; those
 * of one group are a list, in order of first appearance.
 */
#include "agg/fold.h"

#include <string.h>

/* What a value has in the table. */
struct value {
	uint64_t count;
	uint32_t next;  /* of the same group: its number + 1; 0: it is the last */
	int32_t scale;  /* of numbers: the most digits behind the point that it came with */
};

/* Numbers of values, each + 1; 0: none. */
struct tally {
	uint32_t first;
	uint32_t last;
	uint32_t mode;
	uint32_t different;
};

static struct value *
value_at(const struct slot *s, uint32_t number)
{
	return table_payload(s->values, number - 1);
}

/* A key: the group's number, then the value. */
static struct slice
make_key(struct slot *s, uint32_t group, struct slice value)
{
	char *key = arena_take(&s->scratch, sizeof group + value.len);
	memcpy(key, &group, sizeof group);
	memcpy(key + sizeof group, value.at, value.len);
	return (struct slice){key, sizeof group + value.len};
}

static struct slice
value_of(struct slice key)
{
	return (struct slice){key.at + sizeof(uint32_t), key.len - sizeof(uint32_t)};
}

static void
append(struct slot *s, struct tally *t, uint32_t number)
{
	if (t->last != 0)
		value_at(s, t->last)->next = number;
	else
		t->first = number;
	t->last = number;
	t->different++;
}

/*
 * The value came so many times more.  Of the most frequent ones the first that appeared, the lowest
 * number, is the mode.
 */
static void
count(struct slot *s, struct tally *t, uint32_t number, uint64_t more)
{
	struct value *v = value_at(s, number);
	v->count += more;
	uint64_t most = t->mode != 0 ? value_at(s, t->mode)->count : 0;
	if (v->count > most || (v->count == most && number < t->mode))
		t->mode = number;
}

/* Values that are new got the next numbers, in order. */
static void
take(struct slot *s, void *state, uint32_t number, uint32_t *known, uint64_t more)
{
	if (number == *known) {
		append(s, state, number + 1);
		++*known;
	}
	count(s, state, number + 1, more);
}

/* Those of a run's values that are not null. */
struct present {
	struct slice key[VECTOR_ROWS];
	uint16_t from[VECTOR_ROWS]; /* its place in the run */
	uint32_t number[VECTOR_ROWS];
	size_t count;
};

static void
add_key(struct slot *s, const struct run *r, struct present *p, size_t i, struct slice value)
{
	p->from[p->count] = (uint16_t)i;
	p->key[p->count++] = make_key(s, r->number[i], value);
}

static void
take_keys(struct slot *s, const struct run *r, struct present *p)
{
	uint32_t known = table_count(s->values);
	table_put(s->values, p->key, p->count, p->number);
	for (size_t i = 0; i < p->count; i++)
		take(s, slot_state(s, r, p->from[i]), p->number[i], &known, 1);
	arena_reset(&s->scratch);
}

static void
add(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	struct present p;
	p.count = 0;
	for (size_t i = 0; i < r->rows; i++) {
		struct slice text = v->text[vector_at(v, r->row[i])];
		if (text.len != 0)
			add_key(s, r, &p, i, text);
	}
	take_keys(s, r, &p);
}

/* The text that all numbers of this value have in common: 1 for 1.00. */
static struct slice
print_value(struct decimal d, char out[DECIMAL_PRINT_MAX])
{
	return (struct slice){out, decimal_print(out, decimal_trim(d, 0))};
}

static void
raise_scale(struct value *v, int32_t scale)
{
	v->scale = v->scale > scale ? v->scale : scale;
}

static void
add_number(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	struct present p;
	p.count = 0;
	for (size_t i = 0; i < r->rows; i++) {
		char text[DECIMAL_PRINT_MAX];
		if (!vector_is_null(v, r->row[i]))
			add_key(s, r, &p, i, print_value(vector_decimal(v, r->row[i]), text));
	}
	take_keys(s, r, &p);
	for (size_t i = 0; i < p.count; i++)
		raise_scale(value_at(s, p.number[i] + 1),
			vector_decimal(v, r->row[p.from[i]]).scale);
}

/* The number that the value has in the table. */
static uint32_t
take_one(struct slot *s, uint32_t group, void *state, struct slice value, uint64_t count)
{
	uint32_t number;
	uint32_t known = table_count(s->values);
	arena_reset(&s->scratch);
	struct slice key = make_key(s, group, value);
	table_put(s->values, &key, 1, &number);
	take(s, state, number, &known, count);
	return number + 1;
}

static void
merge(const struct meeting *m)
{
	struct slot *s = m->slot;
	const struct slot *from = m->from;
	uint32_t n = ((const struct tally *)m->other)->first;
	for (; n != 0; n = value_at(from, n)->next) {
		const struct value *theirs = value_at(from, n);
		uint32_t ours = take_one(s, m->group, m->state,
			value_of(table_key(from->values, n - 1)), theirs->count);
		raise_scale(value_at(s, ours), theirs->scale);
	}
}

/* Value by value, in order of first appearance: how often, and itself. */
static void
write(const struct slot *s, const void *state, struct buf *out)
{
	uint32_t n = ((const struct tally *)state)->first;
	for (; n != 0; n = value_at(s, n)->next) {
		state_put_count(out, value_at(s, n)->count);
		state_put_text(out, value_of(table_key(s->values, n - 1)));
	}
}

/* A number with as many digits behind the point as it is to have. */
static struct decimal
number_of(const struct slot *s, uint32_t n)
{
	struct decimal d;
	decimal_parse(value_of(table_key(s->values, n - 1)), &d);
	decimal_round(d, value_at(s, n)->scale, ROUND_HALF_EVEN, &d);
	return d;
}

static void
write_number(const struct slot *s, const void *state, struct buf *out)
{
	uint32_t n = ((const struct tally *)state)->first;
	for (; n != 0; n = value_at(s, n)->next) {
		state_put_count(out, value_at(s, n)->count);
		state_put_decimal(out, number_of(s, n));
	}
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	uint64_t count;
	struct slice value;
	while (text->len != 0) {
		if (!state_take_count(text, &count) || count == 0 ||
			!state_take_text(text, &value) || value.len == 0)
			return false;
		take_one(s, group, state, value, count);
	}
	return true;
}

static bool
read_number(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	uint64_t count;
	struct decimal d;
	while (text->len != 0) {
		char printed[DECIMAL_PRINT_MAX];
		if (!state_take_count(text, &count) || count == 0 || !state_take_decimal(text, &d))
			return false;
		uint32_t n = take_one(s, group, state, print_value(d, printed), count);
		raise_scale(value_at(s, n), d.scale);
	}
	return true;
}

const struct fold fold_tally = {
	.state = sizeof(struct tally),
	.values = sizeof(struct value),
	.in_order = true,
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};
const struct fold fold_tally_number = {
	.state = sizeof(struct tally),
	.values = sizeof(struct value),
	.in_order = true,
	.add = add_number,
	.merge = merge,
	.write = write_number,
	.read = read_number,
};

void
tally_distinct(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++)
		answer_count(a, i, ((const struct tally *)answer_state(a, i))->different);
}

void
tally_mode(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct tally *t = answer_state(a, i);
		if (t->mode == 0)
			answer_null(a, i);
		else
			answer_text(a, i, value_of(table_key(a->slot->values, t->mode - 1)));
	}
}

void
tally_mode_number(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct tally *t = answer_state(a, i);
		if (t->mode == 0)
			answer_null(a, i);
		else
			answer_decimal(a, i, number_of(a->slot, t->mode));
	}
}
