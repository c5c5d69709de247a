/*
 * A schema from a file that an option names.
 */
#ifndef ETL_SCHEMA_FILE_H
#define ETL_SCHEMA_FILE_H

#include "mem.h"
#include "schema/schema.h"

/* Reads a Table Schema, as schema_parse() does; all of it is in the arena.  Ends the program where it is none. */
struct schema schema_read(const char *path, struct arena *arena);

#endif
