#include "check/check.h"

#include <stdlib.h>
#include <string.h>

#include "check/fit.h"
#include "msg.h"
#include "schema/json.h"

static bool
fail_at(struct buf *why, const struct json *at, const char *reason)
{
	buf_format(why, "line %zu: %s", at->line, reason);
	return false;
}

/* While the keys of a schema are read. */
struct keying {
	struct check *check;
	const struct schema *schema;
	size_t *column;   /* of each field; SIZE_MAX: none */
	size_t *last_key; /* that has the column, from 1 */
	struct buf *why;
};

static struct check_key *
add_key(struct check *c, size_t columns, enum check_fault fault)
{
	if ((c->keys & (c->keys - 1)) == 0)
		c->key = xrealloc(c->key, c->keys != 0 ? 2 * c->keys : 1, sizeof *c->key);
	struct check_key *key = &c->key[c->keys++];
	*key = (struct check_key){.columns = columns, .fault = fault};
	key->column = arena_take(&c->kept, columns * sizeof *key->column);
	return key;
}

/* The column of a field that a key names; false: there is none, or the key has it already. */
static bool
find_column(struct keying *k, const struct json *name, size_t *column)
{
	char text[SHOWN_MAX];
	const struct schema_field *field = schema_find(k->schema, name->text);
	*column = field != NULL ? k->column[field - k->schema->field] : SIZE_MAX;
	bool is_twice = *column != SIZE_MAX && k->last_key[*column] == k->check->keys;
	if (*column == SIZE_MAX || is_twice) {
		fail_at(k->why, name,
			is_twice ? "a key that has a field twice"
				 : "a key of a field that is no column");
		buf_format(k->why, ": '%s'", shown(text, name->text.at, name->text.len));
		return false;
	}
	k->last_key[*column] = k->check->keys;
	return true;
}

/* A field's name, or an array of them. */
static bool
take_key(struct keying *k, const struct json *names, enum check_fault fault)
{
	const struct json *name = names->kind == JSON_ARRAY ? names->first : names;
	size_t count = 0;
	for (const struct json *m = name; m != NULL; m = names->kind == JSON_ARRAY ? m->next : NULL)
		count++;
	if (count == 0)
		return true;
	struct check_key *key = add_key(k->check, count, fault);
	for (size_t i = 0; i < count; i++, name = name->next) {
		if (name->kind != JSON_STRING)
			return fail_at(k->why, name,
				"a key is a field's name, or an array of them");
		if (!find_column(k, name, &key->column[i]))
			return false;
		if (fault == CHECK_KEY)
			k->check->rule[key->column[i]].is_required = true;
	}
	return true;
}

static bool
take_keys(struct keying *k)
{
	struct check *c = k->check;
	const struct json *primary = json_member(k->schema->json, "primaryKey");
	const struct json *others = json_member(k->schema->json, "uniqueKeys");
	for (size_t i = 0; i < c->columns; i++)
		if (c->rule[i].is_unique)
			*add_key(c, 1, CHECK_UNIQUE)->column = i;
	if (primary != NULL && !take_key(k, primary, CHECK_KEY))
		return false;
	if (others != NULL && others->kind != JSON_ARRAY)
		return fail_at(k->why, others, "uniqueKeys is not an array");
	for (const struct json *m = others != NULL ? others->first : NULL; m != NULL; m = m->next)
		if (!take_key(k, m, CHECK_UNIQUE))
			return false;
	return true;
}

/* field[] is of each column, NULL where the schema has not got it. */
static bool
find_keys(struct check *c, const struct schema *schema, const struct schema_field *const *field,
	struct buf *why)
{
	struct keying k = {c, schema, NULL, xcalloc(c->columns + 1, sizeof *k.last_key), why};
	k.column = xmalloc((schema->count + 1) * sizeof *k.column);
	memset(k.column, 0xff, schema->count * sizeof *k.column);
	for (size_t i = 0; i < c->columns; i++)
		if (field[i] != NULL)
			k.column[field[i] - schema->field] = i;
	bool good = take_keys(&k);
	free(k.column);
	free(k.last_key);
	return good;
}

static bool
take_rules(struct check *c, const struct schema *schema, const struct schema_field **field,
	struct buf *why)
{
	for (size_t i = 0; i < c->columns; i++) {
		c->rule[i] = (struct rule){.kind = SCHEMA_IS_ANY, .max_length = SIZE_MAX};
		if (field[i] != NULL && !rule_init(&c->rule[i], schema, field[i], &c->kept, why))
			return false;
	}
	return true;
}

bool
check_init(struct check *c, const struct check_how *how, const struct header *header,
	bool *is_unfit, struct buf *why)
{
	enum fit fit;
	*c = (struct check){.header = header, .columns = header->count};
	*is_unfit = false;
	if (!fit_read(how->schema, &fit, why))
		return false;
	c->rule = xcalloc(c->columns, sizeof *c->rule);
	const struct schema_field **field = arena_take(&c->kept, c->columns * sizeof *field);
	*is_unfit = !fit_columns(how->schema, fit, header, how->has_names, field, why);
	if (*is_unfit || !take_rules(c, how->schema, field, why) ||
		!find_keys(c, how->schema, field, why))
		return false;
	for (size_t i = 0; i < c->keys; i++) {
		keys_init(&c->key[i].keys, c->key[i].column, c->key[i].columns);
		c->key[i].first = first_new(how->memory / c->keys, how->file);
	}
	return true;
}

void
check_clear(struct check *c)
{
	for (size_t i = 0; c->rule != NULL && i < c->columns; i++)
		rule_clear(&c->rule[i]);
	for (size_t i = 0; i < c->keys; i++) {
		keys_clear(&c->key[i].keys);
		first_free(c->key[i].first);
	}
	free(c->rule);
	free(c->key);
	arena_clear(&c->made);
	arena_clear(&c->kept);
}

static void
take_missing(struct check *c, const struct rule *r, size_t rows)
{
	const uint8_t none = r->is_required ? CHECK_REQUIRED : CHECK_MISSING;
	if (r->missing.count == 1 && r->missing.at->len == 0) {
		for (size_t i = 0; i < rows; i++)
			c->state[i] = c->value[i].len == 0 ? none : CHECK_GOOD;
		return;
	}
	for (size_t i = 0; i < rows; i++)
		c->state[i] = rule_is_missing(r, c->value[i]) ? none : CHECK_GOOD;
}

static bool
is_within(const struct rule_bound *bound, int order)
{
	return bound->is_exclusive ? order > 0 : order >= 0;
}

/* Most bounds have as many digits behind the point as the values. */
static inline int
order_of(struct decimal a, struct decimal b)
{
	if (a.scale != b.scale)
		return decimal_order(a, b);
	return (a.digits > b.digits) - (a.digits < b.digits);
}

static void
take_bounds(struct check *c, const struct rule *r, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		if (c->state[i] != CHECK_GOOD)
			continue;
		if (r->minimum.is_there &&
			!is_within(&r->minimum, order_of(c->place[i], r->minimum.place)))
			c->state[i] = CHECK_MINIMUM;
		else if (r->maximum.is_there &&
			 !is_within(&r->maximum, -order_of(c->place[i], r->maximum.place)))
			c->state[i] = CHECK_MAXIMUM;
	}
}

/* A character is one byte to four: most lengths are right, or wrong, without counting. */
static void
take_lengths(struct check *c, const struct rule *r, size_t rows)
{
	bool is_text = r->kind == SCHEMA_IS_STRING || r->kind == SCHEMA_IS_ANY;
	for (size_t i = 0; i < rows; i++) {
		size_t len = c->value[i].len;
		if (c->state[i] != CHECK_GOOD ||
			(is_text && len <= r->max_length && len / 4 >= r->min_length))
			continue;
		len = rule_length(r, c->value[i], &c->made);
		if (len < r->min_length)
			c->state[i] = CHECK_MIN_LENGTH;
		else if (len > r->max_length)
			c->state[i] = CHECK_MAX_LENGTH;
	}
}

static void
take_pattern(struct check *c, const struct rule *r, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		if (c->state[i] != CHECK_GOOD)
			continue;
		enum regex_result result = regex_find(r->pattern, c->value[i], 0);
		if (result != REGEX_FOUND)
			c->state[i] = result == REGEX_NONE ? CHECK_PATTERN : CHECK_EFFORT;
	}
}

static void
take_enum(struct check *c, const struct rule *r, size_t rows)
{
	struct slice *choice = c->choice;
	uint32_t number[CHECK_ROWS];
	bool is_number = r->kind == SCHEMA_IS_INTEGER || r->kind == SCHEMA_IS_NUMBER;
	for (size_t i = 0; i < rows; i++)
		choice[i] = is_number ? rule_choice(r, c->value[i], &c->made) : c->value[i];
	table_find(r->choices, choice, rows, number);
	for (size_t i = 0; i < rows; i++)
		if (c->state[i] == CHECK_GOOD && number[i] == TABLE_NONE)
			c->state[i] = CHECK_ENUM;
}

static bool
takes_any(const struct rule *r)
{
	bool is_free = r->kind == SCHEMA_IS_ANY ||
		       (r->kind == SCHEMA_IS_STRING && r->format == RULE_DEFAULT);
	return is_free && !r->is_required && !r->has_length && r->pattern == NULL &&
	       r->choices == NULL;
}

static void
take_column(struct check *c, const struct batch *b, size_t first, size_t rows, size_t column)
{
	const struct rule *r = &c->rule[column];
	if (takes_any(r))
		return;
	batch_values(b, first, column, NULL, rows, c->value, &c->made);
	take_missing(c, r, rows);
	rule_types(r, c->value, rows, c->state, c->place, &c->made);
	if (r->minimum.is_there || r->maximum.is_there)
		take_bounds(c, r, rows);
	if (r->has_length)
		take_lengths(c, r, rows);
	if (r->pattern != NULL)
		take_pattern(c, r, rows);
	if (r->choices != NULL)
		take_enum(c, r, rows);
	for (size_t i = 0; i < rows; i++) {
		if (c->state[i] <= CHECK_MISSING || c->fault[i] != CHECK_GOOD)
			continue;
		c->fault[i] = c->state[i];
		c->column[i] = (uint32_t)column;
	}
}

/* Missing values are no values: they are repeated by none. */
static bool
has_missing(const struct check *c, const struct check_key *key, struct slice value)
{
	for (size_t i = 0; i < key->columns; i++)
		if (rule_is_missing(&c->rule[key->column[i]], keys_value(value, key->columns, i)))
			return true;
	return false;
}

static void
take_unique(struct check *c, struct check_key *key, const struct batch *b, size_t first,
	size_t rows, const uint8_t *is_good)
{
	uint16_t row[CHECK_ROWS];
	uint8_t is[CHECK_ROWS];
	size_t count = 0;
	memset(key->is, FIRST_NEW, rows);
	keys_take(&key->keys, b, first, rows);
	for (size_t i = 0; i < rows; i++) {
		if (!is_good[i] || has_missing(c, key, key->keys.key[i]))
			continue;
		c->value[count] = key->keys.key[i];
		row[count++] = (uint16_t)i;
	}
	first_take(key->first, c->value, count, is);
	for (size_t i = 0; i < count; i++) {
		key->is[row[i]] = is[i];
		c->is_later |= is[i] == FIRST_LATER;
		if (is[i] != FIRST_REPEATED || c->fault[row[i]] != CHECK_GOOD)
			continue;
		c->fault[row[i]] = (uint8_t)key->fault;
		c->column[row[i]] = (uint32_t)key->column[0];
	}
}

void
check_take(struct check *c, const struct batch *b, size_t first, size_t rows)
{
	uint8_t is_good[CHECK_ROWS];
	memset(c->fault, CHECK_GOOD, rows);
	arena_reset(&c->made);
	for (size_t i = 0; i < c->columns; i++)
		take_column(c, b, first, rows, i);
	for (size_t i = 0; i < rows; i++)
		is_good[i] = c->fault[i] == CHECK_GOOD;
	for (size_t i = 0; i < c->keys; i++)
		take_unique(c, &c->key[i], b, first, rows, is_good);
}

const char *
check_code(enum check_fault fault)
{
	static const char *const codes[] = {
		[CHECK_GOOD] = "",
		[CHECK_MISSING] = "",
		[CHECK_REQUIRED] = "required",
		[CHECK_TYPE] = "type",
		[CHECK_RANGE] = "range",
		[CHECK_MINIMUM] = "minimum",
		[CHECK_MAXIMUM] = "maximum",
		[CHECK_MIN_LENGTH] = "min-length",
		[CHECK_MAX_LENGTH] = "max-length",
		[CHECK_PATTERN] = "pattern",
		[CHECK_EFFORT] = "effort",
		[CHECK_ENUM] = "enum",
		[CHECK_UNIQUE] = "unique",
		[CHECK_KEY] = "key",
	};
	return codes[fault];
}

static void
say_type(const struct rule *r, struct slice value, struct buf *why)
{
	struct moment m;
	const char *kind = schema_kind_name(r->kind);
	bool is_moment = r->kind == SCHEMA_IS_DATE || r->kind == SCHEMA_IS_TIME ||
			 r->kind == SCHEMA_IS_DATETIME || r->kind == SCHEMA_IS_YEARMONTH;
	enum date_fault fault = is_moment ? rule_moment(r, value, &m) : DATE_NOT;
	const char *const forms[] = {
		[RULE_EMAIL] = "email",
		[RULE_URI] = "uri",
		[RULE_BINARY] = "binary",
		[RULE_UUID] = "uuid",
		[RULE_OTHER] = NULL,
	};
	if (fault != DATE_OK && fault != DATE_NOT) {
		buf_text(why, date_fault_text(fault));
		return;
	}
	if (r->kind == SCHEMA_IS_STRING)
		kind = forms[r->format];
	buf_format(why, "not %s %s", strchr("aeio", *kind) != NULL ? "an" : "a", kind);
	if (r->dates != NULL) {
		char text[SHOWN_MAX];
		buf_format(why, " of the format '%s'",
			shown(text, r->dates_text.at, r->dates_text.len));
	}
}

static void
say_bound(const struct rule_bound *bound, const char *beyond, struct buf *why)
{
	char text[SHOWN_MAX];
	buf_format(why, "%s%s %s", bound->is_exclusive ? "not " : "", beyond,
		shown(text, bound->text.at, bound->text.len));
}

static void
say_fault(const struct rule *r, enum check_fault fault, struct slice value, struct buf *why)
{
	char text[SHOWN_MAX];
	switch (fault) {
	case CHECK_REQUIRED:
		buf_text(why, "no value, and one is required");
		break;
	case CHECK_TYPE:
		say_type(r, value, why);
		break;
	case CHECK_RANGE:
		buf_text(why, "cannot be held against a bound");
		break;
	case CHECK_MINIMUM:
		say_bound(&r->minimum, r->minimum.is_exclusive ? "above" : "below", why);
		break;
	case CHECK_MAXIMUM:
		say_bound(&r->maximum, r->maximum.is_exclusive ? "below" : "above", why);
		break;
	case CHECK_MIN_LENGTH:
		buf_format(why, "shorter than %zu", r->min_length);
		break;
	case CHECK_MAX_LENGTH:
		buf_format(why, "longer than %zu", r->max_length);
		break;
	case CHECK_PATTERN:
	case CHECK_EFFORT:
		buf_format(why, "%s /%s/",
			fault == CHECK_PATTERN ? "does not match" : "takes too long to match",
			shown(text, r->pattern_text.at, r->pattern_text.len));
		break;
	case CHECK_ENUM:
		buf_text(why, "none of the values allowed");
		break;
	default:
		break;
	}
}

struct slice
check_name(const struct check *c, size_t column)
{
	return c->rule[column].name.at != NULL ? c->rule[column].name : c->header->name[column];
}

/* The key that a record's fault is about; NULL: it is about a value. */
static const struct check_key *
key_of(const struct check *c, size_t row)
{
	for (size_t i = 0; i < c->keys; i++)
		if (c->fault[row] >= CHECK_UNIQUE && c->key[i].fault == c->fault[row] &&
			c->key[i].is[row] == FIRST_REPEATED)
			return &c->key[i];
	return NULL;
}

void
check_key_reason(
	const struct check *c, const struct check_key *key, struct slice value, struct buf *why)
{
	char text[SHOWN_MAX];
	buf_format(why, "column%s ", plural(key->columns));
	for (size_t i = 0; i < key->columns; i++) {
		struct slice name = check_name(c, key->column[i]);
		buf_format(why, "%s'%s'", i != 0 ? ", " : "", shown(text, name.at, name.len));
	}
	buf_text(why, ": repeated, and to be unique");
	for (size_t i = 0; i < key->columns; i++) {
		struct slice part = keys_value(value, key->columns, i);
		buf_format(why, "%s '%s'", i != 0 ? "," : ":", shown(text, part.at, part.len));
	}
}

void
check_reason(struct check *c, const struct batch *b, size_t first, size_t row, struct buf *why)
{
	const struct check_key *key = key_of(c, row);
	if (key != NULL) {
		check_key_reason(c, key, key->keys.key[row], why);
		return;
	}
	size_t column = c->column[row];
	char text[SHOWN_MAX];
	struct slice name = check_name(c, column);
	struct slice value = batch_value(b, batch_cell(b, first + row, column), &c->made);
	buf_format(why, "column '%s': ", shown(text, name.at, name.len));
	say_fault(&c->rule[column], c->fault[row], value, why);
	if (c->fault[row] != CHECK_REQUIRED || value.len != 0)
		buf_format(why, ": '%s'", shown(text, value.at, value.len));
}
