#include "http-answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "mem.h"
#include "msg.h"
#include "number.h"
#include "slice.h"

static const struct {
	long status;
	const char *words;
} meanings[] = {
	{400, "bad request"},
	{401, "unauthorized: give a login by --netrc or a token by --header-file"},
	{403, "forbidden"},
	{404, "not found"},
	{405, "method not allowed"},
	{407, "the proxy wants a login"},
	{408, "request timeout"},
	{409, "conflict"},
	{410, "gone"},
	{413, "content too large"},
	{415, "unsupported media type"},
	{416, "range not satisfiable"},
	{422, "unprocessable content"},
	{429, "too many requests"},
	{500, "internal server error"},
	{501, "not implemented"},
	{502, "bad gateway"},
	{503, "service unavailable"},
	{504, "gateway timeout"},
};

bool
outcome_set(struct outcome *o, int status, bool again, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(o->why, sizeof o->why, format, args);
	va_end(args);
	o->status = status;
	o->again = again;
	return false;
}

/*
 * A header of the final answer, not of an interim one, a proxy's or a trailer's; NULL if it has
 * none.
 */
static const char *
header(CURL *curl, const char *name)
{
	struct curl_header *h;
	return curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

long
answer_status(CURL *curl)
{
	long status = 0;
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

const char *
answer_header(CURL *curl, const char *name)
{
	return header(curl, name);
}

const char *
answer_location(CURL *curl)
{
	static const long redirects[] = {301, 302, 303, 307, 308};
	long status = answer_status(curl);
	for (size_t i = 0; i < sizeof redirects / sizeof *redirects; i++)
		if (status == redirects[i])
			return header(curl, "Location");
	return NULL;
}

/* Seconds or a date (RFC 9110 10.2.3), at most what the caller allows; 0 if it is neither. */
static uint64_t
retry_after(CURL *curl, uint64_t max_ms)
{
	const char *text = header(curl, "Retry-After");
	if (text == NULL || *text == '\0')
		return 0;
	uint64_t seconds = 0;
	if (text[strspn(text, "0123456789")] == '\0') {
		if (!uint64_parse(slice_of(text), &seconds))
			seconds = UINT64_MAX; /* beyond what a number holds */
	} else {
		time_t date = curl_getdate(text, NULL);
		time_t now = time(NULL);
		seconds = date > now ? (uint64_t)(date - now) : 0;
	}
	return seconds > max_ms / 1000 ? max_ms : seconds * 1000;
}

static const char *
words_of(long status)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (meanings[i].status == status)
			return meanings[i].words;
	return status >= 500 ? "the server's fault" : "refused";
}

/* What we hold cannot be gone on with; the next request will ask for all of it. */
static void
forget(struct resource *r)
{
	free(r->validator);
	r->validator = NULL;
	r->whole = UINT64_MAX;
}

void
answer_refused(CURL *curl, const struct terms *t, uint64_t offset, struct resource *r,
	struct outcome *o)
{
	long status = answer_status(curl);
	/* what it is not able to do, it will not be soon */
	bool is_lasting = status == 501 || status == 505;
	bool again = (status >= 500 && !is_lasting) || status == 429 || status == 408;
	if (status == 416 && offset > 0) {
		forget(r);
		again = true;
	}
	outcome_set(o, again ? END_AGAIN : END_SETUP, again, "answered %ld %s", status,
		words_of(status));
	if (again)
		o->retry_after = retry_after(curl, t->max_retry_after);
}

/* Is the Content-Type the one that is wanted, whatever its parameters and case?  A star is any. */
static bool
is_type(const char *content, const char *wanted)
{
	size_t len = strcspn(content, "; \t");
	size_t wanted_len = strlen(wanted);
	if (wanted_len >= 2 && strcmp(wanted + wanted_len - 2, "/*") == 0)
		return len >= wanted_len && strncasecmp(content, wanted, wanted_len - 1) == 0;
	return len == wanted_len && strncasecmp(content, wanted, len) == 0;
}

static bool
check_type(CURL *curl, const struct terms *t, struct outcome *o)
{
	const char *content = header(curl, "Content-Type");
	char text[SHOWN_MAX];
	if (t->type == NULL || (content != NULL && is_type(content, t->type)))
		return true;
	if (content == NULL)
		return outcome_set(o, END_DATA, false, "has no content type, wanted %s", t->type);
	return outcome_set(o, END_DATA, false, "the content type is '%s', wanted %s",
		shown(text, content, strlen(content)), t->type);
}

/*
 * Does the head tell where the body ends, so that one cut short is seen (RFC 9112 6.3)?  -1: no
 * length.
 */
static bool
is_framed(CURL *curl, curl_off_t *length)
{
	long version = 0;
	*length = -1;
	curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, length);
	curl_easy_getinfo(curl, CURLINFO_HTTP_VERSION, &version);
	return *length >= 0 || version > CURL_HTTP_VERSION_1_1 || answer_status(curl) == 204 ||
		header(curl, "Transfer-Encoding") != NULL;
}

static bool
check_length(CURL *curl, const struct terms *t, struct resource *r, struct outcome *o)
{
	curl_off_t length;
	r->is_open = !is_framed(curl, &length);
	r->whole = length >= 0 ? (uint64_t)length : UINT64_MAX;
	if (r->is_open && t->require_length)
		return outcome_set(o, END_DATA, false,
			"has neither length nor chunks: a body cut short would not be seen");
	if (length > 0 && r->body->max != 0 && (uint64_t)length > r->body->max)
		return outcome_set(o, END_DATA, false,
			"larger than --max-bytes: %" CURL_FORMAT_CURL_OFF_T " bytes", length);
	return true;
}

/* Without --compressed the bytes are passed on as they came, whatever they are said to be. */
static bool
check_encoding(CURL *curl, const struct terms *t, struct resource *r, struct outcome *o)
{
	const char *encoding = header(curl, "Content-Encoding");
	char text[SHOWN_MAX];
	if (!t->compressed || encoding == NULL || strcasecmp(encoding, "identity") == 0)
		return true;
	if (strcasecmp(encoding, "gzip") != 0 && strcasecmp(encoding, "x-gzip") != 0)
		return outcome_set(o, END_SETUP, false, "encoded as '%s', which was not asked for",
			shown(text, encoding, strlen(encoding)));
	body_gunzip(r->body);
	return true;
}

/* A date is strong enough if the resource was a second old when it was sent (RFC 9110 8.8.2.2). */
static const char *
strong_validator(CURL *curl)
{
	const char *ranges = header(curl, "Accept-Ranges");
	if (ranges != NULL && strcasecmp(ranges, "none") == 0)
		return NULL;
	const char *etag = header(curl, "ETag");
	if (etag != NULL && etag[0] == '"')
		return etag;
	const char *modified = header(curl, "Last-Modified");
	const char *date = header(curl, "Date");
	if (modified == NULL || date == NULL)
		return NULL;
	time_t changed = curl_getdate(modified, NULL);
	return changed >= 0 && curl_getdate(date, NULL) > changed ? modified : NULL;
}

static bool
begin_whole(CURL *curl, const struct terms *t, uint64_t offset, struct resource *r,
	struct outcome *o)
{
	if (offset > 0 && !body_restart(r->body))
		return outcome_set(o, END_AGAIN, false,
			"the server does not resume, and what was passed on cannot be recalled");
	forget(r);
	if (!check_type(curl, t, o) || !check_length(curl, t, r, o) ||
		!check_encoding(curl, t, r, o))
		return false;
	const char *validator = strong_validator(curl);
	r->validator = validator != NULL ? xstrdup(validator) : NULL;
	return true;
}

/* Reads `bytes FIRST-LAST/WHOLE`; WHOLE may be a star (RFC 9110 14.4). */
static bool
read_range(const char *text, uint64_t *first, uint64_t *whole)
{
	static const char unit[] = "bytes ";
	if (text == NULL || strncasecmp(text, unit, strlen(unit)) != 0)
		return false;
	text += strlen(unit);
	const char *slash = strchr(text, '/');
	struct slice start = {text, strcspn(text, "-")};
	*whole = UINT64_MAX;
	if (slash == NULL || !uint64_parse(start, first))
		return false;
	return strcmp(slash + 1, "*") == 0 || uint64_parse(slice_of(slash + 1), whole);
}

/* Does the answer come from what we hold the beginning of? */
static bool
is_same(CURL *curl, const struct resource *r)
{
	const char *now = header(curl, r->validator[0] == '"' ? "ETag" : "Last-Modified");
	return now == NULL || strcmp(now, r->validator) == 0;
}

static bool
begin_part(CURL *curl, uint64_t offset, struct resource *r, struct outcome *o)
{
	uint64_t first;
	uint64_t whole;
	if (offset == 0)
		return outcome_set(o, END_SETUP, false,
			"answered with a part, which was not asked for");
	bool fits = read_range(header(curl, "Content-Range"), &first, &whole) && first == offset &&
		(whole == UINT64_MAX || r->whole == UINT64_MAX || whole == r->whole);
	if (!fits || !is_same(curl, r)) {
		forget(r);
		return outcome_set(o, END_AGAIN, true, "resumed with a part of something else");
	}
	if (whole != UINT64_MAX)
		r->whole = whole;
	curl_off_t length;
	r->is_open = r->whole == UINT64_MAX && !is_framed(curl, &length);
	return true;
}

bool
answer_begin(CURL *curl, const struct terms *t, uint64_t offset, struct resource *r,
	struct outcome *o)
{
	long status = answer_status(curl);
	if (answer_location(curl) != NULL)
		return false;
	if (status == 206)
		return begin_part(curl, offset, r, o);
	if (status >= 200 && status < 300)
		return begin_whole(curl, t, offset, r, o);
	return outcome_set(o, END_SETUP, false, "answered %ld without a body to pass on", status);
}
