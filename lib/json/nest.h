/*
 * Objects within objects: the columns a.b and a.c as {"a":{"b":..,"c":..}}.
 */
#ifndef ETL_NEST_H
#define ETL_NEST_H

#include <stdbool.h>

#include "json/json-out.h"

/*
 * Makes objects of the columns that have points in their names; j's columns are in the order of the
 * objects' members then, no more in that of the header, which j was made for.  False with the
 * reason, which has no NUL behind: a column would be a value and an object, or within more than
 * JSON_DEPTH_MAX objects.
 */
bool nest(struct json_out *j, const struct header *header, struct buf *why);

#endif
