#include "check/fit.h"

#include <stdlib.h>

#include "msg.h"
#include "schema/json.h"

enum { NAMES_SHOWN = 8 };

static const char *const fits[] = {"exact", "equal", "subset", "superset", "partial"};

bool
fit_read(const struct schema *schema, enum fit *out, struct buf *why)
{
	const struct json *value = json_member(schema->json, "fieldsMatch");
	char text[SHOWN_MAX];
	*out = FIT_EXACT;
	if (value == NULL)
		return true;
	/* Version 2.0 of the standard has it as an array of one. */
	if (value->kind == JSON_ARRAY && value->first != NULL && value->first->next == NULL)
		value = value->first;
	for (size_t i = 0; i < sizeof fits / sizeof *fits; i++) {
		if (value->kind != JSON_STRING || !slice_is(value->text, fits[i]))
			continue;
		*out = (enum fit)i;
		return true;
	}
	buf_format(why,
		"line %zu: fieldsMatch is none of exact, equal, subset, superset, partial: '%s'",
		value->line, shown(text, value->text.at, value->text.len));
	return false;
}

/* Appends the next of a list of names behind what is said of them. */
static void
say_name(struct buf *why, const char *what, struct slice name, size_t *count)
{
	char text[SHOWN_MAX];
	if (*count == 0)
		buf_format(why, "%s%s", why->len != 0 ? "; " : "", what);
	if (*count < NAMES_SHOWN)
		buf_format(why, "%s'%s'", *count == 0 ? " " : ", ", shown(text, name.at, name.len));
	else if (*count == NAMES_SHOWN)
		buf_text(why, ", ...");
	++*count;
}

static size_t
say_lacking(const struct schema *schema, const bool *is_seen, struct buf *why)
{
	size_t count = 0;
	for (size_t i = 0; i < schema->count; i++)
		if (!is_seen[i])
			say_name(why, "no column", schema->field[i].name, &count);
	return count;
}

static size_t
say_extra(const struct header *header, const struct schema_field *const *field, struct buf *why)
{
	size_t count = 0;
	for (size_t i = 0; i < header->count; i++)
		if (field[i] == NULL)
			say_name(why, "not in the schema", header->name[i], &count);
	return count;
}

/* Notes which fields of the schema the header has. */
static size_t
say_twice(const struct schema *schema, const struct header *header,
	const struct schema_field *const *field, bool *is_seen, struct buf *why)
{
	size_t count = 0;
	for (size_t i = 0; i < header->count; i++) {
		if (field[i] == NULL)
			continue;
		bool *seen = &is_seen[field[i] - schema->field];
		if (*seen)
			say_name(why, "twice in the header", header->name[i], &count);
		*seen = true;
	}
	return count;
}

/* What nearly all are: the same names in the same order, which fits whatever is asked for. */
static bool
fits_exactly(
	const struct schema *schema, const struct header *header, const struct schema_field **field)
{
	if (schema->count != header->count)
		return false;
	for (size_t i = 0; i < header->count; i++) {
		if (!slice_same(header->name[i], schema->field[i].name))
			return false;
		field[i] = &schema->field[i];
	}
	return true;
}

static bool
say_order(const struct schema *schema, const struct header *header, struct buf *why)
{
	for (size_t i = 0; i < header->count; i++) {
		char text[SHOWN_MAX], other[SHOWN_MAX];
		struct slice is = header->name[i], should = schema->field[i].name;
		if (slice_same(is, should))
			continue;
		buf_format(why, "column %zu is '%s', and '%s' in the schema", i + 1,
			shown(text, is.at, is.len), shown(other, should.at, should.len));
		return true;
	}
	return false;
}

static bool
fit_places(const struct schema *schema, const struct header *header,
	const struct schema_field **field, struct buf *why)
{
	for (size_t i = 0; i < header->count && i < schema->count; i++)
		field[i] = &schema->field[i];
	if (schema->count != header->count)
		buf_format(why, "%zu column%s, and %zu in the schema", header->count,
			plural(header->count), schema->count);
	return schema->count == header->count;
}

/* What would let it fit. */
static void
say_remedy(enum fit fit, size_t lacking, size_t extra, struct buf *why)
{
	if (fit == FIT_EXACT && lacking + extra == 0)
		buf_text(why, " (\"fieldsMatch\": \"equal\" in the schema allows any order)");
	else if (lacking == 0)
		buf_text(why, " (\"fieldsMatch\": \"subset\" in the schema allows more columns)");
	else if (extra == 0)
		buf_text(
			why, " (\"fieldsMatch\": \"superset\" in the schema allows fewer columns)");
}

/* Where the names are not simply the same in the same order. */
static bool
fit_names(const struct schema *schema, enum fit fit, const struct header *header,
	const struct schema_field **field, bool *is_seen, struct buf *why)
{
	size_t found = 0;
	for (size_t i = 0; i < header->count; i++) {
		field[i] = schema_find(schema, header->name[i]);
		found += field[i] != NULL;
	}
	if (say_twice(schema, header, field, is_seen, why) != 0)
		return false;
	if (fit == FIT_PARTIAL && found == 0)
		buf_text(why, "none of its columns is in the schema");
	if (fit == FIT_PARTIAL)
		return found != 0;
	size_t lacking = fit != FIT_SUPERSET ? say_lacking(schema, is_seen, why) : 0;
	size_t extra = fit != FIT_SUBSET ? say_extra(header, field, why) : 0;
	bool good = lacking + extra == 0 && (fit != FIT_EXACT || !say_order(schema, header, why));
	if (!good)
		say_remedy(fit, lacking, extra, why);
	return good;
}

bool
fit_columns(const struct schema *schema, enum fit fit, const struct header *header, bool has_names,
	const struct schema_field **field, struct buf *why)
{
	if (!has_names)
		return fit_places(schema, header, field, why);
	if (fits_exactly(schema, header, field))
		return true;
	bool *is_seen = xcalloc(schema->count + 1, sizeof *is_seen);
	bool good = fit_names(schema, fit, header, field, is_seen, why);
	free(is_seen);
	return good;
}
