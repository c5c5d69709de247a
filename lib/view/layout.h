/*
 * How wide a table's columns are.
 */
#ifndef ETL_VIEW_LAYOUT_H
#define ETL_VIEW_LAYOUT_H

#include <stddef.h>

enum {
	LAYOUT_GAP = 2,   /* blanks between columns */
	/* a column of up to so many is never made narrower, as long as it fits alone */
	LAYOUT_LEAST = 20
};

/*
 * Makes the widest of width[count] narrower, all to the same width, until the table takes at most
 * max columns of the screen.  Returns how many columns fit, from the left, at least one.
 */
size_t layout_fit(size_t *width, size_t count, size_t max);

#endif
