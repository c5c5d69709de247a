/*
 * The expression engine: every function and operator, null rules, types, scale, faults and
 * compile errors, over batches made by hand.
 */
#include "expr/program.h"

#include <stdlib.h>
#include <string.h>

#include "expr/functions.h"
#include "expr/regex.h"
#include "unit.h"

/* A CSV text as the reader would hand it out: its header and a batch of its records. */
struct table {
	char *text;
	uint32_t *end;
	struct slice *name;
	struct arena arena;
	struct header header;
	struct batch batch;
};

static void
table_make(struct table *t, const char *csv)
{
	size_t len = strlen(csv);
	size_t count = 0;
	size_t columns = 0;
	bool inside = false;
	*t = (struct table){.text = xcalloc(len + 64, 1), .end = xcalloc(len + 2, sizeof *t->end)};
	memcpy(t->text, csv, len);
	uint32_t *end = t->end + 1;
	end[-1] = UINT32_MAX;
	for (size_t i = 0; i < len; i++) {
		inside ^= csv[i] == '"';
		if (inside || (csv[i] != ',' && csv[i] != '\n'))
			continue;
		end[count++] = (uint32_t)i;
		if (csv[i] == '\n' && columns == 0)
			columns = count;
	}
	struct batch first = {
		.text = t->text,
		.end = end,
		.rows = 1,
		.columns = columns,
		.line = 1,
		.dialect = dialect_csv,
		.file = "p.csv",
	};
	t->name = xcalloc(columns, sizeof *t->name);
	for (size_t i = 0; i < columns; i++)
		t->name[i] = batch_value(&first, batch_cell(&first, 0, i), &t->arena);
	t->header = (struct header){columns, t->name};
	t->batch = first;
	t->batch.end += columns;
	t->batch.rows = count / columns - 1;
	t->batch.line = 2;
	t->batch.record = 1;
}

static void
table_clear(struct table *t)
{
	free(t->text);
	free(t->end);
	free(t->name);
	arena_clear(&t->arena);
}

static struct {
	struct table table;
	struct program_setting setting;
} with;

static const struct program_variable variables[] = {
	{{"p", 1}, {"50", 2}},
	{{"city", 4}, {"K\303\266ln", 5}},
	{{"day", 3}, {"2021-08-01", 10}},
};

static void
use(const char *csv)
{
	table_clear(&with.table);
	table_make(&with.table, csv);
	with.setting = (struct program_setting){
		.header = with.table.header,
		.variable = variables,
		.variables = sizeof variables / sizeof *variables,
		.as_text = true,
	};
}

/* The records that most checks run over. */
static const char one[] = "name,price,n,empty,bad,neg,utf,dup,dup,a b,main.temp,quoted\n"
			  "Car,12.50,3,,n/a,-2.5,Zo\303\253,1,2,x y,21.4,\"say \"\"hi\"\"\"\n";

static struct slice
cell_of(const struct vector *v, size_t row)
{
	return v->text[vector_at(v, row)];
}

/* A target's value, or the field that it copies, of row first + row. */
static struct slice
result_of(const struct program *p, size_t i, const struct batch *b, size_t first, size_t row)
{
	size_t count;
	size_t column = program_targets(p, &count)[i].copies;
	if (column != PROGRAM_NONE)
		return batch_run(b, first + row, column, column);
	return cell_of(program_result(p, i), row);
}

static struct program *
compile(const char *text, enum program_kind kind)
{
	struct program_error error = {0};
	struct program *p = program_compile(slice_of(text), kind, &with.setting, &error);
	if (p == NULL)
		ok(false, "compiles: %s: %.*s", text, (int)error.reason.len, error.reason.at);
	buf_clear(&error.reason);
	return p;
}

static void
print_fault(const struct program *p)
{
	const struct program_fault *f = program_faults(p);
	printf("# fault: %.*s: %s: %.*s\n", (int)f->text.len, f->text.at, f->reason,
		(int)f->culprit.len, f->culprit.at != NULL ? f->culprit.at : "");
}

/* The expression gives this text for the first row, without a fault. */
static void
gives(const char *expression, const char *expected)
{
	char text[4096];
	snprintf(text, sizeof text, "r = %s", expression);
	struct program *p = compile(text, PROGRAM_ASSIGNMENTS);
	if (p == NULL)
		return;
	size_t faults = program_run(p, &with.table.batch, 0, with.table.batch.rows);
	struct slice got = result_of(p, 0, &with.table.batch, 0, 0);
	if (!ok(faults == 0 && slice_is(got, expected), "%s is %s", expression, expected))
		printf("# got %.*s\n", (int)got.len, got.at);
	if (faults != 0)
		print_fault(p);
	program_free(p);
}

/* The expression has this fault in the first row, and gives nothing. */
static void
faults(const char *expression, const char *reason, const char *culprit, const char *where)
{
	char text[4096];
	snprintf(text, sizeof text, "r = %s", expression);
	struct program *p = compile(text, PROGRAM_ASSIGNMENTS);
	if (p == NULL)
		return;
	size_t count = program_run(p, &with.table.batch, 0, with.table.batch.rows);
	const struct program_fault *f = program_faults(p);
	bool good = count != 0 && f->row == 0 && strcmp(f->reason, reason) == 0 &&
		    slice_is(f->text, where) &&
		    (culprit == NULL ? f->culprit.at == NULL : slice_is(f->culprit, culprit)) &&
		    cell_of(program_result(p, 0), 0).len == 0;
	if (!ok(good, "%s: '%s': %s", expression, where, reason) && count != 0)
		print_fault(p);
	program_free(p);
}

/* The text does not compile, with this reason (its beginning) at this place. */
static void
refuses_as(enum program_kind kind, const char *text, size_t at, size_t len, const char *reason)
{
	struct program_error error = {0};
	struct program *p = program_compile(slice_of(text), kind, &with.setting, &error);
	bool good = p == NULL && error.at == at && error.len == len &&
		    error.reason.len >= strlen(reason) &&
		    memcmp(error.reason.at, reason, strlen(reason)) == 0;
	if (!ok(good, "%.60s: %s", text, reason))
		printf("# %s at %zu, %zu: %.*s\n", p != NULL ? "compiled" : "refused", error.at,
			error.len, (int)error.reason.len, error.reason.at);
	program_free(p);
	buf_clear(&error.reason);
}

static void
refuses(const char *text, size_t at, size_t len, const char *reason)
{
	refuses_as(PROGRAM_ASSIGNMENTS, text, at, len, reason);
}

static void
condition(const char *text, bool expected)
{
	struct program *p = compile(text, PROGRAM_CONDITION);
	if (p == NULL)
		return;
	size_t count = program_run(p, &with.table.batch, 0, with.table.batch.rows);
	ok(count == 0 && program_accepts(program_result(p, 0), 0) == expected, "%s is %s", text,
		expected ? "true" : "not true");
	if (count != 0)
		print_fault(p);
	program_free(p);
}

static void
literals(void)
{
	gives("12", "12");
	gives("1.50", "1.50");
	gives(".5", "0.5");
	gives("1e3", "1000");
	gives("1.5E-2", "0.015");
	gives("\"text\"", "text");
	gives("\"\\t\\n\\\\\\\"\\x41\\101\\u00e9\\U0001F600\\a\"",
		"\t\n\\\"AA\303\251\360\237\230\200\a");
	gives("\"caf\xe9 \\xff\"", "caf\xe9 \xff");
	gives("true", "true");
	gives("false", "false");
	gives("null", "");
	gives("99999999999999999999999999999999999999", "99999999999999999999999999999999999999");
	gives("@p", "50");
	gives("@city", "K\303\266ln");
	gives("num(@p) + 1", "51");
}

static void
names(void)
{
	gives("concat(name)", "Car");
	gives("concat({a b})", "x y");
	gives("concat(main.temp)", "21.4");
	gives("main.temp + 1", "22.4");
	gives("concat(#8, #9)", "12");
	gives("concat(#1)", "Car");
	gives("concat(quoted)", "say \"hi\"");
	refuses("r = dup", 4, 3, "column 'dup' is used twice in the header: write #8 or #9");
	refuses("dup = 1", 0, 3, "column 'dup' is used twice in the header: write #8 or #9");
	refuses("r = prise", 4, 5, "no such column: 'prise'; did you mean 'price'?");
	refuses("r = name == ford", 12, 4, "no such column: 'ford'; text is written \"ford\"");
	refuses("r = {ford}", 4, 6, "no such column: 'ford'");
	refuses("r = price > city", 12, 4, "no such column: 'city'; the variable is @city");
	refuses("r = n == NULL", 9, 4, "no such column: 'NULL'; it is written in small letters");
	refuses("r = #13", 4, 3, "no such column: there are 12");
	refuses("r = #0", 4, 2, "no such column: there are 12");
	refuses("r = @q", 4, 2, "no such variable: '@q'");
	refuses("r = file", 4, 4, "no such column: 'file'; the function is file(...)");
	refuses("total = 1; r = totl", 15, 4, "no such column: 'totl'; did you mean 'total'?");
}

static void
numbers(void)
{
	gives("price * 2", "25.00");
	gives("2 * price", "25.00");
	gives("price + n", "15.50");
	gives("price - n", "9.50");
	gives("n - price", "-9.50");
	gives("1.1 + 2.2", "3.3");
	gives("1.10 * 1.10", "1.2100");
	gives("7 % 3", "1");
	gives("-7 % 3", "-1");
	gives("7.5 % 2", "1.5");
	gives("mod(7.5, 2)", "1.5");
	gives("-price", "-12.50");
	gives("- -price", "12.50");
	gives("-(-9223372036854775807 - 1)", "9223372036854775808");
	gives("9223372036854775807 + 1", "9223372036854775808");
	gives("9223372036854775807 * 10", "92233720368547758070");
	gives("price / 4", "3.125");
	gives("6 / 2", "3");
	gives("1 / 3", "0.3333333333333333");
	gives("0.3 / 0.1", "3");
	gives("1 / 3 + 1", "1.3333333333333333");
	gives("empty + 1", "");
	gives("empty / 0", "");
	gives("-empty", "");
	gives("price + empty", "");
	gives("99999999999999999999999999999999999999 - 99999999999999999999999999999999999998",
		"1");
	faults("99999999999999999999999999999999999999 + n", "number out of range (38 digits)",
		NULL, "99999999999999999999999999999999999999 + n");
	faults("price / 0", "division by zero", NULL, "price / 0");
	faults("price % (n - 3)", "division by zero", NULL, "price % (n - 3)");
	faults("1 / 0", "division by zero", NULL, "1 / 0");
	faults("bad * 2", "not a number", "n/a", "bad");
	faults("num(concat(bad, \"!\"))", "not a number", "n/a!", "num(concat(bad, \"!\"))");
	faults("name + price", "not a number", "Car", "name");
	faults("sqrt(neg)", "no finite result", NULL, "sqrt(neg)");
}

static void
number_functions(void)
{
	gives("abs(neg)", "2.5");
	gives("abs(price)", "12.50");
	gives("abs(-1/2)", "0.5");
	gives("round(price)", "13");
	gives("round(neg)", "-3");
	gives("round(2.345, 2)", "2.35");
	gives("round(2, 2)", "2.00");
	gives("round(1234, -2)", "1200");
	gives("round(2/3, 2)", "0.67");
	gives("round(2.675, 2)", "2.68");
	gives("floor(neg)", "-3");
	gives("ceil(neg)", "-2");
	gives("floor(price)", "12");
	gives("ceil(price)", "13");
	gives("floor(7/2)", "3");
	gives("int(neg)", "-2");
	gives("int(\"12.9\")", "12");
	gives("int(7/2)", "3");
	gives("least(price, n, 20)", "3");
	gives("greatest(price, n)", "12.50");
	gives("least(empty, n)", "3");
	gives("least(empty, empty)", "");
	gives("greatest(price, n, 1/2)", "12.5");
	gives("sqrt(16)", "4");
	gives("ln(1)", "0");
	gives("exp(0)", "1");
	gives("pow(2, 10)", "1024");
	gives("bin(price, 5)", "10");
	gives("bin(neg, 5)", "-5");
	gives("bin(price, 0.25)", "12.50");
	gives("bin(1/4, 1/10)", "0.2");
	gives("clamp(price, 0, 10)", "10");
	gives("clamp(neg, 0, 10)", "0");
	gives("clamp(price, 0, 100)", "12.50");
	gives("rescale(price, 0, 50)", "0.25");
	gives("num(price)", "12.50");
	gives("num(empty)", "");
	gives("text(price * 2)", "25.00");
	gives("text(price)", "12.50");
	gives("round(empty)", "");
	faults("clamp(price, 10, 0)", "the lower limit is above the higher", NULL,
		"clamp(price, 10, 0)");
	faults("bin(price, 0)", "width of a bin is not above 0", NULL, "bin(price, 0)");
	faults("ln(0)", "no finite result", NULL, "ln(0)");
	faults("exp(1000)", "no finite result", NULL, "exp(1000)");
	faults("rescale(price, 5, 5)", "division by zero", NULL, "rescale(price, 5, 5)");
	faults("round(price, price)", "not a whole number of 64 bits", "12.50", "price");
}

static void
texts(void)
{
	gives("upper(name)", "CAR");
	gives("lower(name)", "car");
	gives("upper(utf)", "ZO\303\213");
	gives("upper(\"stra\303\237e \317\211 \320\266 \303\277 \xff z\")",
		"STRA\303\237E \316\251 \320\226 \305\270 \xff Z");
	gives("lower(\"\303\211 \316\251 \320\226 \304\260\")", "\303\251 \317\211 \320\266 i");
	gives("trim(\"  a b\\t\")", "a b");
	gives("ltrim(\"  a \")", "a ");
	gives("rtrim(\"  a \")", "  a");
	gives("trim(\"xxaxx\", \"x\")", "a");
	gives("ltrim(\"007\", \"0\")", "7");
	gives("trim(\"\303\251a\303\251\", \"\303\251\")", "a");
	gives("trim(empty)", "");
	gives("substr(name, 2)", "ar");
	gives("substr(name, 1, 2)", "Ca");
	gives("substr(name, -2)", "ar");
	gives("substr(name, -2, 1)", "a");
	gives("substr(name, -5, 3)", "C");
	gives("substr(name, 9)", "");
	gives("substr(utf, 3, 1)", "\303\253");
	gives("substr(\"a\xff"
	      "b\", 2, 1)",
		"\xff");
	gives("substr(name, 1, 0)", "");
	gives("substr(name, 2, 9223372036854775807)", "ar");
	gives("substr(name, empty)", "");
	gives("length(utf)", "3");
	gives("length(empty)", "0");
	gives("length(\"a\xff\xfe\")", "3");
	gives("length(price)", "5");
	gives("length(row_number())", "1");
	gives("replace(name, \"a\", \"ee\")", "Ceer");
	gives("replace(\"aaa\", \"a\", \"\")", "");
	gives("replace(\"aaa\", \"aa\", \"b\")", "ba");
	gives("replace(name, \"\", \"x\")", "Car");
	gives("split_part(\"a-b-c\", \"-\", 2)", "b");
	gives("split_part(\"a-b-c\", \"-\", -1)", "c");
	gives("split_part(\"a-b-c\", \"-\", -3)", "a");
	gives("split_part(\"a-b-c\", \"-\", 4)", "");
	gives("split_part(\"a-b-c\", \"-\", -4)", "");
	gives("split_part(\"a--c\", \"--\", 2)", "c");
	gives("split_part(name, \"\", 1)", "Car");
	gives("pad_left(n, 4, \"0\")", "0003");
	gives("pad_left(name, 2)", "Car");
	gives("pad_left(utf, 5)", "  Zo\303\253");
	gives("pad_right(utf, 8, \"\303\251-\")", "Zo\303\253\303\251-\303\251-\303\251");
	gives("pad_left(n, -1)", "3");
	gives("concat(name, \"-\", n + 1, \"-\", empty, true)", "Car-4-true");
	gives("concat(1/4)", "0.25");
	gives("contains(name, \"ar\")", "true");
	gives("contains(name, \"x\")", "false");
	gives("contains(empty, \"\")", "true");
	gives("starts_with(name, \"Ca\")", "true");
	gives("starts_with(name, \"Cars\")", "false");
	gives("ends_with(name, \"ar\")", "true");
	gives("ends_with(name, \"C\")", "false");
	gives("mask(\"4111111111111111\", 4)", "************1111");
	gives("mask(name)", "***");
	gives("mask(utf, 1)", "**\303\253");
	gives("mask(utf, 1, 1)", "Z*\303\253");
	gives("mask(utf, 0, 1, \"..\")", "Z....");
	gives("mask(\"ab\", 1, 1)", "**");
	gives("mask(\"ab\", 5)", "**");
	faults("substr(name, 0)", "places are counted from 1, or from -1 at the end", NULL,
		"substr(name, 0)");
	faults("substr(name, 1, -1)", "count is below 0", NULL, "substr(name, 1, -1)");
	faults("split_part(name, \"a\", 0)", "places are counted from 1, or from -1 at the end",
		NULL, "split_part(name, \"a\", 0)");
	faults("pad_left(name, 2000000000)", "longer than a field can be", NULL,
		"pad_left(name, 2000000000)");
	faults("replace(pad_left(name, 1000000, \"x\"), \"x\", pad_left(name, 2000))",
		"longer than a field can be", NULL,
		"replace(pad_left(name, 1000000, \"x\"), \"x\", pad_left(name, 2000))");
	gives("length(replace(pad_left(name, 1000, \"x\"), \"x\", pad_left(name, 2000)))",
		"1994003");
	faults("pad_left(name, 9, \"\")", "fill is empty", NULL, "pad_left(name, 9, \"\")");
	faults("mask(name, -1)", "count is below 0", NULL, "mask(name, -1)");
	faults("substr(name, 1.5)", "not a whole number of 64 bits", "1.5", "1.5");
}

static void
choices(void)
{
	gives("price > 10 ? \"high\" : \"low\"", "high");
	gives("if(price > 20, \"high\", \"low\")", "low");
	gives("n == 1 ? \"a\" : n == 2 ? \"b\" : \"c\"", "c");
	gives("if(true, price, 0)", "12.50");
	gives("if(false, price, 0)", "0");
	gives("if(true, 1, 1/2)", "1");
	gives("if(n > 1, null, 5)", "");
	gives("if(null, 1, 2)", "2");
	gives("coalesce(empty, name)", "Car");
	gives("coalesce(empty, empty, 7)", "7");
	gives("coalesce(empty + 1, price)", "12.50");
	gives("coalesce(price, 0)", "12.50");
	gives("coalesce(null, null)", "");
	gives("coalesce(trim(\" \"), \"none\")", "none");
	gives("null_if(name, \"Car\")", "");
	gives("null_if(name, \"Bus\")", "Car");
	gives("null_if(n, 3)", "");
	gives("null_if(price, 12.5)", "");
	gives("null_if(price, 3)", "12.50");
	gives("is_null(empty)", "true");
	gives("is_null(name)", "false");
	gives("is_null(empty * 2)", "true");
	gives("is_null(null)", "true");
	gives("is_number(price)", "true");
	gives("is_number(bad)", "false");
	gives("is_number(empty)", "false");
	gives("between(n, 1, 3)", "true");
	gives("between(n, 4, 5)", "false");
	gives("between(empty, 1, 3)", "false");
	gives("between(name, \"B\", \"D\")", "true");
	gives("row_number()", "1");
	gives("line()", "2");
	gives("file()", "p.csv");
	gives("env(\"ETL_NO_SUCH_VARIABLE\")", "");
	setenv("ETL_TEST_VARIABLE", "7 up", 1);
	gives("env(\"ETL_TEST_VARIABLE\")", "7 up");
	gives("env(concat(\"ETL_TEST\", \"_VARIABLE\"))", "7 up");
}

static void
conditions(void)
{
	condition("name == \"Car\"", true);
	condition("name != \"Car\"", false);
	condition("price == 12.5", true);
	condition("price == \"12.5\"", false);
	condition("12.50 == price", true);
	condition("#8 == #9", false);
	condition("price == price", true);
	condition("price > 12.499 && price < 12.501", true);
	condition("price >= 12.5 and price <= 12.5", true);
	condition("num(price) > num(n)", true);
	condition("text(price) > text(n)", false);
	condition("name < \"Cas\"", true);
	condition("empty == \"\"", true);
	condition("empty != \"car\"", true);
	condition("empty == null", true);
	condition("null == empty", true);
	condition("name != null", true);
	condition("empty + 1 == null", true);
	condition("num(empty) == num(empty)", true);
	condition("num(empty) == 0", false);
	condition("num(empty) != 0", true);
	condition("empty < 5", false);
	condition("empty >= 5", false);
	condition("!(empty < 5)", true);
	condition("null", false);
	condition("!null", false);
	condition("null || true", true);
	condition("null && false || null", false);
	condition("!(null && false)", true);
	condition("n in (1, 2, 3)", true);
	condition("n in (1, 2)", false);
	condition("n not in (1, 2)", true);
	condition("name in (\"Bus\", \"Car\")", true);
	condition("name in (\"Bus\")", false);
	condition("n + 0.00 in (3)", true);
	condition("true == (n > 2)", true);
	condition("not (n > 2)", false);
	condition("!(n > 2) == false", true);
	condition("1 + 2 * 3 == 7", true);
	condition("(1 + 2) * 3 == 9", true);
	condition("2 - 1 - 1 == 0", true);
	condition("true || false && false", true);
	condition("-2 * -3 == 6", true);
	condition("1/2 < 0.6", true);
	condition("1/4 == 0.25", true);
	condition("contains(name, \"a\") &&\n\tn\n== 3", true);
	condition(
		"99999999999999999999999999999999999999 > 0.00000000000000000000000000000000000001",
		true);
	condition("9223372036854775807 > 9223372036854775807.5", false);
	condition("9223372036854775807 < 9223372036854775807.5", true);
}

/* What is not evaluated has no faults. */
static void
branches(void)
{
	gives("bad == \"n/a\" ? 0 : bad * 2", "0");
	gives("bad != \"n/a\" ? bad * 2 : 0", "0");
	gives("if(is_number(bad), num(bad) / 2, null)", "");
	gives("coalesce(price, bad)", "12.50");
	gives("coalesce(price, bad / 0)", "12.5");
	gives("coalesce(name, text(bad / 0))", "Car");
	condition("false && bad > 1", false);
	condition("true || bad > 1", true);
	condition("is_number(bad) && bad > 1", false);
	condition("!is_number(bad) || bad > 1", true);
	gives("n == 0 ? 0 : price / n", "4.166666666666667");
	gives("n == 3 ? 0 : price / 0", "0");
	faults("n == 3 ? price / 0 : 0", "division by zero", NULL, "price / 0");
	faults("null || bad > 1", "not a number", "n/a", "bad");
}

static void
floats(void)
{
	with.setting.floats = true;
	gives("price * 2", "25");
	gives("0.1 + 0.2", "0.30000000000000004");
	gives("price + n", "15.5");
	gives("1e300 * 10", "1e+301");
	gives("7 % 4", "3");
	gives("7.5 / 2.5", "3");
	gives("abs(neg)", "2.5");
	gives("-price", "-12.5");
	gives("round(price / 3, 2)", "4.17");
	gives("int(neg)", "-2");
	gives("bin(price, 5)", "10");
	gives("clamp(price, 0, 10)", "10");
	gives("least(price, n)", "3");
	gives("num(price)", "12.5");
	gives("num(concat(\"1\", \"e200\"))", "1e+200");
	gives("is_number(concat(\"1\", \"e200\"))", "true");
	gives("substr(name, 2, 1)", "a");
	gives("coalesce(empty, 5)", "5");
	gives("if(n > 1, price, 5)", "12.5");
	gives("null_if(price, 3)", "12.5");
	gives("text(price)", "12.50");
	condition("price == 12.5", true);
	condition("#8 == #9", false);
	condition("n in (1, 3)", true);
	condition("between(price, 12, 13)", true);
	faults("1e300 * 1e300", "no finite result", NULL, "1e300 * 1e300");
	faults("price / 0", "division by zero", NULL, "price / 0");
	faults("price % 0", "division by zero", NULL, "price % 0");
	with.setting.floats = false;
	refuses("r = 1e300", 4, 5, "number out of range");
}

/* A pattern that needs no PCRE2 beside the same one that does. */
static void
shapes(void)
{
	static const char *const patterns[] = {"", "^", "$", "^$", "a", "^a", "a$", "^a$", "ab",
		"^ab", "ab$", "^ab$", "a\\.b", "a\\$", "\\^a", "^\\$$", "a\\/b", "\303\251",
		"^\303\251", "\\\\$"};
	static const char *const texts[] = {"", "a", "ab", "ba", "aab", "abab", "xabx", "a.b",
		"axb", "a$", "^a", "$", "a/b", "\303\251", "x\303\251", "\303", "\251\303\251",
		"a\n", "\nab", "\\", "a\\"};
	size_t differing = 0;
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
			char longer[64];
			struct buf why = {0};
			size_t at, a[2] = {0}, b[2] = {0};
			snprintf(longer, sizeof longer, "(?:%s)", patterns[i]);
			struct regex *plain = regex_new(slice_of(patterns[i]), 0, &why, &at);
			struct regex *whole = regex_new(slice_of(longer), 0, &why, &at);
			enum regex_result x = regex_find(plain, slice_of(texts[k]), 0);
			enum regex_result y = regex_find(whole, slice_of(texts[k]), 0);
			if (x == REGEX_FOUND)
				regex_group(plain, 0, &a[0], &a[1]);
			if (y == REGEX_FOUND)
				regex_group(whole, 0, &b[0], &b[1]);
			if (x != y || a[0] != b[0] || a[1] != b[1]) {
				printf("# /%s/ on '%s': %d %zu %zu, %d %zu %zu\n", patterns[i],
					texts[k], (int)x, a[0], a[1], (int)y, b[0], b[1]);
				differing++;
			}
			regex_free(plain);
			regex_free(whole);
		}
	}
	ok(differing == 0, "plain patterns match as PCRE2 would have them");
}

static void
regexes(void)
{
	condition("name =~ /^C/", true);
	condition("name =~ /^c/", false);
	condition("name =~ /^c/i", true);
	condition("name !~ /r$/", false);
	condition("utf =~ /^Zo.$/", true);
	condition("utf =~ /\303\213$/i", true);
	condition("empty =~ /^$/", true);
	condition("price =~ /^12\\.5/", true);
	condition("price * 2 =~ /^25\\.00$/", true);
	condition("{a b} =~ / y/ && 6 / n / 2 == 1 && n =~ /3/", true);
	condition("(6) / n == 2 && not (name =~ /a\\/b/)", true);
	condition("n in (6 / 2, 1) and not (name =~ /q/)", true);
	condition("name =~ @p", false);
	condition("@p =~ @p", true);
	condition("name =~ \"^C\"", true);
	condition("name =~ concat(\"^\", \"C\")", true);
	condition("\"a\\nb\" =~ /a.b/", false);
	condition("\"a\\nb\" =~ /a.b/s", true);
	condition("\"a\\nb\" =~ /^b/", false);
	condition("\"a\\nb\" =~ /^b/m", true);
	condition("\"a\\n\" =~ /a$/", false);
	condition("\"ab\" =~ / a b # both\\/x/", false);
	condition("\"ab\" =~ / a b /x", true);
	condition("\"\\xff\\xc3\\xa9x\" =~ /^.x/", false);
	condition("\"\\xff\\xc3\\xa9x\" =~ /\303\251x/", true);
	condition("\"\\xff\" =~ /./", false);
	condition("utf =~ /^Z\\S\\S$/ && utf =~ /^\\D+$/ && utf =~ /o\\W/", true);
	condition("\"\\xff\\xc3\\xa9x\" =~ /\\S\\Dx$/ && \"\\xff\" =~ /\\S/", false);
	condition("\"\\xff\\xc3\\xa9x\" =~ /\\W\\Sx?/", true);
	gives("extract(name, /[a-z]+/)", "ar");
	gives("extract(name, /(.)(.)(z)?/, 2)", "a");
	gives("extract(name, /(.)(.)(z)?/, 3)", "");
	gives("extract(name, /x/)", "");
	gives("extract(name, /(.)(?<second>.)/, \"second\")", "a");
	gives("replace(name, /(?<a>.)(?<b_2>.)/, \"${b_2}$1-${a}$$\")", "aC-C$r");
	refuses("r = extract(name, /(.)/, \"x\")", 25, 3,
		"the pattern has no group of that name: 'x'; it is written (?<name>...)");
	refuses("r = extract(name, /ar/, \"2\")", 24, 3, "the pattern has no group of that name");
	refuses("r = replace(name, /(.)/, \"${x}\")", 25, 6, "the pattern has no group of that");
	refuses("r = replace(name, /(.)/, \"${\")", 25, 4, "'$' stands for a group, $1, ${10} or");
	gives("extract(name, /ar/)", "ar");
	gives("extract(name, @city)", "");
	gives("extract(name, /(.)(.)/, n - 2)", "C");
	gives("extract(name, /(.)/, empty)", "");
	gives("num(extract(main.temp, /[0-9]+/)) + 1", "22");
	gives("replace(name, /[a-z]/, \"\")", "C");
	gives("replace(name, /./, \"\")", "");
	gives("replace(name, /(a)(r)/, \"$2$1$$${1}0$0\")", "Cra$a0ar");
	gives("replace(name, /x*/, \"-\")", "-C-a-r-");
	gives("replace(utf, /\\S/, \"-\")", "---");
	gives("replace(\"\\xc3\\xa9\\xff\\xc3\\xa9\", /\\W/, \"-\")", "-\xff-");
	gives("replace(utf, /x*/, \"-\")", "-Z-o-\303\253-");
	gives("replace(name, /$/, \"!\")", "Car!");
	gives("replace(name, /^/, \"!\")", "!Car");
	gives("replace(name, /a*/, \"-\")", "-C--r-");
	gives("replace(name, /q/, \"-\")", "Car");
	gives("replace(empty, /^$/, \"none\")", "none");
	gives("replace(name, regex(\"a.\"), \"\")", "C");
	gives("replace(name, \"a.\", \"\")", "Car");
	gives("replace(\"\\xff\\xfe\", /x*/, \"-\")", "-\xff-\xfe-");
	faults("extract(name, /(.)/, n)", "the pattern has no such group", NULL,
		"extract(name, /(.)/, n)");
	refuses("r = name =~ /(a/", 15, 1, "regular expression: missing closing parenthesis");
	refuses("r = name =~ /a\\/[/", 17, 1, "regular expression: missing terminating ]");
	refuses("r = name =~ /a", 12, 1, "regular expression without its closing '/'");
	refuses("r = name =~ /a\nb/", 12, 1, "regular expression without its closing '/'");
	refuses("r = name =~ /a\\/", 12, 1, "regular expression without its closing '/'");
	refuses("r = name =~ /a/iq", 16, 1, "the flags of a regular expression are imsx");
	refuses("r = name =~ /\\C/", 15, 1, "regular expression: using \\C is disabled");
	refuses("r = name =~ /\xff/", 13, 1, "regular expression: UTF-8 error");
	refuses("r = name =~ \"(\"", 12, 3,
		"regular expression, byte 2: missing closing parenthesis");
	refuses("r = name =~ n", 12, 1,
		"x =~ /re/ takes a regular expression here, and 'n' is text, known only "
		"with the data: write /.../");
	refuses("r = name =~ 3", 12, 1,
		"x =~ /re/ takes a regular expression here, and '3' is a number");
	refuses("r = /a/", 4, 3, "a regular expression is no value of a column");
	refuses("r = /a/ != null", 4, 3, "is_null(x) takes text here, and '/a/' is a regular");
	refuses("r = null == /a/", 12, 3, "is_null(x) takes text here, and '/a/' is a regular");
	refuses("r = concat(name, /a/)", 17, 3,
		"concat(a, ...) takes text here, and '/a/' is a regular expression");
	refuses("r = replace(name, /a/, n)", 23, 1,
		"replace(x, /re/, new) takes text that is known before any data "
		"here");
	refuses("r = replace(name, /(a)/, \"$2\")", 25, 4, "the pattern has 1 group");
	refuses("r = replace(name, /a/, \"$x\")", 23, 4, "'$' stands for a group");
	refuses("r = replace(name, /a/, \"$\")", 23, 3, "'$' stands for a group");
	refuses("r = replace(name, /a/, \"${1\")", 23, 5, "'$' stands for a group");
	refuses("r = extract(name, /a/, 1)", 23, 1, "the pattern has 0 groups");
	refuses("r = extract(name, /a/, -1)", 23, 2, "the pattern has 0 groups");
	refuses_as(PROGRAM_CONDITION, "/a/", 0, 3,
		"the program takes a condition here, and '/a/' is a regular "
		"expression; write x =~ /a/");
}

/* What would take for ever is given up, with machine code and without. */
static void
hostile(void)
{
	struct buf csv = {0};
	buf_text(&csv, "a\n");
	for (size_t i = 0; i < 40; i++)
		buf_byte(&csv, 'a');
	buf_text(&csv, "b\n");
	buf_byte(&csv, '\0');
	use(csv.at);
	static const char limit[] = "the pattern takes too long or too much memory here";
	const char *a = csv.at + 2;
	csv.at[csv.len - 2] = '\0';
	faults("a =~ /(a+)+$/", limit, a, "a =~ /(a+)+$/");
	faults("a =~ /(*NO_JIT)(a+)+$/", limit, a, "a =~ /(*NO_JIT)(a+)+$/");
	faults("a !~ /(a|aa)+$/", limit, a, "a !~ /(a|aa)+$/");
	faults("extract(a, /((a*)*)*$/)", limit, a, "extract(a, /((a*)*)*$/)");
	faults("replace(a, /(a+)+$/, \"\")", limit, a, "replace(a, /(a+)+$/, \"\")");
	buf_clear(&csv);
	use(one);
}

static void
times(void)
{
	use("ts,iso,odd,empty,n,a b\nSun Aug  1 12:30:05 "
	    "2021,2021-08-01T12:30:05.250Z,2021-02-30,,3,2021-08-01\n");
	gives("parse_time(ts, \"%a %b %e %H:%M:%S %Y\")", "2021-08-01T12:30:05Z");
	gives("parse_time(iso)", "2021-08-01T12:30:05.25Z");
	gives("parse_time({a b})", "2021-08-01T00:00:00Z");
	gives("parse_time(20210801, \"%Y%m%d\")", "2021-08-01T00:00:00Z");
	gives("parse_time(trim(iso))", "2021-08-01T12:30:05.25Z");
	gives("parse_time(empty)", "");
	gives("parse_time(empty, \"%Y\")", "");
	gives("parse_time(null)", "");
	gives("year(empty)", "");
	gives("date_add(empty, 1, \"day\")", "");
	gives("date_add(iso, empty, \"day\")", "");
	gives("date_diff(iso, empty, \"day\")", "");
	gives("date_trunc(empty, \"day\")", "");
	gives("epoch(empty)", "");
	gives("format_time(empty, \"%Y\")", "");
	gives("format_time(empty)", "");
	gives("format_time(iso, \"%d.%m.%y %H%%\")", "01.08.21 12%");
	gives("format_time(iso, \"\")", "");
	gives("format_time(iso)", "2021-08-01T12:30:05.25Z");
	gives("concat(parse_time({a b}), \"!\")", "2021-08-01T00:00:00Z!");
	gives("length(parse_time({a b}))", "20");
	gives("year(iso) * 10000 + month(iso) * 100 + day(iso)", "20210801");
	gives("concat(hour(iso), \":\", minute(iso), \":\", second(iso))", "12:30:5");
	gives("weekday(iso)", "7");
	gives("weekday(\"2021-08-02\")", "1");
	gives("epoch(iso)", "1627821005.25");
	gives("epoch({a b})", "1627776000");
	gives("epoch(\"1969-12-31T23:59:59.5Z\")", "-0.5");
	gives("date_trunc(iso, \"week\")", "2021-07-26T00:00:00Z");
	gives("date_trunc(iso, \"second\")", "2021-08-01T12:30:05Z");
	gives("date_add(\"2021-01-31\", 1, \"month\")", "2021-02-28T00:00:00Z");
	gives("date_add({a b}, -n, \"day\")", "2021-07-29T00:00:00Z");
	gives("date_diff(\"2021-07-01\", iso, \"day\")", "31");
	gives("date_diff(iso, \"2021-07-01\", \"month\")", "-1");
	gives("date_diff(iso, parse_time(ts, \"%a %b %e %T %Y\"), \"second\")", "0");
	gives("coalesce(parse_time(empty), \"2020-01-01\")", "2020-01-01T00:00:00Z");
	gives("coalesce(parse_time(empty), iso)", "2021-08-01T12:30:05.25Z");
	gives("if(n > 5, parse_time(iso), null)", "");
	gives("least(parse_time(iso), {a b}, \"2022-01-01\")", "2021-08-01T00:00:00Z");
	gives("greatest(parse_time(iso), {a b}, \"2022-01-01\")", "2022-01-01T00:00:00Z");
	gives("null_if(parse_time({a b}), \"2021-08-01T00:00:00Z\")", "");
	gives("is_null(parse_time(empty))", "true");
	gives("parse_time(empty) == null", "true");
	condition("parse_time(iso) > \"2021-08-01\"", true);
	condition("\"2021-08-01\" <= parse_time({a b})", true);
	condition("parse_time({a b}) == \"2021-08-01T02:00:00+02:00\"", true);
	condition("parse_time({a b}) != iso", true);
	condition("parse_time(iso) < \"2021-08-01T12:30:05.3Z\"", true);
	condition("parse_time(empty) < \"2021-08-01\"", false);
	condition("between(parse_time(iso), \"2021-08-01\", \"2021-08-02\")", true);
	condition("parse_time({a b}) in (\"2021-07-31\", \"2021-08-01\")", true);
	condition("date_trunc(iso, \"day\") == {a b}", true);
	condition("now() > \"2024-01-01\" && now() == now() && date_trunc(now(), \"second\") == "
		  "now()",
		true);
	condition("parse_time(iso) > @day", true);
	faults("year(odd)", "no such time", "2021-02-30", "odd");
	faults("parse_time(odd)", "no such time", "2021-02-30", "parse_time(odd)");
	faults("parse_time(ts)", "not a time", "Sun Aug  1 12:30:05 2021", "parse_time(ts)");
	faults("parse_time(odd, \"%F\")", "no such time", "2021-02-30", "parse_time(odd, \"%F\")");
	faults("parse_time(ts, \"%F\")", "not a time", "Sun Aug  1 12:30:05 2021",
		"parse_time(ts, \"%F\")");
	faults("parse_time(replace(ts, \"Sun\", \"Mon\"), \"%a %b %e %T %Y\")",
		"not the weekday of that date", "Mon Aug  1 12:30:05 2021",
		"parse_time(replace(ts, \"Sun\", \"Mon\"), \"%a %b %e %T %Y\")");
	faults("date_add(iso, n * 10000, \"year\")", "time outside of the years 1 to 9999", NULL,
		"date_add(iso, n * 10000, \"year\")");
	refuses("r = parse_time(iso) > \"2021-02-30\"", 22, 12,
		"no such time: '2021-02-30'; a time is written "
		"\"2021-08-01\" or");
	refuses("r = year(\"yesterday\")", 9, 11, "not a time: 'yesterday'");
	refuses("r = parse_time(iso, \"%Q\")", 20, 4, "format of time: no such conversion: '%Q'");
	refuses("r = parse_time(iso, \"%H\")", 20, 4, "format of time: there is no year in it");
	refuses("r = parse_time(iso, n)", 20, 1,
		"parse_time(x[, format[, zone]]) takes a format that is known before any "
		"data here, and 'n' is text, known only with the data");
	refuses("r = date_trunc(iso, \"days\")", 20, 6, "a unit of time is year, month,");
	refuses("r = date_trunc(iso, n)", 20, 1,
		"date_trunc(x, unit[, zone]) takes a unit of time here, and 'n' is text");
	refuses("r = date_trunc(trim(iso), \"day\")", 15, 9,
		"date_trunc(x, unit[, zone]) takes a time here, and 'trim(iso)' is text; write "
		"parse_time(trim(iso))");
	refuses("r = parse_time(iso) + 1", 4, 15,
		"a + b takes a number here, and 'parse_time(iso)' is a time; write "
		"epoch(parse_time(iso))");
	refuses("r = parse_time(iso) > 1", 22, 1,
		"'parse_time(iso)' is a time and '1' is a number: they must be of "
		"one type");
	refuses("r = parse_time(iso) > trim(ts)", 22, 8,
		"'parse_time(iso)' is a time and 'trim(ts)' is text: they "
		"must be of one type; write parse_time(trim(ts)) or text(parse_time(iso))");
	refuses("r = if(n > 1, now(), 3)", 21, 1, "'now()' is a time and '3' is a number");
	refuses_as(PROGRAM_CONDITION, "now()", 0, 5,
		"the program takes a condition here, and 'now()' is a time");
	use(one);
}

static void
syntax_errors(void)
{
	refuses("", 0, 0, "an assignment, name = expression, is expected, but the program ends");
	refuses("r = ", 4, 0, "a value is expected, but the program ends");
	refuses("r = (1 + 2", 10, 0, "')' is expected, but the program ends");
	refuses("r = upper(name", 14, 0, "',' or ')' is expected, but the program ends");
	refuses("r = 1 +", 7, 0, "a value is expected");
	refuses("r = 1 2", 6, 1, "an operator or ';' is expected, not '2'");
	refuses("r == 1", 2, 2, "'=' is expected, not '=='");
	refuses("upper(name)", 5, 1, "'=' is expected, not '('");
	refuses("in = 1", 0, 2, "an assignment, name = expression, is expected, not 'in'");
	refuses("r = in", 4, 2, "a value is expected, not 'in'");
	refuses("r = 1 ? 2", 9, 0, "':' is expected");
	refuses("r = n not 5", 10, 1, "'in' is expected, not '5'");
	refuses("r = \"abc", 4, 4, "text without its closing '\"'");
	refuses("r = \"abc\\", 4, 5, "text without its closing '\"'");
	refuses("r = \"a\\qb\"", 6, 2, "no such escape");
	refuses("r = \"\\xg\"", 5, 2, "no such escape");
	refuses("r = \"\\ud800\"", 5, 6, "no such escape");
	refuses("r = \"\\777\"", 5, 4, "no such escape");
	refuses("r = {name", 4, 5, "'{' without '}'");
	refuses("r = 'x'", 4, 1, "text is written in double quotes");
	refuses("r = 1.", 4, 2, "not a number");
	refuses("r = 12abc", 4, 5, "not a number");
	refuses("r = 1.2.3", 4, 5, "not a number");
	refuses("r = 123456789012345678901234567890123456789", 4, 39,
		"number out of range (38 digits)");
	refuses("r = # 3", 4, 1, "'#' needs a column's number");
	refuses("r = @", 4, 1, "'@' needs a variable's name");
	refuses("r = n & 1", 6, 1, "unexpected '&'; write && or and");
	refuses("r = $2 + 1", 4, 1, "unexpected '$'; column 3 is #3");
	refuses("r = n ~ 1", 6, 1, "unexpected '~'; x =~ /pattern/ matches");
	refuses("r = `n`", 4, 1, "unexpected '`'; a name in another form is written {name}");
	refuses("r = n <> 1", 7, 1, "a value is expected, not '>'; unequal is written !=");
	refuses("r = n > 1 AND n < 5", 10, 3,
		"an operator or ';' is expected, not 'AND'; it is written in small letters");
	refuses("r = n > 1 and and n < 5", 14, 3, "a value is expected, not 'and'");
	refuses("r = n IS NULL", 6, 2,
		"an operator or ';' is expected, not 'IS'; write x == null or x != null");
	refuses("r = name like \"C%\"", 9, 4,
		"an operator or ';' is expected, not 'like'; write contains(x, \"text\") or x =~ "
		"/pattern/");
	refuses("r = n between 1 and 5", 6, 7,
		"an operator or ';' is expected, not 'between'; write between(x, low, high)");
	refuses("r = case when n > 1 then 2 end", 9, 4,
		"an operator or ';' is expected, not 'when'; write condition ? a : b");
	refuses("r = rank() over n", 11, 4,
		"an operator or ';' is expected, not 'over'; etl-map --by has the columns of a "
		"window");
	refuses_as(PROGRAM_CONDITION, "n > 1 having n", 6, 6,
		"an operator is expected, not 'having'; option --having of etl-agg keeps some of "
		"the groups");
	refuses("r = \x01", 4, 1, "unexpected '\\x01'");
	refuses("r = gr\303\266\303\237e", 6, 1, "a name with such letters is written {name}");
	refuses("r = name /x/", 12, 0, "a value is expected");
	refuses_as(
		PROGRAM_CONDITION, "n = 3", 2, 1, "an operator is expected, not '='; == compares");
	refuses_as(PROGRAM_CONDITION, "", 0, 0, "a value is expected, but the program ends");
	refuses_as(PROGRAM_CONDITION, "n > 3; n > 4", 5, 1, "an operator is expected, not ';'");
}

static void
type_errors(void)
{
	refuses("r = uper(name)", 4, 4, "unknown function: 'uper'; did you mean 'upper'?");
	refuses("r = nowt()", 4, 4, "unknown function: 'nowt'");
	refuses("r = strlen(name)", 4, 6, "unknown function: 'strlen'; did you mean 'length'?");
	refuses("r = lag(n)", 4, 3, "unknown function: 'lag'; did you mean 'prev'?");
	refuses("r = to_date(name)", 4, 7,
		"unknown function: 'to_date'; did you mean 'parse_time'?");
	refuses("r = price < @p", 4, 10,
		"are 'price' and '@p' numbers or text? write num(price) < num(@p) or text(price) < "
		"text(@p)");
	refuses("r = between(price, @p, @p)", 4, 22,
		"are 'price' and '@p' numbers or text? write num(price) <= num(@p) or text(price) "
		"<= text(@p)");
	gives("price < num(@p)", "true");
	gives("text(price) < @p", "true");
	gives("price == @p", "false");
	gives("price < \"5\"", "true");
	refuses("r = \"a b\" == \"x\"", 4, 5,
		"'\"a b\"' is text and not the column, which is written {a b}");
	refuses("r = @p in (\"n\", \"name\")", 11, 3,
		"'\"n\"' is text and not the column, which is written {n}");
	refuses("r = \"price\" > 5", 4, 7,
		"'\"price\"' is text and not the column, which is written {price}");
	refuses("r = abs(\"n\")", 8, 3, "'\"n\"' is text and not the column, which is written {n}");
	gives("name == \"name\"", "false");
	gives("text(\"n\") == @p", "false");
	gives("\"nix\" == @p", "false");
	gives("\"n\"", "n");
	refuses("r = upper()", 4, 7, "upper(x) does not take 0 arguments");
	refuses("r = substr(name)", 4, 12, "substr(x, start[, count]) does not take 1 argument");
	refuses("r = round(1, 2, 3)", 4, 14, "round(x[, places]) does not take 3 arguments");
	refuses("r = 2 * trim(price)", 8, 11,
		"a * b takes a number here, and 'trim(price)' is text; write num(trim(price))");
	refuses("r = price + \"1\"", 12, 3,
		"a + b takes a number here, and '\"1\"' is text; write num(\"1\"), or concat(a, b) "
		"to put texts together");
	refuses("r = name || \"1\"", 4, 4,
		"a || b takes a condition here, and 'name' is text; compare it: name == \"...\", "
		"or concat(a, b) to put texts together");
	refuses("r = price + (n > 1)", 12, 7,
		"a + b takes a number here, and '(n > 1)' is a condition");
	refuses("r = substr(name, n / 2)", 17, 5,
		"substr(x, start[, count]) takes a whole number here, and 'n / 2' is a double; "
		"write int(n / 2)");
	refuses("r = price < n", 4, 9,
		"are 'price' and 'n' numbers or text? write num(price) < num(n) or text(price) < "
		"text(n)");
	refuses("r = between(n, price, price)", 4, 24,
		"are 'n' and 'price' numbers or text? write num(n) <=");
	refuses("r = num(n) == \"3\"", 14, 3,
		"'num(n)' is a number and '\"3\"' is text: they must be of one type; write "
		"num(\"3\") or text(num(n))");
	refuses("r = trim(n) > 3", 14, 1,
		"'trim(n)' is text and '3' is a number: they must be of one type; write "
		"num(trim(n)) or text(3)");
	refuses("r = if(n > 1, \"a\", 0)", 19, 1, "'\"a\"' is text and '0' is a number");
	refuses("r = coalesce(n > 1, 0)", 13, 5, "'0' is a number and 'n > 1' is a condition");
	refuses("r = n in (1, \"b\")", 13, 3, "'1' is a number and '\"b\"' is text");
	refuses("r = !name", 5, 4,
		"!a takes a condition here, and 'name' is text; compare it in parentheses: !(name "
		"== \"...\")");
	refuses("r = !n == 3", 5, 1, "!a takes a condition here, and 'n' is text");
	refuses("r = name ? 1 : 2", 4, 4,
		"if(condition, a, b) takes a condition here, and 'name' is text; compare it: name "
		"== \"...\"");
	refuses("r = num(n) && true", 4, 6,
		"a && b takes a condition here, and 'num(n)' is a number; compare it: num(n) != 0");
	refuses("r = env(name)", 8, 4, "env(\"NAME\") takes a name that is known before any data");
	refuses("r = is_number(num(n))", 14, 6,
		"is_number(x) takes text here, and 'num(n)' is a number");
	refuses_as(PROGRAM_CONDITION, "name", 0, 4,
		"the program takes a condition here, and 'name' is text");
	refuses_as(PROGRAM_CONDITION, "n + 1", 0, 5,
		"the program takes a condition here, and 'n + 1' is a number");
}

/* begin repeated, then middle, then end repeated. */
static char *
repeated(const char *begin, const char *middle, const char *end, size_t count)
{
	struct buf b = {0};
	buf_text(&b, "r = ");
	for (size_t i = 0; i < count; i++)
		buf_text(&b, begin);
	buf_text(&b, middle);
	for (size_t i = 0; i < count; i++)
		buf_text(&b, end);
	buf_byte(&b, '\0');
	return b.at;
}

static void
limits(void)
{
	char *text = repeated("(", "1", ")", 255);
	struct program *p = compile(text, PROGRAM_ASSIGNMENTS);
	ok(p != NULL, "255 parentheses");
	program_free(p);
	free(text);
	text = repeated("(", "1", "", 100000);
	refuses(text, 4 + 256, 1, "nested deeper than 256");
	free(text);
	text = repeated("-", "1", "", 100000);
	refuses(text, 4 + 255, 1, "nested deeper than 256");
	free(text);
	text = repeated("upper(", "1", "", 100000);
	refuses(text, 4 + 256 * 6, 5, "nested deeper than 256");
	free(text);
	text = repeated("true ? 1 : ", "1", "", 100000);
	refuses(text, 4 + 255 * 11 + 7, 1, "nested deeper than 256");
	free(text);
	text = repeated("", "0", " + n", 4000);
	p = compile(text, PROGRAM_ASSIGNMENTS);
	if (p != NULL) {
		program_run(p, &with.table.batch, 0, 1);
		ok(slice_is(cell_of(program_result(p, 0), 0), "12000"), "a sum of 4000");
		program_free(p);
	}
	free(text);
	text = repeated("", "0", " + n", 100000);
	refuses(text, 4, 1 + 4096 * 4, "more than 4096 operators in a row");
	free(text);
}

/*
 * Appends the cells of all targets for some rows, but not of those that are dropped; returns how
 * many rows were computed.
 */
static size_t
add_run(struct buf *got, struct program *p, size_t first, size_t rows)
{
	size_t count;
	const struct batch *b = &with.table.batch;
	size_t faults = program_run(p, b, first, rows);
	const struct program_fault *fault = program_faults(p);
	program_targets(p, &count);
	for (size_t row = 0; row < program_rows(p); row++) {
		bool is_faulty = faults != 0 && fault->row == first + row;
		faults -= is_faulty;
		fault += is_faulty;
		for (size_t i = 0; i < count && !(is_faulty && with.setting.drops); i++) {
			struct slice s = result_of(p, i, b, first, row);
			buf_add(got, s.at, s.len);
			buf_byte(got, i + 1 < count ? ',' : '\n');
		}
	}
	return program_rows(p);
}

/*
 * Everything about the results of one program over the table in use: cells of all targets, row by
 * row.
 */
static void
runs(const char *text, const char *expected)
{
	struct program *p = compile(text, PROGRAM_ASSIGNMENTS);
	struct buf got = {0};
	const size_t all = with.table.batch.rows;
	if (p == NULL)
		return;
	for (size_t first = 0; first < all;) {
		size_t left = all - first;
		first += add_run(&got, p, first, left < VECTOR_ROWS ? left : VECTOR_ROWS);
	}
	buf_byte(&got, '\0');
	if (!ok(strcmp(got.at, expected) == 0, "%.60s", text))
		printf("# got %s# not %s\n", got.at, expected);
	buf_clear(&got);
	program_free(p);
}

static void
assignments(void)
{
	use("a,b,c\n1,\"x \"\"1\"\"\",7.5\n2,y,\n3,\"z\",8.50\n");
	runs("d = a + 1; e = d * 2", "2,4\n3,6\n4,8\n");
	runs("d = a + 1, e = d * 2", "2,4\n3,6\n4,8\n");
	runs("d = a + 1\ne = d * 2\n", "2,4\n3,6\n4,8\n");
	runs("\n;, d = a\n+ 1\n;;\n\ne = d\n  * 2;", "2,4\n3,6\n4,8\n");
	runs("a = a + 1; e = a", "2,2\n3,3\n4,4\n");
	runs("a = a + 1; a = a * 10", "20\n30\n40\n");
	runs("#1 = a + 1; e = a", "2,2\n3,3\n4,4\n");
	runs("{a} = a + 1; e = #1", "2,2\n3,3\n4,4\n");
	runs("b = b", "\"x \"\"1\"\"\"\ny\n\"z\"\n");
	runs("b = upper(b)", "X \"1\"\nY\nZ\n");
	runs("{n }} m} = a; q = {n }} m} + 0", "1,1\n2,2\n3,3\n");
	runs("c = c * 2", "15.0\n\n17.00\n");
	runs("c = c * 2 + a", "16.0\n\n20.00\n");
	runs("q = c > 8 ? c : a", "1\n2\n8.50\n");
	runs("q = coalesce(c, -1)", "7.5\n-1\n8.50\n");
	runs("q = least(c, 8)", "7.5\n8\n8\n");
	runs("q = null_if(c, 7.5)", "\n\n8.50\n");
	runs("l = line(); r = row_number()", "2,1\n3,2\n4,3\n");
	runs("q = a in (1, 3); z = b in (\"y\", \"z\")", "true,false\nfalse,true\ntrue,true\n");
	runs("q = a == 2 ? row_number() : line()", "2\n2\n4\n");
	runs("x = b; y = x; z = upper(y)",
		"\"x \"\"1\"\"\",\"x \"\"1\"\"\",X \"1\"\ny,y,Y\n\"z\",\"z\",Z\n");
	with.setting.comments = true;
	runs("# the first\nd = #1 # and more; e = 5\n; e = 2", "1,2\n2,2\n3,2\n");
	with.setting.comments = false;

	size_t count;
	struct program *p =
		compile("b = b; d = c; a = a + 1; e = a; f = text(b); g = d", PROGRAM_ASSIGNMENTS);
	const struct program_target *t = program_targets(p, &count);
	ok(count == 6, "six targets");
	ok(t[0].replaces == 1 && t[0].copies == 1 && slice_is(t[0].name, "b"),
		"b = b copies in place");
	ok(t[1].replaces == PROGRAM_NONE && t[1].copies == 2 && slice_is(t[1].name, "d"),
		"d = c copies");
	ok(t[2].replaces == 0 && t[2].copies == PROGRAM_NONE && t[2].type == VECTOR_NUMBER,
		"a is a number");
	ok(t[3].replaces == PROGRAM_NONE && t[3].copies == PROGRAM_NONE,
		"e is no copy of the column a was");
	ok(t[4].copies == 1, "text(b) is as good as b");
	ok(t[5].copies == 2, "a copy of a copy");
	program_free(p);
	refuses("x = b; y = upper(x); z = y * 2", 25, 1,
		"a * b takes a number here, and 'y' is text");
}

static const char faulty[] = "a,b,c\n"
			     "1,x,\n"
			     "2,3,4\n"
			     "y,4,0\n"
			     "z,w,1\n"
			     "5,0,2\n";

static void
fault_is(const struct program *p, size_t i, size_t row, size_t column, const char *reason)
{
	const struct program_fault *f = &program_faults(p)[i];
	if (!ok(f->row == row && f->column == column && strcmp(f->reason, reason) == 0,
		    "row %zu: %s", row, reason))
		printf("# row %zu column %zu: %s\n", f->row, f->column, f->reason);
}

/* One fault a row, the first that its expressions meet; by rows, not by operations. */
static void
fault_order(void)
{
	use(faulty);
	struct program *p = compile("q = b + 1; r = a * 2; s = c / b", PROGRAM_ASSIGNMENTS);
	size_t count = program_run(p, &with.table.batch, 0, with.table.batch.rows);
	if (ok(count == 4, "four rows with faults")) {
		fault_is(p, 0, 0, 1, "not a number");
		fault_is(p, 1, 2, 0, "not a number");
		fault_is(p, 2, 3, 1, "not a number");
		fault_is(p, 3, 4, FAULT_NO_COLUMN, "division by zero");
	}
	ok(slice_is(program_faults(p)[2].culprit, "w"), "the first fault of a row stays");
	ok(slice_is(program_faults(p)[3].text, "c / b"), "the expression at fault");
	count = program_run(p, &with.table.batch, 1, 1);
	ok(count == 0 && slice_is(cell_of(program_result(p, 0), 0), "4"),
		"the next run begins anew");
	count = program_run(p, &with.table.batch, 3, 2);
	ok(count == 2 && program_faults(p)[0].row == 3, "rows are those of the batch");
	program_free(p);
	runs("q = num(a) > 1; r = coalesce(num(b), -1)",
		"false,-1\ntrue,3\nfalse,4\nfalse,-1\ntrue,0\n");
	runs("q = is_number(a) && a > 1 ? a / 2 : 0", "0\n1\n0\n0\n2.5\n");
	runs("q = is_number(a) ? is_number(b) ? a * b : a : -1", "1\n6\n-1\n-1\n0\n");
}

/* More rows than a vector has, whose numbers change their form on the way. */
static void
many_rows(void)
{
	enum { ROWS = 5000 };
	struct buf csv = {0};
	struct buf expected = {0};
	buf_text(&csv, "n,t\n");
	for (int i = 0; i < ROWS; i++) {
		const char *part = i < 2000 ? ".25" : i % 7 == 0 ? ".5" : "";
		const char *twice = i < 2000 ? ".50" : i % 7 == 0 ? ".0" : "";
		int carry = i >= 2000 && i % 7 == 0;
		if (i % 11 == 5) {
			buf_format(&csv, ",\"q\"\"%d\"\n", i);
			buf_format(
				&expected, ",Q\"%d,%s,%d\n", i, i >= 2000 ? "old" : "new", i + 1);
			continue;
		}
		buf_format(&csv, "%d%s,q%d\n", i, part, i);
		buf_format(&expected, "%d%s,Q%d,%s,%d\n", i * 2 + carry, twice, i,
			i >= 2000 ? "old" : "new", i + 1);
	}
	buf_byte(&csv, '\0');
	buf_byte(&expected, '\0');
	use(csv.at);
	runs("d = n * 2; u = upper(t); o = row_number() > 2000 ? \"old\" : \"new\"; r = line() - 1",
		expected.at);
	buf_clear(&csv);
	buf_clear(&expected);
}

static void
across(void)
{
	use("a,b,c\n1,\"x \"\"1\"\"\",7.5\n2,,\n,\"z\",8.50\n4,w,1\n");
	runs("p = prev(a)", "\n1\n2\n\n");
	runs("p = prev(b); q = prev(b, 2); r = prev(b, 3)",
		",,\nx \"1\",,\n,x \"1\",\nz,,x \"1\"\n");
	runs("p = prev(num(c)); q = prev(num(c), 2)", ",\n7.5,\n,7.5\n8.50,\n");
	runs("p = prev(c / 2)", "\n3.75\n\n4.25\n");
	runs("p = prev(a > 1)", "\nfalse\ntrue\nfalse\n");
	runs("p = prev(if(a > 1, null, a == 1))", "\ntrue\n\nfalse\n");
	runs("p = prev(\"k\"); q = prev(null); r = prev(5)", ",,\nk,,5\nk,,5\nk,,5\n");
	runs("p = prev(prev(a)); q = prev(a, 1 + 1)", ",\n,\n1,1\n2,2\n");
	runs("d = delta(a); e = delta(c)", ",\n1,\n,\n,-7.50\n");
	runs("d = delta(c / 2)", "\n\n\n-3.75\n");
	runs("s = cumsum(a); t = cumsum(c)", "1,7.5\n3,7.5\n3,16.00\n7,17.00\n");
	runs("s = cumsum(c / 2)", "3.75\n3.75\n8\n8.5\n");
	runs("s = cumsum(null_if(a, 1)); t = prev(cumsum(a))", ",\n2,1\n2,3\n6,3\n");
	runs("f = fill_down(b); g = fill_down(a); h = fill_down(num(c))",
		"x \"1\",1,7.5\nx \"1\",2,7.5\nz,2,8.50\nw,4,1\n");
	runs("f = fill_down(null_if(b, \"x \\\"1\\\"\")); g = fill_down(c / 2)",
		",3.75\n,3.75\nz,4.25\nw,0.5\n");
	runs("f = fill_down(if(a > 1, null, a == 1))", "true\ntrue\nfalse\nfalse\n");
	runs("n = rank(); m = rank() + rank()", "1,2\n2,4\n3,6\n4,8\n");
	runs("a = a * 2; p = prev(a)", "2,\n4,2\n,4\n8,\n");
	/* Every record counts, whatever branch it is in. */
	runs("p = a == 4 ? prev(c) : \"-\"", "-\n-\n-\n8.50\n");
	runs("p = a == 4 ? prev(a == 4 ? 0 : prev(rank())) : -1", "-1\n-1\n-1\n2\n");
	runs("p = a == 4 && prev(b) == \"z\"; q = coalesce(b, text(cumsum(a)))",
		"false,x \"1\"\nfalse,3\nfalse,z\ntrue,w\n");
	/* What is kept of a plain column is read as the column would be. */
	runs("d = a - prev(a); p = prev(a); e = a - p", ",,\n1,1,1\n,2,\n,,\n");
	runs("q = b == prev(b); r = 2 > prev(a)",
		"false,false\nfalse,true\nfalse,false\nfalse,false\n");
	runs("q = coalesce(prev(a), 0) + 1", "1\n2\n3\n1\n");
	use("a,t\n1,2021-08-01T10:00:00.5Z\n2,\n3,2021-08-02\n4,2021-08-02T01:00:00+01:00\n");
	runs("p = prev(date_trunc(t, \"day\")); f = fill_down(date_add(t, 1, \"hour\"))",
		",2021-08-01T11:00:00.5Z\n2021-08-01T00:00:00Z,2021-08-01T11:00:00.5Z\n"
		",2021-08-02T01:00:00Z\n2021-08-02T00:00:00Z,2021-08-02T01:00:00Z\n");
	runs("d = date_diff(prev(t), t, \"minute\"); e = delta(epoch(fill_down(t)))",
		",\n,0.0\n,50399.5\n0,0\n");
	use("a,b,c\n1,x,7.5\n2,y,\n,z,8.50\n4,w,1\n");
	with.setting.floats = true;
	runs("d = delta(a); s = cumsum(c); p = prev(num(c))",
		",7.5,\n1,7.5,7.5\n,16,\n,17,8.5\n");
	with.setting.floats = false;
}

static void
across_errors(void)
{
	use(one);
	refuses("r = prev()", 4, 6, "prev(x[, k]) does not take 0 arguments");
	refuses("r = rank(n)", 4, 7, "rank() does not take 1 argument");
	refuses("r = prev(n, 0)", 12, 1,
		"how many records to go back is written as a number from 1 to 1000000");
	refuses("r = prev(n, -1)", 12, 2, "how many records to go back");
	refuses("r = prev(n, 1.5)", 12, 3, "how many records to go back");
	refuses("r = prev(n, 1000001)", 12, 7, "how many records to go back");
	refuses("r = prev(n, 99999999999999999999)", 12, 20, "how many records to go back");
	refuses("r = prev(n, price)", 12, 5, "how many records to go back");
	refuses("r = prev(n, null)", 12, 4, "how many records to go back");
	refuses("r = prev(n, \"1\")", 12, 3,
		"prev(x[, k]) takes a whole number here, and '\"1\"' is text");
	refuses("r = delta(trim(n))", 10, 7,
		"delta(x) takes a number here, and 'trim(n)' is text; write num(trim(n))");
	refuses("r = delta(date_trunc(n, \"day\"))", 10, 20,
		"delta(x) takes a number here, and 'date_trunc(n, \"day\")' is a time; write "
		"epoch(");
	refuses("r = cumsum(n > 1)", 11, 5,
		"cumsum(x) takes a number here, and 'n > 1' is a condition");
	refuses("r = n > prev(n)", 4, 11,
		"are 'n' and 'prev(n)' numbers or text? write num(n) > num(prev(n))");
	refuses("r = prev(num(n)) == \"3\"", 20, 3,
		"'prev(num(n))' is a number and '\"3\"' is text");
	refuses("r = prev(r)", 9, 1, "no such column: 'r'");
	refuses_as(PROGRAM_CONDITION, "n == 1 && prev(n) == 1", 10, 7,
		"prev() looks at other records, which only etl-map does");
	refuses_as(PROGRAM_CONDITION, "rank() < 3", 0, 6,
		"rank() looks at other records, which only etl-map does");
}

/*
 * Of a record with a fault nothing is kept where it is dropped; else what touched the fault is
 * null.
 */
static void
across_faults(void)
{
	use("a,b\n1,1\nx,2\n3,3\n4,0\n4,5\n5,z\n6,6\n");
	runs("d = delta(a); s = cumsum(a); r = rank()",
		",1,1\n,1,2\n,4,3\n1,8,4\n0,12,5\n1,17,6\n1,23,7\n");
	with.setting.drops = true;
	runs("d = delta(a); s = cumsum(a); r = rank()",
		",1,1\n2,4,2\n1,8,3\n0,12,4\n1,17,5\n1,23,6\n");
	runs("r = rank(); p = prev(b); q = 1 / b",
		"1,,1\n2,1,0.5\n3,2,0.3333333333333333\n4,3,0.2\n5,5,0.16666666666666666\n");
	/* A fault that comes of the record before: without that one there is none. */
	runs("q = 1 / (num(b) % 2 - prev(num(b) % 2)); p = prev(a)",
		",\n-1,1\n1,x\n-1,3\n1,4\n-1,4\n");
	runs("p = prev(a, 2); q = num(b); r = prev(b, 3)",
		",1,\n,2,\n1,3,\nx,0,1\n3,5,2\n4,6,3\n");
	runs("f = fill_down(null_if(b, \"5\")); q = num(a) + b", "1,2\n3,6\n0,4\n0,9\n6,12\n");
	use("a\nx\ny\nz\n");
	with.setting.drops = true;
	runs("r = rank(); q = num(a)", "");

	use("a\n9\n99999999999999999999999999999999999999\n1\n-1\n");
	struct program *p = compile("s = cumsum(a); t = delta(a)", PROGRAM_ASSIGNMENTS);
	size_t count = program_run(p, &with.table.batch, 0, 4);
	const struct program_fault *f = program_faults(p);
	ok(count == 1 && f->row == 1 && slice_is(f->text, "cumsum(a)") &&
			strcmp(f->reason, "number out of range (38 digits)") == 0,
		"a sum beyond 38 digits");
	program_free(p);
	runs("s = cumsum(a)", "9\n\n10\n9\n");
}

/* Groups are memory of the caller's; what is kept outlives the runs, of whatever length. */
static void
across_groups(void)
{
	enum { ROWS = 5000, GROUPS = 7 };
	static const char dashes[] =
		"------------------------------------------------------------";
	struct buf csv = {0};
	struct buf expected = {0};
	struct buf got = {0};
	buf_text(&csv, "g,t,n\n");
	for (int i = 0; i < ROWS; i++) {
		int before = i - GROUPS;
		int sum = 0;
		for (int k = i % GROUPS; k <= i; k += GROUPS)
			sum += k % 10;
		buf_format(&csv, "%d,%s%.*s%s,%d\n", i % GROUPS, i % 5 == 0 ? "\"\"\"" : "",
			i % 60, dashes, i % 5 == 0 ? "\"" : "", i % 10);
		if (before >= 0)
			buf_format(&expected, "%s%.*s", before % 5 == 0 ? "\"" : "", before % 60,
				dashes);
		buf_format(&expected, ",%d,%d\n", sum, i / GROUPS + 1);
	}
	buf_byte(&csv, '\0');
	use(csv.at);
	struct program *p = compile("p = prev(t); s = cumsum(n); r = rank()", PROGRAM_ASSIGNMENTS);
	size_t size = program_group_size(p);
	ok(size != 0 && size % 16 == 0, "a group has %zu bytes", size);
	char *memory = xcalloc(GROUPS, size);
	for (size_t first = 0, rows = 1; first < ROWS; rows = rows * 3 % VECTOR_ROWS + 1) {
		void *group[VECTOR_ROWS];
		size_t left = ROWS - first < rows ? ROWS - first : rows;
		for (size_t row = 0; row < left; row++)
			group[row] = memory + (first + row) % GROUPS * size;
		program_set_groups(p, group);
		first += add_run(&got, p, first, left);
	}
	ok(got.len == expected.len && memcmp(got.at, expected.at, got.len) == 0,
		"seven groups in runs of any length");
	uint64_t bytes = program_kept_bytes(p, GROUPS);
	ok(bytes >= GROUPS * 60 && bytes <= GROUPS * 128, "their texts take %ju bytes",
		(uintmax_t)bytes);
	free(memory);
	program_free(p);
	p = compile("r = prev(n, 1000)", PROGRAM_ASSIGNMENTS);
	bytes = program_kept_bytes(p, 1);
	ok(bytes >= 1000 * 16 && program_kept_bytes(p, 3) == 3 * bytes,
		"going back far takes memory of each group");
	program_free(p);
	p = compile("r = n + 1", PROGRAM_ASSIGNMENTS);
	ok(program_group_size(p) == 0 && program_kept_bytes(p, 1000) == 0,
		"without such a function nothing is kept");
	program_free(p);
	buf_clear(&csv);
	buf_clear(&expected);
	buf_clear(&got);
}

static void
messages(void)
{
	struct buf b = {0};
	struct program_error error = {.at = 10, .len = 3};
	program_show(slice_of("a = 1\n\tbb = ccc + 1\n"), &error, &b);
	buf_byte(&b, '\0');
	ok(strcmp(b.at, "   bb = ccc + 1\n      ^^^\n") == 0, "a caret in the second line");
	b.len = 0;
	error = (struct program_error){.at = 7, .len = 0};
	program_show(slice_of("\303\251 = (1"), &error, &b);
	buf_byte(&b, '\0');
	ok(strcmp(b.at, "  \303\251 = (1\n        ^\n") == 0, "a caret behind the end");
	b.len = 0;
	use(one);
	struct program *p = compile("r = price > 10 ? n / 2 : 0", PROGRAM_ASSIGNMENTS);
	program_explain(p, &b);
	buf_byte(&b, '\0');
	ok(strcmp(b.at, "v1 = #2: text\nv2 = num(v1): number\nv3 = >(v2, 10): condition\nwhere v3 "
			"is true {\n"
			"\tv4 = #3: text\n\tv5 = num(v4): number\n\tv6 = /(v5, 2): double\n}\n"
			"v7 = if(v3, v6, 0): double\nv8 = text(v7): text\nr = v8\n") == 0,
		"--explain");
	program_free(p);
	b.len = 0;
	functions_list(functions, &b);
	buf_byte(&b, '\0');
	ok(strstr(b.at, "upper(x)\tx in capital letters\n") != NULL, "the list of functions");
	buf_clear(&b);
}

static const struct function some_aggregates[] = {
	{"count", "", 'n', 0, 0, FORM_ROWS, NULL, 0, "count()", ""},
	{"count", "*", 'n', 1, 1, FORM_ROWS, NULL, 0, NULL, NULL},
	{"sum", "n", 'n', 1, 1, FORM_ROWS, NULL, 0, "sum(x)", ""},
	{"sum", "r", 'r', 1, 1, FORM_ROWS, NULL, 0, NULL, NULL},
	{"sum_if", "nb", 'n', 2, 2, FORM_IF, NULL, 0, "sum_if(x, condition)", ""},
	{"quantile", "nn", 'n', 2, 2, FORM_ROWS, NULL, 0, "quantile(x, p)", ""},
	{NULL, "", 0, 0, 0, FORM_ROWS, NULL, 0, NULL, NULL},
};

static void
is_called(const char *text, const char *name)
{
	size_t count = 0;
	struct program *p = compile(text, PROGRAM_AGGREGATES);
	const struct program_aggregate *a = p != NULL ? program_aggregates(p, &count) : NULL;
	ok(count == 1 && slice_is(a->name, name), "%s is called %s", text, name);
	program_free(p);
}

static void
aggregate_values(void)
{
	size_t count;
	struct buf b = {0};
	struct program *p =
		compile("v = price * n; sum(v), q = quantile(price, 0.5); sum(price * n)\n"
			"s = sum_if(n, n > 5), count(), sum_if(bad, n > 5), count(price)",
			PROGRAM_AGGREGATES);
	const struct program_aggregate *a = program_aggregates(p, &count);
	ok(count == 7 && slice_is(a[1].name, "q") && a[4].value == NULL && a[0].parameter == NULL,
		"aggregates in their order");
	ok(decimal_order(vector_decimal(a[1].parameter, 0), (struct decimal){5, 1}) == 0,
		"a parameter");
	ok(a[0].value->mask != 0 && a[0].value != a[1].value, "values");
	ok(program_run(p, &with.table.batch, 0, 1) == 0,
		"a value is computed only where its condition is true");
	ok(decimal_order(vector_decimal(a[0].value, 0), (struct decimal){3750, 2}) == 0,
		"an expression");
	ok(vector_is_null(a[3].value, 0) && vector_is_null(a[5].value, 0), "elsewhere it is null");
	ok(a[6].value->type == VECTOR_TEXT && slice_is(cell_of(a[6].value, 0), "12.50"),
		"text where anything will do");
	program_free(p);
	p = compile("sum(price * n); quantile(n * 2, 0.1); quantile(price * n, 0.5); quantile(n * "
		    "2.0, 0.5)",
		PROGRAM_AGGREGATES);
	a = program_aggregates(p, &count);
	ok(a[0].value == a[2].value, "what two of them need is computed once");
	ok(a[1].value != a[3].value, "2 and 2.0 make a difference");
	program_free(p);
	p = compile("s = sum(n); count()", PROGRAM_AGGREGATES);
	program_explain(p, &b);
	buf_byte(&b, '\0');
	ok(strcmp(b.at, "v1 = #3: text\nv2 = num(v1): number\ns = sum(v2)\ncount = count()\n") == 0,
		"aggregates explained");
	buf_clear(&b);
	program_free(p);
}

static void
aggregates(void)
{
	use(one);
	with.setting.as_text = false;
	with.setting.aggregates = some_aggregates;
	is_called("sum(price)", "sum_price");
	is_called("count()", "count");
	is_called("(sum({a b}))", "sum_a b");
	is_called("sum(#2)", "sum_price");
	is_called("sum(main.temp)", "sum_main.temp");
	is_called("sum( -(price*2) + n )", "sum_price_2_n");
	is_called("quantile(price, 0.95)", "quantile_price_0.95");
	is_called("sum = sum(n)", "sum");
	is_called("{a b} = sum(n)", "a b");
	is_called("#2 = sum(n)", "price");
	is_called("dup = sum(n)", "dup");
	is_called("v = n + 1; sum(v)", "sum_v");
	is_called("price = n; sum(price)", "sum_price");
	aggregate_values();
	refuses_as(PROGRAM_AGGREGATES, "", 0, 0,
		"an aggregate, as in sum(amount), is expected, but the program ends");
	refuses_as(PROGRAM_AGGREGATES, "v = n + 1", 9, 0,
		"an aggregate, as in sum(amount), is expected");
	refuses_as(PROGRAM_AGGREGATES, "sum(n) count()", 7, 5,
		"an operator or ';' is expected, not 'count'");
	refuses_as(PROGRAM_AGGREGATES, "n + 1 = sum(n)", 6, 1,
		"an operator or ';' is expected, not '='");
	refuses_as(PROGRAM_AGGREGATES, "n + 1", 0, 5,
		"'n + 1' is no aggregate, as sum(x) is, and has no name to be used by");
	refuses_as(PROGRAM_AGGREGATES, "round(n)", 0, 8, "'round(n)' is no aggregate");
	refuses_as(PROGRAM_AGGREGATES, "r = sum(n) / 2", 4, 6,
		"sum(...) is an aggregate, which is part of no expression");
	refuses_as(PROGRAM_AGGREGATES, "sum(n) / 2", 0, 6, "sum(...) is an aggregate");
	refuses_as(PROGRAM_AGGREGATES, "sum(count())", 4, 7, "count(...) is an aggregate");
	refuses_as(PROGRAM_AGGREGATES, "s = sum(n); sum(s)", 16, 1,
		"'s' is an aggregate, which has its value only at the end");
	refuses_as(PROGRAM_AGGREGATES, "sum(n); sum(sum_n)", 12, 5, "'sum_n' is an aggregate");
	refuses_as(PROGRAM_AGGREGATES, "summ(n)", 0, 4,
		"unknown function: 'summ'; did you mean 'sum' or 'sum_if' or 'num'?");
	refuses_as(PROGRAM_AGGREGATES, "sum(n, 2)", 0, 9, "sum(x) does not take 2 arguments");
	refuses_as(PROGRAM_AGGREGATES, "sum(trim(n))", 4, 7,
		"sum(x) takes a number here, and 'trim(n)' is text; write num(trim(n))");
	refuses_as(PROGRAM_AGGREGATES, "quantile(n, price)", 12, 5,
		"'price' has to be known before any data");
	refuses_as(PROGRAM_AGGREGATES, "sum(nix)", 4, 3, "no such column: 'nix'");
	refuses_as(PROGRAM_AGGREGATES, "#99 = sum(n)", 0, 3, "no such column: there are 12");
	with.setting.header = (struct header){0};
	with.setting.is_open = true;
	is_called("sum(price * #7)", "sum_price_7");
	is_called("#2 = sum(n)", "2");
	use(one);
	refuses_as(PROGRAM_ASSIGNMENTS, "r = sum(n)", 4, 3,
		"sum() is an aggregate: etl-agg makes a column with it");
	refuses_as(PROGRAM_CONDITION, "max(n, 1) > 2", 0, 3,
		"max() is an aggregate: etl-agg makes a column with it, whose name can stand here; "
		"of several values of a record it is greatest()");
}

int
main(void)
{
	use(one);
	literals();
	names();
	numbers();
	number_functions();
	texts();
	choices();
	conditions();
	branches();
	floats();
	shapes();
	regexes();
	hostile();
	times();
	syntax_errors();
	type_errors();
	limits();
	assignments();
	fault_order();
	many_rows();
	across();
	across_errors();
	across_faults();
	across_groups();
	messages();
	aggregates();
	table_clear(&with.table);
	return done();
}
