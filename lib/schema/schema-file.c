#include "schema/schema-file.h"

#include <string.h>

#include "in.h"
#include "msg.h"
#include "schema/json.h"

struct schema
schema_read(const char *path, struct arena *arena)
{
	struct schema schema = {0};
	struct buf text = {0}, why = {0};
	in_read_all(path, &text);
	/* Some editors begin a file with a byte order mark. */
	size_t mark = text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct slice kept = {arena_keep(arena, text.at + mark, text.len - mark), text.len - mark};
	if (!schema_parse(&schema, kept, arena, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "%s: %s", path, why.at);
	}
	buf_clear(&text);
	return schema;
}

struct schema_texts
schema_read_missing(const char *path, const struct schema *schema, const struct schema_field *field,
	struct arena *arena)
{
	struct schema_texts texts = {0};
	const struct json *at, *list = schema_missing(schema, field);
	const char *reason = list != NULL ? schema_texts(list, &texts, arena, &at) : NULL;
	if (reason != NULL) {
		char text[SHOWN_MAX];
		die(END_SETUP, "%s: line %zu: field '%s': %s: 'missingValues'", path, at->line,
			shown(text, field->name.at, field->name.len), reason);
	}
	return texts;
}

/* Some names that have a meaning. */
struct names {
	const char *const *at;
	size_t count;
};

static const char *const of_schema[] = {
	"fields", "fieldsMatch", "missingValues", "primaryKey", "uniqueKeys", "foreignKeys"};
static const char *const of_field[] = {"name", "type", "format", "constraints", "missingValues",
	"trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber"};
static const struct names schema_names = {of_schema, sizeof of_schema / sizeof *of_schema};
static const struct names field_names = {of_field, sizeof of_field / sizeof *of_field};
static const struct names constraint_names = {schema_constraints, SCHEMA_CONSTRAINTS};

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

/* The one that is the word, or else may have been meant; NULL: none. */
static const char *
find_near(const struct names *names, struct slice word, bool *is_exact)
{
	const char *near = NULL;
	*is_exact = false;
	for (size_t i = 0; i < names->count && !*is_exact; i++) {
		*is_exact = slice_is(word, names->at[i]);
		if (*is_exact || (near == NULL && is_slip(word, slice_of(names->at[i]))))
			near = names->at[i];
	}
	return near;
}

static void
warn_members(const char *path, const struct json *object, const struct names *names,
	const struct names *inner_names)
{
	char text[SHOWN_MAX];
	for (const struct json *m = object->first; m != NULL; m = m->next) {
		bool is_exact, is_inner;
		const char *near = find_near(names, m->name, &is_exact);
		if (is_exact)
			continue;
		const char *inner =
			inner_names != NULL ? find_near(inner_names, m->name, &is_inner) : NULL;
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
	warn_members(path, schema->json, &schema_names, NULL);
	for (size_t i = 0; i < schema->count; i++)
		warn_members(path, schema->field[i].json, &field_names, &constraint_names);
}
