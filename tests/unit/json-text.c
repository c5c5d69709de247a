/*
 * JSON text: what RFC 8259 has and what it has not, cut and altered; strings and their values.
 */
#include "json-text.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "unit.h"

/* Is all of it one value?  Bytes of their own: one read behind them is seen by AddressSanitizer. */
static bool
is_value(const char *at, size_t len, size_t *place, const char **reason)
{
	char *copy = xmalloc(len + 1);
	memcpy(copy, at, len);
	struct json_text t = json_text((struct slice){copy, len});
	struct slice raw;
	bool good = json_take_value(&t, 0, &raw);
	if (good)
		json_skip_blanks(&t);
	if (good && t.at != t.stop)
		good = json_fail(&t, "text behind the value");
	*place = (size_t)(t.at - copy);
	*reason = t.reason;
	free(copy);
	return good;
}

static void
takes(const char *text)
{
	size_t place;
	const char *reason;
	ok(is_value(text, strlen(text), &place, &reason), "%s", text);
}

static void
refuses(const char *text, size_t at, const char *expected)
{
	size_t place;
	const char *reason;
	bool good = is_value(text, strlen(text), &place, &reason);
	if (!ok(!good && place == at && strcmp(reason, expected) == 0, "byte %zu, %s: %s", at,
		    expected, text))
		printf("# byte %zu, %s\n", place, reason);
}

static void
values(void)
{
	static const char *const good[] = {"1", "-0", "0.5e-7", "1E+2", "\"\"",
		"\"\\\\\\/\\u0000\"", "\"\\ud83d\\ude00\"", "\"\x7f\"", "true", " [ ] ", "{}",
		"[[],{},[1,{\"\":null}]]", "{\"a\":1,\"b\":[2,3]}", "\t\r\n[1 ,2 , \"x\" ]\n",
		"\"\xc3\xa9\xf0\x9f\x98\x80\""};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		takes(good[i]);
	refuses("", 0, "a value was expected");
	refuses("nul", 0, "a value was expected");
	refuses("True", 0, "a value was expected");
	refuses("NaN", 0, "a value was expected");
	refuses("+1", 0, "a value was expected");
	refuses(".5", 0, "a value was expected");
	refuses("01", 2, "malformed number");
	refuses("1.", 2, "malformed number");
	refuses("-", 1, "malformed number");
	refuses("1e", 2, "malformed number");
	refuses("1 2", 2, "text behind the value");
	refuses("[1,]", 3, "a value was expected");
	refuses("[1", 2, "',' or ']' was expected");
	refuses("[1}", 2, "',' or ']' was expected");
	refuses("{\"a\":1,}", 7, "a name was expected");
	refuses("{\"a\" 1}", 5, "':' was expected");
	refuses("{a:1}", 1, "a name was expected");
	refuses("{\"a\":1]", 6, "',' or '}' was expected");
	refuses("]", 0, "a value was expected");
	refuses("\"a", 2, "unterminated string");
	refuses("\"\\\"", 3, "unterminated string");
	refuses("\"\n\"", 1, "a control byte in a string");
	refuses("\"\xff\"", 1, "not UTF-8");
	refuses("\"\xed\xa0\x80\"", 1, "not UTF-8");
	refuses("\"a\\x\"", 2, "no such escape");
	refuses("'a'", 0, "a value was expected");
	static const char *const lone[] = {"\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\ud83d\"",
		"\"\\ud83dx\"", "\"\\u12g4\"", "\"\\u12\""};
	for (size_t i = 0; i < sizeof lone / sizeof *lone; i++)
		refuses(lone[i], 1, "no such character: \\u and four digits, surrogates in pairs");
}

static void
depth(void)
{
	char text[2 * (JSON_DEPTH_MAX + 1)];
	size_t place;
	const char *reason;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i < sizeof text / 2 ? '[' : ']';
	ok(is_value(text + 1, sizeof text - 2, &place, &reason), "as deep as it may be");
	ok(!is_value(text, sizeof text, &place, &reason) && place == JSON_DEPTH_MAX &&
			strcmp(reason, "nested too deep") == 0,
		"one deeper");
}

/* Nothing but the whole is a value; nothing that is altered is read behind its end. */
static void
damages(void)
{
	static const char whole[] =
		"{\"a\\u00e9\":[1.5e3,\"\\ud83d\\ude00 \xc3\xa9\",{\"b\":null}],\"c\":true}";
	static const char other[] = "\"\\u{}[]:,0d\x80\xff\n";
	size_t place;
	const char *reason;
	size_t wrong = 0;
	for (size_t len = 0; len < sizeof whole - 1; len++)
		wrong += is_value(whole, len, &place, &reason) || place > len;
	ok(is_value(whole, sizeof whole - 1, &place, &reason) && wrong == 0, "cut at each byte");
	char copy[sizeof whole];
	for (size_t i = 0; i < sizeof whole - 1; i++) {
		for (size_t k = 0; k < sizeof other; k++) {
			memcpy(copy, whole, sizeof whole);
			copy[i] = other[k];
			is_value(copy, sizeof whole - 1, &place, &reason);
			wrong += place > sizeof whole - 1;
		}
	}
	ok(wrong == 0, "each byte altered");
}

static void
unescapes(const char *text, const char *value, size_t len)
{
	struct json_text t = json_text(slice_of(text));
	struct slice raw = {"", 0};
	bool is_escaped = false;
	char out[64];
	bool good = json_take_string(&t, &raw, &is_escaped);
	struct slice got = {out, json_unescape(raw, out)};
	struct slice want = {value, len};
	ok(good && is_escaped && slice_same(got, want) && json_is(raw, want), "%s", text);
	ok(!json_is(raw, (struct slice){value, len - 1}) && !json_is(raw, slice_of("q")),
		"and nothing else");
}

/* Each byte at each place before an x: where the string stops, and whether that is its end. */
static void
every_byte(void)
{
	enum { LEN = 21 };
	size_t wrong = 0;
	for (size_t at = 1; at < LEN - 2; at++) {
		for (unsigned byte = 0; byte < 256; byte++) {
			char text[LEN + 1] = "\"..................x\"";
			size_t place;
			const char *reason;
			text[at] = (char)byte;
			bool is_quote = byte == '"';
			bool must = byte >= 0x20 && byte < 0x80 && byte != '\\' && !is_quote;
			size_t stop = must ? LEN : at + is_quote;
			bool good = is_value(text, LEN, &place, &reason);
			wrong += good != must || place != stop;
		}
	}
	ok(wrong == 0, "256 bytes at each of %d places of a string: %zu wrong", LEN - 3, wrong);
}

int
main(void)
{
	values();
	every_byte();
	depth();
	damages();
	unescapes("a\\n\\t\\\\\\\"\\/b\"", "a\n\t\\\"/b", 7);
	unescapes("\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		10);
	unescapes("\\u0000\\b\"", "\0\b", 2);
	return done();
}
