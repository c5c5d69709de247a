/* count(), count(x), count_if(condition) */
#include "agg/fold.h"

static void
count_rows(const struct slot *s, const struct run *r)
{
	if (r->is_one && r->rows != 0) {
		*(uint64_t *)slot_state(s, r, 0) += r->rows;
		return;
	}
	for (size_t i = 0; i < r->rows; i++)
		++*(uint64_t *)slot_state(s, r, i);
}

static void
count_texts(const struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++)
		*(uint64_t *)slot_state(s, r, i) += v->text[vector_at(v, r->row[i])].len != 0;
}

static void
add_count(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	if (v != NULL && v->type == VECTOR_TEXT) {
		count_texts(s, r);
	} else if (v != NULL && v->has_null) {
		for (size_t i = 0; i < r->rows; i++)
			*(uint64_t *)slot_state(s, r, i) += !vector_is_null(v, r->row[i]);
	} else {
		count_rows(s, r);
	}
}

static void
add_true(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++) {
		size_t row = r->row[i];
		bool is_true = v->truth[vector_at(v, row)] != 0 && !vector_is_null(v, row);
		*(uint64_t *)slot_state(s, r, i) += is_true;
	}
}

static void
merge(const struct meeting *m)
{
	*(uint64_t *)m->state += *(const uint64_t *)m->other;
}

static void
write(const struct slot *s, const void *state, struct buf *out)
{
	(void)s;
	state_put_count(out, *(const uint64_t *)state);
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	(void)s;
	(void)group;
	return state_take_count(text, state);
}

const struct fold fold_count = {
	.state = sizeof(uint64_t),
	.add = add_count,
	.merge = merge,
	.write = write,
	.read = read,
};
const struct fold fold_true = {
	.state = sizeof(uint64_t),
	.add = add_true,
	.merge = merge,
	.write = write,
	.read = read,
};

void
count_result(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++)
		answer_count(a, i, *(const uint64_t *)answer_state(a, i));
}
