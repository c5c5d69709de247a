#include "join/texts.h"

#include <stdlib.h>

#include "out.h"

enum { TEXTS_FIRST = 16 };

void
texts_add(struct texts *t, struct slice text)
{
	if (t->count == t->room) {
		t->room = t->room != 0 ? t->room * 2 : TEXTS_FIRST;
		t->end = xrealloc(t->end, t->room, sizeof *t->end);
	}
	buf_add(&t->text, text.at, text.len);
	buf_room(&t->text, OUT_PAD);
	t->end[t->count++] = t->text.len;
}

void
texts_reset(struct texts *t)
{
	t->text.len = 0;
	t->count = 0;
}

void
texts_clear(struct texts *t)
{
	buf_clear(&t->text);
	free(t->end);
	*t = (struct texts){0};
}

size_t
texts_bytes(const struct texts *t)
{
	return t->text.len + t->room * sizeof *t->end;
}
