#include "http-try.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "clock.h"
#include "msg.h"

enum { REDIRECTS = 5, BACKOFF_MAX_MS = 60 * 1000, MS_NS = 1000 * 1000 };

/* ms since the start. */
static uint64_t
elapsed(const struct schedule *s)
{
	return (clock_ns() - s->start) / MS_NS;
}

static bool
is_over(const struct schedule *s, uint64_t ms_from_now)
{
	return s->terms->max_time != 0 && elapsed(s) + ms_from_now >= s->terms->max_time;
}

/* ms that are left for a request; 0 is no limit. */
static uint64_t
left(const struct schedule *s)
{
	if (s->terms->max_time == 0)
		return 0;
	uint64_t gone = elapsed(s);
	return gone < s->terms->max_time ? s->terms->max_time - gone : 1;
}

/*
 * Doubles with each try, half of it by chance, so that many clients of a server that comes back do
 * not come back together (M. Brooker, "Exponential Backoff And Jitter", 2015).  Never before the
 * server's Retry-After.
 */
static uint64_t
wait_of(const struct schedule *s, uint64_t retry_after)
{
	uint64_t wait = s->terms->backoff;
	uint64_t chance;
	for (uint64_t i = 0; i < s->tries && wait < BACKOFF_MAX_MS; i++)
		wait *= 2;
	if (wait > BACKOFF_MAX_MS && wait > s->terms->backoff)
		wait = BACKOFF_MAX_MS;
	if (getrandom(&chance, sizeof chance, 0) != (ssize_t)sizeof chance)
		chance = 0;
	wait = wait / 2 + chance % (wait / 2 + 1);
	return wait > retry_after ? wait : retry_after;
}

static void
sleep_ms(uint64_t ms)
{
	struct timespec left = {
		.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * MS_NS};
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}

/* Puts where the request had been redirected to before the reason. */
static void
tell_redirect(struct outcome *o, const struct url *to)
{
	char why[WHY_MAX];
	memcpy(why, o->why, sizeof why);
	outcome_set(o, o->status, o->again, "redirected to %.256s: %.480s", to->shown, why);
}

void
try_once(const struct schedule *s, const struct url *home, request_fn *request, void *what,
	struct outcome *o)
{
	struct url at = {0};
	request(what, home, true, left(s), o);
	for (int hops = 0; o->location != NULL && hops < REDIRECTS; hops++) {
		struct url next;
		const char *why = url_follow(&next, hops == 0 ? home : &at, o->location);
		free(o->location);
		o->location = NULL;
		url_clear(&at);
		at = next;
		url_inherit(&at, home);
		if (why != NULL)
			outcome_set(o, END_SETUP, false, "%s", why);
		else
			request(what, &at, url_same_origin(home, &at), left(s), o);
	}
	if (o->location != NULL)
		outcome_set(o, END_SETUP, false, "more than %d redirects", REDIRECTS);
	free(o->location);
	if (o->status != END_WELL && at.shown != NULL)
		tell_redirect(o, &at);
	url_clear(&at);
}

void
try_wait(struct schedule *s, const char *what, const char *how, const struct outcome *o)
{
	if (!o->again || s->tries >= s->terms->retries)
		die(o->status, "%s: %s", what, o->why);
	uint64_t wait = wait_of(s, o->retry_after);
	if (is_over(s, wait))
		die(o->status, "%s: %s; --max-time leaves no time for another try", what, o->why);
	s->tries++;
	warn("%s: %s; %s in %.1f s, try %llu of %llu", what, o->why, how, (double)wait / 1000,
		(unsigned long long)s->tries + 1, (unsigned long long)s->terms->retries + 1);
	sleep_ms(wait);
}
