/*
 * What must not be seen of a URL: its password.
 */
#ifndef ETL_URL_H
#define ETL_URL_H

#include "slice.h"

/*
 * The first password in text, which is a URL or has some in it: SCHEME://user:password@host (RFC
 * 3986 3.2.1), also where it has a '/', '?' or '#' that ought to be %2F, %3F, %23.  Of length 0
 * where there is none.  Borrowed from text.  Signal handlers may call it.
 */
struct slice url_password(const char *text);

#endif
