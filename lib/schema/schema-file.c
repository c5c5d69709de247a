#include "schema/schema-file.h"

#include "in.h"
#include "msg.h"
#include "schema/json.h"

struct schema
schema_read(const char *path, struct arena *arena)
{
	struct schema schema = {0};
	struct buf text = {0}, why = {0};
	in_read_all(path, &text);
	struct slice kept = {arena_keep(arena, text.at, text.len), text.len};
	if (!schema_parse(&schema, kept, arena, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "%s: %s", path, why.at);
	}
	buf_clear(&text);
	return schema;
}

static const char *const of_schema[] = {
	"fields", "fieldsMatch", "missingValues", "primaryKey", "uniqueKeys", "foreignKeys", NULL};
static const char *const of_field[] = {"name", "type", "format", "constraints", "missingValues",
	"trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber", NULL};
static const char *const of_constraints[] = {"required", "unique", "minimum", "maximum",
	"exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "enum", NULL};

static bool
is_same_letter(char a, char b)
{
	return a == b || ((a ^ b) == 0x20 && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
}

/* Is one letter wrong, lacking, too many, or two the wrong way round; or only their case? */
static bool
is_slip(struct slice a, struct slice b)
{
	while (a.len != 0 && b.len != 0 && is_same_letter(*a.at, *b.at)) {
		a = (struct slice){a.at + 1, a.len - 1};
		b = (struct slice){b.at + 1, b.len - 1};
	}
	while (a.len != 0 && b.len != 0 && is_same_letter(a.at[a.len - 1], b.at[b.len - 1])) {
		a.len--;
		b.len--;
	}
	bool is_swapped = a.len == 2 && b.len == 2 && is_same_letter(a.at[0], b.at[1]) &&
			  is_same_letter(a.at[1], b.at[0]);
	return (a.len <= 1 && b.len <= 1) || is_swapped;
}

static const char *
find_exact(const char *const *names, struct slice word)
{
	while (*names != NULL && !slice_is(word, *names))
		names++;
	return *names;
}

static const char *
find_near(const char *const *names, struct slice word)
{
	while (*names != NULL && !is_slip(word, slice_of(*names)))
		names++;
	return *names;
}

static void
warn_members(const char *path, const struct json *object, const char *const *names, bool is_field)
{
	char text[SHOWN_MAX];
	for (const struct json *m = object->first; m != NULL; m = m->next) {
		if (find_exact(names, m->name) != NULL)
			continue;
		const char *near = find_near(names, m->name);
		const char *inner = is_field ? find_near(of_constraints, m->name) : NULL;
		shown(text, m->name.at, m->name.len);
		if (near != NULL)
			warn("%s: line %zu: '%s' has no meaning; did you mean '%s'?", path, m->line,
				text, near);
		else if (inner != NULL)
			warn("%s: line %zu: '%s' has no meaning here; did you mean '%s' in "
			     "'constraints'?",
				path, m->line, text, inner);
	}
}

void
schema_warn(const char *path, const struct schema *schema)
{
	warn_members(path, schema->json, of_schema, false);
	for (size_t i = 0; i < schema->count; i++)
		warn_members(path, schema->field[i].json, of_field, true);
}
