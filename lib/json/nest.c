#include "json/nest.h"

#include <stdlib.h>
#include <string.h>

#include "json-text.h"
#include "msg.h"
#include "table/table.h"

/* A column's name in its parts, and the places of the objects that they lead to. */
struct path {
	struct json_column column;
	struct slice *part;
	uint32_t *place; /* of the object, or the value, among all as they first appear */
	size_t parts;
};

static size_t
count_parts(struct slice name)
{
	size_t count = 1;
	for (size_t i = 0; i < name.len; i++)
		count += name.at[i] == '.';
	return count;
}

static struct path
split(struct slice name, struct table *places, struct arena *arena)
{
	struct path p = {.parts = count_parts(name)};
	p.part = arena_take(arena, p.parts * sizeof *p.part);
	p.place = arena_take(arena, p.parts * sizeof *p.place);
	size_t from = 0;
	for (size_t i = 0; i < p.parts; i++) {
		size_t to = from;
		while (to < name.len && name.at[to] != '.')
			to++;
		p.part[i] = (struct slice){name.at + from, to - from};
		table_put(places, &(struct slice){name.at, to}, 1, &p.place[i]);
		from = to + 1;
	}
	return p;
}

static int
order(const void *a, const void *b)
{
	const struct path *x = a, *y = b;
	for (size_t i = 0; i < x->parts && i < y->parts; i++)
		if (x->place[i] != y->place[i])
			return x->place[i] < y->place[i] ? -1 : 1;
	return (x->parts > y->parts) - (x->parts < y->parts);
}

/* How many objects are the same. */
static size_t
count_common(const struct path *a, const struct path *b)
{
	size_t n = 0;
	while (n + 1 < a->parts && n + 1 < b->parts && a->place[n] == b->place[n])
		n++;
	return n;
}

/* What stands between the value of the column before, NULL where there is none, and this one. */
static struct slice
make_lead(const struct path *before, const struct path *p, struct arena *arena)
{
	struct buf text = {0};
	struct out o;
	size_t common = before != NULL ? count_common(before, p) : 0;
	out_open_memory(&o, &text);
	for (size_t i = common; before != NULL && i + 1 < before->parts; i++)
		out_byte(&o, '}');
	out_byte(&o, before != NULL ? ',' : '{');
	for (size_t i = common; i < p->parts; i++) {
		json_out_string(&o, p->part[i]);
		out_byte(&o, ':');
		if (i + 1 < p->parts)
			out_byte(&o, '{');
	}
	out_finish(&o);
	size_t len = text.len;
	memset(buf_room(&text, OUT_PAD), 0, OUT_PAD); /* out_padded() reads it */
	struct slice lead = {arena_keep(arena, text.at, len + OUT_PAD), len};
	buf_clear(&text);
	return lead;
}

/* Is one of them a value and, for the next, an object? */
static bool
is_both(const struct path *value, const struct path *p)
{
	return value->parts < p->parts &&
		value->place[value->parts - 1] == p->place[value->parts - 1];
}

static bool
find_both(const struct path *path, size_t count, struct buf *why)
{
	char text[SHOWN_MAX];
	for (size_t i = 1; i < count; i++) {
		const struct path *p = &path[i - 1];
		if (!is_both(p, &path[i]))
			continue;
		struct slice last = p->part[p->parts - 1];
		size_t len = (size_t)(last.at + last.len - p->part[0].at);
		buf_format(why, "column '%s' would be a value, and an object as well (--nest)",
			shown(text, p->part[0].at, len));
		return true;
	}
	return false;
}

/* What nobody reads is not written, and takes no memory. */
static bool
find_too_deep(const struct header *header, struct buf *why)
{
	char text[SHOWN_MAX];
	for (size_t i = 0; i < header->count; i++) {
		struct slice name = header->name[i];
		size_t parts = count_parts(name);
		if (parts <= JSON_DEPTH_MAX)
			continue;
		buf_format(why,
			"column '%s' would be a value within %zu objects, and %d are the most "
			"(--nest)",
			shown(text, name.at, name.len), parts, JSON_DEPTH_MAX);
		return true;
	}
	return false;
}

static void
set_leads(struct json_out *j, const struct path *path)
{
	for (size_t i = 0; i < j->columns; i++) {
		j->column[i] = path[i].column;
		j->column[i].lead = make_lead(i != 0 ? &path[i - 1] : NULL, &path[i], &j->leads);
	}
	size_t depth = path[j->columns - 1].parts;
	char *tail = arena_take(&j->leads, depth);
	memset(tail, '}', depth);
	j->tail = (struct slice){tail, depth};
}

bool
nest(struct json_out *j, const struct header *header, struct buf *why)
{
	struct arena arena = {0};
	if (find_too_deep(header, why))
		return false;
	struct table *places = table_new(0);
	struct path *path = arena_take(&arena, (j->columns + 1) * sizeof *path);
	for (size_t i = 0; i < j->columns; i++) {
		path[i] = split(header->name[i], places, &arena);
		path[i].column = j->column[i];
	}
	qsort(path, j->columns, sizeof *path, order);
	bool good = !find_both(path, j->columns, why);
	if (good && j->columns != 0)
		set_leads(j, path);
	table_free(places);
	arena_clear(&arena);
	return good;
}
