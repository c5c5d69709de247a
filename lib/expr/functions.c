#include "expr/functions.h"

#include <stdbool.h>
#include <string.h>

#include "decimal/decimal.h"
#include "expr/kernel.h"

/* clang-format off: a table */
const struct function functions[] = {
	/* operators */
	{"||", "bb", 'b', 2, 2, FORM_OR, logic_or, 0, "a || b",
		"a or b; b is evaluated only where a is not true"},
	{"&&", "bb", 'b', 2, 2, FORM_AND, logic_and, 0, "a && b",
		"a and b; b is evaluated only where a is not false"},
	{"==", "tt", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_SAME, "a == b",
		"equal; null equals null alone"},
	{"==", "nn", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_SAME, NULL, NULL},
	{"==", "rr", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_SAME, NULL, NULL},
	{"==", "bb", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_SAME, NULL, NULL},
	{"==", "dd", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_SAME, NULL, NULL},
	{"!=", "tt", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_OTHER, "a != b", "not equal"},
	{"!=", "nn", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_OTHER, NULL, NULL},
	{"!=", "rr", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_OTHER, NULL, NULL},
	{"!=", "bb", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_OTHER, NULL, NULL},
	{"!=", "dd", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_OTHER, NULL, NULL},
	{"<", "tt", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS, "a < b",
		"less; false where one is null"},
	{"<", "nn", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS, NULL, NULL},
	{"<", "rr", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS, NULL, NULL},
	{"<", "dd", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS, NULL, NULL},
	{"<=", "tt", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS_SAME, "a <= b", "less or equal"},
	{"<=", "nn", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS_SAME, NULL, NULL},
	{"<=", "rr", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS_SAME, NULL, NULL},
	{"<=", "dd", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_LESS_SAME, NULL, NULL},
	{">", "tt", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE, "a > b", "greater"},
	{">", "nn", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE, NULL, NULL},
	{">", "rr", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE, NULL, NULL},
	{">", "dd", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE, NULL, NULL},
	{">=", "tt", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE_SAME, "a >= b", "greater or equal"},
	{">=", "nn", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE_SAME, NULL, NULL},
	{">=", "rr", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE_SAME, NULL, NULL},
	{">=", "dd", 'b', 2, 2, FORM_ROWS, compare, ACCEPT_MORE_SAME, NULL, NULL},
	{"in", "tt", 'b', 2, MANY, FORM_ROWS, compare_in, 0, "x in (a, ...)",
		"equal to one of them"},
	{"in", "nn", 'b', 2, MANY, FORM_ROWS, compare_in, 0, NULL, NULL},
	{"in", "rr", 'b', 2, MANY, FORM_ROWS, compare_in, 0, NULL, NULL},
	{"in", "dd", 'b', 2, MANY, FORM_ROWS, compare_in, 0, NULL, NULL},
	{"=~", "sp", 'b', 2, 2, FORM_ROWS, match_test, true, "x =~ /re/",
		"does the regular expression match somewhere in x?"},
	{"!~", "sp", 'b', 2, 2, FORM_ROWS, match_test, false, "x !~ /re/", "does it not?"},
	{"+", "nn", 'n', 2, 2, FORM_ROWS, math_add, 0, "a + b", "sum"},
	{"+", "rr", 'r', 2, 2, FORM_ROWS, real_add, 0, NULL, NULL},
	{"-", "nn", 'n', 2, 2, FORM_ROWS, math_subtract, 0, "a - b", "difference"},
	{"-", "rr", 'r', 2, 2, FORM_ROWS, real_subtract, 0, NULL, NULL},
	{"-", "n", 'n', 1, 1, FORM_ROWS, math_negate, 0, "-a", "negative"},
	{"-", "r", 'r', 1, 1, FORM_ROWS, real_negate, 0, NULL, NULL},
	{"*", "nn", 'n', 2, 2, FORM_ROWS, math_multiply, 0, "a * b", "product"},
	{"*", "rr", 'r', 2, 2, FORM_ROWS, real_multiply, 0, NULL, NULL},
	{"/", "nn", 'r', 2, 2, FORM_ROWS, math_divide, 0, "a / b", "quotient, a double"},
	{"/", "rr", 'r', 2, 2, FORM_ROWS, real_divide, 0, NULL, NULL},
	{"%", "nn", 'n', 2, 2, FORM_ROWS, math_modulo, 0, "a % b", "remainder with the sign of a"},
	{"%", "rr", 'r', 2, 2, FORM_ROWS, real_modulo, 0, NULL, NULL},
	{"!", "b", 'b', 1, 1, FORM_ROWS, logic_not, 0, "!a", "not"},

	/* text */
	{"upper", "s", 't', 1, 1, FORM_ROWS, case_change, true, "upper(x)", "x in capital letters"},
	{"lower", "s", 't', 1, 1, FORM_ROWS, case_change, false, "lower(x)", "x in small letters"},
	{"trim", "ss", 't', 1, 2, FORM_ROWS, text_trim, TEXT_LEFT | TEXT_RIGHT, "trim(x[, chars])",
		"x without white space, or any of chars, at both ends"},
	{"ltrim", "ss", 't', 1, 2, FORM_ROWS, text_trim, TEXT_LEFT, "ltrim(x[, chars])",
		"the same at the left end"},
	{"rtrim", "ss", 't', 1, 2, FORM_ROWS, text_trim, TEXT_RIGHT, "rtrim(x[, chars])",
		"the same at the right end"},
	{"substr", "sii", 't', 2, 3, FORM_ROWS, text_substr, 0, "substr(x, start[, count])",
		"characters of x from start on, 1 being the first, -1 the last"},
	{"length", "s", 'n', 1, 1, FORM_ROWS, text_length, 0, "length(x)",
		"how many characters x has"},
	{"replace", "sss", 't', 3, 3, FORM_ROWS, text_replace, 0, "replace(x, old, new)",
		"x with each old made new"},
	{"replace", "spk", 't', 3, 3, FORM_ROWS, match_replace, 0, "replace(x, /re/, new)",
		"x with each match made new, in which $1 is the first group, $0 all, $$ a dollar"},
	{"extract", "spi", 't', 2, 3, FORM_ROWS, match_extract, 0, "extract(x, /re/[, group])",
		"the first match, or that group of it; empty if there is none"},
	{"extract", "spk", 't', 3, 3, FORM_ROWS, match_extract, 0, NULL, NULL},
	{"regex", "p", 'p', 1, 1, FORM_SAME, NULL, 0, "regex(text)",
		"a text that is known before any data as a regular expression"},
	{"split_part", "ssi", 't', 3, 3, FORM_ROWS, text_split_part, 0,
		"split_part(x, separator, n)",
		"the part n of x, 1 being the first, -1 the last; empty if there is none"},
	{"pad_left", "sis", 't', 2, 3, FORM_ROWS, text_pad, TEXT_LEFT, "pad_left(x, width[, fill])",
		"x with spaces, or fill, in front until it has width characters"},
	{"pad_right", "sis", 't', 2, 3, FORM_ROWS, text_pad, TEXT_RIGHT,
		"pad_right(x, width[, fill])", "the same behind x"},
	{"concat", "s", 't', 1, MANY, FORM_ROWS, text_concat, 0, "concat(a, ...)",
		"all one behind the other"},
	{"contains", "ss", 'b', 2, 2, FORM_ROWS, text_contains, 0, "contains(x, part)",
		"is part somewhere in x?"},
	{"starts_with", "ss", 'b', 2, 2, FORM_ROWS, text_starts_with, 0, "starts_with(x, part)",
		"does x begin with part?"},
	{"ends_with", "ss", 'b', 2, 2, FORM_ROWS, text_ends_with, 0, "ends_with(x, part)",
		"does x end with part?"},
	{"json", "sj", 't', 2, 2, FORM_ROWS, json_value, 0, "json(x, path)",
		"the value at that path of the JSON text x: \"main.temp\", \"items[0].name\""},
	{"mask", "siis", 't', 1, 4, FORM_ROWS, text_mask, 0, "mask(x[, last[, first[, with]]])",
		"x with \"*\", or with, for each character but the last and first so many"},

	/* numbers */
	{"abs", "n", 'n', 1, 1, FORM_ROWS, math_absolute, 0, "abs(x)", "x without its sign"},
	{"abs", "r", 'r', 1, 1, FORM_ROWS, real_absolute, 0, NULL, NULL},
	{"round", "ni", 'n', 1, 2, FORM_ROWS, math_round, ROUND_HALF_AWAY, "round(x[, places])",
		"x to 0 or so many digits behind the point, halves away from zero"},
	{"round", "ri", 'n', 1, 2, FORM_ROWS, math_round_real, ROUND_HALF_AWAY, NULL, NULL},
	{"floor", "n", 'n', 1, 1, FORM_ROWS, math_round, ROUND_DOWN, "floor(x)",
		"the whole number at or below x"},
	{"floor", "r", 'n', 1, 1, FORM_ROWS, math_round_real, ROUND_DOWN, NULL, NULL},
	{"ceil", "n", 'n', 1, 1, FORM_ROWS, math_round, ROUND_UP, "ceil(x)",
		"the whole number at or above x"},
	{"ceil", "r", 'n', 1, 1, FORM_ROWS, math_round_real, ROUND_UP, NULL, NULL},
	{"least", "nn", 'n', 1, MANY, FORM_ROWS, compare_extreme, ACCEPT_LESS, "least(a, ...)",
		"the lowest of the numbers or times that are not null"},
	{"least", "rr", 'r', 1, MANY, FORM_ROWS, compare_extreme, ACCEPT_LESS, NULL, NULL},
	{"least", "dd", 'd', 1, MANY, FORM_ROWS, compare_extreme, ACCEPT_LESS, NULL, NULL},
	{"greatest", "nn", 'n', 1, MANY, FORM_ROWS, compare_extreme, ACCEPT_MORE,
		"greatest(a, ...)", "the highest of the numbers or times that are not null"},
	{"greatest", "rr", 'r', 1, MANY, FORM_ROWS, compare_extreme, ACCEPT_MORE, NULL, NULL},
	{"greatest", "dd", 'd', 1, MANY, FORM_ROWS, compare_extreme, ACCEPT_MORE, NULL, NULL},
	{"mod", "nn", 'n', 2, 2, FORM_ROWS, math_modulo, 0, "mod(a, b)",
		"remainder, the same as a % b"},
	{"mod", "rr", 'r', 2, 2, FORM_ROWS, real_modulo, 0, NULL, NULL},
	{"sqrt", "r", 'r', 1, 1, FORM_ROWS, real_root, 0, "sqrt(x)", "square root"},
	{"ln", "r", 'r', 1, 1, FORM_ROWS, real_logarithm, 0, "ln(x)", "natural logarithm"},
	{"exp", "r", 'r', 1, 1, FORM_ROWS, real_exponential, 0, "exp(x)", "e to the power of x"},
	{"pow", "rr", 'r', 2, 2, FORM_ROWS, real_power, 0, "pow(x, y)", "x to the power of y"},
	{"bin", "nn", 'n', 2, 2, FORM_ROWS, math_bin, 0, "bin(x, width)",
		"lower edge of the bin of that width that x is in"},
	{"bin", "rr", 'r', 2, 2, FORM_ROWS, real_bin, 0, NULL, NULL},
	{"clamp", "nnn", 'n', 3, 3, FORM_ROWS, math_clamp, 0, "clamp(x, low, high)",
		"x, but at least low and at most high"},
	{"clamp", "rrr", 'r', 3, 3, FORM_ROWS, real_clamp, 0, NULL, NULL},
	{"rescale", "rrr", 'r', 3, 3, FORM_ROWS, real_rescale, 0, "rescale(x, low, high)",
		"(x - low) / (high - low): low becomes 0 and high becomes 1"},
	{"num", "N", 'n', 1, 1, FORM_SAME, NULL, 0, "num(x)", "x read as a number"},
	{"num", "r", 'r', 1, 1, FORM_SAME, NULL, 0, NULL, NULL},
	{"num", "R", 'r', 1, 1, FORM_SAME, NULL, 0, NULL, NULL},
	{"int", "N", 'n', 1, 1, FORM_ROWS, math_round, ROUND_ZERO, "int(x)",
		"x read as a number, without what is behind the point"},
	{"int", "r", 'n', 1, 1, FORM_ROWS, math_round_real, ROUND_ZERO, NULL, NULL},
	{"text", "s", 't', 1, 1, FORM_SAME, NULL, 0, "text(x)", "x as text"},

	/* choice and null */
	{"if", "bxx", 'x', 3, 3, FORM_IF, logic_choose, 0, "if(condition, a, b)",
		"a where the condition is true, else b; also condition ? a : b"},
	{"coalesce", "xx", 'x', 2, MANY, FORM_COALESCE, logic_coalesce, 0, "coalesce(a, b, ...)",
		"the first that is not null"},
	{"null_if", "tt", 't', 2, 2, FORM_ROWS, compare_null_if, 0, "null_if(a, b)",
		"null where a equals b, else a"},
	{"null_if", "nn", 'n', 2, 2, FORM_ROWS, compare_null_if, 0, NULL, NULL},
	{"null_if", "rr", 'r', 2, 2, FORM_ROWS, compare_null_if, 0, NULL, NULL},
	{"null_if", "dd", 'd', 2, 2, FORM_ROWS, compare_null_if, 0, NULL, NULL},
	{"is_null", "*", 'b', 1, 1, FORM_ROWS, logic_is_null, 0, "is_null(x)",
		"is x null, or as text empty?"},
	{"is_number", "t", 'b', 1, 1, FORM_ROWS, convert_is_number, 0, "is_number(x)",
		"can x be read as a number?"},
	{"between", "ttt", 'b', 3, 3, FORM_ROWS, compare_between, 0, "between(x, low, high)",
		"x >= low && x <= high"},
	{"between", "nnn", 'b', 3, 3, FORM_ROWS, compare_between, 0, NULL, NULL},
	{"between", "rrr", 'b', 3, 3, FORM_ROWS, compare_between, 0, NULL, NULL},
	{"between", "ddd", 'b', 3, 3, FORM_ROWS, compare_between, 0, NULL, NULL},

	/* time */
	{"parse_time", "D", 'd', 1, 1, FORM_SAME, NULL, 0, "parse_time(x[, format[, zone]])",
		"x read as a time: ISO 8601, or of that format, by the clocks of a zone"},
	{"parse_time", "sfz", 'd', 2, 3, FORM_ROWS, time_read_format, 0, NULL, NULL},
	{"parse_time", "s0z", 'd', 3, 3, FORM_ROWS, time_read_zone, 0, NULL, NULL},
	{"format_time", "d", 't', 1, 1, FORM_ROWS, time_print, 0,
		"format_time(x[, format[, zone]])",
		"x as text: ISO 8601, or of that format, by the clocks of a zone"},
	{"format_time", "dFz", 't', 2, 3, FORM_ROWS, time_print_format, 0, NULL, NULL},
	{"format_time", "d0z", 't', 3, 3, FORM_ROWS, time_print_zone, 0, NULL, NULL},
	{"now", "", 'd', 0, 0, FORM_NOW, NULL, 0, "now()",
		"the time when the program began, in whole seconds"},
	{"date_trunc", "duz", 'd', 2, 3, FORM_ROWS, time_trunc, 0, "date_trunc(x, unit[, zone])",
		"the beginning of the year, month, week, day, hour, minute or second"},
	{"date_add", "diuz", 'd', 3, 4, FORM_ROWS, time_add, 0, "date_add(x, n, unit[, zone])",
		"n units later"},
	{"date_diff", "dduz", 'n', 3, 4, FORM_ROWS, time_difference, 0,
		"date_diff(from, to, unit[, zone])", "whole units from one to the other"},
	{"year", "dz", 'n', 1, 2, FORM_ROWS, time_part, TIME_YEAR, "year(x[, zone])", "1 to 9999"},
	{"month", "dz", 'n', 1, 2, FORM_ROWS, time_part, TIME_MONTH, "month(x[, zone])", "1 to 12"},
	{"day", "dz", 'n', 1, 2, FORM_ROWS, time_part, TIME_DAY, "day(x[, zone])", "1 to 31"},
	{"hour", "dz", 'n', 1, 2, FORM_ROWS, time_part, TIME_HOUR, "hour(x[, zone])", "0 to 23"},
	{"minute", "dz", 'n', 1, 2, FORM_ROWS, time_part, TIME_MINUTE, "minute(x[, zone])",
		"0 to 59"},
	{"second", "dz", 'n', 1, 2, FORM_ROWS, time_part, TIME_SECOND, "second(x[, zone])",
		"0 to 59, without its fraction"},
	{"weekday", "dz", 'n', 1, 2, FORM_ROWS, time_part, TIME_WEEKDAY, "weekday(x[, zone])",
		"1 for Monday to 7 for Sunday"},
	{"epoch", "d", 'n', 1, 1, FORM_ROWS, time_epoch, 0, "epoch(x)",
		"seconds since 1970-01-01T00:00:00Z, with their fraction"},

	/* across rows */
	{"prev", "ti", 't', 1, 2, FORM_ACROSS, across_prev, 0, "prev(x[, k])",
		"x of the record before, or k before, in its group; in etl-map alone"},
	{"prev", "ni", 'n', 1, 2, FORM_ACROSS, across_prev, 0, NULL, NULL},
	{"prev", "ri", 'r', 1, 2, FORM_ACROSS, across_prev, 0, NULL, NULL},
	{"prev", "bi", 'b', 1, 2, FORM_ACROSS, across_prev, 0, NULL, NULL},
	{"prev", "di", 'd', 1, 2, FORM_ACROSS, across_prev, 0, NULL, NULL},
	{"delta", "n", 'n', 1, 1, FORM_ACROSS, across_delta, 0, "delta(x)", "x - prev(x)"},
	{"delta", "r", 'r', 1, 1, FORM_ACROSS, across_delta, 0, NULL, NULL},
	{"cumsum", "n", 'n', 1, 1, FORM_ACROSS, across_cumsum, 0, "cumsum(x)",
		"sum of x up to this record"},
	{"cumsum", "r", 'r', 1, 1, FORM_ACROSS, across_cumsum, 0, NULL, NULL},
	{"fill_down", "t", 't', 1, 1, FORM_ACROSS, across_fill_down, 0, "fill_down(x)",
		"x, or the last one that was not null"},
	{"fill_down", "n", 'n', 1, 1, FORM_ACROSS, across_fill_down, 0, NULL, NULL},
	{"fill_down", "r", 'r', 1, 1, FORM_ACROSS, across_fill_down, 0, NULL, NULL},
	{"fill_down", "b", 'b', 1, 1, FORM_ACROSS, across_fill_down, 0, NULL, NULL},
	{"fill_down", "d", 'd', 1, 1, FORM_ACROSS, across_fill_down, 0, NULL, NULL},
	{"rank", "", 'n', 0, 0, FORM_ACROSS, across_rank, 0, "rank()",
		"number of the record in its group, from 1, as they come"},

	/* the row and its surroundings */
	{"row_number", "", 'n', 0, 0, FORM_EACH, row_number, 0, "row_number()",
		"number of the record, counted over all operands from 1"},
	{"file", "", 't', 0, 0, FORM_EACH, row_file, 0, "file()",
		"name of the operand that the record is from"},
	{"line", "", 'n', 0, 0, FORM_EACH, row_line, 0, "line()",
		"line of the file in which the record begins"},
	{"env", "t", 't', 1, 1, FORM_ENV, NULL, 0, "env(\"NAME\")",
		"a variable of the environment; empty if it is not set"},
	{NULL, "", 0, 0, 0, FORM_ROWS, NULL, 0, NULL, NULL},
};

const struct function conversions[] = {
	[CONVERT_NUMBER] = {"num", "t", 'n', 1, 1, FORM_ROWS, convert_number, 0, NULL, NULL},
	[CONVERT_REAL] = {"double", "t", 'r', 1, 1, FORM_ROWS, convert_real, 0, NULL, NULL},
	[CONVERT_WIDEN] = {"double", "n", 'r', 1, 1, FORM_ROWS, convert_widen, 0, NULL, NULL},
	[CONVERT_WHOLE] = {"whole", "n", 'n', 1, 1, FORM_ROWS, convert_whole, 0, NULL, NULL},
	[CONVERT_PRINT_NUMBER] = {"text", "n", 't', 1, 1, FORM_ROWS, convert_print_number, 0, NULL,
		NULL},
	[CONVERT_PRINT_REAL] = {"text", "r", 't', 1, 1, FORM_ROWS, convert_print_real, 0, NULL,
		NULL},
	[CONVERT_TIME] = {"time", "t", 'd', 1, 1, FORM_ROWS, time_read, 0, NULL, NULL},
	[CONVERT_PRINT_TIME] = {"text", "d", 't', 1, 1, FORM_ROWS, time_print, 0, NULL, NULL},
	[CONVERT_PRINT_TRUTH] = {"text", "b", 't', 1, 1, FORM_ROWS, convert_print_truth, 0, NULL,
		NULL},
};

const struct infix infixes[] = {
	{"||", LEVEL_OR, "||"},
	{"or", LEVEL_OR, "||"},
	{"&&", LEVEL_AND, "&&"},
	{"and", LEVEL_AND, "&&"},
	{"==", LEVEL_COMPARE, "=="},
	{"!=", LEVEL_COMPARE, "!="},
	{"<", LEVEL_COMPARE, "<"},
	{"<=", LEVEL_COMPARE, "<="},
	{">", LEVEL_COMPARE, ">"},
	{">=", LEVEL_COMPARE, ">="},
	{"=~", LEVEL_COMPARE, "=~"},
	{"!~", LEVEL_COMPARE, "!~"},
	{"in", LEVEL_COMPARE, NULL},
	{"not", LEVEL_COMPARE, NULL},
	{"+", LEVEL_ADD, "+"},
	{"-", LEVEL_ADD, "-"},
	{"*", LEVEL_MULTIPLY, "*"},
	{"/", LEVEL_MULTIPLY, "/"},
	{"%", LEVEL_MULTIPLY, "%"},
	{NULL, 0, NULL},
};
/* clang-format on */

const struct function *
function_find_in(const struct function *table, struct slice name)
{
	for (const struct function *f = table; f->name != NULL; f++)
		if (slice_is(name, f->name))
			return f;
	return NULL;
}

const struct function *
function_find(const struct function_set *more, struct slice name)
{
	const struct function *f = function_find_in(functions, name);
	return f != NULL || more->table == NULL ? f : function_find_in(more->table, name);
}

const struct function *
function_next(const struct function *f)
{
	const struct function *next = f + 1;
	return next->name != NULL && strcmp(next->name, f->name) == 0 ? next : NULL;
}

char
function_letter(const struct function *f, size_t arg)
{
	size_t count = strlen(f->args);
	return f->args[arg < count ? arg : count - 1];
}

bool
function_takes_count(const struct function *f, size_t count)
{
	return count >= f->min && (f->max == MANY || count <= f->max);
}

bool
function_is_named(const struct function *f)
{
	char first = f->name[0];
	return first >= 'a' && first <= 'z' && strcmp(f->name, "in") != 0;
}

void
functions_list(const struct function *table, struct buf *out)
{
	for (const struct function *f = table; f->name != NULL; f++)
		if (f->usage != NULL)
			buf_format(out, "%s\t%s\n", f->usage, f->about);
}
