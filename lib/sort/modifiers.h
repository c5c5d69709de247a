/*
 * What a column is sorted as: the modifiers of -k, and --nulls.
 */
#ifndef ETL_MODIFIERS_H
#define ETL_MODIFIERS_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

/* Texts first; the others have 64 bits that order as they do, and now and then more. */
enum order_kind { ORDER_TEXT, ORDER_VERSION, ORDER_NUMBER, ORDER_TIME, ORDER_SIZE };

struct order_column {
	size_t index;
	enum order_kind kind;
	bool is_folded; /* upper and lower case are the same */
	bool is_reverse;
	bool has_empty_last;
};

/* Where empty values go: usually first, and last in reverse. */
enum order_nulls { ORDER_NULLS_USUAL, ORDER_NULLS_FIRST, ORDER_NULLS_LAST };

/*
 * Sets all but the index; modifiers.at is NULL where there are none.  false with the reason
 * appended: one that there is not, or two that exclude each other.
 */
bool modifiers_read(struct slice modifiers, enum order_nulls nulls, struct order_column *column,
	struct buf *why);

#endif
