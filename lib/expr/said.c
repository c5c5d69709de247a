#include "expr/said.h"

#include <string.h>

#include "msg.h"
#include "schema/json.h"
#include "schema/schema-file.h"

/* What is to be written around the name of a column, so that it becomes what we read. */
struct remedy {
	struct buf before;
	struct buf behind;
};

/* A member of a field that is there, and is not what it is where it is not there. */
static const struct json *
find_form(const struct schema_field *field, const char *name, const char *usual)
{
	const struct json *m = json_member(field->json, name);
	return m != NULL && m->kind == JSON_STRING && slice_is(m->text, usual) ? NULL : m;
}

static void
add_text(struct buf *out, const char *before, const struct json *member, const char *behind)
{
	char text[SHOWN_MAX];
	buf_format(out, "%s%s%s", before, shown(text, member->text.at, member->text.len), behind);
}

static const char *
end_text(struct buf *text, struct arena *arena)
{
	const char *kept = arena_keep(arena, text->at, text->len);
	buf_clear(text);
	return kept;
}

static void
set_form(struct program_said *said, const struct json *member, struct remedy *remedy,
	struct arena *arena)
{
	said->type = VECTOR_NULL;
	said->form = arena_keep(arena, member->name.at, member->name.len);
	said->before = end_text(&remedy->before, arena);
	said->behind = end_text(&remedy->behind, arena);
}

static void
take_number(struct program_said *said, const struct schema_field *field, struct arena *arena)
{
	struct remedy remedy = {0};
	const struct json *point = find_form(field, "decimalChar", ".");
	const struct json *group = find_form(field, "groupChar", "");
	const struct json *bare = json_member(field->json, "bareNumber");
	said->type = VECTOR_NUMBER;
	bare = bare != NULL && bare->kind != JSON_TRUE ? bare : NULL;
	if (point == NULL && group == NULL && bare == NULL)
		return;
	buf_text(&remedy.before, "num(");
	if (point != NULL) {
		buf_text(&remedy.before, "replace(");
		add_text(&remedy.behind, ", \"", point, "\", \".\")");
	}
	if (group != NULL) {
		struct buf rest = remedy.behind;
		remedy.behind = (struct buf){0};
		buf_text(&remedy.before, "replace(");
		add_text(&remedy.behind, ", \"", group, "\", \"\")");
		buf_add(&remedy.behind, rest.at, rest.len);
		buf_clear(&rest);
	}
	if (bare != NULL) {
		struct buf rest = remedy.behind;
		remedy.behind = (struct buf){0};
		buf_text(&remedy.before, "extract(");
		buf_text(&remedy.behind, ", /[-+]?[0-9](.*[0-9])?/)");
		buf_add(&remedy.behind, rest.at, rest.len);
		buf_clear(&rest);
	}
	buf_byte(&remedy.behind, ')');
	set_form(said, group != NULL ? group : point != NULL ? point : bare, &remedy, arena);
}

/* Formats of what is read as a time anyway. */
static bool
is_iso(const struct json *format)
{
	static const char *const forms[] = {"any", "%F", "%F %T", "%FT%T", "%FT%TZ", "%Y-%m-%d",
		"%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
		"%Y-%m-%dT%H:%M:%SZ"};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (format->kind == JSON_STRING && slice_is(format->text, forms[i]))
			return true;
	return false;
}

/* A time without a date is none of ours: as text it is in order, unless it has a format. */
static void
take_time(struct program_said *said, const struct schema_field *field, struct arena *arena)
{
	struct remedy remedy = {0};
	const struct json *format = find_form(field, "format", "default");
	bool is_time = field->kind == SCHEMA_IS_TIME;
	said->type = is_time ? VECTOR_NULL : VECTOR_TIME;
	if (format == NULL || is_iso(format))
		return;
	buf_text(&remedy.before, is_time ? "parse_time(concat(\"1970-01-01 \", " : "parse_time(");
	add_text(&remedy.behind, is_time ? "), \"%Y-%m-%d " : ", \"", format, "\")");
	set_form(said, format, &remedy, arena);
}

static void
take_kind(struct program_said *said, const struct schema_field *field, struct arena *arena)
{
	switch (field->kind) {
	case SCHEMA_IS_STRING:
		said->type = VECTOR_TEXT;
		break;
	case SCHEMA_IS_YEAR:
		said->type = VECTOR_NUMBER;
		break;
	case SCHEMA_IS_INTEGER:
	case SCHEMA_IS_NUMBER:
		take_number(said, field, arena);
		break;
	case SCHEMA_IS_DATE:
	case SCHEMA_IS_TIME:
	case SCHEMA_IS_DATETIME:
		take_time(said, field, arena);
		break;
	default:
		break;
	}
}

/* The empty value is null anyway. */
static void
take_missing(const char *path, struct program_said *said, const struct schema *schema,
	const struct schema_field *field, struct arena *arena)
{
	struct schema_texts texts = schema_read_missing(path, schema, field, arena);
	if (texts.count == 0)
		return;
	struct slice *missing = arena_take(arena, texts.count * sizeof *missing);
	said->missing = missing;
	for (size_t i = 0; i < texts.count; i++)
		if (texts.at[i].len != 0)
			missing[said->missings++] = texts.at[i];
}

/* The one column of each field, in the arena; SIZE_MAX: none, or several. */
static size_t *
find_columns(const struct schema *schema, const struct header *header, struct arena *arena)
{
	size_t *column = arena_take(arena, (schema->count + 1) * sizeof *column);
	bool *is_met = arena_take(arena, (schema->count + 1) * sizeof *is_met);
	memset(is_met, false, schema->count * sizeof *is_met);
	memset(column, 0xff, schema->count * sizeof *column);
	for (size_t i = 0; i < header->count; i++) {
		const struct schema_field *field = schema_find(schema, header->name[i]);
		if (field == NULL)
			continue;
		size_t at = (size_t)(field - schema->field);
		column[at] = is_met[at] ? SIZE_MAX : i;
		is_met[at] = true;
	}
	return column;
}

static _Noreturn void
die_lacking(const char *path, const struct header *header, struct slice name)
{
	size_t column;
	struct buf why = {0};
	(void)columns_named(header, name, &column, &why);
	buf_byte(&why, '\0');
	die(END_SETUP, "%s: %s", path, why.at);
}

const struct program_said *
said_read(const char *path, const struct header *header, bool has_some, struct arena *arena)
{
	if (header->count == 0)
		return NULL;
	struct program_said *said = arena_take(arena, header->count * sizeof *said);
	memset(said, 0, header->count * sizeof *said);
	struct schema schema = schema_read(path, arena);
	const size_t *column = find_columns(&schema, header, arena);
	for (size_t i = 0; i < schema.count; i++) {
		const struct schema_field *field = &schema.field[i];
		if (column[i] == SIZE_MAX && !has_some)
			die_lacking(path, header, field->name);
		if (column[i] == SIZE_MAX)
			continue;
		take_kind(&said[column[i]], field, arena);
		take_missing(path, &said[column[i]], &schema, field, arena);
	}
	return said;
}
