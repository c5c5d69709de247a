/*
 * What can stand at the cursor, by the options of a program as its --list-options prints them.
 */
#ifndef ETL_COMPLETE_ASKED_H
#define ETL_COMPLETE_ASKED_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

/* One line of --list-options. */
struct row {
	char letter;       /* '-': none */
	struct slice name; /* with its dashes */
	struct slice arg;  /* empty: takes none */
	struct slice help;
};

struct table {
	struct row *row;
	size_t count;
};

/* Reads what --list-options printed; slices are of text. */
struct table asked_table(const char *text, struct arena *arena);

enum asked_what { ASKED_NOTHING, ASKED_OPTION, ASKED_OPERAND, ASKED_VALUE };

/* An option elsewhere on the line. */
struct asked_given {
	const struct row *row;
	const char *value; /* NULL: takes none */
};

struct asked {
	enum asked_what what;
	const struct row *row; /* whose value */
	size_t before;         /* bytes of the word in front of the value: --fields= */
	struct asked_given *given;
	size_t givens;
	char **operand;
	size_t operands;
};

/* word[count], without the program's name; word[here] is at the cursor.  In the arena. */
struct asked asked_read(const struct table *table, char *const *word, size_t count, size_t here,
	struct arena *arena);

/*
 * The n-th word that the value must be one of, as arg or help lists them; empty: no such, or no
 * list.
 */
struct slice asked_word(const struct row *row, size_t n);

#endif
