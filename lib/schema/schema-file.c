#include "schema/schema-file.h"

#include "in.h"
#include "msg.h"

struct schema
schema_read(const char *path, struct arena *arena)
{
	struct schema schema = {0};
	struct buf text = {0}, why = {0};
	in_read_all(path, &text);
	struct slice kept = {arena_keep(arena, text.at, text.len), text.len};
	if (!schema_parse(&schema, kept, arena, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "%s: %s", path, why.at);
	}
	buf_clear(&text);
	return schema;
}
