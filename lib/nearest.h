/*
 * The names that somebody may have meant: for messages about an unknown one.
 */
#ifndef ETL_NEAREST_H
#define ETL_NEAREST_H

#include <stddef.h>

#include "mem.h"
#include "slice.h"

enum { NEAREST_MAX = 3 };

/*
 * Puts the indices of the at most three names closest to word into out, the closest first; returns
 * how many are close enough to be worth saying: an edit distance up to a third of the length, or
 * the same beginning, of three letters or all but the last of more; case is ignored.
 */
size_t nearest(struct slice word, const struct slice *names, size_t count, size_t out[NEAREST_MAX]);

/* Appends "; did you mean 'a' or 'b'?", or nothing where nothing is close. */
void nearest_say(struct buf *why, struct slice word, const struct slice *names, size_t count);

#endif
