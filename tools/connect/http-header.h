/*
 * Headers that a user has sent: their form, and which may stand where.
 */
#ifndef ETL_HTTP_HEADER_H
#define ETL_HTTP_HEADER_H

#include <curl/curl.h>

/*
 * Adds `NAME: VALUE` (RFC 9110, 5.1, 5.5) from an argument, which all users see.  where: where it
 * comes from, for messages.  Ends the program if it is malformed, is the connector's own, or must
 * not be seen.
 */
void header_add(struct curl_slist **list, const char *line, const char *where);
/*
 * Adds those of a file, one a line; blank lines and lines that begin with # are skipped.  They may
 * be secret.
 */
void header_read(struct curl_slist **list, const char *path);

#endif
