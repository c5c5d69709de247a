#include "http-url.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"

/* A copy of one part, or NULL if the URL has none. */
static char *
part(CURLU *from, CURLUPart what, unsigned flags)
{
	char *text = NULL;
	if (curl_url_get(from, what, &text, flags) != CURLUE_OK)
		return NULL;
	char *copy = xstrdup(text);
	curl_free(text);
	return copy;
}

static const char malformed[] = "malformed: a URL is SCHEME://[USER@]HOST[:PORT]/PATH";

/* Takes the URL apart; with_query is for the shown form. */
static const char *
take_apart(struct url *u, CURLU *from, bool with_query)
{
	u->scheme = part(from, CURLUPART_SCHEME, 0);
	u->host = part(from, CURLUPART_HOST, 0);
	u->port = part(from, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	u->user = part(from, CURLUPART_USER, CURLU_URLDECODE);
	u->password = part(from, CURLUPART_PASSWORD, CURLU_URLDECODE);
	curl_url_set(from, CURLUPART_FRAGMENT, NULL, 0);
	CURLU *shown = curl_url_dup(from);
	char *secret = part(from, CURLUPART_PASSWORD, 0);
	if (secret != NULL)
		curl_url_set(shown, CURLUPART_PASSWORD, "***", 0);
	free(secret);
	if (!with_query)
		curl_url_set(shown, CURLUPART_QUERY, NULL, 0);
	u->shown = part(shown, CURLUPART_URL, 0);
	curl_url_cleanup(shown);
	curl_url_set(from, CURLUPART_USER, NULL, 0);
	curl_url_set(from, CURLUPART_PASSWORD, NULL, 0);
	u->at = part(from, CURLUPART_URL, 0);
	return u->at != NULL && u->shown != NULL ? NULL : malformed;
}

const char *
url_read(struct url *u, const char *text)
{
	static const char *const schemes[] = {"http", "https", "ftp", "sftp"};
	*u = (struct url){0};
	CURLU *from = curl_url();
	CURLUcode code = curl_url_set(from, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME);
	const char *why = code == CURLUE_OK ? take_apart(u, from, true) : malformed;
	curl_url_cleanup(from);
	for (size_t i = 0; why == NULL && i < sizeof schemes / sizeof *schemes; i++)
		if (strcmp(u->scheme, schemes[i]) == 0)
			return u->host != NULL ? NULL : malformed;
	return why != NULL ? why : "the protocol is none of http, https, ftp, sftp";
}

const char *
url_follow(struct url *u, const struct url *from, const char *location)
{
	*u = (struct url){0};
	CURLU *to = curl_url();
	curl_url_set(to, CURLUPART_URL, from->at, 0);
	CURLUcode code = curl_url_set(to, CURLUPART_URL, location,
		CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE);
	const char *why = code == CURLUE_OK ? take_apart(u, to, false) : malformed;
	curl_url_cleanup(to);
	if (why != NULL)
		return why;
	if (!url_is_http(u))
		return "a redirect may lead to http and https only";
	if (strcmp(from->scheme, "https") == 0 && strcmp(u->scheme, "https") != 0)
		return "a redirect from https to http is refused";
	return u->host != NULL ? NULL : malformed;
}

static bool
same_word(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

bool
url_same_origin(const struct url *a, const struct url *b)
{
	return same_word(a->scheme, b->scheme) && same_word(a->host, b->host) &&
	       same_word(a->port, b->port);
}

void
url_inherit(struct url *u, const struct url *home)
{
	if (u->user != NULL || home->user == NULL || !url_same_origin(u, home))
		return;
	u->user = xstrdup(home->user);
	u->password = home->password != NULL ? xstrdup(home->password) : NULL;
}

bool
url_is_http(const struct url *u)
{
	return same_word(u->scheme, "http") || same_word(u->scheme, "https");
}

char *
url_masked(const char *text)
{
	const char *scheme_end = strstr(text, "://");
	const char *from = scheme_end != NULL ? scheme_end + 3 : text;
	const char *at = strrchr(from, '@');
	const char *colon = strchr(from, ':');
	struct buf b = {0};
	if (at != NULL && colon != NULL && colon < at) {
		buf_add(&b, text, (size_t)(colon - text) + 1);
		buf_text(&b, "***");
		text = at;
	}
	buf_add(&b, text, strlen(text) + 1);
	return b.at;
}

void
url_clear(struct url *u)
{
	char *const parts[] = {u->at, u->shown, u->scheme, u->host, u->port, u->user, u->password};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		free(parts[i]);
	*u = (struct url){0};
}
