/* first(x), last(x), any(x), and min(x), max(x) of text: one of the texts, copied, the empty ones left out. */
#include "agg/fold.h"

#include <string.h>

struct picked {
	char *at;
	size_t len; /* 0: none yet */
	size_t room;
};

enum which { FIRST, LAST, LEAST, GREATEST };

/* A longer text takes the place of a shorter one, with room to spare, so that no more than three times it is kept. */
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
is_better(const struct picked *p, struct slice text, const enum which which)
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

static inline void
add(struct slot *s, const struct run *r, const enum which which)
{
	const struct vector *v = s->value;
	for (size_t i = 0; i < r->rows; i++) {
		struct picked *p = slot_state(s, r, i);
		struct slice text = v->text[vector_at(v, r->row[i])];
		if (text.len != 0 && (p->len == 0 || is_better(p, text, which)))
			keep(s->memory, p, text);
	}
}

static inline void
merge(struct slot *s, struct picked *p, const struct picked *other, const enum which which)
{
	struct slice text = {other->at, other->len};
	if (text.len != 0 && (p->len == 0 || is_better(p, text, which)))
		keep(s->memory, p, text);
}

static void
add_first(struct slot *s, const struct run *r)
{
	add(s, r, FIRST);
}

static void
add_last(struct slot *s, const struct run *r)
{
	add(s, r, LAST);
}

static void
add_least(struct slot *s, const struct run *r)
{
	add(s, r, LEAST);
}

static void
add_greatest(struct slot *s, const struct run *r)
{
	add(s, r, GREATEST);
}

static void
merge_first(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)group;
	(void)from;
	merge(s, state, other, FIRST);
}

static void
merge_last(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)group;
	(void)from;
	merge(s, state, other, LAST);
}

static void
merge_least(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)group;
	(void)from;
	merge(s, state, other, LEAST);
}

static void
merge_greatest(struct slot *s, uint32_t group, void *state, const struct slot *from, const void *other)
{
	(void)group;
	(void)from;
	merge(s, state, other, GREATEST);
}

const struct fold fold_first = {sizeof(struct picked), 0, add_first, merge_first};
const struct fold fold_last = {sizeof(struct picked), 0, add_last, merge_last};
const struct fold fold_least_text = {sizeof(struct picked), 0, add_least, merge_least};
const struct fold fold_greatest_text = {sizeof(struct picked), 0, add_greatest, merge_greatest};

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
