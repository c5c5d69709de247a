/*
 * Spans of time as people write them: 90s, 15m, 1h, 7d, 2w.
 */
#ifndef ETL_SPAN_H
#define ETL_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "slice.h"

/* The text in seconds; false: it is no span, or longer than a number of 64 bits can say. */
bool span_parse(struct slice text, uint64_t *seconds);

#endif
