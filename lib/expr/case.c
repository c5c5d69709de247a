/*
 * Upper and lower case of texts.
 */
#include "expr/kernel.h"

#include "text/letters.h"

static inline void
change(struct call *c, bool to_upper)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		char *out = call_room(c, s.len);
		size_t len = s.len;
		if (!letters_change_ascii(out, s, to_upper)) {
			out = call_room(c, LETTERS_ROOM(s.len));
			len = letters_change(out, s, to_upper);
		}
		c->out->text[row] = call_use(c, len);
	}
}

void
case_change(struct call *c)
{
	if (c->function->parameter != 0)
		change(c, true);
	else
		change(c, false);
}
