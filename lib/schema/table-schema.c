#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "nearest.h"
#include "schema/json.h"
#include "schema/schema.h"

const char *const schema_booleans[2][SCHEMA_BOOLEANS] = {
	{"false", "False", "FALSE", "0"},
	{"true", "True", "TRUE", "1"},
};

const char *const schema_constraints[SCHEMA_CONSTRAINTS] = {"required", "unique", "minimum",
	"exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "pattern",
	"enum"};

/* By enum schema_kind; those that SCHEMA_TEXT stands for are kept as they are written. */
static const struct {
	const char *name;
	enum schema_type type;
} types[SCHEMA_KINDS] = {
	[SCHEMA_IS_STRING] = {"string", SCHEMA_TEXT},
	[SCHEMA_IS_INTEGER] = {"integer", SCHEMA_INTEGER},
	[SCHEMA_IS_NUMBER] = {"number", SCHEMA_NUMBER},
	[SCHEMA_IS_BOOLEAN] = {"boolean", SCHEMA_BOOLEAN},
	[SCHEMA_IS_DATE] = {"date", SCHEMA_DATE},
	[SCHEMA_IS_TIME] = {"time", SCHEMA_TIME},
	[SCHEMA_IS_DATETIME] = {"datetime", SCHEMA_DATETIME},
	[SCHEMA_IS_YEAR] = {"year", SCHEMA_INTEGER},
	[SCHEMA_IS_YEARMONTH] = {"yearmonth", SCHEMA_TEXT},
	[SCHEMA_IS_DURATION] = {"duration", SCHEMA_TEXT},
	[SCHEMA_IS_OBJECT] = {"object", SCHEMA_TEXT},
	[SCHEMA_IS_ARRAY] = {"array", SCHEMA_TEXT},
	[SCHEMA_IS_GEOPOINT] = {"geopoint", SCHEMA_TEXT},
	[SCHEMA_IS_GEOJSON] = {"geojson", SCHEMA_TEXT},
	[SCHEMA_IS_ANY] = {"any", SCHEMA_TEXT},
};

const char *
schema_kind_name(enum schema_kind kind)
{
	return types[kind].name;
}

static bool
fail(struct buf *why, const struct json *at, const char *reason)
{
	buf_format(why, "line %zu: %s", at->line, reason);
	return false;
}

static bool
fail_field(const struct schema_field *field, const struct json *at, const char *reason,
	struct buf *why)
{
	char text[SHOWN_MAX];
	buf_format(why, "line %zu: field '%s': %s", at->line,
		shown(text, field->name.at, field->name.len), reason);
	return false;
}

static bool
take_type(struct schema_field *field, const struct json *type, struct buf *why)
{
	char text[SHOWN_MAX];
	struct slice known[SCHEMA_KINDS];
	if (type->kind != JSON_STRING)
		return fail_field(field, type, "the type is not a string", why);
	for (size_t i = 0; i < SCHEMA_KINDS; i++) {
		if (!slice_is(type->text, types[i].name))
			continue;
		field->type = types[i].type;
		field->kind = (enum schema_kind)i;
		return true;
	}
	fail_field(field, type, "no such type", why);
	buf_format(why, ": '%s'", shown(text, type->text.at, type->text.len));
	for (size_t i = 0; i < SCHEMA_KINDS; i++)
		known[i] = slice_of(types[i].name);
	nearest_say(why, type->text, known, SCHEMA_KINDS);
	return false;
}

static bool
take_field(struct schema *out, const struct json *value, struct buf *why)
{
	const struct json *name = json_member(value, "name");
	const struct json *type = json_member(value, "type");
	if (value->kind != JSON_OBJECT || name == NULL || name->kind != JSON_STRING)
		return fail(why, value, "a field without a name");
	struct schema_field *field = &out->field[out->count];
	*field = (struct schema_field){.name = name->text, .type = SCHEMA_TEXT, .json = value};
	if (type != NULL && !take_type(field, type, why))
		return false;
	out->count++;
	return true;
}

static int
order(const void *a, const void *b)
{
	const struct schema_field *left = *(const struct schema_field *const *)a;
	const struct schema_field *right = *(const struct schema_field *const *)b;
	int by_name = slice_order(left->name, right->name);
	return by_name != 0 ? by_name : (left > right) - (left < right);
}

/*
 * Orders the fields by their names, which differ; else the reason is of the first that has been
 * there before.
 */
static bool
order_fields(struct schema *out, struct arena *arena, struct buf *why)
{
	const struct schema_field *twin = NULL;
	out->by_name = arena_take(arena, out->count * sizeof *out->by_name);
	for (size_t i = 0; i < out->count; i++)
		out->by_name[i] = &out->field[i];
	qsort(out->by_name, out->count, sizeof *out->by_name, order);
	for (size_t i = 1; i < out->count; i++) {
		const struct schema_field *field = out->by_name[i];
		if (slice_same(out->by_name[i - 1]->name, field->name) &&
			(twin == NULL || field < twin))
			twin = field;
	}
	return twin == NULL ||
		fail_field(twin, json_member(twin->json, "name"), "has been there before", why);
}

bool
schema_parse(struct schema *out, struct slice text, struct arena *arena, struct buf *why)
{
	const struct json *top = json_parse(text, arena, why);
	if (top == NULL)
		return false;
	const struct json *fields = json_member(top, "fields");
	if (fields == NULL || fields->kind != JSON_ARRAY)
		return fail(why, top, "no object with an array 'fields'");
	size_t count = 0;
	for (const struct json *f = fields->first; f != NULL; f = f->next)
		count++;
	*out = (struct schema){.field = arena_take(arena, count * sizeof *out->field), .json = top};
	for (const struct json *f = fields->first; f != NULL; f = f->next)
		if (!take_field(out, f, why))
			return false;
	return order_fields(out, arena, why);
}

bool
schema_text(const struct json *value, struct slice *out)
{
	switch (value->kind) {
	case JSON_STRING:
	case JSON_NUMBER:
		*out = value->text;
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		*out = slice_of(value->kind == JSON_TRUE ? "true" : "false");
		return true;
	default:
		return false;
	}
}

const struct json *
schema_text_of(const struct json *member)
{
	return member->kind == JSON_OBJECT ? json_member(member, "value") : member;
}

const char *
schema_texts(const struct json *list, struct schema_texts *out, struct arena *arena,
	const struct json **at)
{
	size_t count = 0;
	*at = list;
	if (list->kind != JSON_ARRAY)
		return "not an array";
	for (const struct json *m = list->first; m != NULL; m = m->next)
		count++;
	struct slice *text = arena_take(arena, count * sizeof *text);
	*out = (struct schema_texts){.at = text};
	for (const struct json *m = list->first; m != NULL; m = m->next) {
		const struct json *value = schema_text_of(m);
		*at = m;
		if (value == NULL || !schema_text(value, &text[out->count++]))
			return "neither text nor number in";
	}
	return NULL;
}

const struct json *
schema_missing(const struct schema *schema, const struct schema_field *field)
{
	const struct json *list = json_member(field->json, "missingValues");
	return list != NULL ? list : json_member(schema->json, "missingValues");
}

const struct schema_field *
schema_find(const struct schema *schema, struct slice name)
{
	size_t low = 0, high = schema->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int way = slice_order(name, schema->by_name[middle]->name);
		if (way == 0)
			return schema->by_name[middle];
		if (way > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
