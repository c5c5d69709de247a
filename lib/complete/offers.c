#include "complete/offers.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "utf8.h"

static struct slice
keep(struct offers *o, const struct buf *text)
{
	return (struct slice){arena_keep(o->arena, text->at, text->len), text->len};
}

static bool
begins(struct slice text, struct slice with)
{
	return text.len >= with.len && memcmp(text.at, with.at, with.len) == 0;
}

/* Adds it whatever was typed. */
static void
add(struct offers *o, struct slice before, struct slice text, struct slice about)
{
	struct buf value = {0};
	buf_add(&value, before.at, before.len);
	buf_add(&value, text.at, text.len);
	if (o->count == o->room) {
		o->room = 2 * o->room + 16;
		o->at = xrealloc(o->at, o->room, sizeof *o->at);
	}
	struct slice whole = keep(o, &value);
	o->at[o->count++] = (struct offer){whole, {whole.at + before.len, text.len}, about};
	buf_clear(&value);
}

void
offers_add(struct offers *o, struct slice before, struct slice typed, struct slice text,
	struct slice about)
{
	if (begins(text, typed))
		add(o, before, text, about);
}

void
offers_clear(struct offers *o)
{
	free(o->at);
}

/* Can it be written in one line that every shell takes as it is? */
static bool
is_writable(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.at[i] < 0x20 || name.at[i] == 0x7f)
			return false;
	return utf8_is_valid(name.at, name.len);
}

/* Would the grammar of columns, or a human, take it for something else than one name? */
static bool
must_quote(struct slice name, bool is_whole)
{
	if (name.len == 0)
		return true;
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] == ',' || name.at[i] == '"' ||
			(!is_whole && strchr("=:*?[.#-", name.at[i]) != NULL))
			return true;
	return false;
}

static void
quote(struct buf *out, struct slice name)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] == '"')
			buf_byte(out, '"');
		buf_byte(out, name.at[i]);
	}
	buf_byte(out, '"');
}

/* The last item of a list, or what is behind an '=' or `..` in it. */
struct tail {
	struct slice before; /* all of the word that precedes it */
	struct slice typed;
	struct slice list;   /* the items before it, each with its comma */
	bool is_whole;       /* the item is nothing else */
};

/* Does the list have this item, or `new=` with it? */
static bool
has_item(struct slice list, struct slice text)
{
	while (list.len > 0) {
		size_t len = columns_item_len(list.at);
		struct slice item = {list.at, len < list.len ? len : list.len};
		size_t equals = columns_find_equals(item);
		size_t skip = equals < item.len ? equals + 1 : 0;
		struct slice old = {item.at + skip, item.len - skip};
		if (slice_same(item, text) || slice_same(old, text))
			return true;
		size_t used = item.len < list.len ? item.len + 1 : item.len;
		list = (struct slice){list.at + used, list.len - used};
	}
	return false;
}

struct named {
	struct slice name;
	size_t index;
};

static int
order(const void *a, const void *b)
{
	const struct named *left = a, *right = b;
	int by_name = slice_order(left->name, right->name);
	return by_name != 0 ? by_name : (left->index > right->index) - (left->index < right->index);
}

/* For each column which of those of its name it is, from 1; 0: there is no other.  In the arena. */
static size_t *
number_twins(const struct header *header, struct arena *arena)
{
	size_t *which = arena_take(arena, (header->count + 1) * sizeof *which);
	struct named *by_name = xcalloc(header->count + 1, sizeof *by_name);
	for (size_t i = 0; i < header->count; i++)
		by_name[i] = (struct named){header->name[i], i};
	qsort(by_name, header->count, sizeof *by_name, order);
	for (size_t i = 0, end; i < header->count; i = end) {
		struct slice name = by_name[i].name;
		for (end = i + 1; end < header->count && slice_same(name, by_name[end].name);)
			end++;
		for (size_t at = i; at < end; at++)
			which[by_name[at].index] = end - i > 1 ? at - i + 1 : 0;
	}
	free(by_name);
	return which;
}

static void
write_column(struct buf *out, const struct header *header, size_t index, size_t which,
	const struct tail *tail)
{
	struct slice name = header->name[index];
	bool has_quote = tail->typed.len > 0 && tail->typed.at[0] == '"';
	out->len = 0;
	if (!is_writable(name) || (which != 0 && must_quote(name, false)))
		buf_format(out, "#%zu", index + 1);
	else if (which != 0)
		buf_format(out, "%.*s[%zu]", (int)name.len, name.at, which);
	else if (has_quote || must_quote(name, tail->is_whole))
		quote(out, name);
	else
		buf_add(out, name.at, name.len);
}

static struct slice
describe(struct offers *o, struct slice name, size_t index)
{
	char text[SHOWN_MAX];
	struct buf about = {0};
	buf_format(&about, "column %zu", index + 1);
	if (!is_writable(name))
		buf_format(&about, ": %s", shown(text, name.at, name.len));
	struct slice kept = keep(o, &about);
	buf_clear(&about);
	return kept;
}

static void
offer_columns(struct offers *o, const struct header *header, const struct tail *tail)
{
	struct buf text = {0};
	const size_t *which = number_twins(header, o->arena);
	bool by_form = tail->typed.len > 0 &&
		(tail->typed.at[0] == '"' || tail->typed.at[0] == '#');
	for (size_t i = 0; i < header->count; i++) {
		if (!by_form && !begins(header->name[i], tail->typed))
			continue;
		write_column(&text, header, i, which[i], tail);
		struct slice item = {text.at, text.len};
		if (!begins(header->name[i], tail->typed) && !begins(item, tail->typed))
			continue;
		if (!has_item(tail->list, item) && !has_item(tail->list, header->name[i]))
			add(o, tail->before, item, describe(o, header->name[i], i));
	}
	buf_clear(&text);
}

/* Where the last item of a list begins. */
static size_t
last_item(const char *list)
{
	const char *at = list;
	for (size_t len; at[len = columns_item_len(at)] != '\0';)
		at += len + 1;
	return (size_t)(at - list);
}

/* What is behind so many bytes of a list. */
static struct tail
tail_at(struct offers *o, struct slice before, const char *list, size_t from, size_t item)
{
	struct buf text = {0};
	buf_add(&text, before.at, before.len);
	buf_add(&text, list, from);
	struct tail tail = {.before = keep(o, &text), .typed = slice_of(list + from),
		.list = {list, item}, .is_whole = from == item};
	buf_clear(&text);
	return tail;
}

void
offers_columns(struct offers *o, struct slice before, const char *list, const struct header *first,
	const struct header *last)
{
	size_t item = last_item(list);
	size_t equals = columns_find_equals(slice_of(list + item));
	struct tail tail = tail_at(o, before, list, item, item);
	offer_columns(o, first, &tail);
	if (list[item + equals] == '=') {
		tail = tail_at(o, before, list, item + equals + 1, item);
		offer_columns(o, last, &tail);
	}
	const char *dots = strstr(list + item, "..");
	if (dots != NULL && dots != list + item) {
		tail = tail_at(o, before, list, (size_t)(dots - list) + 2, item);
		offer_columns(o, first, &tail);
	}
}

/* Is text one column of the header, as we write it? */
static bool
is_column(const struct header *header, struct slice text)
{
	struct buf quoted = {0};
	bool found = false;
	for (size_t i = 0; i < header->count && !found; i++) {
		quoted.len = 0;
		quote(&quoted, header->name[i]);
		found = slice_same(header->name[i], text) ||
			slice_same((struct slice){quoted.at, quoted.len}, text);
	}
	buf_clear(&quoted);
	return found;
}

/* `:t time, :h size`: each letter behind a colon, with the word behind it. */
void
offers_modifiers(struct offers *o, struct slice before, const char *list,
	const struct header *header, struct slice help)
{
	size_t item = last_item(list);
	const char *colon = strrchr(list + item, ':');
	if (colon == NULL ||
		!is_column(header, (struct slice){list + item, (size_t)(colon - list) - item}))
		return;
	struct tail tail = tail_at(o, before, list, strlen(list), item);
	for (size_t i = 0; i + 3 < help.len; i++) {
		if (help.at[i] != ':' || help.at[i + 2] != ' ' ||
			strchr(colon, help.at[i + 1]) != NULL)
			continue;
		size_t len = 3;
		while (i + len < help.len && help.at[i + len] != ',')
			len++;
		add(o, tail.before, (struct slice){help.at + i + 1, 1},
			(struct slice){help.at + i + 3, len - 3});
	}
}
