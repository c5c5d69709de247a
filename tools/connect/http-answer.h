/*
 * The head of an HTTP answer (RFC 9110): may its body be taken, and where does that begin?
 */
#ifndef ETL_HTTP_ANSWER_H
#define ETL_HTTP_ANSWER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "http-body.h"

/* What the caller asked for; times in ms, 0 is no limit. */
struct terms {
	uint64_t max_time;
	uint64_t connect_timeout;
	uint64_t low_speed;
	uint64_t retries;
	uint64_t backoff;
	uint64_t max_retry_after;
	const char *cacert;
	const char *known_hosts;
	const char *ssh_key;
	const char *netrc; /* a path, or NULL */
	const char *type;  /* of the content, such as text/csv; a star for any subtype; or NULL */
	bool compressed;
	bool require_length;
	bool public_only;
	struct curl_slist *headers;
	struct curl_slist *secrets; /* headers for the origin of the first URL alone */
};

/*
 * What is known of the resource from one request to the next; begins as {.body, .whole =
 * UINT64_MAX}.
 */
struct resource {
	struct body *body;
	char *validator; /* for If-Range: a strong ETag or a date; NULL if it cannot be resumed */
	uint64_t whole;  /* its bytes as transferred; UINT64_MAX if not known */
	/* only the end of the connection tells that of the body: it may have been cut */
	bool is_open;
};

enum { WHY_MAX = 768 };

struct outcome {
	int status;           /* END_... */
	bool again;           /* another try may succeed */
	uint64_t retry_after; /* ms that the server asks us to wait; 0 if it did not */
	char *location;       /* of a redirect, else NULL; free() it */
	char why[WHY_MAX];    /* the reason, unless END_WELL */
};

/* Sets the outcome and its reason; always false. */
bool outcome_set(struct outcome *o, int status, bool again, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Judges the head when its body begins, or is known to be empty; offset is where we asked to go on.
 * Fills resource and readies its body for what comes.  False: the body is not wanted, see outcome.
 */
bool answer_begin(CURL *curl, const struct terms *t, uint64_t offset, struct resource *r,
	struct outcome *o);
/* What a status of 400 and above means for us. */
void answer_refused(CURL *curl, const struct terms *t, uint64_t offset, struct resource *r,
	struct outcome *o);
/*
 * Where a redirect leads, if the answer is one; NULL if not.  Valid as long as the handle's
 * request.
 */
const char *answer_location(CURL *curl);
long answer_status(CURL *curl);
/* A header of the answer, NULL if it has none. */
const char *answer_header(CURL *curl, const char *name);

#endif
