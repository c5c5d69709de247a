/*
 * One request for a resource, and what became of it.
 */
#ifndef ETL_HTTP_REQUEST_H
#define ETL_HTTP_REQUEST_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "http-answer.h"
#include "http-url.h"

struct request {
	CURL *curl;
	const struct terms *terms;
	const struct url *url;
	struct resource *resource;  /* get alone; else NULL */
	struct outcome *outcome;
	uint64_t offset; /* of the body's first byte that we ask for */
	bool is_begun;   /* the head was looked at */
	bool is_wanted;  /* and is followed by what we want */
	struct curl_slist *headers;
	char error[CURL_ERROR_SIZE];
};

/*
 * Asks for u within max_time ms (0: no limit), from where the resource's body ends if that can be
 * resumed, else from its beginning (nothing of it may be out then).  is_home: u has the origin that
 * secrets are for.
 */
void request_run(const struct terms *t, const struct url *u, bool is_home, uint64_t max_time,
	struct resource *r, struct outcome *o);

/*
 * What requests in both directions share: sets r's handle up for r->url, with the headers of the
 * terms in r->headers, which the caller frees.  What comes goes nowhere yet.
 */
void request_prepare(struct request *r, bool is_home, uint64_t max_time);
/* Judges a transfer that libcurl says has failed: whose fault is it, and may it pass? */
void request_judge_failure(struct request *r, CURLcode code);
/* Adds a header; ends the program where there is no memory. */
void request_header(struct request *r, const char *line);

#endif
