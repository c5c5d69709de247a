/*
 * A schema from a file that an option names.
 */
#ifndef ETL_SCHEMA_FILE_H
#define ETL_SCHEMA_FILE_H

#include "mem.h"
#include "schema/schema.h"

/*
 * Reads a Table Schema, as schema_parse() does; all of it is in the arena.  Ends the program where
 * it is none.
 */
struct schema schema_read(const char *path, struct arena *arena);

/*
 * The texts that stand for no value in a field of the schema that path has; none, where it does not
 * say, the empty one neither.  In the arena.  Ends the program where they are no texts.
 */
struct schema_texts schema_read_missing(const char *path, const struct schema *schema,
	const struct schema_field *field, struct arena *arena);

/* Warns of members whose name is a letter away from one that has a meaning, or in a wrong place. */
void schema_warn(const char *path, const struct schema *schema);

#endif
