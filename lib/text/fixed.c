#include "text/fixed.h"

#include <stdint.h>

#include "msg.h"
#include "number.h"
#include "utf8.h"

static bool
fail(struct buf *why, const char *what, struct slice item)
{
	char text[SHOWN_MAX];
	buf_format(why, "%s: '%s'", what, shown(text, item.at, item.len));
	return false;
}

static bool
parse_places(struct slice text, struct fixed_field *field)
{
	const char *dash = memchr(text.at, '-', text.len);
	size_t left = dash != NULL ? (size_t)(dash - text.at) : text.len;
	uint64_t from, to;
	if (!uint64_parse((struct slice){text.at, left}, &from) || from == 0 || from > UINT32_MAX)
		return false;
	field->first = (size_t)from - 1;
	field->last = (size_t)from;
	if (dash == NULL)
		return true;
	struct slice right = {dash + 1, text.len - left - 1};
	field->last = SIZE_MAX;
	if (right.len == 0)
		return true;
	if (!uint64_parse(right, &to) || to < from || to > UINT32_MAX)
		return false;
	field->last = (size_t)to;
	return true;
}

static bool
parse_field(struct slice item, struct fixed_field *field)
{
	*field = (struct fixed_field){0};
	const char *equals = memrchr(item.at, '=', item.len);
	if (equals != NULL) {
		field->name = (struct slice){item.at, (size_t)(equals - item.at)};
		item.len -= field->name.len + 1;
		item.at = equals + 1;
	}
	return parse_places(item, field);
}

bool
fixed_parse(
	struct fixed *out, const char *text, bool characters, struct arena *arena, struct buf *why)
{
	size_t most = strlen(text) / 2 + 1;
	*out = (struct fixed){.field = arena_take(arena, most * sizeof *out->field),
		.characters = characters};
	for (;; text++) {
		struct slice item = {text, strcspn(text, ",")};
		struct fixed_field *field = &out->field[out->count];
		if (!parse_field(item, field))
			return fail(why, "not a place in the line, such as name=59-61", item);
		if (out->count++ == 0)
			out->is_named = field->name.at != NULL;
		else if (out->is_named != (field->name.at != NULL))
			return fail(why, "some fields have names and some have none", item);
		size_t need = field->last != SIZE_MAX ? field->last : field->first;
		out->need = need > out->need ? need : out->need;
		text += item.len;
		if (*text == '\0')
			return true;
	}
}

static struct slice
part(struct slice line, size_t first, size_t last)
{
	first = first < line.len ? first : line.len;
	last = last < line.len ? last : line.len;
	return (struct slice){line.at + first, last - first};
}

bool
fixed_cut(const struct fixed *f, struct slice line, struct slice *value)
{
	for (size_t i = 0; i < f->count; i++) {
		size_t first = f->field[i].first;
		size_t last = f->field[i].last;
		if (f->characters) {
			first = utf8_offset(line.at, line.len, first);
			if (last != SIZE_MAX)
				last = utf8_offset(line.at, line.len, last);
		}
		value[i] = part(line, first, last);
	}
	size_t len = f->characters ? utf8_count(line.at, line.len) : line.len;
	return len >= f->need;
}
