/*
 * first(x), last(x), any(x), and min(x), max(x) of text: one of the texts, copied, the empty ones
 * left out.
 */
#include "agg/fold.h"

#include <string.h>

struct picked {
	char *at;
	size_t len; /* 0: none yet */
	size_t room;
};

enum which { FIRST, LAST, LEAST, GREATEST };

/*
 * A longer text takes the place of a shorter one, with room to spare, so that no more than three
 * times it is kept.
 */
static void
keep(struct memory *m, struct picked *p, struct slice text)
{
	if (text.len > p->room) {
		p->room = text.len < p->room * 2 ? p->room * 2 : (text.len + 15) & ~(size_t)15;
		p->at = memory_take(m, p->room);
	}
	memcpy(p->at, text.at, text.len);
	p->len = text.len;
}

static inline bool
is_better(const struct picked *p, struct slice text, enum which which)
{
	switch (which) {
	case FIRST:
		return false;
	case LAST:
		return true;
	case LEAST:
		return slice_order(text, (struct slice){p->at, p->len}) < 0;
	case GREATEST:
		break;
	}
	return slice_order(text, (struct slice){p->at, p->len}) > 0;
}

/* The parameter of the fold says which. */
static inline void
offer(struct slot *s, struct picked *p, struct slice text)
{
	enum which which = (enum which)s->fold->parameter;
	if (text.len != 0 && (p->len == 0 || is_better(p, text, which)))
		keep(s->memory, p, text);
}

static void
add(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++)
		offer(s, slot_state(s, r, i), v->text[vector_at(v, r->row[i])]);
}

static void
merge(const struct meeting *m)
{
	const struct picked *other = m->other;
	offer(m->slot, m->state, (struct slice){other->at, other->len});
}

static void
write_text(const struct slot *s, const void *state, struct buf *out)
{
	const struct picked *p = state;
	(void)s;
	if (p->len != 0)
		state_put_text(out, (struct slice){p->at, p->len});
}

static bool
read_text(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct slice value;
	(void)group;
	if (text->len == 0)
		return true;
	if (!state_take_text(text, &value) || value.len == 0)
		return false;
	keep(s->memory, state, value);
	return true;
}

const struct fold fold_first = {
	.state = sizeof(struct picked),
	.parameter = FIRST,
	.add = add,
	.merge = merge,
	.write = write_text,
	.read = read_text,
};
const struct fold fold_last = {
	.state = sizeof(struct picked),
	.parameter = LAST,
	.add = add,
	.merge = merge,
	.write = write_text,
	.read = read_text,
};
const struct fold fold_least_text = {
	.state = sizeof(struct picked),
	.parameter = LEAST,
	.add = add,
	.merge = merge,
	.write = write_text,
	.read = read_text,
};
const struct fold fold_greatest_text = {
	.state = sizeof(struct picked),
	.parameter = GREATEST,
	.add = add,
	.merge = merge,
	.write = write_text,
	.read = read_text,
};

void
pick_result(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct picked *p = answer_state(a, i);
		if (p->len == 0)
			answer_null(a, i);
		else
			answer_text(a, i, (struct slice){p->at, p->len});
	}
}
