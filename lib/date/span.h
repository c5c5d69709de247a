/*
 * Spans of time as options give them: 90s, 15m, 1h, 7d, 2w.
 */
#ifndef ETL_SPAN_H
#define ETL_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "slice.h"

/* No span. */
#define SPAN_NONE UINT64_MAX

/*
 * Reads a whole number and its unit as seconds; false where the text is anything else, or too
 * large.
 */
bool span_parse(struct slice text, uint64_t *seconds);
/* Two of them with a slash between: 1h/5m. */
bool span_parse_two(struct slice text, uint64_t seconds[2]);

#endif
