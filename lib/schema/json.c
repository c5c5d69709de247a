#include "schema/json.h"

#include <stdbool.h>
#include <stdlib.h>

#include "digits.h"
#include "json-text.h"
#include "msg.h"

struct reader {
	struct json_text text;
	size_t line;
	size_t depth;
	struct arena *arena;
	struct buf *why;
};

static bool
fail(struct reader *r, const char *reason)
{
	char text[SHOWN_MAX];
	size_t len = (size_t)(r->text.stop - r->text.at);
	buf_format(r->why, "line %zu: %s", r->line, reason);
	if (len != 0)
		buf_format(r->why, ", at '%s'", shown(text, r->text.at, len < 16 ? len : 16));
	return false;
}

/* What the text itself has refused. */
static bool
fail_text(struct reader *r)
{
	return fail(r, r->text.reason);
}

static void
skip_blanks(struct reader *r)
{
	const char *from = r->text.at;
	json_skip_blanks(&r->text);
	for (; from < r->text.at; from++)
		r->line += *from == '\n';
}

static bool
take_byte(struct reader *r, char byte)
{
	skip_blanks(r);
	return json_take_byte(&r->text, byte);
}

/* Behind the opening quote. */
static bool
take_string(struct reader *r, struct slice *out)
{
	struct slice raw;
	bool is_escaped;
	if (!json_take_string(&r->text, &raw, &is_escaped))
		return fail_text(r);
	char *to = arena_take(r->arena, raw.len + 1);
	*out = (struct slice){to, json_unescape(raw, to)};
	return true;
}

static bool take_value(struct reader *r, struct json *out);

static bool
take_name(struct reader *r, struct json *member)
{
	if (!take_byte(r, '"'))
		return fail(r, "a name was expected");
	return take_string(r, &member->name) && (take_byte(r, ':') || fail(r, "':' was expected"));
}

/* A member, and the how manieth of its object it is. */
struct placed {
	const struct json *member;
	size_t place;
};

static int
order(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;
	int by_name = slice_order(left->member->name, right->member->name);
	return by_name != 0 ? by_name : (left->place > right->place) - (left->place < right->place);
}

/*
 * Are the names of an object's members different?  Else the reason is of the first that has been
 * there before.
 */
static bool
check_names(struct reader *r, const struct json *object, size_t count)
{
	struct placed *placed = arena_take(r->arena, count * sizeof *placed);
	const struct placed *twin = NULL;
	size_t n = 0;
	for (const struct json *m = object->first; m != NULL; m = m->next, n++)
		placed[n] = (struct placed){m, n};
	qsort(placed, n, sizeof *placed, order);
	for (size_t i = 1; i < n; i++)
		if (slice_same(placed[i - 1].member->name, placed[i].member->name) &&
			(twin == NULL || placed[i].place < twin->place))
			twin = &placed[i];
	if (twin == NULL)
		return true;
	char text[SHOWN_MAX];
	struct slice name = twin->member->name;
	buf_format(r->why, "line %zu: a name for the second time: '%s'", twin->member->line,
		shown(text, name.at, name.len));
	return false;
}

/* The values of an array or object, behind its opening bracket. */
static bool
take_members(struct reader *r, struct json *out, char close)
{
	bool is_over;
	size_t count = 0;
	if (take_byte(r, close))
		return true;
	for (struct json **link = &out->first;; link = &(*link)->next) {
		struct json *member = arena_take(r->arena, sizeof *member);
		*member = (struct json){0};
		*link = member;
		count++;
		if ((out->kind == JSON_OBJECT && !take_name(r, member)) || !take_value(r, member))
			return false;
		skip_blanks(r);
		if (!json_take_next(&r->text, close, &is_over))
			return fail_text(r);
		if (is_over)
			return out->kind != JSON_OBJECT || check_names(r, out, count);
	}
}

static bool
take_word(struct reader *r, struct json *out)
{
	struct slice word;
	if (!json_take_word(&r->text, &word))
		return fail_text(r);
	out->kind = *word.at == 'n' ? JSON_NULL : *word.at == 'f' ? JSON_FALSE : JSON_TRUE;
	return true;
}

static bool
take_value(struct reader *r, struct json *out)
{
	skip_blanks(r);
	out->line = r->line;
	char byte = r->text.at < r->text.stop ? *r->text.at : '\0';
	if (byte == '"') {
		out->kind = JSON_STRING;
		r->text.at++;
		return take_string(r, &out->text);
	}
	if (byte == '-' || digits_is(byte)) {
		out->kind = JSON_NUMBER;
		return json_take_number(&r->text, &out->text) || fail_text(r);
	}
	if (byte != '{' && byte != '[')
		return take_word(r, out);
	if (++r->depth > JSON_DEPTH_MAX)
		return fail(r, "nested too deep");
	out->kind = byte == '{' ? JSON_OBJECT : JSON_ARRAY;
	r->text.at++;
	bool good = take_members(r, out, byte == '{' ? '}' : ']');
	r->depth--;
	return good;
}

const struct json *
json_parse(struct slice text, struct arena *arena, struct buf *why)
{
	struct reader r = {.text = json_text(text), .line = 1, .arena = arena, .why = why};
	struct json *value = arena_take(arena, sizeof *value);
	*value = (struct json){0};
	if (!take_value(&r, value))
		return NULL;
	skip_blanks(&r);
	if (r.text.at == r.text.stop)
		return value;
	fail(&r, "text behind the value");
	return NULL;
}

static void
print_string(struct slice text, struct buf *out)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.at[i];
		if ((unsigned char)byte < 0x20) {
			buf_format(out, "\\u%04x", (unsigned)byte);
			continue;
		}
		if (byte == '"' || byte == '\\')
			buf_byte(out, '\\');
		buf_byte(out, byte);
	}
	buf_byte(out, '"');
}

static void
print_members(const struct json *value, struct buf *out)
{
	bool is_object = value->kind == JSON_OBJECT;
	buf_byte(out, is_object ? '{' : '[');
	for (const struct json *m = value->first; m != NULL; m = m->next) {
		if (m != value->first)
			buf_text(out, ", ");
		if (is_object) {
			print_string(m->name, out);
			buf_text(out, ": ");
		}
		json_print(m, out);
	}
	buf_byte(out, is_object ? '}' : ']');
}

void
json_print(const struct json *value, struct buf *out)
{
	static const char *const words[] = {
		[JSON_NULL] = "null", [JSON_FALSE] = "false", [JSON_TRUE] = "true"};
	if (value->kind == JSON_OBJECT || value->kind == JSON_ARRAY)
		print_members(value, out);
	else if (value->kind == JSON_STRING)
		print_string(value->text, out);
	else if (value->kind == JSON_NUMBER)
		buf_add(out, value->text.at, value->text.len);
	else
		buf_text(out, words[value->kind]);
}

const struct json *
json_member(const struct json *value, const char *name)
{
	if (value->kind != JSON_OBJECT)
		return NULL;
	for (const struct json *m = value->first; m != NULL; m = m->next)
		if (slice_is(m->name, name))
			return m;
	return NULL;
}
