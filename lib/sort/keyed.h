/*
 * The records of an input with their keys, some at a time, and whether they are in order already.
 */
#ifndef ETL_KEYED_H
#define ETL_KEYED_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/csv.h"
#include "sort/last.h"
#include "sort/order.h"

/* What the options say. */
struct keyed_how {
	const char *keys; /* -k; NULL: all columns */
	enum order_nulls nulls;
};

/* Rows first .. first + rows - 1 of the batch have the keys that order has, from row 0 on. */
struct keyed {
	struct csv_in *in;
	struct order order;
	const struct batch *batch;
	size_t first;
	size_t rows;
	size_t next;       /* row of the batch that is looked at next */
	bool has_fault;    /* it has no key */
	struct last last;  /* key of the last one that keyed_check() has looked at */
};

/* Keeps in, whose header has columns; ends the program where the options do not fit it. */
void keyed_init(struct keyed *k, const struct keyed_how *how, struct csv_in *in);

/*
 * Goes to the next records, at least one; false at the input's clean end.  One that has no key is
 * rejected, or ends the program, when its turn comes.
 */
bool keyed_next(struct keyed *k);

/*
 * Ends the program with END_DATA where one of these rows is out of order: its key comes before that
 * of the record above it, or is the same where is_strict is set.
 */
void keyed_check(struct keyed *k, bool is_strict);

#endif
