/*
 * Keys of records: the values of some columns of a row as one byte string, the same for the same
 * values and for no others.  Of one column it is the value itself.
 */
#ifndef ETL_KEYS_H
#define ETL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "mem.h"
#include "slice.h"

/* Rows at a time. */
enum { KEYS_ROWS = 1024 };

struct keys {
	const size_t *column;
	size_t columns;
	/* where there are several columns: of the first all rows, then of the next */
	struct cell *cell;
	size_t cells;      /* that there is room for */
	/* of each row: valid until the next keys_take(), and as long as the batch */
	struct slice *key;
	bool *is_null;     /* is one of the values empty? */
	struct arena made;
};

/* Keeps columns; at least one. */
void keys_init(struct keys *k, const size_t *column, size_t columns);
/* The same of what an option has chosen. */
void keys_init_columns(struct keys *k, const struct columns *columns, struct arena *arena);
void keys_clear(struct keys *k);

/*
 * Makes key[0 .. rows - 1] and is_null[] of rows first .. first + rows - 1 of a batch; rows is at
 * most KEYS_ROWS.
 */
void keys_take(struct keys *k, const struct batch *b, size_t first, size_t rows);

/* Value number i of a key that has `columns` of them. */
struct slice keys_value(struct slice key, size_t columns, size_t i);

#endif
