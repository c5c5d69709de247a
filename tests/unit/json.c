/*
 * Records as JSON: what is a number, a boolean, text; how each is written; which names there can
 * be.
 */
#include "json/json-out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "csv/csv.h"
#include "msg.h"
#include "unit.h"

static char path[] = "/tmp/etl-unit-XXXXXX";

static void
test_faults(void)
{
	static const char *const numbers[] = {"0", "-0", "+1", "007", "1.50", ".5", "-.5", "1e5",
		"1E+05", ".5e-3", "1e999",
		"123456789012345678901234567890123456789012345678901234567890.5"};
	static const char *const none[] = {"", "+", "-", ".", "1.", "1e", "1e+", "e5", ".e5",
		"1.e5", "1 ", " 1", "0x1", "1,5", "1_0", "--1", "NaN", "INF", "1e5.5", "1.2.3"};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		ok(json_out_fault(SCHEMA_NUMBER, slice_of(numbers[i])) == NULL, "'%s' is a number",
			numbers[i]);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ok(json_out_fault(SCHEMA_NUMBER, slice_of(none[i])) != NULL, "'%s' is none",
			none[i]);
	ok(json_out_fault(SCHEMA_NUMBER, (struct slice){"1\0", 2}) != NULL,
		"a NUL behind a number");
	ok(json_out_fault(SCHEMA_INTEGER, slice_of("-007")) == NULL, "-007 is a whole number");
	ok(json_out_fault(SCHEMA_INTEGER, slice_of("1.0")) != NULL, "1.0 is not written as one");
	ok(json_out_fault(SCHEMA_INTEGER, slice_of("1e3")) != NULL, "nor is 1e3");
	ok(json_out_fault(SCHEMA_BOOLEAN, slice_of("TRUE")) == NULL, "TRUE is a boolean");
	ok(json_out_fault(SCHEMA_BOOLEAN, slice_of("yes")) != NULL, "yes is not");
	ok(json_out_fault(SCHEMA_TEXT, slice_of("\xc3\xa9")) == NULL, "text is UTF-8");
	ok(json_out_fault(SCHEMA_TEXT, slice_of("\xc3")) != NULL, "half a character is not");
	ok(json_out_fault(SCHEMA_DATE, (struct slice){"a\0b", 3}) == NULL, "NUL is a character");
}

/* What a row of these bytes is written as, with all columns of that type. */
static const char *
written(enum schema_type type, const char *names, const char *row, size_t len)
{
	static char text[65536];
	char *const operands[] = {path};
	struct csv_how how = CSV_HOW;
	struct json_out j;
	struct buf why = {0};
	struct out o = {.fd = STDOUT_FILENO, .name = "nothing", .at = text};
	FILE *f = fopen(path, "w");
	fprintf(f, "%s\n", names);
	fwrite(row, 1, len, f);
	fclose(f);
	struct csv_in *in = csv_open(&how, operands, 1);
	if (!json_out_init(&j, csv_header(in), slice_of(""), &why)) {
		buf_byte(&why, '\0');
		strcpy(text, why.at);
		buf_clear(&why);
		json_out_clear(&j);
		csv_close(in);
		return text;
	}
	for (size_t i = 0; i < j.columns; i++)
		j.column[i].type = type;
	json_out_row(&j, csv_read(in), 0, &o);
	text[o.len] = '\0';
	json_out_clear(&j);
	csv_close(in);
	return text;
}

static void
test_rows(void)
{
	static const struct {
		enum schema_type type;
		const char *names;
		const char *row;
		const char *json;
	} cases[] = {
		{SCHEMA_TEXT, "a", "x", "{\"a\":\"x\"}"},
		{SCHEMA_TEXT, "a,b", "007,", "{\"a\":\"007\",\"b\":null}"},
		{SCHEMA_TEXT, "a,b", "\"\",\"x \"\"y\"\"\"", "{\"a\":\"\",\"b\":\"x \\\"y\\\"\"}"},
		{SCHEMA_TEXT, "\"q\"\"\\\",b", "1,2", "{\"q\\\"\\\\\":\"1\",\"b\":\"2\"}"},
		{SCHEMA_TEXT, "\xc3\xa9", "\xe2\x82\xac", "{\"\xc3\xa9\":\"\xe2\x82\xac\"}"},
		{SCHEMA_TEXT, "a", "\"1234567\n\t\b\f\r\x01\x1f\x7f\"",
			"{\"a\":\"1234567\\n\\t\\b\\f\\r\\u0001\\u001f\x7f\"}"},
		{SCHEMA_TEXT, "a", "0123456789\\0123456789\\",
			"{\"a\":\"0123456789\\\\0123456789\\\\\"}"},
		{SCHEMA_NUMBER, "a,b,c,d", "+1,007,.5,-.5e1",
			"{\"a\":1,\"b\":7,\"c\":0.5,\"d\":-0.5e1}"},
		{SCHEMA_NUMBER, "a,b,c,d", "1.50,-0,000.0,",
			"{\"a\":1.50,\"b\":-0,\"c\":0.0,\"d\":null}"},
		{SCHEMA_BOOLEAN, "a,b,c,d", "True,0,1,FALSE",
			"{\"a\":true,\"b\":false,\"c\":true,\"d\":false}"},
		{SCHEMA_TEXT, "a,b,a", "1,2,3",
			"two columns are called 'a', which an object cannot have"},
		{SCHEMA_TEXT, "a,\xff", "1,2", "column 2: its name is not UTF-8: '\xff'"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *json =
			written(cases[i].type, cases[i].names, cases[i].row, strlen(cases[i].row));
		if (!ok(strcmp(json, cases[i].json) == 0, "row %zu", i))
			printf("# %s\n# %s\n", json, cases[i].json);
	}
	ok(strcmp(written(SCHEMA_TEXT, "a", "x\0y", 3), "{\"a\":\"x\\u0000y\"}") == 0, "NUL");
}

int
main(void)
{
	if (mkstemp(path) < 0)
		return END_SETUP;
	test_faults();
	test_rows();
	unlink(path);
	return done();
}
