/* list(x): all that are not null, in order of appearance. */
#include "agg/fold.h"

#include <string.h>

enum { ROOM_FIRST = 32 };

/* As the items of state.h are written. */
struct list {
	char *at;
	size_t len;
	size_t room;
	uint64_t count;
};

/* The memory of a shorter one stays behind: no more than there is now. */
static char *
make_room(struct memory *m, struct list *l, size_t more)
{
	if (l->room - l->len < more) {
		char *old = l->at;
		l->room = l->len + more > 2 * l->room ? l->len + more : 2 * l->room;
		l->room = l->room < ROOM_FIRST ? ROOM_FIRST : l->room;
		l->at = memory_take(m, l->room);
		if (l->len != 0)
			memcpy(l->at, old, l->len);
		m->spare = m->spare > l->room ? m->spare : l->room;
	}
	return l->at + l->len;
}

static void
append(struct memory *m, struct list *l, struct slice items, uint64_t count)
{
	if (items.len == 0)
		return;
	memcpy(make_room(m, l, items.len), items.at, items.len);
	l->len += items.len;
	l->count += count;
}

static void
add(struct slot *s, const struct run *r)
{
	const struct vector *v = s->value;
	struct buf item = {0};
	for (size_t i = 0; i < r->rows; i++) {
		struct slice text = v->text[vector_at(v, r->row[i])];
		item.len = 0;
		if (text.len == 0)
			continue;
		state_put_text(&item, text);
		append(s->memory, slot_state(s, r, i), (struct slice){item.at, item.len}, 1);
	}
	buf_clear(&item);
}

static void
merge(const struct meeting *m)
{
	const struct list *o = m->other;
	append(m->slot->memory, m->state, (struct slice){o->at, o->len}, o->count);
}

static void
write(const struct slot *s, const void *state, struct buf *out)
{
	const struct list *l = state;
	(void)s;
	buf_add(out, l->at, l->len);
}

static bool
read(struct slot *s, uint32_t group, void *state, struct slice *text)
{
	struct buf item = {0};
	struct slice value;
	bool good = true;
	(void)group;
	while (text->len != 0 && (good = state_take_text(text, &value) && value.len != 0)) {
		item.len = 0;
		state_put_text(&item, value);
		append(s->memory, state, (struct slice){item.at, item.len}, 1);
	}
	buf_clear(&item);
	return good;
}

const struct fold fold_list = {
	.state = sizeof(struct list),
	.add = add,
	.merge = merge,
	.write = write,
	.read = read,
};

static struct slice
join(const struct list *l, struct slice separator, struct arena *arena)
{
	struct slice items = {l->at, l->len};
	struct slice value;
	char *out = arena_take(arena, l->len + (size_t)l->count * separator.len);
	char *at = out;
	while (state_take_text(&items, &value)) {
		if (at != out && separator.len != 0)
			memcpy(at, separator.at, separator.len);
		at += at != out ? separator.len : 0;
		memcpy(at, value.at, value.len);
		at += value.len;
	}
	return (struct slice){out, (size_t)(at - out)};
}

void
list_result(struct answer *a)
{
	for (size_t i = 0; i < a->groups; i++) {
		const struct list *l = answer_state(a, i);
		if (l->count == 0)
			answer_null(a, i);
		else
			answer_text(a, i, join(l, a->separator, a->arena));
	}
}
