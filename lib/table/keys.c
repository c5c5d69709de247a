#include "table/keys.h"

#include <stdlib.h>
#include <string.h>

/* Before each value but the last stands its length. */
typedef uint32_t length;

void
keys_init(struct keys *k, const size_t *column, size_t columns)
{
	*k = (struct keys){
		.column = column,
		.columns = columns,
		.key = xmalloc(KEYS_ROWS * sizeof *k->key),
		.is_null = xmalloc(KEYS_ROWS * sizeof *k->is_null),
	};
}

void
keys_init_columns(struct keys *k, const struct columns *columns, struct arena *arena)
{
	keys_init(k, columns_indices(columns, arena), columns->count);
}

void
keys_clear(struct keys *k)
{
	free(k->cell);
	free(k->key);
	free(k->is_null);
	arena_clear(&k->made);
	*k = (struct keys){0};
}

static void
take_values(struct keys *k, const struct batch *b, size_t first, size_t rows)
{
	batch_values(b, first, k->column[0], NULL, rows, k->key, &k->made);
	for (size_t row = 0; row < rows; row++)
		k->is_null[row] = k->key[row].len == 0;
}

static char *
put_value(char *at, struct slice value, bool is_last)
{
	length len = (length)value.len;
	if (!is_last) {
		memcpy(at, &len, sizeof len);
		at += sizeof len;
	}
	if (value.len != 0)
		memcpy(at, value.at, value.len);
	return at + value.len;
}

/* Of a row of the batch, whose cells stand as many apart as it has rows. */
static void
compose(struct keys *k, const struct batch *b, size_t row)
{
	size_t room = (k->columns - 1) * sizeof(length);
	k->is_null[row] = false;
	for (size_t i = 0; i < k->columns; i++) {
		size_t len = k->cell[i * b->rows + row].len;
		k->is_null[row] |= len == 0;
		room += len;
	}
	char *start = arena_take(&k->made, room);
	char *at = start;
	for (size_t i = 0; i < k->columns; i++)
		at = put_value(at, batch_value(b, k->cell[i * b->rows + row], &k->made),
			i + 1 == k->columns);
	k->key[row] = (struct slice){start, (size_t)(at - start)};
}

/* Records of very many columns come few at a time. */
static void
take_cells(struct keys *k, const struct batch *b)
{
	if (k->cells < b->rows * k->columns) {
		k->cells = b->rows * k->columns;
		k->cell = xrealloc(k->cell, k->cells, sizeof *k->cell);
	}
	for (size_t i = 0; i < k->columns; i++)
		batch_column(b, k->column[i], k->cell + i * b->rows);
}

void
keys_take(struct keys *k, const struct batch *b, size_t first, size_t rows)
{
	struct batch part = *b;
	part.end += first * b->columns;
	part.rows = rows;
	arena_reset(&k->made);
	if (k->columns == 1) {
		take_values(k, b, first, rows);
		return;
	}
	take_cells(k, &part);
	for (size_t row = 0; row < rows; row++)
		compose(k, &part, row);
}

struct slice
keys_value(struct slice key, size_t columns, size_t i)
{
	for (size_t n = 0; n + 1 < columns; n++) {
		length len;
		memcpy(&len, key.at, sizeof len);
		key.at += sizeof len;
		key.len -= sizeof len;
		if (n == i)
			return (struct slice){key.at, len};
		key.at += len;
		key.len -= len;
	}
	return key;
}
