/*
 * Where to: a URL taken apart, so that its password is in no message and follows to no other host.
 */
#ifndef ETL_HTTP_URL_H
#define ETL_HTTP_URL_H

#include <stdbool.h>

struct url {
	char *at;       /* for libcurl: without user, password and fragment */
	char *shown;    /* for messages: a password is *** */
	char *scheme;
	char *host;
	char *port;
	char *user;     /* decoded; NULL if none */
	char *password; /* decoded; NULL if none */
};

/*
 * Takes text apart.  Returns NULL, or the reason for which it is no URL of ours; u is then to be
 * cleared.
 */
const char *url_read(struct url *u, const char *text);
/*
 * The URL that a Location in an answer from `from` leads to (RFC 9110 10.2.2).  Returns NULL, or
 * the reason for which it is not followed: not http or https, or from https to http.  Its shown
 * form has no query, which may carry a signature.
 */
const char *url_follow(struct url *u, const struct url *from, const char *location);
/* The same scheme, host and port (RFC 6454): may have what is secret. */
bool url_same_origin(const struct url *a, const struct url *b);
/* Gives u the login of home if it has none itself and is of the same origin. */
void url_inherit(struct url *u, const struct url *home);
bool url_is_http(const struct url *u);
/*
 * A copy of text, perhaps no URL at all, with everything that may be a password as ***; free() it.
 */
char *url_masked(const char *text);
void url_clear(struct url *u);

#endif
