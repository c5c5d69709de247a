#include "check/rule.h"

#include <string.h>

#include "msg.h"
#include "nearest.h"
#include "number.h"
#include "schema/json.h"

/* A field as it is read, and where the reason goes. */
struct reading {
	struct rule *rule;
	const struct schema_field *field;
	struct arena *arena;
	struct buf *why;
};

static bool
fail(const struct reading *in, const struct json *at, const char *reason)
{
	char text[SHOWN_MAX];
	struct slice name = in->field->name;
	buf_format(in->why, "line %zu: field '%s': %s", at->line, shown(text, name.at, name.len),
		reason);
	return false;
}

static bool
fail_with(const struct reading *in, const struct json *at, const char *reason, struct slice culprit)
{
	char text[SHOWN_MAX];
	fail(in, at, reason);
	buf_format(in->why, ": '%s'", shown(text, culprit.at, culprit.len));
	return false;
}

/* The same of what a member says: its name is first. */
static bool
fail_of(const struct reading *in, const struct json *member, const char *reason,
	struct slice culprit)
{
	char name[SHOWN_MAX], text[SHOWN_MAX];
	fail(in, member, shown(name, member->name.at, member->name.len));
	buf_format(in->why, " %s: '%s'", reason, shown(text, culprit.at, culprit.len));
	return false;
}

static bool
take_texts(const struct reading *in, const struct json *list, struct schema_texts *out)
{
	const struct json *at;
	const char *reason = schema_texts(list, out, in->arena, &at);
	return reason == NULL || fail_with(in, at, reason, list->name);
}

static bool
take_missing(const struct reading *in, const struct schema *schema)
{
	static const struct slice none = {"", 0};
	const struct json *list = schema_missing(schema, in->field);
	in->rule->missing = (struct schema_texts){&none, 1};
	return list == NULL || take_texts(in, list, &in->rule->missing);
}

static bool
take_booleans(const struct reading *in)
{
	static const char *const names[] = {"falseValues", "trueValues"};
	if (in->rule->kind != SCHEMA_IS_BOOLEAN)
		return true;
	for (size_t which = 0; which < 2; which++) {
		const struct json *list = json_member(in->field->json, names[which]);
		struct slice *text = arena_take(in->arena, SCHEMA_BOOLEANS * sizeof *text);
		for (size_t i = 0; i < SCHEMA_BOOLEANS; i++)
			text[i] = slice_of(schema_booleans[which][i]);
		in->rule->booleans[which] = (struct schema_texts){text, SCHEMA_BOOLEANS};
		if (list != NULL && !take_texts(in, list, &in->rule->booleans[which]))
			return false;
	}
	return true;
}

static bool
take_numerals(const struct reading *in)
{
	struct rule *r = in->rule;
	const struct json *point = json_member(in->field->json, "decimalChar");
	const struct json *group = json_member(in->field->json, "groupChar");
	const struct json *bare = json_member(in->field->json, "bareNumber");
	r->point = '.';
	r->is_bare = bare == NULL || bare->kind != JSON_FALSE;
	if (r->kind != SCHEMA_IS_INTEGER && r->kind != SCHEMA_IS_NUMBER)
		return true;
	if (point != NULL && (point->kind != JSON_STRING || point->text.len != 1))
		return fail(in, point, "decimalChar is not one byte");
	if (group != NULL && group->kind != JSON_STRING)
		return fail(in, group, "groupChar is not a string");
	if (point != NULL)
		r->point = *point->text.at;
	if (group != NULL)
		r->group = group->text;
	if (r->group.len == 1 && *r->group.at == r->point)
		return fail(in, group, "groupChar is the same as decimalChar");
	return true;
}

static bool
is_of_dates(enum schema_kind kind)
{
	return kind == SCHEMA_IS_DATE || kind == SCHEMA_IS_TIME || kind == SCHEMA_IS_DATETIME;
}

static bool
take_dates(const struct reading *in, const struct json *format)
{
	struct buf why = {0}, whole = {0};
	size_t at = 0;
	if (in->rule->kind == SCHEMA_IS_TIME)
		buf_text(&whole, "%Y ");
	buf_add(&whole, format->text.at, format->text.len);
	in->rule->format = RULE_OTHER;
	in->rule->dates_text = format->text;
	in->rule->dates =
		date_format_new((struct slice){whole.at, whole.len}, DATE_TO_READ, &why, &at);
	if (in->rule->dates == NULL) {
		buf_byte(&why, '\0');
		fail_with(in, format, why.at, format->text);
	}
	buf_clear(&whole);
	buf_clear(&why);
	return in->rule->dates != NULL;
}

static bool
take_format(const struct reading *in)
{
	static const struct {
		enum schema_kind kind;
		const char *name;
		enum rule_format format;
	} formats[] = {
		{SCHEMA_IS_STRING, "email", RULE_EMAIL},
		{SCHEMA_IS_STRING, "uri", RULE_URI},
		{SCHEMA_IS_STRING, "binary", RULE_BINARY},
		{SCHEMA_IS_STRING, "uuid", RULE_UUID},
		{SCHEMA_IS_DATE, "any", RULE_ANY},
		{SCHEMA_IS_TIME, "any", RULE_ANY},
		{SCHEMA_IS_DATETIME, "any", RULE_ANY},
		{SCHEMA_IS_GEOPOINT, "array", RULE_ARRAY},
		{SCHEMA_IS_GEOPOINT, "object", RULE_OBJECT},
		{SCHEMA_IS_GEOJSON, "topojson", RULE_TOPOJSON},
	};
	const struct json *format = json_member(in->field->json, "format");
	if (format == NULL || (format->kind == JSON_STRING && slice_is(format->text, "default")))
		return true;
	if (format->kind != JSON_STRING)
		return fail(in, format, "the format is not a string");
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (formats[i].kind != in->rule->kind || !slice_is(format->text, formats[i].name))
			continue;
		in->rule->format = formats[i].format;
		return true;
	}
	if (is_of_dates(in->rule->kind) && memchr(format->text.at, '%', format->text.len) != NULL)
		return take_dates(in, format);
	return fail_with(in, format, "no such format of this type", format->text);
}

static bool
take_flag(const struct reading *in, const struct json *value, bool *out)
{
	*out = value->kind == JSON_TRUE;
	return value->kind == JSON_TRUE || value->kind == JSON_FALSE ||
	       fail_with(in, value, "neither true nor false", value->name);
}

/* A rule to read a bound or a choice by: a number of JSON is what it is there, with a point and no
 * groups; a string is written as the values of the field are. */
static struct rule
as_said(const struct rule *r, const struct json *value)
{
	struct rule said = *r;
	if (value->kind != JSON_NUMBER)
		return said;
	said.point = '.';
	said.group.len = 0;
	said.is_bare = true;
	return said;
}

static bool
take_bound(const struct reading *in, const struct json *value, struct rule_bound *out,
	bool is_exclusive)
{
	struct rule *r = in->rule;
	bool is_ordered = r->kind == SCHEMA_IS_INTEGER || r->kind == SCHEMA_IS_NUMBER ||
			  is_of_dates(r->kind) || r->kind == SCHEMA_IS_YEAR ||
			  r->kind == SCHEMA_IS_YEARMONTH;
	if (!is_ordered)
		return fail_with(in, value, "not for this type", value->name);
	if (out->is_there)
		return fail_with(in, value, "the bound has been there before", value->name);
	*out = (struct rule_bound){.is_there = true, .is_exclusive = is_exclusive};
	if (!schema_text(value, &out->text))
		return fail_with(in, value, "neither text nor number", value->name);
	struct rule said = as_said(r, value);
	if (rule_type(&said, out->text, &out->place, in->arena) != CHECK_GOOD)
		return fail_of(in, value, "is not of the field's type", out->text);
	return true;
}

static bool
take_length(const struct reading *in, const struct json *value, size_t *out)
{
	uint64_t length;
	enum schema_kind kind = in->rule->kind;
	if (kind != SCHEMA_IS_STRING && kind != SCHEMA_IS_ANY && kind != SCHEMA_IS_ARRAY &&
		kind != SCHEMA_IS_OBJECT)
		return fail_with(in, value, "not for this type", value->name);
	if (value->kind != JSON_NUMBER || !uint64_parse(value->text, &length))
		return fail_with(in, value, "not a whole number", value->name);
	in->rule->has_length = true;
	*out = (size_t)length;
	return true;
}

static bool
take_pattern(const struct reading *in, const struct json *value)
{
	struct rule *r = in->rule;
	struct buf why = {0};
	size_t at = 0;
	if (value->kind != JSON_STRING)
		return fail(in, value, "the pattern is not a string");
	r->pattern_text = value->text;
	r->pattern = regex_new(value->text, REGEX_WHOLE, &why, &at);
	if (r->pattern == NULL) {
		buf_byte(&why, '\0');
		fail_with(in, value, why.at, value->text);
	}
	buf_clear(&why);
	return r->pattern != NULL;
}

static bool
take_choice(const struct reading *in, const struct json *list, const struct json *value,
	struct slice text)
{
	struct decimal place;
	uint32_t number;
	struct rule said = as_said(in->rule, value);
	bool is_number = said.kind == SCHEMA_IS_INTEGER || said.kind == SCHEMA_IS_NUMBER;
	if (is_number && !rule_is_missing(&said, text) &&
		rule_type(&said, text, &place, in->arena) == CHECK_TYPE)
		return fail_of(in, list, "has what is not of the field's type", text);
	struct slice choice = rule_choice(&said, text, in->arena);
	table_put(in->rule->choices, &choice, 1, &number);
	return true;
}

static bool
take_enum(const struct reading *in, const struct json *list)
{
	struct schema_texts texts;
	const struct slice *text;
	if (!take_texts(in, list, &texts))
		return false;
	in->rule->choices = table_new(0);
	text = texts.at;
	for (const struct json *m = list->first; m != NULL; m = m->next)
		if (!take_choice(in, list, schema_text_of(m), *text++))
			return false;
	return true;
}

static bool
fail_unknown(const struct reading *in, const struct json *value)
{
	struct slice known[SCHEMA_CONSTRAINTS];
	for (size_t i = 0; i < SCHEMA_CONSTRAINTS; i++)
		known[i] = slice_of(schema_constraints[i]);
	fail_with(in, value, "no such constraint", value->name);
	nearest_say(in->why, value->name, known, SCHEMA_CONSTRAINTS);
	return false;
}

static bool
take_constraint(const struct reading *in, const struct json *value)
{
	struct rule *r = in->rule;
	struct slice name = value->name;
	if (slice_is(name, "required"))
		return take_flag(in, value, &r->is_required);
	if (slice_is(name, "unique"))
		return take_flag(in, value, &r->is_unique);
	if (slice_is(name, "minimum") || slice_is(name, "exclusiveMinimum"))
		return take_bound(in, value, &r->minimum, name.len != strlen("minimum"));
	if (slice_is(name, "maximum") || slice_is(name, "exclusiveMaximum"))
		return take_bound(in, value, &r->maximum, name.len != strlen("maximum"));
	if (slice_is(name, "minLength"))
		return take_length(in, value, &r->min_length);
	if (slice_is(name, "maxLength"))
		return take_length(in, value, &r->max_length);
	if (slice_is(name, "pattern"))
		return take_pattern(in, value);
	if (slice_is(name, "enum"))
		return take_enum(in, value);
	return fail_unknown(in, value);
}

static bool
check_booleans(const struct reading *in)
{
	const struct schema_texts *no = &in->rule->booleans[0], *yes = &in->rule->booleans[1];
	for (size_t i = 0; i < no->count; i++)
		for (size_t k = 0; k < yes->count; k++)
			if (slice_same(no->at[i], yes->at[k]))
				return fail_with(in, in->field->json,
					"both of trueValues and falseValues", no->at[i]);
	return true;
}

/* Could any value be within them? */
static bool
check_bounds(const struct reading *in, const struct json *constraints)
{
	char low[SHOWN_MAX], high[SHOWN_MAX];
	const struct rule *r = in->rule;
	const struct rule_bound *a = &r->minimum, *b = &r->maximum;
	if (r->has_length && r->min_length > r->max_length) {
		fail(in, constraints, "minLength is above maxLength");
		buf_format(in->why, ": %zu and %zu", r->min_length, r->max_length);
		return false;
	}
	if (!a->is_there || !b->is_there)
		return true;
	int order = decimal_order(a->place, b->place);
	if (order < 0 || (order == 0 && !a->is_exclusive && !b->is_exclusive))
		return true;
	fail(in, constraints,
		order > 0 ? "minimum is above maximum" : "nothing is within minimum and maximum");
	buf_format(in->why, ": '%s' and '%s'", shown(low, a->text.at, a->text.len),
		shown(high, b->text.at, b->text.len));
	return false;
}

bool
rule_init(struct rule *r, const struct schema *schema, const struct schema_field *field,
	struct arena *arena, struct buf *why)
{
	struct reading in = {r, field, arena, why};
	const struct json *constraints = json_member(field->json, "constraints");
	*r = (struct rule){.name = field->name, .kind = field->kind, .max_length = SIZE_MAX};
	if (!take_missing(&in, schema) || !take_numerals(&in) || !take_format(&in) ||
		!take_booleans(&in) || !check_booleans(&in))
		return false;
	if (constraints == NULL)
		return true;
	if (constraints->kind != JSON_OBJECT)
		return fail(&in, constraints, "the constraints are not an object");
	for (const struct json *m = constraints->first; m != NULL; m = m->next)
		if (!take_constraint(&in, m))
			return false;
	return check_bounds(&in, constraints);
}

void
rule_clear(struct rule *r)
{
	date_format_free(r->dates);
	regex_free(r->pattern);
	table_free(r->choices);
}
