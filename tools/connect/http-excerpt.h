/*
 * What a server says of its reasons, as an excerpt in ours.
 */
#ifndef ETL_HTTP_EXCERPT_H
#define ETL_HTTP_EXCERPT_H

#include <stdint.h>

#include "http-request.h"
#include "mem.h"

/* Bytes of an answer's body that are enough. */
enum { EXCERPT_FROM = 400 };

/*
 * Adds an excerpt to the reason in the request's outcome, unless the answer is a page for browsers,
 * is empty or has a word in it that is secret.  answer: the first bytes of its body, of which so
 * many came.
 */
void excerpt_add(const struct request *r, const struct buf *answer, uint64_t came);

#endif
