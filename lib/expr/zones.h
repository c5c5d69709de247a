/*
 * Zones by their names, from the files that the system has of them.
 */
#ifndef ETL_EXPR_ZONES_H
#define ETL_EXPR_ZONES_H

#include "date/zone.h"
#include "mem.h"
#include "slice.h"

/*
 * Reads a zone from the directory that TZDIR names, else /usr/share/zoneinfo.  Returns NULL with
 * the reason appended: no name of a zone, none of that name, with those near it, a file that is
 * none, no such directory.
 */
struct zone *zones_load(struct slice name, struct buf *why);

#endif
