/*
 * A resource, whole: redirects are followed, lost connections and busy servers tried again.
 */
#ifndef ETL_HTTP_FETCH_H
#define ETL_HTTP_FETCH_H

#include "http-answer.h"
#include "http-url.h"

/*
 * Brings what u names into body, which is complete when this returns.  Ends the program where that
 * fails.
 */
void fetch(const struct terms *t, const struct url *u, struct body *body);

#endif
