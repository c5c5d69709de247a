/*
 * Values as a terminal shows them: how many columns each character takes, and escapes for what must
 * not reach a terminal, so that data can neither move its cursor nor turn its text around.
 */
#ifndef ETL_VIEW_GLYPH_H
#define ETL_VIEW_GLYPH_H

#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

/* Columns of a character on a terminal: 0, 1 or 2 (UAX #11; combining marks are 0). */
unsigned glyph_width(uint32_t point);

/*
 * Appends a value on one line: tab, LF and CR as \t \n \r, other control characters, bidirectional
 * controls and bytes that are no UTF-8 as \xNN each byte.  What takes more than max columns is cut
 * and ends in an ellipsis; SIZE_MAX: no limit.  Returns the columns taken.
 */
size_t glyph_put(struct buf *out, struct slice value, size_t max);

/*
 * The same for a cell of a Markdown table (GitHub Flavored Markdown 4.10): what would be markup is
 * escaped, a line's end is <br>.
 */
size_t glyph_put_markdown(struct buf *out, struct slice value);

#endif
