#include "json-text.h"

#include <stdint.h>
#include <string.h>

#include "digits.h"
#include "utf8.h"
#include "word.h"

/* Four hexadecimal digits; false where there are not. */
static bool
take_hex(struct json_text *t, uint32_t *out)
{
	*out = 0;
	for (int i = 0; i < 4; i++, t->at++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		bool is_text = t->at < t->stop && *t->at != '\0';
		const char *digit = is_text ? strchr(digits, *t->at) : NULL;
		if (digit == NULL)
			return false;
		*out = *out << 4 | (uint32_t)((digit - digits) & 15);
	}
	return true;
}

/* Behind \u: a character, which is two of them where it begins with a high surrogate. */
static bool
take_unicode(struct json_text *t, uint32_t *point)
{
	uint32_t low;
	if (!take_hex(t, point))
		return false;
	if (*point < 0xd800 || *point > 0xdfff)
		return true;
	if (*point >= 0xdc00 || t->stop - t->at < 2 || t->at[0] != '\\' || t->at[1] != 'u')
		return false;
	t->at += 2;
	if (!take_hex(t, &low) || low < 0xdc00 || low > 0xdfff)
		return false;
	*point = 0x10000 + ((*point - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Behind a backslash: what it stands for. */
static bool
take_escape(struct json_text *t, uint32_t *point)
{
	static const char names[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	if (t->at == t->stop || *t->at == '\0')
		return false;
	char byte = *t->at++;
	if (byte == 'u')
		return take_unicode(t, point);
	const char *name = strchr(names, byte);
	if (name == NULL)
		return false;
	*point = (uint32_t)meanings[name - names];
	return true;
}

static bool
is_plain(char byte)
{
	return (unsigned char)byte >= 0x20 && (unsigned char)byte < 0x80 && byte != '"' &&
		byte != '\\';
}

/* To the first byte that is not plain, eight at a time. */
static const char *
skip_plain(const char *at, const char *stop)
{
	for (; stop - at >= 8; at += 8) {
		uint64_t word = word_load64(at);
		/* The lowest bit is that of the first such byte: below 0x20, a quote, and so on. */
		uint64_t odd = ((word - WORD_OF(0x20)) & ~word) | word;
		odd = (odd & WORD_OF(0x80)) | word_zero(word ^ WORD_OF('"')) |
			word_zero(word ^ WORD_OF('\\'));
		if (odd != 0)
			return at + __builtin_ctzll(odd) / 8;
	}
	while (at < stop && is_plain(*at))
		at++;
	return at;
}

/* The backslash itself is the place of an escape that is none. */
static bool
skip_escape(struct json_text *t)
{
	const char *backslash = t->at++;
	uint32_t point;
	if (take_escape(t, &point))
		return true;
	t->at = backslash;
	if (t->stop - backslash > 1 && backslash[1] == 'u')
		return json_fail(t, "no such character: \\u and four digits, surrogates in pairs");
	return json_fail(t, "no such escape");
}

bool
json_take_string(struct json_text *t, struct slice *raw, bool *is_escaped)
{
	const char *from = t->at;
	*is_escaped = false;
	for (;;) {
		t->at = skip_plain(t->at, t->stop);
		if (t->at == t->stop)
			return json_fail(t, "unterminated string");
		if (*t->at == '"')
			break;
		if (*t->at == '\\') {
			*is_escaped = true;
			if (!skip_escape(t))
				return false;
			continue;
		}
		uint32_t point;
		size_t len = utf8_next(t->at, (size_t)(t->stop - t->at), &point);
		if (point == UTF8_INVALID || point < 0x20)
			return json_fail(t,
				point < 0x20 ? "a control byte in a string" : "not UTF-8");
		t->at += len;
	}
	*raw = (struct slice){from, (size_t)(t->at++ - from)};
	return true;
}

size_t
json_unescape(struct slice raw, char *out)
{
	struct json_text t = json_text(raw);
	char *to = out;
	while (t.at < t.stop) {
		uint32_t point = 0;
		const char *backslash = memchr(t.at, '\\', (size_t)(t.stop - t.at));
		size_t plain = (size_t)((backslash != NULL ? backslash : t.stop) - t.at);
		memcpy(to, t.at, plain);
		to += plain;
		t.at += plain;
		if (backslash == NULL)
			break;
		t.at++;
		if (take_escape(&t, &point))
			to += utf8_put(to, point);
	}
	return (size_t)(to - out);
}

bool
json_is(struct slice raw, struct slice value)
{
	struct json_text t = json_text(raw);
	while (t.at < t.stop) {
		uint32_t point = 0;
		char bytes[4];
		size_t len = 1;
		if (*t.at++ != '\\')
			bytes[0] = t.at[-1];
		else
			len = take_escape(&t, &point) ? utf8_put(bytes, point) : 0;
		if (value.len < len || memcmp(value.at, bytes, len) != 0)
			return false;
		value = (struct slice){value.at + len, value.len - len};
	}
	return value.len == 0;
}

static size_t
count_digits(struct json_text *t)
{
	const char *from = t->at;
	while (t->at < t->stop && digits_is(*t->at))
		t->at++;
	return (size_t)(t->at - from);
}

/* -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)? */
bool
json_take_number(struct json_text *t, struct slice *raw)
{
	const char *from = t->at;
	t->at += *t->at == '-';
	bool zero = t->at < t->stop && *t->at == '0';
	size_t whole = count_digits(t);
	bool good = whole != 0 && !(zero && whole > 1);
	if (good && t->at < t->stop && *t->at == '.') {
		t->at++;
		good = count_digits(t) != 0;
	}
	if (good && t->at < t->stop && (*t->at == 'e' || *t->at == 'E')) {
		t->at++;
		t->at += t->at < t->stop && (*t->at == '+' || *t->at == '-');
		good = count_digits(t) != 0;
	}
	*raw = (struct slice){from, (size_t)(t->at - from)};
	return good || json_fail(t, "malformed number");
}

bool
json_take_word(struct json_text *t, struct slice *word)
{
	static const char *const words[] = {"null", "false", "true"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i]);
		if ((size_t)(t->stop - t->at) < len || memcmp(t->at, words[i], len) != 0)
			continue;
		*word = (struct slice){t->at, len};
		t->at += len;
		return true;
	}
	return json_fail(t, "a value was expected");
}

bool
json_take_name(struct json_text *t, struct slice *raw, bool *is_escaped)
{
	if (!json_take_byte(t, '"'))
		return json_fail(t, "a name was expected");
	if (!json_take_string(t, raw, is_escaped))
		return false;
	return json_take_byte(t, ':') || json_fail(t, "':' was expected");
}

bool
json_take_next(struct json_text *t, char close, bool *is_over)
{
	*is_over = json_take_byte(t, close);
	return *is_over || json_take_byte(t, ',') ||
		json_fail(t, close == '}' ? "',' or '}' was expected" : "',' or ']' was expected");
}

/* What is neither an array nor an object. */
static bool
take_plain(struct json_text *t)
{
	struct slice raw;
	bool is_escaped;
	char byte = t->at < t->stop ? *t->at : '\0';
	if (byte == '"') {
		t->at++;
		return json_take_string(t, &raw, &is_escaped);
	}
	if (byte == '-' || digits_is(byte))
		return json_take_number(t, &raw);
	return json_take_word(t, &raw);
}

/*
 * Behind a value: takes brackets that close, then the comma and the name before the next value.
 * *depth is how many are open; is_object[] tells which.
 */
static bool
take_between(struct json_text *t, size_t *depth, const bool *is_object)
{
	struct slice raw;
	bool is_escaped;
	for (; *depth != 0; --*depth) {
		bool is_over;
		bool object = is_object[*depth - 1];
		if (!json_take_next(t, object ? '}' : ']', &is_over))
			return false;
		if (!is_over)
			return !object || json_take_name(t, &raw, &is_escaped);
	}
	return true;
}

/* An opening bracket, and the name before the first value; *is_empty: it is closed again. */
static bool
open_bracket(struct json_text *t, bool *is_object, bool *is_empty)
{
	struct slice raw;
	bool is_escaped;
	*is_object = *t->at++ == '{';
	*is_empty = json_take_byte(t, *is_object ? '}' : ']');
	return *is_empty || !*is_object || json_take_name(t, &raw, &is_escaped);
}

bool
json_take_value(struct json_text *t, size_t depth, struct slice *raw)
{
	bool is_object[JSON_DEPTH_MAX];
	size_t open = 0;
	json_skip_blanks(t);
	const char *from = t->at;
	do {
		bool is_empty = true;
		json_skip_blanks(t);
		if (t->at < t->stop && (*t->at == '{' || *t->at == '[')) {
			if (open + depth >= JSON_DEPTH_MAX)
				return json_fail(t, "nested too deep");
			if (!open_bracket(t, &is_object[open], &is_empty))
				return false;
			open += !is_empty;
		} else if (!take_plain(t)) {
			return false;
		}
		if (is_empty && !take_between(t, &open, is_object))
			return false;
	} while (open != 0);
	*raw = (struct slice){from, (size_t)(t->at - from)};
	return true;
}
