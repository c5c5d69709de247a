#include "check/drift.h"

#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "schema/json.h"

/* Two fields of the same name, and where what is found goes. */
struct pair {
	struct drift *drift;
	struct arena *arena;
	const struct schema_field *field[2];
	const struct rule *rule[2];
};

bool
drift_side_init(
	struct drift_side *side, const struct schema *schema, struct arena *arena, struct buf *why)
{
	*side = (struct drift_side){.schema = schema};
	side->rule = xcalloc(schema->count, sizeof *side->rule);
	for (size_t i = 0; i < schema->count; i++)
		if (!rule_init(&side->rule[i], schema, &schema->field[i], arena, why))
			return false;
	return true;
}

void
drift_side_clear(struct drift_side *side)
{
	for (size_t i = 0; i < side->schema->count; i++)
		rule_clear(&side->rule[i]);
	free(side->rule);
}

static void
add(struct drift *d, struct drift_item item)
{
	d->item = xrealloc(d->item, d->count + 1, sizeof *d->item);
	d->item[d->count++] = item;
}

static struct slice
text_of(const struct json *value, struct arena *arena)
{
	struct buf text = {0};
	if (value == NULL)
		return (struct slice){"", 0};
	if (value->kind == JSON_STRING || value->kind == JSON_NUMBER)
		return value->text;
	json_print(value, &text);
	struct slice kept = {arena_keep(arena, text.at, text.len), text.len};
	buf_clear(&text);
	return kept;
}

static bool
is_same(const struct json *a, const struct json *b, struct arena *arena)
{
	if (a == NULL || b == NULL)
		return a == b;
	return a->kind == b->kind && slice_same(text_of(a, arena), text_of(b, arena));
}

/* Is each value of one type one of the other? */
static bool
is_part(enum schema_kind a, enum schema_kind b)
{
	switch (b) {
	case SCHEMA_IS_ANY:
	case SCHEMA_IS_STRING:
		return a != SCHEMA_IS_ANY || b == SCHEMA_IS_ANY;
	case SCHEMA_IS_NUMBER:
		return a == SCHEMA_IS_INTEGER || a == SCHEMA_IS_YEAR;
	case SCHEMA_IS_INTEGER:
		return a == SCHEMA_IS_YEAR;
	case SCHEMA_IS_OBJECT:
		return a == SCHEMA_IS_GEOJSON;
	default:
		return false;
	}
}

static enum drift_change
direction(bool is_wider, bool is_narrower)
{
	return is_wider == is_narrower ? DRIFT_CHANGED : is_wider ? DRIFT_WIDER : DRIFT_NARROWER;
}

static enum drift_change
compare_types(const struct pair *p)
{
	enum schema_kind before = p->rule[0]->kind, after = p->rule[1]->kind;
	return direction(is_part(before, after), is_part(after, before));
}

/* sign is 1 where a higher bound lets less in, -1 where it lets more in. */
static enum drift_change
compare_bounds(
	const struct rule_bound *before, const struct rule_bound *after, bool is_alike, int sign)
{
	if (!before->is_there || !after->is_there)
		return after->is_there ? DRIFT_NARROWER : DRIFT_WIDER;
	if (!is_alike)
		return DRIFT_CHANGED;
	int order = sign * decimal_order(after->place, before->place);
	if (order == 0)
		order = after->is_exclusive - before->is_exclusive;
	return direction(order < 0, order > 0);
}

/* Is each choice of one rule one of the other? */
static bool
is_subset(const struct rule *a, const struct rule *b)
{
	for (uint32_t i = 0; i < table_count(a->choices); i++) {
		uint32_t number;
		struct slice choice = table_key(a->choices, i);
		table_find(b->choices, &choice, 1, &number);
		if (number == TABLE_NONE)
			return false;
	}
	return true;
}

static enum drift_change
compare_choices(const struct rule *before, const struct rule *after)
{
	if (before->choices == NULL || after->choices == NULL)
		return after->choices != NULL ? DRIFT_NARROWER : DRIFT_WIDER;
	return direction(is_subset(before, after), is_subset(after, before));
}

static enum drift_change
compare_flags(bool before, bool after)
{
	return direction(before && !after, after && !before);
}

static bool
is_number(enum schema_kind kind)
{
	return kind == SCHEMA_IS_INTEGER || kind == SCHEMA_IS_NUMBER || kind == SCHEMA_IS_YEAR;
}

/* Which way has a constraint changed? */
static enum drift_change
compare(const struct pair *p, const char *what, const struct json *before, const struct json *after)
{
	const struct rule *a = p->rule[0], *b = p->rule[1];
	bool is_alike = a->kind == b->kind || (is_number(a->kind) && is_number(b->kind));
	if (strcmp(what, "required") == 0)
		return compare_flags(a->is_required, b->is_required);
	if (strcmp(what, "unique") == 0)
		return compare_flags(a->is_unique, b->is_unique);
	if (strcmp(what, "minimum") == 0 || strcmp(what, "exclusiveMinimum") == 0)
		return compare_bounds(&a->minimum, &b->minimum, is_alike, 1);
	if (strcmp(what, "maximum") == 0 || strcmp(what, "exclusiveMaximum") == 0)
		return compare_bounds(&a->maximum, &b->maximum, is_alike, -1);
	if (strcmp(what, "minLength") == 0)
		return direction(b->min_length < a->min_length, b->min_length > a->min_length);
	if (strcmp(what, "maxLength") == 0)
		return direction(b->max_length > a->max_length, b->max_length < a->max_length);
	if (strcmp(what, "enum") == 0)
		return compare_choices(a, b);
	if (before != NULL && after != NULL)
		return DRIFT_CHANGED;
	return after != NULL ? DRIFT_NARROWER : DRIFT_WIDER;
}

static bool
is_same_bound(const struct rule_bound *a, const struct rule_bound *b, const struct json *before,
	const struct json *after)
{
	return before != NULL && after != NULL && decimal_order(a->place, b->place) == 0;
}

/* Do both mean the same, however they are written?  A flag that is not there is false. */
static bool
means_same(const struct pair *p, const char *what, const struct json *before,
	const struct json *after)
{
	const struct rule *a = p->rule[0], *b = p->rule[1];
	if (strcmp(what, "required") == 0)
		return a->is_required == b->is_required;
	if (strcmp(what, "unique") == 0)
		return a->is_unique == b->is_unique;
	if (is_same(before, after, p->arena))
		return true;
	if (a->kind != b->kind)
		return false;
	if (strcmp(what, "minimum") == 0 || strcmp(what, "exclusiveMinimum") == 0)
		return is_same_bound(&a->minimum, &b->minimum, before, after);
	if (strcmp(what, "maximum") == 0 || strcmp(what, "exclusiveMaximum") == 0)
		return is_same_bound(&a->maximum, &b->maximum, before, after);
	return strcmp(what, "enum") == 0 && before != NULL && after != NULL && is_subset(a, b) &&
	       is_subset(b, a);
}

static void
add_member(const struct pair *p, enum drift_change change, const char *what,
	const struct json *before, const struct json *after)
{
	add(p->drift, (struct drift_item){
			      .field = p->field[1]->name,
			      .change = change,
			      .what = what,
			      .before = text_of(before, p->arena),
			      .after = text_of(after, p->arena),
		      });
}

static void
compare_constraints(const struct pair *p)
{
	const struct json *list[2];
	for (size_t i = 0; i < 2; i++)
		list[i] = json_member(p->field[i]->json, "constraints");
	for (size_t i = 0; i < SCHEMA_CONSTRAINTS; i++) {
		const char *name = schema_constraints[i];
		const struct json *before = list[0] != NULL ? json_member(list[0], name) : NULL;
		const struct json *after = list[1] != NULL ? json_member(list[1], name) : NULL;
		if (!means_same(p, name, before, after))
			add_member(p, compare(p, name, before, after), name, before, after);
	}
}

/* A member of a field; NULL too where it says what is so without it. */
static const struct json *
unless(const struct pair *p, size_t side, const char *name, const char *usual)
{
	const struct json *m = json_member(p->field[side]->json, name);
	bool is_usual = m != NULL && usual != NULL && slice_is(text_of(m, p->arena), usual);
	return is_usual ? NULL : m;
}

static void
compare_fields(const struct pair *p)
{
	static const struct {
		const char *name;
		const char *usual; /* what is the same as nothing */
	} names[] = {{"format", "default"}, {"missingValues", NULL}, {"trueValues", NULL},
		{"falseValues", NULL}, {"decimalChar", "."}, {"groupChar", ""},
		{"bareNumber", "true"}};
	if (p->rule[0]->kind != p->rule[1]->kind)
		add(p->drift, (struct drift_item){
				      .field = p->field[1]->name,
				      .change = compare_types(p),
				      .what = "type",
				      .before = slice_of(schema_kind_name(p->rule[0]->kind)),
				      .after = slice_of(schema_kind_name(p->rule[1]->kind)),
			      });
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct json *before = unless(p, 0, names[i].name, names[i].usual);
		const struct json *after = unless(p, 1, names[i].name, names[i].usual);
		if (!is_same(before, after, p->arena))
			add_member(p, DRIFT_CHANGED, names[i].name, before, after);
	}
	compare_constraints(p);
}

/* Where the fields of the new schema are in the old one; SIZE_MAX: nowhere. */
static size_t *
find_places(const struct schema *before, const struct schema *after)
{
	size_t *place = xmalloc((after->count + 1) * sizeof *place);
	for (size_t i = 0; i < after->count; i++) {
		const struct schema_field *field = schema_find(before, after->field[i].name);
		place[i] = field != NULL ? (size_t)(field - before->field) : SIZE_MAX;
	}
	return place;
}

/*
 * Which of them have moved: those that are not among the most that are in the same order as before,
 * the longest ascending sequence.  ends[n] is where the lowest end of one of n + 1 is.
 */
static bool *
find_moved(const size_t *place, size_t count)
{
	bool *moved = xcalloc(count + 1, sizeof *moved);
	size_t *ends = xcalloc(count + 1, sizeof *ends);
	size_t *previous = xcalloc(count + 1, sizeof *previous);
	size_t longest = 0;
	for (size_t i = 0; i < count; i++) {
		size_t low = 0, high = longest;
		if (place[i] == SIZE_MAX)
			continue;
		moved[i] = true;
		while (low < high) {
			size_t middle = (low + high) / 2;
			if (place[ends[middle]] < place[i])
				low = middle + 1;
			else
				high = middle;
		}
		previous[i] = low > 0 ? ends[low - 1] : 0;
		ends[low] = i;
		longest = low == longest ? longest + 1 : longest;
	}
	for (size_t i = longest != 0 ? ends[longest - 1] : 0; longest > 0; longest--) {
		moved[i] = false;
		i = previous[i];
	}
	free(ends);
	free(previous);
	return moved;
}

static struct slice
position(size_t place, struct arena *arena)
{
	char *text = arena_take(arena, INTEGER_PRINT_MAX);
	return (struct slice){text, uint64_print(text, place + 1)};
}

/* A name is the same as an array of it. */
static struct slice
text_of_member(const struct json *schema, const char *name, const char *unless, struct arena *arena)
{
	const struct json *value = json_member(schema, name);
	if (value == NULL)
		return slice_of(unless);
	if (value->kind == JSON_ARRAY && value->first != NULL && value->first->next == NULL)
		value = value->first;
	return text_of(value, arena);
}

static void
compare_schemas(
	struct drift *d, const struct json *before, const struct json *after, struct arena *arena)
{
	static const struct {
		const char *name;
		const char *unless;
	} members[] = {
		{"missingValues", ""},
		{"primaryKey", ""},
		{"uniqueKeys", ""},
		{"foreignKeys", ""},
		{"fieldsMatch", "exact"},
	};
	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		const char *name = members[i].name;
		struct slice a = text_of_member(before, name, members[i].unless, arena);
		struct slice b = text_of_member(after, name, members[i].unless, arena);
		if (!slice_same(a, b))
			add(d, (struct drift_item){{"", 0}, DRIFT_CHANGED, name, a, b});
	}
}

static void
add_field(struct drift *d, const struct schema_field *field, enum drift_change change)
{
	struct slice type = slice_of(schema_kind_name(field->kind)), none = {"", 0};
	add(d, (struct drift_item){
		       .field = field->name,
		       .change = change,
		       .what = "field",
		       .before = change == DRIFT_REMOVED ? type : none,
		       .after = change == DRIFT_ADDED ? type : none,
	       });
}

void
drift_find(struct drift *d, const struct drift_side *before, const struct drift_side *after,
	struct arena *arena)
{
	const struct schema *old = before->schema, *new = after->schema;
	size_t *place = find_places(old, new);
	bool *moved = find_moved(place, new->count);
	*d = (struct drift){0};
	for (size_t i = 0; i < new->count; i++) {
		size_t at = place[i];
		if (at == SIZE_MAX) {
			add_field(d, &new->field[i], DRIFT_ADDED);
			continue;
		}
		if (moved[i])
			add(d, (struct drift_item){new->field[i].name, DRIFT_MOVED, "field",
				       position(at, arena), position(i, arena)});
		compare_fields(&(struct pair){d, arena, {&old->field[at], &new->field[i]},
			{&before->rule[at], &after->rule[i]}});
	}
	for (size_t i = 0; i < old->count; i++)
		if (schema_find(new, old->field[i].name) == NULL)
			add_field(d, &old->field[i], DRIFT_REMOVED);
	compare_schemas(d, old->json, new->json, arena);
	free(place);
	free(moved);
}

void
drift_clear(struct drift *d)
{
	free(d->item);
}

const char *
drift_change_name(enum drift_change change)
{
	static const char *const names[] = {
		"added", "removed", "moved", "wider", "narrower", "changed"};
	return names[change];
}
