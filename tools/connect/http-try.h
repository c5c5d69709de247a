/*
 * Tries: a request with those that its redirects lead to, when the next one may be, and how long to
 * wait for it.
 */
#ifndef ETL_HTTP_TRY_H
#define ETL_HTTP_TRY_H

#include <stdbool.h>
#include <stdint.h>

#include "http-answer.h"
#include "http-url.h"

/*
 * Begins as {.terms, .start = clock_ns()}; tries is set to 0 for each further thing that is asked
 * for.
 */
struct schedule {
	const struct terms *terms;
	uint64_t start; /* ns; --max-time holds from there on */
	uint64_t tries; /* so far, behind the first */
};

/*
 * One request, within max_time ms (0: no limit); is_home: at has the origin that secrets are for.
 * o->location is set where a redirect is to be followed.
 */
typedef void request_fn(
	void *what, const struct url *at, bool is_home, uint64_t max_time, struct outcome *o);

/* One try: the request at home, and those that its redirects lead to. */
void try_once(const struct schedule *s, const struct url *home, request_fn *request, void *what,
	struct outcome *o);
/*
 * Waits for the time of the next try, which it announces in the words of how, "trying again".  Ends
 * the program with the outcome if there is none.  what: what was tried, for messages.
 */
void try_wait(struct schedule *s, const char *what, const char *how, const struct outcome *o);

#endif
