#include "csv/columns.h"

#include <fnmatch.h>
#include <stdint.h>

#include "fnv.h"
#include "msg.h"
#include "nearest.h"
#include "number.h"

/* One list while it is read. */
struct reading {
	const struct header *header;
	unsigned forms;
	struct arena *arena;
	struct buf *why;
	struct columns *out;
	size_t item;            /* that is being read */
	struct slice modifiers; /* of that item */
	bool *chosen;
	uint32_t *slot; /* hash table of the names: index of the first column so called, plus one */
	size_t mask;
	bool *is_twice; /* by index of the first */
};

static void *
take_zeros(struct arena *arena, size_t bytes)
{
	return memset(arena_take(arena, bytes), 0, bytes);
}

static bool
fail(struct reading *r, const char *what, struct slice item)
{
	char text[SHOWN_MAX];
	buf_format(r->why, "%s: '%s'", what, shown(text, item.at, item.len));
	return false;
}

static size_t
count_named(const struct header *header, struct slice name, size_t *first)
{
	size_t count = 0;
	for (size_t i = 0; i < header->count; i++) {
		if (!slice_same(header->name[i], name))
			continue;
		if (count++ == 0)
			*first = i;
	}
	return count;
}

/* Are the columns called by their numbers, as where there is no header? */
static bool
is_numbered(const struct header *header)
{
	char digits[INTEGER_PRINT_MAX];
	size_t len = uint64_print(digits, header->count);
	return header->count != 0 && slice_is(header->name[0], "1") &&
		slice_same(header->name[header->count - 1], (struct slice){digits, len});
}

bool
columns_suspect(const struct header *header, struct buf *why)
{
	static const struct {
		char byte;
		const char *shown;
	} delimiters[] = {{';', "';'? (-d ';')"}, {'\t', "a tab? (-t)"}, {'|', "'|'? (-d '|')"},
		{',', "','?"}};
	char text[SHOWN_MAX];
	if (header->count != 1 || header->name[0].len == 0)
		return false;
	struct slice name = header->name[0];
	for (size_t i = 0; i < sizeof delimiters / sizeof *delimiters; i++) {
		if (memchr(name.at, delimiters[i].byte, name.len) == NULL)
			continue;
		buf_format(why, "; the header is one column, '%s': is the delimiter %s",
			shown(text, name.at, name.len), delimiters[i].shown);
		return true;
	}
	return false;
}

bool
columns_suspect_name(const struct header *header, struct buf *why)
{
	if (!is_numbered(header))
		return columns_suspect(header, why);
	buf_format(why, "; without a header (-N) the columns are called 1 to %zu", header->count);
	return true;
}

static bool
fail_unknown(const struct header *header, struct slice name, struct buf *why)
{
	char text[SHOWN_MAX];
	buf_format(why, "no such column: '%s'", shown(text, name.at, name.len));
	if (!columns_suspect_name(header, why))
		nearest_say(why, name, header->name, header->count);
	return false;
}

bool
columns_named(const struct header *header, struct slice name, size_t *index, struct buf *why)
{
	char text[SHOWN_MAX];
	size_t count = count_named(header, name, index);
	if (count == 0)
		return fail_unknown(header, name, why);
	if (count == 1)
		return true;
	shown(text, name.at, name.len);
	buf_format(why, "column '%s' is in the header %zu times: write #%zu or %s[1]", text, count,
		*index + 1, text);
	return false;
}

static size_t
hash(struct slice name)
{
	uint64_t h = fnv_add(FNV_START, name);
	return (size_t)(h ^ h >> 32);
}

/* The slot that the name is in, or would be. */
static uint32_t *
slot_of(const struct reading *r, struct slice name)
{
	size_t at = hash(name) & r->mask;
	while (r->slot[at] != 0 && !slice_same(r->header->name[r->slot[at] - 1], name))
		at = (at + 1) & r->mask;
	return &r->slot[at];
}

static void
index_names(struct reading *r)
{
	size_t slots = 16;
	while (slots < 2 * r->header->count)
		slots *= 2;
	r->mask = slots - 1;
	r->slot = take_zeros(r->arena, slots * sizeof *r->slot);
	r->is_twice = take_zeros(r->arena, r->header->count + 1);
	for (size_t i = 0; i < r->header->count; i++) {
		uint32_t *slot = slot_of(r, r->header->name[i]);
		if (*slot != 0)
			r->is_twice[*slot - 1] = true;
		else
			*slot = (uint32_t)i + 1;
	}
}

/* Is it exactly a name of the header?  *index is then the first column with that name. */
static bool
look_up(const struct reading *r, struct slice name, size_t *index)
{
	uint32_t slot = *slot_of(r, name);
	*index = slot - (slot != 0);
	return slot != 0;
}

static bool
is_name(const struct reading *r, struct slice name)
{
	size_t index;
	return look_up(r, name, &index);
}

/* A name that must be there, and only once. */
static bool
resolve_name(struct reading *r, struct slice name, size_t *index)
{
	if (look_up(r, name, index) && !r->is_twice[*index])
		return true;
	return columns_named(r->header, name, index, r->why);
}

static bool
choose(struct reading *r, struct column column)
{
	struct slice name = r->header->name[column.index];
	if (r->chosen[column.index])
		return fail(r, "column chosen twice", name);
	r->chosen[column.index] = true;
	column.item = r->item;
	r->out->at[r->out->count++] = column;
	return true;
}

static void
choose_more(struct reading *r, size_t index)
{
	if (!r->chosen[index])
		choose(r, (struct column){.index = index, .modifiers = r->modifiers});
}

/*
 * A number from 1, or from the end: -1.  Returns 0: no number; else found says whether the column
 * exists.
 */
static bool
as_position(const struct header *header, struct slice text, bool signed_too, size_t *index,
	bool *found)
{
	bool from_end = signed_too && text.len > 1 && text.at[0] == '-';
	struct slice digits = {text.at + from_end, text.len - from_end};
	uint64_t n;
	if (!uint64_parse(digits, &n))
		return false;
	*found = n >= 1 && n <= header->count;
	*index = from_end ? header->count - (size_t)n : (size_t)n - 1;
	return true;
}

/*
 * The text between quotes, with "" as one quote; false if it is not one quoted name and nothing
 * else.
 */
static bool
unquote(struct slice text, struct slice *name, struct arena *arena)
{
	if (text.len < 2 || text.at[0] != '"' || text.at[text.len - 1] != '"')
		return false;
	char *out = arena_take(arena, text.len);
	size_t n = 0;
	for (size_t i = 1; i + 1 < text.len; i++) {
		if (text.at[i] == '"' && (i + 2 >= text.len || text.at[++i] != '"'))
			return false;
		out[n++] = text.at[i];
	}
	*name = (struct slice){out, n};
	return true;
}

/* name[2]: the second of the columns with that name. */
static bool
as_duplicate(const struct header *header, struct slice text, size_t *index, bool *found)
{
	if (text.len < 4 || text.at[text.len - 1] != ']')
		return false;
	size_t open = text.len - 1;
	while (open > 0 && text.at[open] != '[')
		open--;
	uint64_t n;
	if (open == 0 || !uint64_parse((struct slice){text.at + open + 1, text.len - open - 2}, &n))
		return false;
	struct slice name = {text.at, open};
	*found = false;
	for (size_t i = 0; i < header->count && !*found; i++) {
		if (!slice_same(header->name[i], name) || --n != 0)
			continue;
		*index = i;
		*found = true;
	}
	return true;
}

/* 2nr, as sort(1) has it: a column's number and letters that lack their colon.  Says so. */
static bool
fail_without_colon(struct reading *r, struct slice text)
{
	size_t digits = 0, end, index;
	while (digits < text.len && text.at[digits] >= '0' && text.at[digits] <= '9')
		digits++;
	for (end = digits; end < text.len && text.at[end] >= 'a' && text.at[end] <= 'z'; end++)
		;
	bool takes_letters = (r->forms & COLUMNS_MODIFIERS) != 0 && r->modifiers.at == NULL;
	bool found = false;
	if (!takes_letters || digits == end || end < text.len)
		return false;
	(void)as_position(r->header, (struct slice){text.at, digits}, false, &index, &found);
	if (!found)
		return false;
	fail(r, "no such column", text);
	buf_format(r->why, "; modifiers stand behind a colon: %.*s:%.*s", (int)digits, text.at,
		(int)(end - digits), text.at + digits);
	return true;
}

/* One column, however it is named. */
static bool
resolve(struct reading *r, struct slice text, size_t *index)
{
	struct slice name = text;
	bool found = false;
	if (unquote(text, &name, r->arena) || look_up(r, name, index))
		return resolve_name(r, name, index);
	if (text.len > 1 && text.at[0] == '#') {
		struct slice digits = {text.at + 1, text.len - 1};
		if (!as_position(r->header, digits, false, index, &found))
			return fail(r, "not a column number", text);
	} else if (!as_position(r->header, text, true, index, &found) &&
		!as_duplicate(r->header, text, index, &found)) {
		return !fail_without_colon(r, text) && fail_unknown(r->header, text, r->why);
	}
	if (found)
		return true;
	char shown_text[SHOWN_MAX];
	buf_format(r->why, "no such column: '%s' (there %s %zu)",
		shown(shown_text, text.at, text.len),
		r->header->count == 1 ? "is" : "are", r->header->count);
	(void)columns_suspect(r->header, r->why);
	return false;
}

static bool
choose_range(struct reading *r, size_t from, size_t to, struct slice item)
{
	if (from > to)
		return fail(r, "range runs backwards", item);
	for (size_t i = from; i <= to; i++)
		choose_more(r, i);
	return true;
}

/* a..c */
static bool
take_named_range(struct reading *r, struct slice item, size_t dots)
{
	size_t from, to;
	struct slice left = {item.at, dots};
	struct slice right = {item.at + dots + 2, item.len - dots - 2};
	if (left.len == 0 || right.len == 0)
		return fail(r, "range lacks an end", item);
	return resolve(r, left, &from) && resolve(r, right, &to) && choose_range(r, from, to, item);
}

/* 2-5, 5-, -3-.  Returns false in *is_range where the item is nothing of the kind. */
static bool
take_number_range(struct reading *r, struct slice item, bool *is_range)
{
	size_t dash = item.len > 1 ? 1 : 0;
	while (dash < item.len && item.at[dash] != '-')
		dash++;
	size_t from, to = r->header->count - 1;
	bool from_found, to_found = true;
	struct slice left = {item.at, dash};
	struct slice right = {item.at + dash + 1, dash < item.len ? item.len - dash - 1 : 0};
	*is_range = dash < item.len && as_position(r->header, left, true, &from, &from_found) &&
		(right.len == 0 || as_position(r->header, right, false, &to, &to_found));
	if (!*is_range)
		return false;
	if (!from_found || !to_found)
		return fail(r, "range goes beyond the last column", item);
	return choose_range(r, from, to, item);
}

static bool
take_glob(struct reading *r, struct slice item)
{
	const char *pattern = arena_keep(r->arena, item.at, item.len);
	bool matches = false;
	for (size_t i = 0; i < r->header->count; i++) {
		struct slice name = r->header->name[i];
		if (fnmatch(pattern, arena_keep(r->arena, name.at, name.len), 0) != 0)
			continue;
		matches = true;
		choose_more(r, i);
	}
	return matches || fail(r, "no column matches", item);
}

/* Offset of the `..` outside quotes; SIZE_MAX: none. */
static size_t
find_dots(struct slice text)
{
	bool inside = false;
	for (size_t i = 0; i + 1 < text.len; i++) {
		inside ^= text.at[i] == '"';
		if (!inside && text.at[i] == '.' && text.at[i + 1] == '.')
			return i;
	}
	return SIZE_MAX;
}

static bool
has_glob(struct slice item)
{
	return memchr(item.at, '*', item.len) != NULL || memchr(item.at, '?', item.len) != NULL;
}

size_t
columns_find_equals(struct slice item)
{
	size_t at = 0;
	for (bool inside = false; at < item.len && (inside || item.at[at] != '='); at++)
		inside ^= item.at[at] == '"';
	return at;
}

/* Splits `new=old` and `name:nr` off. */
static bool
split_forms(struct reading *r, struct slice *item, struct column *column)
{
	const char *colon = memrchr(item->at, ':', item->len);
	if ((r->forms & COLUMNS_MODIFIERS) != 0 && colon != NULL &&
		item->at[item->len - 1] != '"') {
		size_t len = (size_t)(colon - item->at);
		column->modifiers = (struct slice){colon + 1, item->len - len - 1};
		item->len = len;
	}
	size_t equals = columns_find_equals(*item);
	if ((r->forms & COLUMNS_RENAME) == 0 || equals == item->len)
		return true;
	struct slice name = {item->at, equals};
	if (name.len == 0)
		return fail(r, "no new name before the '='", *item);
	if (!unquote(name, &column->name, r->arena))
		column->name = name;
	*item = (struct slice){item->at + equals + 1, item->len - equals - 1};
	return true;
}

/* Ranges and globs.  Returns whether it is one; *good: whether it could be read. */
static bool
take_several(struct reading *r, struct slice item, bool *good)
{
	struct slice name;
	bool is_range;
	if (unquote(item, &name, r->arena))
		return false;
	*good = take_number_range(r, item, &is_range);
	if (is_range)
		return true;
	size_t dots = find_dots(item);
	if (dots != SIZE_MAX)
		*good = take_named_range(r, item, dots);
	else if (has_glob(item))
		*good = take_glob(r, item);
	else
		return false;
	return true;
}

static bool
take_item(struct reading *r, struct slice item)
{
	struct column column = {0};
	bool good;
	if (item.len == 0)
		return fail(r, "empty item in the list of columns", item);
	if (!is_name(r, item) && !split_forms(r, &item, &column))
		return false;
	if (item.len == 0)
		return fail(r, "a name is missing in the list of columns", item);
	r->modifiers = column.modifiers;
	if (column.name.at == NULL && !is_name(r, item) && take_several(r, item, &good))
		return good;
	return resolve(r, item, &column.index) && choose(r, column);
}

size_t
columns_item_len(const char *text)
{
	size_t n = 0;
	bool inside = false;
	for (; text[n] != '\0' && (inside || text[n] != ','); n++)
		inside ^= text[n] == '"';
	return n;
}

struct slice
columns_item_text(struct slice item, struct arena *arena)
{
	struct slice text;
	return unquote(item, &text, arena) ? text : item;
}

bool
columns_parse(struct columns *out, const char *text, const struct header *header, unsigned forms,
	struct arena *arena, struct buf *why)
{
	struct reading r = {.header = header, .forms = forms, .arena = arena, .why = why,
		.out = out};
	*out = (struct columns){.at = arena_take(arena, (header->count + 1) * sizeof *out->at)};
	r.chosen = take_zeros(arena, header->count + 1);
	index_names(&r);
	for (;; r.item++) {
		size_t len = columns_item_len(text);
		if (!take_item(&r, (struct slice){text, len}))
			return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

size_t *
columns_indices(const struct columns *columns, struct arena *arena)
{
	size_t *index = arena_take(arena, columns->count * sizeof *index);
	for (size_t i = 0; i < columns->count; i++)
		index[i] = columns->at[i].index;
	return index;
}

void
columns_invert(struct columns *columns, const struct header *header, struct arena *arena)
{
	bool *chosen = take_zeros(arena, header->count + 1);
	for (size_t i = 0; i < columns->count; i++)
		chosen[columns->at[i].index] = true;
	columns->count = 0;
	for (size_t i = 0; i < header->count; i++)
		if (!chosen[i])
			columns->at[columns->count++] = (struct column){.index = i};
}

size_t
columns_runs(const struct columns *columns, struct columns_run *run)
{
	size_t n = 0;
	for (size_t i = 0; i < columns->count; i++) {
		size_t index = columns->at[i].index;
		if (n > 0 && run[n - 1].last + 1 == index)
			run[n - 1].last = index;
		else
			run[n++] = (struct columns_run){index, index};
	}
	return n;
}
