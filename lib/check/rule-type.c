/* Types: is a value what the standard says that it looks like? */
#include <string.h>

#include "check/form.h"
#include "check/rule.h"
#include "digits.h"
#include "number.h"
#include "schema/json.h"
#include "utf8.h"

enum { NANOS = 1000000000, NANOS_DIGITS = 9 };

static bool
is_sign(struct slice text)
{
	return text.len != 0 && (*text.at == '-' || *text.at == '+');
}

static bool
is_integer(struct slice text)
{
	size_t sign = is_sign(text);
	return sign < text.len && digits_end(text, sign) == text.len;
}

/* `[+-]?(digits[.digits]|.digits)([eE][+-]?digits)?`, of any length. */
static bool
is_number(struct slice text)
{
	size_t sign = is_sign(text);
	size_t point = digits_end(text, sign);
	size_t i = point;
	size_t digits = point - sign;
	if (i < text.len && text.at[i] == '.') {
		i = digits_end(text, point + 1);
		size_t behind = i - point - 1;
		if (behind == 0)
			return false;
		digits += behind;
	}
	if (digits == 0)
		return false;
	if (i < text.len && (text.at[i] | 0x20) == 'e') {
		struct slice exponent = {text.at + i + 1, text.len - i - 1};
		return is_integer(exponent);
	}
	return i == text.len;
}

static bool
is_special(struct slice text)
{
	return slice_is(text, "NaN") || slice_is(text, "INF") || slice_is(text, "-INF");
}

/* What is around the number where bareNumber is false: `$ 12.50`, `95%`. */
static struct slice
strip(const struct rule *r, struct slice text)
{
	while (text.len != 0 && !digits_is(*text.at) && !is_sign(text) && *text.at != r->point) {
		text.at++;
		text.len--;
	}
	while (text.len != 0 && !digits_is(text.at[text.len - 1]))
		text.len--;
	return text;
}

/* A number as we write it: the point a point, no groups, nothing around it. */
static struct slice
plain_number(const struct rule *r, struct slice text, struct arena *arena)
{
	if (!r->is_bare)
		text = strip(r, text);
	if (r->point == '.' && r->group.len == 0)
		return text;
	char *out = arena_take(arena, text.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < text.len;) {
		size_t group = r->group.len;
		if (group != 0 && text.len - i >= group && len != 0 &&
			memcmp(text.at + i, r->group.at, group) == 0) {
			i += group;
			continue;
		}
		/* A point is none where something else is: then nothing is right with it. */
		char byte = text.at[i++];
		out[len++] = byte == r->point ? '.' : byte == '.' ? '?' : byte;
	}
	return (struct slice){out, len};
}

static inline enum check_fault
take_number(const struct rule *r, struct slice text, struct decimal *place, struct arena *arena,
	bool is_whole)
{
	int64_t digits;
	if (r->point != '.' || r->group.len != 0 || !r->is_bare)
		text = plain_number(r, text, arena);
	/* What most are; none of them ends with a point. */
	if (decimal_parse_short(text, &digits, &place->scale)) {
		place->digits = digits;
		return is_whole && place->scale != 0 ? CHECK_TYPE : CHECK_GOOD;
	}
	if (is_whole ? !is_integer(text) : !is_number(text)) {
		bool is_bounded = r->minimum.is_there || r->maximum.is_there;
		if (is_whole || !is_special(text))
			return CHECK_TYPE;
		return is_bounded ? CHECK_RANGE : CHECK_GOOD;
	}
	if (!r->minimum.is_there && !r->maximum.is_there)
		return CHECK_GOOD;
	return decimal_parse(text, place) == NUMBER_OK ? CHECK_GOOD : CHECK_RANGE;
}

static bool
is_among(const struct schema_texts *texts, struct slice value)
{
	for (size_t i = 0; i < texts->count; i++)
		if (slice_same(texts->at[i], value))
			return true;
	return false;
}

bool
rule_is_missing(const struct rule *r, struct slice value)
{
	return is_among(&r->missing, value);
}

static enum date_fault
take_day(const struct rule *r, struct slice text, struct moment *out)
{
	return text.len == 10 || r->format == RULE_ANY ? date_parse(text, out) : DATE_NOT;
}

static enum date_fault
take_datetime(const struct rule *r, struct slice text, struct moment *out)
{
	if (r->format == RULE_DEFAULT &&
		(text.len < 19 || text.at[10] != 'T' || text.at[16] != ':'))
		return DATE_NOT;
	return date_parse(text, out);
}

/* What is put before a time or behind a month makes a moment of it. */
static enum date_fault
take_part(const struct date_format *dates, const char *before, struct slice text,
	const char *behind, struct moment *out)
{
	char whole[128];
	size_t len = strlen(before);
	size_t end = strlen(behind);
	if (len + text.len + end > sizeof whole)
		return DATE_NOT;
	memcpy(whole, before, len);
	memcpy(whole + len, text.at, text.len);
	memcpy(whole + len + text.len, behind, end);
	text = (struct slice){whole, len + text.len + end};
	return dates != NULL ? date_format_parse(dates, text, out) : date_parse(text, out);
}

enum date_fault
rule_moment(const struct rule *r, struct slice value, struct moment *out)
{
	if (r->dates != NULL && r->kind == SCHEMA_IS_TIME)
		return take_part(r->dates, "1970 ", value, "", out);
	if (r->dates != NULL)
		return date_format_parse(r->dates, value, out);
	switch (r->kind) {
	case SCHEMA_IS_DATE:
		return take_day(r, value, out);
	case SCHEMA_IS_DATETIME:
		return take_datetime(r, value, out);
	case SCHEMA_IS_TIME:
		if (r->format == RULE_DEFAULT && (value.len < 8 || value.at[5] != ':'))
			return DATE_NOT;
		return value.len < 5 ? DATE_NOT : take_part(NULL, "1970-01-01T", value, "", out);
	default:
		return value.len == 7 ? take_part(NULL, "", value, "-01", out) : DATE_NOT;
	}
}

static inline enum check_fault
take_moment(const struct rule *r, struct slice text, struct decimal *place)
{
	struct moment m;
	if (rule_moment(r, text, &m) != DATE_OK)
		return CHECK_TYPE;
	place->digits = (int128)m.seconds * NANOS + m.nanos;
	place->scale = NANOS_DIGITS;
	return CHECK_GOOD;
}

/* -?[0-9]{4,} */
static enum check_fault
take_year(struct slice text, struct decimal *place)
{
	int64_t year;
	size_t sign = text.len != 0 && *text.at == '-';
	if (text.len - sign < 4 || (!sign && is_sign(text)) || !int64_parse(text, &year))
		return CHECK_TYPE;
	*place = (struct decimal){year, 0};
	return CHECK_GOOD;
}

static const struct json *
read_json(struct slice text, struct arena *arena)
{
	struct buf why = {0};
	const struct json *value = json_parse(text, arena, &why);
	buf_clear(&why);
	return value;
}

static bool
is_json(struct slice text, enum json_kind kind, struct arena *arena)
{
	const struct json *value = read_json(text, arena);
	return value != NULL && value->kind == kind;
}

static bool
is_geojson(struct slice text, struct arena *arena)
{
	const struct json *value = read_json(text, arena);
	const struct json *type = value != NULL ? json_member(value, "type") : NULL;
	return type != NULL && type->kind == JSON_STRING;
}

static bool
is_degree(struct slice text, int most)
{
	struct decimal d;
	while (text.len != 0 && *text.at == ' ') {
		text.at++;
		text.len--;
	}
	while (text.len != 0 && text.at[text.len - 1] == ' ')
		text.len--;
	return decimal_parse(text, &d) == NUMBER_OK &&
	       decimal_order(d, (struct decimal){most, 0}) <= 0 &&
	       decimal_order(d, (struct decimal){-most, 0}) >= 0;
}

static bool
is_degree_json(const struct json *value, int most)
{
	return value != NULL && value->kind == JSON_NUMBER && is_degree(value->text, most);
}

/* Longitude and latitude: `lon, lat`, [lon, lat], {"lon": .., "lat": ..}. */
static bool
is_geopoint(const struct rule *r, struct slice text, struct arena *arena)
{
	enum { LONGITUDE = 180, LATITUDE = 90 };
	if (r->format == RULE_DEFAULT) {
		const char *comma = memchr(text.at, ',', text.len);
		if (comma == NULL)
			return false;
		size_t len = (size_t)(comma - text.at);
		return is_degree((struct slice){text.at, len}, LONGITUDE) &&
		       is_degree((struct slice){comma + 1, text.len - len - 1}, LATITUDE);
	}
	const struct json *value = read_json(text, arena);
	if (value == NULL)
		return false;
	if (r->format == RULE_OBJECT)
		return is_degree_json(json_member(value, "lon"), LONGITUDE) &&
		       is_degree_json(json_member(value, "lat"), LATITUDE);
	return value->kind == JSON_ARRAY && is_degree_json(value->first, LONGITUDE) &&
	       is_degree_json(value->first->next, LATITUDE) && value->first->next->next == NULL;
}

static bool
is_string(const struct rule *r, struct slice text)
{
	switch (r->format) {
	case RULE_EMAIL:
		return form_is_email(text);
	case RULE_URI:
		return form_is_uri(text);
	case RULE_UUID:
		return form_is_uuid(text);
	case RULE_BINARY:
		return form_is_binary(text);
	default:
		return true;
	}
}

static inline enum check_fault
unless(bool good)
{
	return good ? CHECK_GOOD : CHECK_TYPE;
}

enum check_fault
rule_type(const struct rule *r, struct slice value, struct decimal *place, struct arena *arena)
{
	switch (r->kind) {
	case SCHEMA_IS_STRING:
		return unless(is_string(r, value));
	case SCHEMA_IS_INTEGER:
		return take_number(r, value, place, arena, true);
	case SCHEMA_IS_NUMBER:
		return take_number(r, value, place, arena, false);
	case SCHEMA_IS_BOOLEAN:
		return unless(is_among(&r->booleans[0], value) || is_among(&r->booleans[1], value));
	case SCHEMA_IS_DATE:
	case SCHEMA_IS_TIME:
	case SCHEMA_IS_DATETIME:
	case SCHEMA_IS_YEARMONTH:
		return take_moment(r, value, place);
	case SCHEMA_IS_YEAR:
		return take_year(value, place);
	case SCHEMA_IS_DURATION:
		return unless(form_is_duration(value));
	case SCHEMA_IS_OBJECT:
		return unless(is_json(value, JSON_OBJECT, arena));
	case SCHEMA_IS_ARRAY:
		return unless(is_json(value, JSON_ARRAY, arena));
	case SCHEMA_IS_GEOPOINT:
		return unless(is_geopoint(r, value, arena));
	case SCHEMA_IS_GEOJSON:
		return unless(is_geojson(value, arena));
	default:
		return CHECK_GOOD;
	}
}

void
rule_types(const struct rule *r, const struct slice *value, size_t count, uint8_t *state,
	struct decimal *place, struct arena *arena)
{
	switch (r->kind) {
	case SCHEMA_IS_ANY:
		return;
	case SCHEMA_IS_INTEGER:
		for (size_t i = 0; i < count; i++)
			if (state[i] == CHECK_GOOD)
				state[i] =
					(uint8_t)take_number(r, value[i], &place[i], arena, true);
		return;
	case SCHEMA_IS_NUMBER:
		for (size_t i = 0; i < count; i++)
			if (state[i] == CHECK_GOOD)
				state[i] =
					(uint8_t)take_number(r, value[i], &place[i], arena, false);
		return;
	case SCHEMA_IS_STRING:
		if (r->format == RULE_DEFAULT)
			return;
		break;
	default:
		break;
	}
	for (size_t i = 0; i < count; i++)
		if (state[i] == CHECK_GOOD)
			state[i] = (uint8_t)rule_type(r, value[i], &place[i], arena);
}

size_t
rule_length(const struct rule *r, struct slice value, struct arena *arena)
{
	size_t count = 0;
	if (r->kind != SCHEMA_IS_ARRAY && r->kind != SCHEMA_IS_OBJECT)
		return utf8_count(value.at, value.len);
	const struct json *top = read_json(value, arena);
	for (const struct json *m = top != NULL ? top->first : NULL; m != NULL; m = m->next)
		count++;
	return count;
}

struct slice
rule_choice(const struct rule *r, struct slice value, struct arena *arena)
{
	struct decimal d;
	int64_t n;
	if ((r->kind != SCHEMA_IS_INTEGER && r->kind != SCHEMA_IS_NUMBER) ||
		schema_integer(value, &n))
		return value;
	if (decimal_parse(plain_number(r, value, arena), &d) != NUMBER_OK)
		return value;
	char *text = arena_take(arena, DECIMAL_PRINT_MAX);
	return (struct slice){text, decimal_print(text, decimal_trim(d, 0))};
}
