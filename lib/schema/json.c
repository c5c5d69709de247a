#include "schema/json.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "digits.h"
#include "msg.h"
#include "utf8.h"

struct reader {
	const char *at;
	const char *stop;
	size_t line;
	size_t depth;
	struct arena *arena;
	struct buf *why;
};

static bool
fail(struct reader *r, const char *reason)
{
	char text[SHOWN_MAX];
	size_t len = (size_t)(r->stop - r->at);
	buf_format(r->why, "line %zu: %s", r->line, reason);
	if (len != 0)
		buf_format(r->why, ", at '%s'", shown(text, r->at, len < 16 ? len : 16));
	return false;
}

static void
skip_blanks(struct reader *r)
{
	for (; r->at < r->stop; r->at++) {
		if (*r->at == '\n')
			r->line++;
		else if (*r->at != ' ' && *r->at != '\t' && *r->at != '\r')
			return;
	}
}

static bool
take_byte(struct reader *r, char byte)
{
	skip_blanks(r);
	bool is_there = r->at < r->stop && *r->at == byte;
	r->at += is_there;
	return is_there;
}

/* Four hexadecimal digits; false where there are not. */
static bool
take_hex(struct reader *r, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++, r->at++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		const char *digit = r->at < r->stop && *r->at != '\0' ? strchr(digits, *r->at) : NULL;
		if (digit == NULL)
			return false;
		*out = *out << 4 | (uint32_t)((digit - digits) & 15);
	}
	return true;
}

/* \uXXXX, or two of them that make one character. */
static char *
take_unicode(struct reader *r, char *to)
{
	uint32_t high, low;
	if (!take_hex(r, &high))
		return NULL;
	if (high >= 0xd800 && high < 0xdc00) {
		if (r->stop - r->at < 2 || r->at[0] != '\\' || r->at[1] != 'u')
			return NULL;
		r->at += 2;
		if (!take_hex(r, &low) || low < 0xdc00 || low > 0xdfff)
			return NULL;
		return to + utf8_put(to, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
	}
	return high >= 0xdc00 && high <= 0xdfff ? NULL : to + utf8_put(to, high);
}

/* Behind a backslash.  Returns where the next byte goes, NULL: no such escape. */
static char *
take_escape(struct reader *r, char *to)
{
	static const char names[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	if (r->at == r->stop || *r->at == '\0')
		return NULL;
	char byte = *r->at++;
	if (byte == 'u')
		return take_unicode(r, to);
	const char *name = strchr(names, byte);
	if (name == NULL)
		return NULL;
	*to++ = meanings[name - names];
	return to;
}

/* Behind the opening quote. */
static bool
take_string(struct reader *r, struct slice *out)
{
	const char *quote = r->at;
	while (quote < r->stop && *quote != '"')
		quote += *quote == '\\' && quote + 1 < r->stop ? 2 : 1;
	char *to = arena_take(r->arena, (size_t)(quote - r->at) + 1);
	*out = (struct slice){to, 0};
	while (r->at < r->stop && *r->at != '"') {
		uint32_t point;
		size_t len = utf8_next(r->at, (size_t)(r->stop - r->at), &point);
		if (point == UTF8_INVALID || point < 0x20)
			return fail(r, point < 0x20 ? "a control byte in a string" : "not UTF-8");
		if (*r->at == '\\') {
			r->at++;
			to = take_escape(r, to);
			if (to == NULL)
				return fail(r, "no such escape");
			continue;
		}
		memcpy(to, r->at, len);
		to += len;
		r->at += len;
	}
	if (r->at == r->stop)
		return fail(r, "unterminated string");
	r->at++;
	out->len = (size_t)(to - out->at);
	return true;
}

static size_t
count_digits(struct reader *r)
{
	const char *start = r->at;
	while (r->at < r->stop && digits_is(*r->at))
		r->at++;
	return (size_t)(r->at - start);
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)? */
static bool
take_number(struct reader *r, struct slice *out)
{
	const char *start = r->at;
	r->at += *r->at == '-';
	bool zero = r->at < r->stop && *r->at == '0';
	size_t whole = count_digits(r);
	bool good = whole != 0 && !(zero && whole > 1);
	if (good && r->at < r->stop && *r->at == '.') {
		r->at++;
		good = count_digits(r) != 0;
	}
	if (good && r->at < r->stop && (*r->at == 'e' || *r->at == 'E')) {
		r->at++;
		r->at += r->at < r->stop && (*r->at == '+' || *r->at == '-');
		good = count_digits(r) != 0;
	}
	*out = (struct slice){start, (size_t)(r->at - start)};
	return good || fail(r, "malformed number");
}

static bool take_value(struct reader *r, struct json *out);

static bool
take_name(struct reader *r, struct json *object, struct json *member)
{
	if (!take_byte(r, '"'))
		return fail(r, "a name was expected");
	if (!take_string(r, &member->name))
		return false;
	for (const struct json *m = object->first; m != NULL && m != member; m = m->next)
		if (slice_same(m->name, member->name))
			return fail(r, "a name for the second time");
	return take_byte(r, ':') || fail(r, "':' was expected");
}

/* The values of an array or object, behind its opening bracket. */
static bool
take_members(struct reader *r, struct json *out, char close)
{
	if (take_byte(r, close))
		return true;
	for (struct json **link = &out->first;; link = &(*link)->next) {
		struct json *member = arena_take(r->arena, sizeof *member);
		*member = (struct json){0};
		*link = member;
		if ((out->kind == JSON_OBJECT && !take_name(r, out, member)) || !take_value(r, member))
			return false;
		if (take_byte(r, close))
			return true;
		if (!take_byte(r, ','))
			return fail(r, close == ']' ? "',' or ']' was expected" : "',' or '}' was expected");
	}
}

static bool
take_word(struct reader *r, struct json *out)
{
	static const struct {
		const char *word;
		enum json_kind kind;
	} words[] = {{"null", JSON_NULL}, {"false", JSON_FALSE}, {"true", JSON_TRUE}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i].word);
		if ((size_t)(r->stop - r->at) < len || memcmp(r->at, words[i].word, len) != 0)
			continue;
		r->at += len;
		out->kind = words[i].kind;
		return true;
	}
	return fail(r, "a value was expected");
}

static bool
take_value(struct reader *r, struct json *out)
{
	skip_blanks(r);
	out->line = r->line;
	char byte = r->at < r->stop ? *r->at : '\0';
	if (byte == '"') {
		out->kind = JSON_STRING;
		r->at++;
		return take_string(r, &out->text);
	}
	if (byte == '-' || digits_is(byte)) {
		out->kind = JSON_NUMBER;
		return take_number(r, &out->text);
	}
	if (byte != '{' && byte != '[')
		return take_word(r, out);
	if (++r->depth > JSON_DEPTH_MAX)
		return fail(r, "nested too deep");
	out->kind = byte == '{' ? JSON_OBJECT : JSON_ARRAY;
	r->at++;
	bool good = take_members(r, out, byte == '{' ? '}' : ']');
	r->depth--;
	return good;
}

const struct json *
json_parse(struct slice text, struct arena *arena, struct buf *why)
{
	struct reader r = {.at = text.at, .stop = text.at + text.len, .line = 1, .arena = arena, .why = why};
	struct json *value = arena_take(arena, sizeof *value);
	*value = (struct json){0};
	if (!take_value(&r, value))
		return NULL;
	skip_blanks(&r);
	if (r.at == r.stop)
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
