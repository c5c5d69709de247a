#include "expr/formula.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "csv/csv.h"
#include "expr/functions.h"
#include "expr/said.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "csv/reject.h"
#include "stage.h"

static const char *const on_error_names[] = {
	[ON_ERROR_FAIL] = "fail",
	[ON_ERROR_NULL] = "null",
	[ON_ERROR_SKIP] = "skip",
	[ON_ERROR_REJECT] = "reject",
};

void
formula_set_variable(const struct opt *opt, const char *value)
{
	struct formula *f = opt->into;
	const char *sign = strchr(value, '=');
	if (sign == NULL || sign == value)
		die(END_SETUP, "option -%c: '%s' is not NAME=VALUE", opt->letter, value);
	f->variable = xrealloc(f->variable, f->variables + 1, sizeof *f->variable);
	f->variable[f->variables++] = (struct program_variable){
		.name = {value, (size_t)(sign - value)},
		.value = slice_of(sign + 1),
	};
}

void
formula_set_on_error(const struct opt *opt, const char *value)
{
	struct formula *f = opt->into;
	for (unsigned i = ON_ERROR_FAIL; i <= ON_ERROR_REJECT; i++) {
		if (strcmp(value, on_error_names[i]) == 0) {
			f->on_error = (enum on_error)i;
			return;
		}
	}
	die(END_SETUP, "option --%s: '%s' is none of fail, null, skip, reject", opt->name, value);
}

static _Noreturn void
print_and_end(const struct buf *text)
{
	if (fwrite(text->at, 1, text->len, stdout) != text->len || fflush(stdout) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
	end(END_WELL);
}

void
formula_list(const struct opt *opt, const char *value)
{
	const struct formula *f = opt->into;
	struct buf text = {0};
	(void)value;
	if (f->aggregates != NULL)
		functions_list(f->aggregates, &text);
	functions_list(functions, &text);
	if (f->own.table != NULL)
		functions_list(f->own.table, &text);
	print_and_end(&text);
}

static struct slice
read_program(struct formula *f)
{
	in_read_all(f->file, &f->text);
	return (struct slice){f->text.at, f->text.len};
}

void
formula_die(const struct formula *f, struct slice text, const struct program_error *error)
{
	struct buf show = {0};
	size_t line = 1;
	program_show(text, error, &show);
	for (size_t i = 0; i < error->at && i < text.len; i++)
		line += text.at[i] == '\n';
	if (f->file != NULL)
		warn("%s:%zu: %.*s", f->file, line, (int)error->reason.len, error->reason.at);
	else if (f->option != NULL)
		warn("option %s: %.*s", f->option, (int)error->reason.len, error->reason.at);
	else
		warn("%.*s", (int)error->reason.len, error->reason.at);
	fwrite(show.at, 1, show.len, stderr);
	end(END_SETUP);
}

static const char *const kind_forms[] = {
	[PROGRAM_CONDITION] = "CONDITION",
	[PROGRAM_ASSIGNMENTS] = "NAME = EXPRESSION",
	[PROGRAM_AGGREGATES] = "AGGREGATE(COLUMN)",
};

/*
 * A file name is no program, but where a condition is expected it can look like the name of a
 * column.
 */
static void
check(const struct formula *f, const char *operand, bool is_last)
{
	struct stat st;
	struct slice text = slice_of(operand);
	struct program_error error = {0};
	bool good = program_check(text, f->kind, false, &error);
	bool is_file = strcmp(operand, "-") == 0 || stat(operand, &st) == 0;
	if (is_file && (!good || (f->kind != PROGRAM_ASSIGNMENTS && is_last)))
		die(END_SETUP, "the program is missing: '%s' is an input; write %s '%s' %s",
			operand, msg_program(), kind_forms[f->kind], operand);
	if (!good)
		formula_die(f, text, &error);
}

/*
 * What looks like a program and is no file was put in the wrong place, or is the rest of a program
 * without quotes.
 */
static void
check_inputs(char *const *operand, size_t count)
{
	struct stat st;
	for (size_t i = 1; i < count; i++)
		if (strpbrk(operand[i], "=<>()&|") != NULL && stat(operand[i], &st) != 0)
			die(END_SETUP, "%s: %s; the program is the first operand, "
				"the whole of it in quotes, and here that is '%s'",
				operand[i], strerror(errno), operand[0]);
}

static struct slice
read_checked(struct formula *f)
{
	struct program_error error = {0};
	struct slice text = read_program(f);
	if (!program_check(text, f->kind, true, &error))
		formula_die(f, text, &error);
	return text;
}

struct slice
formula_start(struct formula *f, char ***operands, size_t *count)
{
	f->now = (int64_t)time(NULL);
	if (f->on_error == ON_ERROR_UNSET)
		f->on_error = reject_is_allowed() ? ON_ERROR_REJECT : ON_ERROR_FAIL;
	if (f->on_error == ON_ERROR_REJECT && !reject_is_allowed())
		die(END_SETUP, "option --on-error=reject needs --rejects FILE or --max-rejects N");
	if (f->file != NULL)
		return read_checked(f);
	if (*count == 0)
		die(END_SETUP, "a program is needed: an operand, or --program FILE");
	check(f, **operands, *count == 1);
	check_inputs(*operands, *count);
	++*operands;
	--*count;
	return slice_of((*operands)[-1]);
}

struct program *
formula_compile(const struct formula *f, struct slice text, enum program_kind kind,
	const struct header *header)
{
	struct arena arena = {0};
	struct program_error error = {0};
	struct program_setting setting = {
		.header = *header,
		.said = f->schema != NULL ? said_read(f->schema, header, f->has_some, &arena)
					  : NULL,
		.variable = f->variable,
		.variables = f->variables,
		.floats = f->floats,
		.comments = f->file != NULL,
		.as_text = kind == PROGRAM_ASSIGNMENTS,
		.drops = f->on_error == ON_ERROR_SKIP || f->on_error == ON_ERROR_REJECT,
		.aggregates = f->aggregates,
		.own = f->own,
		.now = f->now,
		.is_open = kind == PROGRAM_AGGREGATES && header->count == 0,
	};
	struct program *p = program_compile(text, kind, &setting, &error);
	arena_clear(&arena);
	if (p == NULL)
		formula_die(f, text, &error);
	if (f->explain) {
		struct buf lines = {0};
		program_explain(p, &lines);
		print_and_end(&lines);
	}
	buf_clear(&error.reason);
	return p;
}

struct program **
formula_compile_jobs(const struct formula *f, struct slice text, enum program_kind kind,
	const struct header *header, size_t jobs)
{
	struct program **program = xcalloc(jobs, sizeof *program);
	for (size_t i = 0; i < jobs; i++)
		program[i] = formula_compile(f, text, kind, header);
	return program;
}

void
formula_free(struct program **program, size_t jobs)
{
	for (size_t i = 0; i < jobs; i++)
		program_free(program[i]);
	free(program);
}

/* `column 'price': not a number: 'n/a'` */
static void
describe(const struct program_fault *fault, const struct header *header, struct buf *out)
{
	char text[SHOWN_MAX];
	if (fault->column == FAULT_NO_COLUMN) {
		buf_format(out, "'%s': ", shown(text, fault->text.at, fault->text.len));
	} else {
		struct slice name = header->name[fault->column];
		buf_format(out, "column '%s': ", shown(text, name.at, name.len));
	}
	buf_text(out, fault->reason);
	if (fault->culprit.at != NULL)
		buf_format(out, ": '%s'", shown(text, fault->culprit.at, fault->culprit.len));
	buf_byte(out, '\0');
}

bool
formula_drops(struct formula *f, const struct program_fault *fault, const struct batch *b,
	const struct header *header)
{
	struct buf reason = {0};
	stage_count(&f->faults, 1);
	if (f->on_error == ON_ERROR_NULL)
		return false;
	if (f->on_error == ON_ERROR_SKIP) {
		stage_count(&stage_counts()->filtered, 1);
		return true;
	}
	describe(fault, header, &reason);
	if (f->on_error == ON_ERROR_FAIL)
		csv_die(END_DATA, b, fault->row, "%s", reason.at);
	bool is_field = fault->column != FAULT_NO_COLUMN;
	struct slice column = is_field ? header->name[fault->column] : (struct slice){"", 0};
	reject_put_row(b, fault->row, column, "value", reason.at);
	buf_clear(&reason);
	return true;
}

size_t
formula_run(struct formula *f, struct program *p, const struct batch *b, size_t first, size_t rows,
	const struct header *header, uint16_t *row)
{
	size_t kept = 0;
	size_t faults = program_run(p, b, first, rows);
	const struct program_fault *fault = program_faults(p);
	const size_t computed = program_rows(p);
	size_t i = 0;
	for (; faults != 0; faults--) {
		size_t bad = fault->row - first;
		while (i <= bad)
			row[kept++] = (uint16_t)i++;
		kept -= formula_drops(f, fault++, b, header);
	}
	while (i < computed)
		row[kept++] = (uint16_t)i++;
	return kept;
}

void
formula_finish(struct formula *f)
{
	buf_clear(&f->text);
	if (f->faults == 0 || f->on_error == ON_ERROR_REJECT)
		return;
	warn("%ju record%s %s (--on-error=%s)", (uintmax_t)f->faults, plural(f->faults),
		f->on_error == ON_ERROR_SKIP ? "skipped"
					     : "with null for a value that cannot be computed",
		on_error_names[f->on_error]);
}
