/*
 * The rim of the engine, what the programs that take an expression share (etl-expr(7)): options,
 * the program text, the message with a caret, and what becomes of records whose values cannot be
 * computed.
 */
#ifndef ETL_EXPR_FORMULA_H
#define ETL_EXPR_FORMULA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "expr/program.h"
#include "mem.h"
#include "opt.h"

enum on_error { ON_ERROR_UNSET, ON_ERROR_FAIL, ON_ERROR_NULL, ON_ERROR_SKIP, ON_ERROR_REJECT };

/* What the program is to be, what the options say, and how many records they were needed for. */
struct formula {
	enum program_kind kind;
	struct program_variable *variable;
	size_t variables;
	const char *file; /* --program */
	const char *option; /* that has the text, for messages; NULL: the program is an operand */
	const char *schema; /* --schema: the types of columns */
	bool has_some;      /* a header need not have all of them */
	bool floats;
	bool explain;
	const struct function *aggregates; /* the program's own, of a program of aggregates */
	struct function_set own; /* functions that this program alone has */
	enum on_error on_error;
	int64_t now; /* of now(), in seconds */
	uint64_t faults;
	struct buf text; /* of --program */
};

/* Rows for a program's option table; formula is its struct formula. */
#define OPT_FORMULA(formula) \
	{'v', "variable", "NAME=VALUE", "a text that the program uses as @NAME", OPT_DO, \
		&(formula), formula_set_variable}, \
	{0, "program", "FILE", "read the program from FILE; # begins a comment", OPT_TEXT, \
		&(formula).file, NULL}, \
	{0, "schema", "FILE", "columns have the types of this Table Schema (JSON)", OPT_TEXT, \
		&(formula).schema, NULL}, \
	{0, "float", NULL, "compute in doubles, not in exact decimals", OPT_FLAG, \
		&(formula).floats, NULL}, \
	{0, "on-error", "HOW", "where a value cannot be computed: fail, null, skip, reject", \
		OPT_DO, &(formula), formula_set_on_error}, \
	{0, "explain", NULL, "print how the program is computed, and exit", OPT_FLAG, \
		&(formula).explain, NULL}, \
	{0, "list-functions", NULL, "print the functions and operators, and exit", OPT_DO, \
		&(formula), formula_list}

void formula_set_variable(const struct opt *opt, const char *value);
void formula_set_on_error(const struct opt *opt, const char *value);
void formula_list(const struct opt *opt, const char *value);

/*
 * After reject_start(): settles what --on-error is where it was not given, and returns the
 * program text, which is the first operand, then taken away, or what --program names.  Ends the
 * program if there is none, or none by its form: before anything waits for input.
 */
struct slice formula_start(struct formula *f, char ***operands, size_t *count);

/* Compiles against a header; a program at fault, and --explain, end the program. */
struct program *formula_compile(const struct formula *f, struct slice text, enum program_kind kind,
	const struct header *header);

/*
 * The same, once for each of so many jobs, which run side by side: what one computes is in no
 * other's way.  formula_free() ends them.
 */
struct program **formula_compile_jobs(const struct formula *f, struct slice text,
	enum program_kind kind, const struct header *header, size_t jobs);
void formula_free(struct program **program, size_t jobs);

/* Ends the program for what is wrong with its text, which is shown with a caret. */
_Noreturn void formula_die(const struct formula *f, struct slice text,
	const struct program_error *error);

/*
 * Deals with a row that has a fault: ends the program, rejects the row, or neither.  Returns
 * whether the row is to be left out.
 */
bool formula_drops(struct formula *f, const struct program_fault *fault, const struct batch *b,
	const struct header *header);

/*
 * Runs the program over rows of a batch, as program_run() does, and deals with those that have a
 * fault.  row[VECTOR_ROWS] gets the rows that stay, counted from the first; returns how many.  May
 * be called by several threads, each with a program of its own.
 */
size_t formula_run(struct formula *f, struct program *p, const struct batch *b, size_t first,
	size_t rows, const struct header *header, uint16_t *row);

/* At the end: says how many records were skipped, or have a null instead of a value; frees. */
void formula_finish(struct formula *f);

#endif
