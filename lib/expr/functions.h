/*
 * What expressions can call: one table of functions and operators, from which the parser, the
 * type checker, the evaluator, --explain and the list of functions are made.
 */
#ifndef ETL_EXPR_FUNCTIONS_H
#define ETL_EXPR_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

struct call;
/* Computes one vector from others, for all rows that are asked for. */
typedef void kernel(struct call *c);

enum form {
	FORM_ROWS, /* a kernel over its arguments, which a constant result can replace */
	FORM_EACH, /* the same, but it looks at the row itself: never constant */
	/* it keeps something from row to row: computed for every row, whoever needs it */
	FORM_ACROSS,
	FORM_SAME, /* the argument, converted */
	FORM_AND,  /* arguments behind the first are evaluated only where they are needed */
	FORM_OR,
	FORM_IF,
	FORM_COALESCE,
	FORM_NOW,
	FORM_ENV /* known when the program is compiled */
};

/*
 * One way to call one function.  The letters of args, of which the last stands for all that follow:
 *
 *	t  text                       s  text, or anything printed as text
 *	n  exact number               N  exact number, also read from any text
 *	r  double                     i  whole number of 64 bits
 *	b  condition                  *  anything as it is
 *	p  regular expression, also a text that is known when the program is compiled
 *	d  time                       D  time, also read from any text
 *	f  format to read times by    F  format to print times by    u  unit of time
 *	z  time zone                  0  null and nothing else
 *	j  path into JSON
 *	k  text that is known when the program is compiled
 *	x  any type, the same for all x (and the result, if it is x)
 *
 * A plain column fits wherever text, a number or a time does.  Of several rows with one name the
 * first that fits is taken; with --float, the one that has r for its n if there is one.
 */
struct function {
	const char *name;
	const char *args;
	char result;
	unsigned char min;
	unsigned char max; /* MANY: no limit */
	enum form form;
	kernel *run;
	int parameter;     /* what tells kernels apart that are the same function otherwise */
	const char *usage; /* NULL: as the row above */
	const char *about;
};

enum { MANY = 255 };

/* Functions that a program has besides functions[]: they need libraries that others do without. */
struct function_set {
	const struct function *table; /* like functions[]; NULL: none */
	/*
	 * Makes ready what f needs, before any data, each time it is called in a program; false
	 * with the reason appended.
	 */
	bool (*ready)(void *state, const struct function *f, struct buf *why);
	void *state; /* struct evaluation has it as own */
};

/* Sorted in groups of one name; ends with a name of NULL. */
extern const struct function functions[];

/* What the type checker puts in where an argument is of another type than the letter. */
enum conversion {
	CONVERT_NUMBER,       /* text to exact number */
	CONVERT_REAL,         /* text to double */
	CONVERT_WIDEN,        /* exact number to double */
	CONVERT_WHOLE,        /* exact number to whole number */
	CONVERT_PRINT_NUMBER, /* to text */
	CONVERT_PRINT_REAL,
	CONVERT_PRINT_TRUTH,
	CONVERT_TIME, /* text, ISO 8601, to time */
	CONVERT_PRINT_TIME
};

extern const struct function conversions[];

enum { LEVEL_OR = 1, LEVEL_AND, LEVEL_COMPARE, LEVEL_ADD, LEVEL_MULTIPLY };

/* Binary operators, left to right on each level. */
struct infix {
	const char *spelling;
	int level;
	const char *function; /* its name in functions[]; NULL: in (...) */
};

extern const struct infix infixes[];

/* The first row of a table with the name, or NULL. */
const struct function *function_find_in(const struct function *table, struct slice name);
/* The same of functions[], or of a set. */
const struct function *function_find(const struct function_set *more, struct slice name);
/* The next row with the same name, or NULL. */
const struct function *function_next(const struct function *f);
/* The letter for argument arg, from 0. */
char function_letter(const struct function *f, size_t arg);
bool function_takes_count(const struct function *f, size_t count);
/* Is it called by its name, name(...)? */
bool function_is_named(const struct function *f);

/* Appends a line for each function of a table: usage, a tab, what it does. */
void functions_list(const struct function *table, struct buf *out);

#endif
