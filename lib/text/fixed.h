/*
 * Fixed-width text: fields by their place in the line, `name=59-61,other=63-67` (etl-cut(1), -b and
 * -c).
 */
#ifndef ETL_FIXED_H
#define ETL_FIXED_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

struct fixed_field {
	struct slice name; /* at is NULL: none was given */
	size_t first;      /* from 0 */
	size_t last;       /* behind the last; SIZE_MAX: to the end of the line */
};

struct fixed {
	struct fixed_field *field;
	size_t count;
	bool is_named;   /* all have names; else none has */
	bool characters; /* UTF-8 characters; else bytes */
	size_t need;     /* how long a line must be */
};

/*
 * Reads `[name=]from-to`, `from-`, `from`, comma separated, places from 1.  Returns false with the
 * reason.
 */
bool fixed_parse(
	struct fixed *out, const char *text, bool characters, struct arena *arena, struct buf *why);

/* Cuts a line into value[count], which point into it.  Returns false if it is shorter than need. */
bool fixed_cut(const struct fixed *f, struct slice line, struct slice *value);

#endif
