#include "join/once.h"

#include "join/key-text.h"
#include "msg.h"

void
once_init(struct once *o, const struct columns *columns, const struct header *header,
	const char *rule, uint64_t memory, struct arena *arena)
{
	*o = (struct once){
		.unique = unique_new(memory),
		.columns = columns,
		.header = header,
		.rule = rule,
	};
	keys_init_columns(&o->keys, columns, arena);
}

_Noreturn void
once_die(const struct once *o, const struct unique_pair *pair)
{
	struct buf names = {0}, values = {0};
	key_text_names(o->columns, o->header, &names);
	key_text_values(pair->key, o->columns->count, &values);
	die(END_DATA, "%s:%ju: %s: there before, on line %ju (--validate %s): %s", o->file,
		(uintmax_t)pair->second, names.at, (uintmax_t)pair->first, o->rule, values.at);
}

/* A key with an empty value is like no other. */
static void
take_rows(struct once *o, const struct batch *b, size_t first, size_t rows, uint64_t *line)
{
	uint64_t lines[KEYS_ROWS];
	struct unique_pair pair;
	size_t count = 0;
	_Static_assert((int)KEYS_ROWS <= (int)UNIQUE_ROWS, "keys are taken as they come");
	keys_take(&o->keys, b, first, rows);
	for (size_t i = 0; i < rows; i++) {
		size_t row = first + i;
		*line = batch_line_on(b, row != 0 ? row - 1 : 0, *line, row);
		if (o->keys.is_null[i])
			continue;
		lines[count] = *line;
		o->keys.key[count++] = o->keys.key[i];
	}
	if (!unique_take(o->unique, o->keys.key, lines, count, &pair))
		once_die(o, &pair);
}

void
once_take(struct once *o, const struct batch *b)
{
	uint64_t line = b->line;
	o->file = b->file;
	for (size_t first = 0; first < b->rows; first += KEYS_ROWS)
		take_rows(o, b, first, b->rows - first < KEYS_ROWS ? b->rows - first : KEYS_ROWS,
			&line);
}

void
once_end(struct once *o)
{
	struct unique_pair pair;
	if (o->unique == NULL)
		return;
	if (!unique_end(o->unique, &pair))
		once_die(o, &pair);
	unique_free(o->unique);
	keys_clear(&o->keys);
	*o = (struct once){0};
}
