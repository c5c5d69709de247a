/*
 * Schemas: which integers and decimals keep their form, how types widen, JSON read strictly, Table
 * Schema.
 */
#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>

#include "schema/json.h"
#include "unit.h"

static void
test_integers(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t value;
	} cases[] = {
		{"0", true, 0},
		{"7", true, 7},
		{"-7", true, -7},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"9999999999999999999", false, 0},
		{"18446744073709551617", false, 0},
		{"007", false, 0},
		{"00", false, 0},
		{"-0", false, 0},
		{"-01", false, 0},
		{"+1", false, 0},
		{" 1", false, 0},
		{"1 ", false, 0},
		{"1.0", false, 0},
		{"1e3", false, 0},
		{"", false, 0},
		{"-", false, 0},
		{"--1", false, 0},
		{"0x10", false, 0},
		{"1_000", false, 0},
		{"123456789012345678", true, 123456789012345678},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t n = 0;
		bool good = schema_integer(slice_of(cases[i].text), &n);
		ok(good == cases[i].good && (!good || n == cases[i].value), "integer '%s'",
			cases[i].text);
	}
}

static enum schema_type
type_of_all(const char *const *values)
{
	enum schema_type type = SCHEMA_NONE;
	for (; *values != NULL; values++)
		type = schema_widen(type, slice_of(*values));
	return type;
}

static void
test_widening(void)
{
	static const struct {
		const char *values[4];
		enum schema_type type;
	} cases[] = {
		{{NULL}, SCHEMA_NONE},
		{{"1", "2"}, SCHEMA_INTEGER},
		{{"1", "2.50"}, SCHEMA_DECIMAL},
		{{"2.50", "1"}, SCHEMA_DECIMAL},
		{{"1", "007"}, SCHEMA_TEXT},
		{{"007", "1"}, SCHEMA_TEXT},
		{{"1", ""}, SCHEMA_TEXT},
		{{"9223372036854775808"}, SCHEMA_DECIMAL},
		{{"0.00"}, SCHEMA_DECIMAL},
		{{"-0.00"}, SCHEMA_TEXT},
		{{"-0.01"}, SCHEMA_DECIMAL},
		{{".5"}, SCHEMA_TEXT},
		{{"5."}, SCHEMA_TEXT},
		{{"1e3"}, SCHEMA_TEXT},
		{{"01.5"}, SCHEMA_TEXT},
		{{"1.2.3"}, SCHEMA_TEXT},
		{{"12345678901234567890123456789012345678"}, SCHEMA_DECIMAL},
		{{"123456789012345678901234567890123456789"}, SCHEMA_TEXT},
		{{"x", "1", "2"}, SCHEMA_TEXT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ok(type_of_all(cases[i].values) == cases[i].type, "type %zu: %s ...", i,
			cases[i].values[0] != NULL ? cases[i].values[0] : "none");
}

/* The reason, or the empty text. */
static const char *
json_reason(const char *text, size_t len, struct arena *arena)
{
	struct buf why = {0};
	const char *reason = "";
	if (json_parse((struct slice){text, len}, arena, &why) == NULL)
		reason = arena_keep(arena, why.at, why.len);
	buf_clear(&why);
	return reason;
}

static void
test_json_refuses(void)
{
	static const char *const bad[] = {
		"",
		" ",
		"{",
		"[1,",
		"[1,]",
		"{\"a\":1,}",
		"{a:1}",
		"{'a':1}",
		"[1 2]",
		"{\"a\" 1}",
		"01",
		"-",
		"1.",
		".5",
		"1e",
		"+1",
		"nul",
		"NaN",
		"tru",
		"\"",
		"\"\\x\"",
		"\"\\u12\"",
		"\"\\ud800\"",
		"\"\\udc00\"",
		"\"\\ud800\\u0041\"",
		"\"a\nb\"",
		"\"\xff\"",
		"[1] 2",
		"{\"a\":1,\"a\":2}",
		"]",
		"\"\\",
		"[\"a\\\"]",
	};
	struct arena arena = {0};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(*json_reason(bad[i], strlen(bad[i]), &arena) != '\0', "refused: %s",
			i == 25 ? "newline" : bad[i]);
	ok(*json_reason("[1]\0", 4, &arena) != '\0', "a NUL behind the value");
	ok(strstr(json_reason("{\n\"a\":\n?}", 9, &arena), "line 3") != NULL, "the line is said");
	ok(strcmp(json_reason("{\"b\":1,\n\"a\":1,\n\"b\":{},\n\"a\":2}", 31, &arena),
		   "line 3: a name for the second time: 'b'") == 0,
		"the first name that has been there before");
	char deep[600];
	memset(deep, '[', sizeof deep);
	ok(strstr(json_reason(deep, sizeof deep, &arena), "deep") != NULL, "nested too deep");
	arena_clear(&arena);
}

/* A block of exactly that size, so that a read beyond it is seen by the tools that look for one. */
static void
test_json_ends(void)
{
	static const char whole[] = "{\"a\\u00e9\\ud83d\\ude00\": [-1.5e+3, true, null, \"x\\n\"]}";
	struct arena arena = {0};
	size_t refused = 0;
	for (size_t len = 0; len < sizeof whole - 1; len++) {
		char *part = xmalloc(len);
		memcpy(part, whole, len);
		refused += *json_reason(part, len, &arena) != '\0';
		free(part);
	}
	ok(refused == sizeof whole - 1, "each prefix is refused");
	struct buf why = {0};
	const struct json *v = json_parse(slice_of(whole), &arena, &why);
	ok(v != NULL && v->kind == JSON_OBJECT, "an object");
	ok(v != NULL && slice_is(v->first->name, "a\xc3\xa9\xf0\x9f\x98\x80"),
		"escapes make UTF-8");
	const struct json *list = v != NULL ? v->first : NULL;
	ok(list != NULL && list->kind == JSON_ARRAY && slice_is(list->first->text, "-1.5e+3"),
		"a number as written");
	ok(list != NULL && list->first->next->kind == JSON_TRUE, "true");
	ok(list != NULL && slice_is(list->first->next->next->next->text, "x\n"), "a string");
	arena_clear(&arena);
	buf_clear(&why);
}

/* What is printed reads as the same again, and is printed so. */
static void
test_json_prints(void)
{
	static const struct {
		const char *text;
		const char *printed;
	} cases[] = {
		{" [ 1.50,-0, \"a\\u0041\" ,true,false,null ] ",
			"[1.50, -0, \"aA\", true, false, null]"},
		{"{\"b\":{\"a\":[]},\"a\":{}}", "{\"b\": {\"a\": []}, \"a\": {}}"},
		{"\"q\\\"\\\\\\n\\u0000\\u00e9\"", "\"q\\\"\\\\\\u000a\\u0000\xc3\xa9\""},
	};
	struct arena arena = {0};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf why = {0}, once = {0}, twice = {0};
		json_print(json_parse(slice_of(cases[i].text), &arena, &why), &once);
		struct slice printed = {once.at, once.len};
		ok(slice_is(printed, cases[i].printed), "printed: %s", cases[i].printed);
		json_print(json_parse(printed, &arena, &why), &twice);
		ok(slice_same(printed, (struct slice){twice.at, twice.len}), "and printed again");
		buf_clear(&why);
		buf_clear(&once);
		buf_clear(&twice);
	}
	arena_clear(&arena);
}

static const char *
schema_reason(const char *text, struct arena *arena)
{
	struct schema schema;
	struct buf why = {0};
	const char *reason = "";
	if (!schema_parse(&schema, slice_of(text), arena, &why))
		reason = arena_keep(arena, why.at, why.len);
	buf_clear(&why);
	return reason;
}

static void
test_table_schema(void)
{
	static const char text[] = "{\"fields\": [{\"name\": \"id\", \"type\": \"integer\", "
				   "\"constraints\": {\"required\": true}},\n"
				   "{\"name\": \"note\"}, {\"name\": \"x\", \"type\": \"number\"}, "
				   "{\"name\": \"y\", \"type\": \"year\"}],\n"
				   "\"missingValues\": [\"\"]}";
	struct arena arena = {0};
	struct buf why = {0};
	struct schema schema;
	ok(schema_parse(&schema, slice_of(text), &arena, &why) && schema.count == 4, "four fields");
	const struct schema_field *f = schema_find(&schema, slice_of("x"));
	ok(f != NULL && f->type == SCHEMA_NUMBER, "a number");
	f = schema_find(&schema, slice_of("note"));
	ok(f != NULL && f->type == SCHEMA_TEXT, "text where no type is said");
	f = schema_find(&schema, slice_of("y"));
	ok(f != NULL && f->type == SCHEMA_INTEGER, "a year is an integer");
	ok(f != NULL && f->kind == SCHEMA_IS_YEAR && strcmp(schema_kind_name(f->kind), "year") == 0,
		"and a year");
	ok(schema_find(&schema, slice_of("z")) == NULL, "no such field");
	ok(strstr(schema_reason("[]", &arena), "fields") != NULL, "no fields");
	ok(strstr(schema_reason("{\"fields\": {}}", &arena), "fields") != NULL,
		"fields are no array");
	ok(strstr(schema_reason("{\"fields\": [{\"name\": 1}]}", &arena), "name") != NULL,
		"a name is no string");
	ok(strstr(schema_reason("{\"fields\": [{\"type\": \"any\"}]}", &arena), "name") != NULL,
		"no name");
	ok(strstr(schema_reason("{\"fields\": [{\"name\":\"a\"},\n{\"name\":\"a\"}]}", &arena),
		   "line 2") != NULL,
		"twice");
	ok(strstr(schema_reason("{\"fields\": "
				"[{\"name\":\"b\"},{\"name\":\"a\"},\n{\"name\":\"b\"},\n{\"name\":"
				"\"a\"}]}",
			  &arena),
		   "line 2: field 'b'") != NULL,
		"the first that is there twice");
	ok(strstr(schema_reason("{\"fields\": [{\"name\":\"a\",\"type\":\"int\"}]}", &arena),
		   "'int'") != NULL,
		"no type");
	ok(schema_reason("{\"fields\": []}", &arena)[0] == '\0', "no field at all");
	arena_clear(&arena);
	buf_clear(&why);
}

int
main(void)
{
	test_integers();
	test_widening();
	test_json_refuses();
	test_json_ends();
	test_json_prints();
	test_table_schema();
	return done();
}
