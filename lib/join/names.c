#include "join/names.h"

#include <stdint.h>
#include <string.h>

#include "table/table.h"

/* Puts a name among those that there are; false: it is there. */
static bool
take(struct table *names, struct slice name)
{
	uint32_t number, count = table_count(names);
	table_put(names, &name, 1, &number);
	return number == count;
}

static struct slice
with_suffix(struct slice name, struct slice suffix, struct arena *arena)
{
	char *text = arena_take(arena, name.len + suffix.len);
	memcpy(text, name.at, name.len);
	memcpy(text + name.len, suffix.at, suffix.len);
	return (struct slice){text, name.len + suffix.len};
}

/* A name that right has twice is no clash unless left has it as well. */
bool
names_part(struct columns *columns, const struct header *left, const struct header *right,
	const char *suffix, struct arena *arena, const struct column **clash)
{
	struct table *names = table_new(0);
	uint32_t number;
	for (size_t i = 0; i < left->count; i++)
		take(names, left->name[i]);
	uint32_t lefts = table_count(names);
	for (size_t i = 0; i < columns->count; i++) {
		struct column *column = &columns->at[i];
		struct slice name = right->name[column->index];
		table_put(names, &name, 1, &number);
		if (number < lefts)
			column->name = with_suffix(name, slice_of(suffix), arena);
	}
	*clash = NULL;
	for (size_t i = 0; i < columns->count && *clash == NULL; i++)
		if (columns->at[i].name.at != NULL && !take(names, columns->at[i].name))
			*clash = &columns->at[i];
	table_free(names);
	return *clash == NULL;
}
