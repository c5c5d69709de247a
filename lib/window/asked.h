/*
 * The windows that options ask for.
 */
#ifndef ETL_WINDOW_ASKED_H
#define ETL_WINDOW_ASKED_H

#include <stdint.h>

#include "window/cut.h"

/* One of the first four is there; spans are in seconds, SPAN_NONE where they are not. */
struct window_asked {
	uint64_t tumbling;
	uint64_t sliding[2]; /* the length, and from start to start */
	uint64_t session;
	uint64_t count; /* of records; UINT64_MAX: not asked for */
	uint64_t late;
	uint64_t offset;
};

/* Ends the program where there are no such windows, with the option that asks for them. */
struct cut_how window_asked(const struct window_asked *asked);

#endif
