/*
 * Regular expressions of Perl's kind (PCRE2) over UTF-8, invalid bytes being no characters.  The
 * one place that knows PCRE2; text alone, ^text, text$ and ^text$ do without it.
 */
#ifndef ETL_EXPR_REGEX_H
#define ETL_EXPR_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

/* Flags of a pattern, in the order of regex_flags. */
enum { REGEX_CASELESS = 1, REGEX_LINES = 2, REGEX_ALL = 4, REGEX_SPACED = 8 };
extern const char regex_flags[]; /* "imsx" */
/* Others, which no letter stands for. */
enum {
	REGEX_WHOLE = 16, /* it matches all of a text or none */
	REGEX_BYTES = 32  /* each byte is a character, whatever the text is */
};

struct regex;

/*
 * Compiles a pattern, of which a copy is kept.  Returns NULL with the reason appended and *at set
 * to the offset in the pattern that it is about.
 */
struct regex *regex_new(struct slice pattern, unsigned flags, struct buf *reason, size_t *at);
void regex_free(struct regex *r);
/* The pattern as it was given. */
struct slice regex_pattern(const struct regex *r);
/* How many groups in parentheses it has. */
size_t regex_groups(const struct regex *r);
/* The number of the group that is written (?<name>...), SIZE_MAX if there is none, or several. */
size_t regex_group_named(const struct regex *r, struct slice name);
/* The name of a group, from 1 on; empty if it has none.  Valid as long as r. */
struct slice regex_group_name(const struct regex *r, size_t group);

enum regex_result {
	REGEX_NONE,
	REGEX_FOUND,
	REGEX_LIMIT /* it would take too long, or too much memory */
};

/* Looks for the first match that begins at `from`, a character's first byte, or behind it. */
enum regex_result regex_find(struct regex *r, struct slice text, size_t from);
/*
 * A group of the last match, 0 being all of it: offset and bytes in the text; false if it took no
 * part.
 */
bool regex_group(const struct regex *r, size_t group, size_t *at, size_t *len);

#endif
