#include <string.h>

#include "msg.h"
#include "schema/json.h"
#include "schema/schema.h"

/* The types of the standard; those that SCHEMA_TEXT stands for are kept as they are written. */
static const struct {
	const char *name;
	enum schema_type type;
} types[] = {
	{"string", SCHEMA_TEXT},
	{"integer", SCHEMA_INTEGER},
	{"number", SCHEMA_NUMBER},
	{"boolean", SCHEMA_BOOLEAN},
	{"date", SCHEMA_DATE},
	{"time", SCHEMA_TIME},
	{"datetime", SCHEMA_DATETIME},
	{"year", SCHEMA_INTEGER},
	{"yearmonth", SCHEMA_TEXT},
	{"duration", SCHEMA_TEXT},
	{"object", SCHEMA_TEXT},
	{"array", SCHEMA_TEXT},
	{"geopoint", SCHEMA_TEXT},
	{"geojson", SCHEMA_TEXT},
	{"any", SCHEMA_TEXT},
};

static bool
fail(struct buf *why, const struct json *at, const char *reason)
{
	buf_format(why, "line %zu: %s", at->line, reason);
	return false;
}

static bool
take_type(struct schema_field *field, const struct json *type, struct buf *why)
{
	char text[SHOWN_MAX];
	if (type->kind != JSON_STRING)
		return fail(why, type, "a field's type is not a string");
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!slice_is(type->text, types[i].name))
			continue;
		field->type = types[i].type;
		return true;
	}
	buf_format(why, "line %zu: no such type: '%s'", type->line, shown(text, type->text.at, type->text.len));
	return false;
}

static bool
take_field(struct schema *out, const struct json *value, struct buf *why)
{
	const struct json *name = json_member(value, "name");
	const struct json *type = json_member(value, "type");
	if (value->kind != JSON_OBJECT || name == NULL || name->kind != JSON_STRING)
		return fail(why, value, "a field without a name");
	if (schema_find(out, name->text) != NULL)
		return fail(why, name, "the field has been there before");
	struct schema_field *field = &out->field[out->count];
	*field = (struct schema_field){name->text, SCHEMA_TEXT};
	if (type != NULL && !take_type(field, type, why))
		return false;
	out->count++;
	return true;
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
	*out = (struct schema){.field = arena_take(arena, count * sizeof *out->field)};
	for (const struct json *f = fields->first; f != NULL; f = f->next)
		if (!take_field(out, f, why))
			return false;
	return true;
}

const struct schema_field *
schema_find(const struct schema *schema, struct slice name)
{
	for (size_t i = 0; i < schema->count; i++)
		if (slice_same(schema->field[i].name, name))
			return &schema->field[i];
	return NULL;
}
