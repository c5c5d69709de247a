#include "http-fetch.h"

#include <stdlib.h>

#include "clock.h"
#include "http-request.h"
#include "http-try.h"
#include "msg.h"

/* What each try asks for. */
struct wish {
	const struct terms *terms;
	struct resource *resource;
};

static void
request(void *what, const struct url *at, bool is_home, uint64_t max_time, struct outcome *o)
{
	const struct wish *w = what;
	request_run(w->terms, at, is_home, max_time, w->resource, o);
}

/* Ends the program if there is no next try; else waits for its time. */
static void
wait_for_next(struct schedule *s, const struct url *u, const struct resource *r,
	const struct outcome *o)
{
	bool is_stuck = body_is_out(r->body) && r->validator == NULL;
	if (is_stuck && o->again && s->tries < s->terms->retries)
		die(o->status,
			"%s: %s; it cannot be resumed, and what was passed on cannot be recalled",
			u->shown, o->why);
	bool goes_on = r->validator != NULL && r->body->taken > 0;
	try_wait(s, u->shown, goes_on ? "going on there" : "trying again", o);
}

void
fetch(const struct terms *t, const struct url *u, struct body *body)
{
	struct schedule s = {.terms = t, .start = clock_ns()};
	struct resource r = {.body = body, .whole = UINT64_MAX};
	struct wish w = {t, &r};
	struct outcome o;
	for (try_once(&s, u, request, &w, &o); o.status != END_WELL;
		try_once(&s, u, request, &w, &o))
		wait_for_next(&s, u, &r, &o);
	if (r.is_open)
		warn("%s: has neither length nor chunks: a body cut short would not be seen; "
			"--require-length refuses it", u->shown);
	free(r.validator);
}
