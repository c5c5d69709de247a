/*
 * States as text, of which folds write and read theirs (etl-agg(1), STATES): items, each with a
 * blank behind it.  What is taken goes off the front of *text; false, nothing taken, where there is
 * no such item: states come from outside.
 */
#ifndef ETL_AGG_STATE_H
#define ETL_AGG_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "agg/exact.h"
#include "decimal/decimal.h"
#include "mem.h"
#include "slice.h"

/* More values than that no state has. */
#define STATE_COUNT_MAX (((uint64_t)1 << 56) - 1)

/* 1234, up to STATE_COUNT_MAX */
void state_put_count(struct buf *out, uint64_t n);
bool state_take_count(struct slice *text, uint64_t *n);

/* -12.50 */
void state_put_decimal(struct buf *out, struct decimal d);
bool state_take_decimal(struct slice *text, struct decimal *d);

/* As short as reads back the same; inf, -inf and nan as well. */
void state_put_real(struct buf *out, double x);
bool state_take_real(struct slice *text, double *x);

/*
 * An integer of any length.  Taken, it is the sum of so many with no more digits than that, at most
 * 250: what goes beyond would not be exact where it meets others.
 */
void state_put_exact(struct buf *out, struct exact x);
bool state_take_exact(struct slice *text, struct exact *x, uint64_t count, int32_t digits);

/* 5:hello, the number of bytes before them.  What is taken borrows them. */
void state_put_text(struct buf *out, struct slice value);
bool state_take_text(struct slice *text, struct slice *value);

#endif
