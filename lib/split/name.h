/*
 * What parts are called: a template in which {} stands for the number of a part, or for the value
 * that its records have, made safe as a piece of a file's name; {COLUMN} for that of one column.
 */
#ifndef ETL_SPLIT_NAME_H
#define ETL_SPLIT_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

/* The longest name that a file system takes, less what a temporary's name has besides. */
enum { NAME_LONGEST = 255 - 18 };

/* An empty value, as Hive, Spark and DuckDB write and read it. */
#define NAME_EMPTY "__HIVE_DEFAULT_PARTITION__"

struct name_piece {
	enum { NAME_TEXT, NAME_WHOLE, NAME_COLUMN } kind;
	struct slice text; /* of NAME_TEXT */
	size_t column;     /* of NAME_COLUMN: which of those given */
	bool begins;       /* a name of a directory or file begins here */
};

struct name {
	struct name_piece *piece;
	size_t pieces;
	size_t fixed;     /* bytes of the template: the directory that all parts are in */
	const char *head; /* what the names of all files begin with, behind the last slash */
	const char *tail; /* and end with; NULL: head is all of it */
};

/*
 * Reads a template.  column[columns] are the names of the columns whose values stand there; none:
 * it is for numbers.  Slices point into text; all else is in the arena.  Returns false with the
 * reason in why: there is no place for what tells the parts apart, or one of another name.
 */
bool name_parse(struct name *n, const char *text, const struct slice *column, size_t columns,
	struct arena *arena, struct buf *why);

/* Appends the path of a part with this number, of at least so many digits, and a NUL. */
void name_put_number(const struct name *n, uint64_t number, unsigned digits, struct buf *path);
/* The same of the values of the columns; different values have different paths. */
void name_put_values(const struct name *n, const struct slice *value, size_t values,
	struct buf *path);
/* Is each name of the path short enough for a file system? */
bool name_fits(const char *path);

#endif
