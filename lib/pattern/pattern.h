/*
 * A regular expression whose groups are the columns of a record (etl-extract(1), REGULAR
 * EXPRESSIONS).
 */
#ifndef ETL_PATTERN_H
#define ETL_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "expr/regex.h"
#include "mem.h"
#include "slice.h"

struct pattern;

struct pattern_how {
	struct slice text;
	/* each byte is a character; else it is UTF-8, but for lines that are not */
	bool is_bytes;
	bool needs_names; /* of its groups; else they may do without, all of them */
};

/* Compiles it.  Returns NULL with the reason appended. */
struct pattern *pattern_new(const struct pattern_how *how, struct buf *why);
void pattern_free(struct pattern *p);

/* Columns, in the order of the groups: at least one. */
size_t pattern_columns(const struct pattern *p);
/* Their names, [columns]; an empty one: its group has none.  Valid as long as p. */
const struct slice *pattern_names(const struct pattern *p);

/*
 * Looks for the first match in a line and sets value[columns], parts of the line; at is NULL where
 * no group of that name took part.  is_utf8: the line is known to be.
 */
enum regex_result pattern_match(
	struct pattern *p, struct slice line, bool is_utf8, struct slice *value);

#endif
