/*
 * A body to a server, once: redirects are followed as far as the records are to go there, what is
 * safe is tried again.
 */
#ifndef ETL_HTTP_SEND_H
#define ETL_HTTP_SEND_H

#include <curl/curl.h>
#include <stdbool.h>

#include "http-answer.h"
#include "http-progress.h"
#include "http-try.h"
#include "http-upload.h"
#include "http-url.h"

struct send_how {
	const char *method;       /* POST or PUT */
	const char *content_type;
	/*
	 * Asking twice is as good as once: without it only what the server cannot have taken is
	 * sent again.
	 */
	bool is_idempotent;
};

/* Sends to one URL, one body after the other. */
struct sender {
	const struct terms *terms;
	const struct send_how *how;
	const struct url *home;
	struct progress *progress;
	struct schedule schedule;
	CURL *curl;               /* whose connection is kept from one request to the next */
};

/* Keeps all of them. */
void send_open(struct sender *s, const struct terms *terms, const struct send_how *how,
	const struct url *home, struct progress *progress);
/*
 * Sends u, which has so many records, until the server has acknowledged it.  key: its
 * Idempotency-Key, or NULL; what: what it is called in messages.  Ends the program where that
 * fails.
 */
void send_upload(
	struct sender *s, struct upload *u, uint64_t records, const char *key, const char *what);
void send_close(struct sender *s);

#endif
