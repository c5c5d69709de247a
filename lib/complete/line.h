/*
 * The words of a shell's command line, as far as they can be read without running anything: quotes
 * are taken off, variables and commands stay as they are written.
 */
#ifndef ETL_COMPLETE_LINE_H
#define ETL_COMPLETE_LINE_H

#include <stddef.h>

#include "mem.h"
#include "slice.h"

struct line {
	char **word; /* unquoted; of the one at the cursor what is before it */
	size_t count;
	size_t here; /* which one is at the cursor */
	const char *raw; /* that one as it is written */
};

/* Reads a line, cut at the cursor; before is kept, all else is in the arena. */
struct line line_read(const char *before, const char *behind, struct arena *arena);

/*
 * Takes the quotes off a word that begins at text, up to a blank or operator, and appends it.
 * Returns where it ends; *quote: the one that is open there, else 0.
 */
const char *line_unquote(const char *text, struct buf *out, char *quote);

/* Appends text so that a shell in which that quote is open reads it as it is. */
void line_quote(struct buf *out, struct slice text, char quote);

#endif
