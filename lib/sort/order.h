/*
 * What records are ordered by: the columns of -k, and the keys that they give, a batch at a time.
 */
#ifndef ETL_ORDER_H
#define ETL_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "mem.h"
#include "slice.h"
#include "sort/modifiers.h"

/* Rows at a time; of very many columns fewer. */
enum { ORDER_ROWS = 1024 };

/* Why a row has no key. */
struct order_fault {
	size_t column;
	const char *reason;
	struct slice culprit; /* valid until the next order_take() */
};

struct order {
	struct order_column *column;
	size_t columns;
	size_t rows_max;
	struct cell *cell; /* of a column, rows_max of them */
	/* The keys: their first bytes, and where in bytes the rest of them is. */
	uint64_t key[ORDER_ROWS];
	size_t tail[ORDER_ROWS];
	size_t tail_len[ORDER_ROWS];
	struct buf bytes;
	struct arena made;
	struct order_fault fault;
};

/*
 * By these columns and their modifiers, at least one column.  false with the reason, which names
 * the column: as in modifiers_read().
 */
bool order_init(struct order *o, const struct columns *by, const struct header *header,
	enum order_nulls nulls, struct buf *why);
/* By all columns of a header, at least one. */
void order_init_all(struct order *o, const struct header *header, enum order_nulls nulls);
void order_clear(struct order *o);

/*
 * Makes the keys of rows first .. first + rows - 1, at most rows_max; returns of how many.  If
 * those are not all, the next one has none, for the reason in fault.
 */
size_t order_take(struct order *o, const struct batch *b, size_t first, size_t rows);

/* Behind the first bytes of a key; valid until the next order_take(). */
static inline struct slice
order_tail(const struct order *o, size_t row)
{
	return (struct slice){o->bytes.at + o->tail[row], o->tail_len[row]};
}

#endif
