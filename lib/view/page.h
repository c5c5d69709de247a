/*
 * A page: records as lines of text, in one of three forms.  It makes lines; who shows them, writes
 * them.
 */
#ifndef ETL_VIEW_PAGE_H
#define ETL_VIEW_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

enum page_form {
	PAGE_TABLE,    /* columns side by side, aligned, no line ends in a blank */
	PAGE_EXPANDED, /* one field a line */
	PAGE_MARKDOWN
};

/* Set form, max, count and name; {0} with these is ready for page_measure(). */
struct page {
	enum page_form form;
	size_t max;               /* columns of the screen; SIZE_MAX: nothing is cut */
	size_t count;             /* columns of the table */
	const struct slice *name; /* [count], borrowed */

	size_t shown;             /* columns that fit, from the left */
	size_t *width;
	bool *is_number;          /* these columns are right-aligned */
	size_t name_width;        /* of PAGE_EXPANDED */
	struct buf line;          /* the last line made, LF included; valid until the next one is */
	struct buf cell;
	size_t owed;              /* blanks before the next text */
};

/*
 * Finds the widths, and the columns of numbers, from the names and these values[rows * count]; to
 * be called once, before anything else.
 */
void page_measure(struct page *p, const struct slice *values, size_t rows);
/* The line of a table's row, also of its names. */
void page_row(struct page *p, const struct slice *value);
/* The line between a table's names and its rows. */
void page_rule(struct page *p);
/* The line that tells of columns that do not fit; empty where all do. */
void page_rest(struct page *p);
/* All lines of an expanded record; number is what its first line calls it. */
void page_record(struct page *p, uint64_t number, const struct slice *value);
void page_clear(struct page *p);

#endif
