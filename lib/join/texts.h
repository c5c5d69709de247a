/*
 * Texts one behind the other, in memory: records that wait.
 */
#ifndef ETL_TEXTS_H
#define ETL_TEXTS_H

#include <stddef.h>

#include "mem.h"
#include "slice.h"

/* {0} is an empty one. */
struct texts {
	struct buf text; /* behind it OUT_PAD bytes are readable */
	size_t *end;     /* of each in text */
	size_t count;
	size_t room;
};

/* Appends (copies) one. */
void texts_add(struct texts *t, struct slice text);
/* Has none any more, and keeps its memory. */
void texts_reset(struct texts *t);
void texts_clear(struct texts *t);
/* Memory in use, in bytes. */
size_t texts_bytes(const struct texts *t);

/* Valid until the next texts_add() or texts_reset(). */
static inline struct slice
texts_at(const struct texts *t, size_t i)
{
	size_t start = i != 0 ? t->end[i - 1] : 0;
	return (struct slice){t->text.at + start, t->end[i] - start};
}

#endif
