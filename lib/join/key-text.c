#include "join/key-text.h"

#include "msg.h"
#include "table/keys.h"

void
key_text_names(const struct columns *columns, const struct header *header, struct buf *out)
{
	char text[SHOWN_MAX];
	buf_format(out, "column%s ", plural(columns->count));
	for (size_t i = 0; i < columns->count; i++) {
		struct slice name = header->name[columns->at[i].index];
		buf_format(out, "%s'%s'", i != 0 ? ", " : "", shown(text, name.at, name.len));
	}
	buf_byte(out, '\0');
}

void
key_text_values(struct slice key, size_t columns, struct buf *out)
{
	char text[SHOWN_MAX];
	for (size_t i = 0; i < columns; i++) {
		struct slice value = keys_value(key, columns, i);
		buf_format(out, "%s'%s'", i != 0 ? ", " : "", shown(text, value.at, value.len));
	}
	buf_byte(out, '\0');
}
