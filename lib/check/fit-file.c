#include "check/fit-file.h"

#include <stdlib.h>

#include "msg.h"
#include "schema/schema-file.h"

void
fit_file_read(struct fit_file *f, const char *path)
{
	struct buf why = {0};
	*f = (struct fit_file){.path = path};
	f->schema = schema_read(path, &f->arena);
	schema_warn(path, &f->schema);
	if (fit_read(&f->schema, &f->fit, &why))
		return;
	buf_byte(&why, '\0');
	die(END_SETUP, "%s: %s", path, why.at);
}

void
fit_file_hold(const struct fit_file *f, const struct header *header, bool has_names)
{
	struct buf why = {0};
	const struct schema_field **field = xcalloc(header->count, sizeof *field);
	if (!fit_columns(&f->schema, f->fit, header, has_names, field, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "%s: the header does not fit: %s", f->path, why.at);
	}
	free(field);
}

const char *
fit_file_columns(struct fit_file *f)
{
	struct buf list = {0};
	if (f->schema.count == 0)
		return NULL;
	for (size_t i = 0; i < f->schema.count; i++) {
		struct slice name = f->schema.field[i].name;
		buf_text(&list, i != 0 ? ",\"" : "\"");
		for (size_t k = 0; k < name.len; k++) {
			if (name.at[k] == '"')
				buf_byte(&list, '"');
			buf_byte(&list, name.at[k]);
		}
		buf_byte(&list, '"');
	}
	buf_byte(&list, '\0');
	const char *kept = arena_keep(&f->arena, list.at, list.len);
	buf_clear(&list);
	return kept;
}

bool
fit_file_allows_more(const struct fit_file *f)
{
	return f->fit == FIT_SUBSET || f->fit == FIT_PARTIAL;
}
