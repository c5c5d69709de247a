/*
 * One request for a resource, and what became of it.
 */
#ifndef ETL_HTTP_REQUEST_H
#define ETL_HTTP_REQUEST_H

#include "http-answer.h"
#include "http-url.h"

/*
 * Asks for u within max_time ms (0: no limit), from where the resource's body ends if that can be resumed,
 * else from its beginning (nothing of it may be out then).  is_home: u has the origin that
 * secrets are for.
 */
void request_run(const struct terms *t, const struct url *u, bool is_home, uint64_t max_time,
	struct resource *r, struct outcome *o);

#endif
