/*
 * What the aggregates take of a record, as bytes: for records that wait until there is memory for
 * their group.
 */
#ifndef ETL_AGG_INPUTS_H
#define ETL_AGG_INPUTS_H

#include <stddef.h>

#include "expr/vector.h"
#include "mem.h"
#include "slice.h"

/*
 * The vectors of a program, each once, and beside each one the same kind for values that come back.
 * {0} is empty.
 */
struct inputs {
	struct input {
		const struct vector *live;
		struct vector *back;
	} *input;
	size_t count;
};

/*
 * Has its values among the inputs from now on; nothing to do for a constant, NULL, or one that has.
 */
void inputs_add(struct inputs *in, const struct vector *v);
void inputs_clear(struct inputs *in);

/* Where the values of v come back; v itself where they do not have to. */
const struct vector *inputs_back(const struct inputs *in, const struct vector *v);
/* The vector whose values come back in v; v itself as above. */
const struct vector *inputs_live(const struct inputs *in, const struct vector *v);

/* Appends the values of a row of the last run of the program. */
void inputs_write(const struct inputs *in, size_t row, struct buf *out);
/* Before values come back: none are there. */
void inputs_restart(struct inputs *in);
/*
 * Brings back the values of one row, which borrow their text from the bytes; rows come in order,
 * from 0.
 */
void inputs_read(struct inputs *in, size_t row, struct slice bytes);

#endif
