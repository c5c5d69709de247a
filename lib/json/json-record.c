#include "json/json-record.h"

#include <stdlib.h>
#include <string.h>

#include "digits.h"
#include "mem.h"
#include "table/table.h"

enum { NODES_MAX = 65536 };

/* A name in an object, within those that lead there. */
struct node {
	struct slice raw;    /* as it was written last */
	struct slice name;   /* all of it, with points */
	struct node *first;  /* the member that is likely to be the first of its object */
	struct node *next;   /* the one that is likely to follow */
	uint64_t record;     /* that has it */
	uint32_t number;
	uint32_t column;     /* TABLE_NONE: not known yet */
	bool is_wanted;
	bool is_opened;      /* where it is an object its members are columns */
};

struct part {
	struct node *node;
	struct slice value;
	bool is_text;
};

struct json_record {
	uint64_t max_field, max_columns;
	bool is_strict;        /* nothing is left out */
	bool has_left_out;     /* something of the record */
	struct table *columns; /* by name */
	struct table *inner;   /* names of objects with members that are wanted; NULL: all are */
	struct table *fresh;   /* names of one record that are no columns yet */
	struct table *nodes;   /* by the number of the node around it, and its name there */
	struct node root;
	struct part *part;     /* of the record that is read */
	size_t parts, parts_max;
	struct json_field *field;
	size_t fields_max;
	uint64_t record;       /* that was read last */
	uint64_t tried;
	struct buf key;
	struct arena names;
	struct arena values;
};

struct json_record *
json_record_new(uint64_t max_field, uint64_t max_columns)
{
	struct json_record *r = xcalloc(1, sizeof *r);
	r->max_field = max_field;
	r->max_columns = max_columns;
	r->columns = table_new(0);
	r->fresh = table_new(0);
	r->nodes = table_new(sizeof(struct node *));
	r->root = (struct node){.name = {"", 0}, .number = TABLE_NONE, .is_opened = true};
	return r;
}

void
json_record_free(struct json_record *r)
{
	table_free(r->columns);
	if (r->inner != NULL)
		table_free(r->inner);
	table_free(r->fresh);
	table_free(r->nodes);
	free(r->part);
	free(r->field);
	buf_clear(&r->key);
	arena_clear(&r->names);
	arena_clear(&r->values);
	free(r);
}

bool
json_record_want(struct json_record *r, struct slice name)
{
	uint32_t number;
	uint32_t before = table_count(r->columns);
	if (r->inner == NULL)
		r->inner = table_new(0);
	table_put(r->columns, &name, 1, &number);
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] == '.')
			table_put(r->inner, &(struct slice){name.at, i}, 1, &(uint32_t){0});
	return number == before;
}

void
json_record_leave_nothing_out(struct json_record *r)
{
	r->is_strict = true;
}

static bool
has(const struct table *t, struct slice key)
{
	uint32_t number;
	table_find(t, &key, 1, &number);
	return number != TABLE_NONE;
}

/* A member's name behind those that lead there; around is NULL where none do. */
static struct slice
whole_name(const struct node *around, struct slice name, struct arena *arena)
{
	size_t front = around != NULL ? around->name.len + 1 : 0;
	char *to = arena_take(arena, front + name.len + 1);
	if (around != NULL) {
		memcpy(to, around->name.at, around->name.len);
		to[around->name.len] = '.';
	}
	memcpy(to + front, name.at, name.len);
	return (struct slice){to, front + name.len};
}

static struct node *
make_node(struct json_record *r, const struct node *around, struct slice name)
{
	struct node *n = arena_take(&r->names, sizeof *n);
	*n = (struct node){.column = TABLE_NONE};
	n->name = whole_name(around == &r->root ? NULL : around, name, &r->names);
	n->is_wanted = r->inner == NULL || has(r->columns, n->name);
	n->is_opened = r->inner == NULL || has(r->inner, n->name);
	return n;
}

/*
 * Names that differ from record to record must not fill the memory: beyond so many only those
 * count.
 */
static bool
is_asked_for(struct json_record *r, const struct node *around, struct slice name)
{
	struct arena arena = {0};
	struct slice all = whole_name(around == &r->root ? NULL : around, name, &arena);
	bool is = has(r->columns, all) || has(r->inner, all);
	arena_clear(&arena);
	return is;
}

/* NULL: one that nobody asks for. */
static struct node *
look_up(struct json_record *r, const struct node *around, struct slice raw)
{
	uint32_t number;
	r->key.len = 0;
	buf_add(&r->key, &around->number, sizeof around->number);
	char *to = buf_room(&r->key, raw.len);
	struct slice name = {to, json_unescape(raw, to)};
	r->key.len += name.len;
	uint32_t before = table_count(r->nodes);
	struct slice key = {r->key.at, r->key.len};
	if (before >= NODES_MAX && r->inner != NULL) {
		table_find(r->nodes, &key, 1, &number);
		if (number == TABLE_NONE && !is_asked_for(r, around, name))
			return NULL;
	}
	table_put(r->nodes, &key, 1, &number);
	struct node **link = table_payload(r->nodes, number);
	if (number == before) {
		*link = make_node(r, around, name);
		(*link)->number = number;
	}
	if (!slice_same((*link)->raw, raw))
		(*link)->raw = (struct slice){arena_keep(&r->names, raw.at, raw.len), raw.len};
	return *link;
}

/* Members mostly come in the order of the record before, with one left out at times. */
static struct node *
find_node(struct json_record *r, const struct node *around, struct node **likely, struct slice raw)
{
	struct node *n = *likely;
	if (n != NULL && slice_same(n->raw, raw))
		return n;
	if (n != NULL && n->next != NULL && slice_same(n->next->raw, raw))
		return n->next;
	n = look_up(r, around, raw);
	if (n != NULL)
		*likely = n;
	return n;
}

/* The name that is likely, as it was written then, and its colon: taken without a second look. */
static bool
take_likely(const struct node *n, struct json_text *t)
{
	const size_t around = strlen("\"\":");
	if (n == NULL || (size_t)(t->stop - t->at) < n->raw.len + around || *t->at != '"')
		return false;
	const char *behind = t->at + 1 + n->raw.len;
	if (memcmp(t->at + 1, n->raw.at, n->raw.len) != 0 || behind[0] != '"' || behind[1] != ':')
		return false;
	t->at = behind + 2;
	return true;
}

/* A name and its colon.  false: malformed; *out is NULL where nobody asks for it. */
static bool
take_node(struct json_record *r, struct json_text *t, const struct node *around,
	struct node **likely, struct node **out)
{
	struct slice raw;
	bool is_escaped;
	*out = *likely;
	if (take_likely(*likely, t))
		return true;
	if (!json_take_name(t, &raw, &is_escaped))
		return false;
	*out = find_node(r, around, likely, raw);
	return true;
}

static void
put_part(struct json_record *r, struct node *node, struct slice value, bool is_text)
{
	if (!node->is_wanted) {
		r->has_left_out |= value.len != 0 || is_text;
		return;
	}
	if (r->parts == r->parts_max) {
		r->parts_max = r->parts_max * 2 + 64;
		r->part = xrealloc(r->part, r->parts_max, sizeof *r->part);
	}
	r->part[r->parts++] = (struct part){node, value, is_text};
}

static bool
take_text(struct json_record *r, struct json_text *t, struct slice *value)
{
	struct slice raw;
	bool is_escaped;
	t->at++;
	if (!json_take_string(t, &raw, &is_escaped))
		return false;
	*value = raw;
	if (!is_escaped)
		return true;
	char *to = arena_take(&r->values, raw.len + 1);
	*value = (struct slice){to, json_unescape(raw, to)};
	return true;
}

static bool take_object(struct json_record *r, struct json_text *t, struct node *around,
	size_t depth);

static bool
take_member(struct json_record *r, struct json_text *t, struct node *n, size_t depth)
{
	struct slice value;
	json_skip_blanks(t);
	const char *place = t->at;
	char byte = t->at < t->stop ? *t->at : '\0';
	bool is_text = byte == '"';
	if (byte == '{' && n->is_opened) {
		struct json_text inside = {t->at + 1, t->stop, ""};
		if (!json_take_byte(&inside, '}'))
			return take_object(r, t, n, depth);
	}
	if (is_text ? !take_text(r, t, &value)
		: byte == '-' || digits_is(byte) ? !json_take_number(t,
			&value) : !json_take_value(t, depth, &value))
		return false;
	if (value.len > r->max_field) {
		t->at = place;
		return json_fail(t, "longer than a field may be (limit of --max-field)");
	}
	if (byte != 'n')
		put_part(r, n, value, is_text);
	else
		put_part(r, n, (struct slice){"", 0}, false);
	return true;
}

/* t begins with its bracket; it is as deep within others. */
static bool
take_object(struct json_record *r, struct json_text *t, struct node *around, size_t depth)
{
	struct node **likely = &around->first;
	bool is_over;
	if (depth >= JSON_DEPTH_MAX)
		return json_fail(t, "nested too deep");
	t->at++;
	if (json_take_byte(t, '}'))
		return true;
	do {
		struct slice raw;
		struct node *n;
		json_skip_blanks(t);
		const char *place = t->at;
		if (!take_node(r, t, around, likely, &n))
			return false;
		if (n == NULL) {
			if (!json_take_value(t, depth + 1, &raw))
				return false;
			r->has_left_out |= !slice_is(raw, "null");
		} else if (n->record == r->tried) {
			t->at = place;
			return json_fail(t, "a name for the second time");
		} else {
			n->record = r->tried;
			likely = &n->next;
			if (!take_member(r, t, n, depth + 1))
				return false;
		}
		if (r->is_strict && r->has_left_out) {
			t->at = place;
			return json_fail(t, "a name that the schema has not");
		}
		if (!json_take_next(t, '}', &is_over))
			return false;
	} while (!is_over);
	return true;
}

static void
make_fields(struct json_record *r)
{
	size_t count = table_count(r->columns);
	if (count <= r->fields_max)
		return;
	size_t max = count * 2;
	r->field = xrealloc(r->field, max, sizeof *r->field);
	memset(r->field + r->fields_max, 0, (max - r->fields_max) * sizeof *r->field);
	r->fields_max = max;
}

/* The column of a part that is the first of the record with it; false: it is not the first. */
static bool
claim(struct json_record *r, struct node *n)
{
	uint32_t number;
	uint32_t before = table_count(r->fresh);
	if (n->column == TABLE_NONE)
		table_find(r->columns, &n->name, 1, &n->column);
	if (n->column == TABLE_NONE) {
		table_put(r->fresh, &n->name, 1, &number);
		return number == before;
	}
	bool is_first = r->field[n->column].record != r->tried;
	r->field[n->column].record = r->tried;
	return is_first;
}

/* Each part gets a column of its own: `{"a": {"b": 1}, "a.b": 2}` has two values for one. */
static bool
find_columns(struct json_record *r, struct json_text *t)
{
	table_empty(r->fresh);
	for (size_t i = 0; i < r->parts; i++)
		if (!claim(r, r->part[i].node))
			return json_fail(t, "two names that make the same column");
	if (table_count(r->fresh) == 0)
		return true;
	if (table_count(r->columns) + table_count(r->fresh) > r->max_columns)
		return json_fail(t, "too many columns (limit of --max-columns)");
	for (size_t i = 0; i < r->parts; i++)
		if (r->part[i].node->column == TABLE_NONE)
			table_put(r->columns, &r->part[i].node->name, 1, &r->part[i].node->column);
	make_fields(r);
	return true;
}

bool
json_record_read(struct json_record *r, struct json_text *t)
{
	const char *place = t->at;
	r->tried++;
	r->parts = 0;
	r->has_left_out = false;
	arena_reset(&r->values);
	if (t->at == t->stop || *t->at != '{')
		return json_fail(t, "an object was expected");
	if (!take_object(r, t, &r->root, 0))
		return false;
	make_fields(r);
	if (!find_columns(r, t)) {
		t->at = place;
		return false;
	}
	r->record = r->tried;
	for (size_t i = 0; i < r->parts; i++) {
		const struct part *p = &r->part[i];
		r->field[p->node->column] = (struct json_field){r->record, p->value, p->is_text};
	}
	return true;
}

uint64_t
json_record_number(const struct json_record *r)
{
	return r->record;
}

size_t
json_record_columns(const struct json_record *r)
{
	return table_count(r->columns);
}

struct slice
json_record_name(const struct json_record *r, size_t column)
{
	return table_key(r->columns, (uint32_t)column);
}

const struct json_field *
json_record_fields(const struct json_record *r)
{
	return r->field;
}
