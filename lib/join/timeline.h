/*
 * Rows of several keys in order of time, in which the nearest to a given time is found.
 */
#ifndef ETL_TIMELINE_H
#define ETL_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decimal/decimal.h"

#define TIMELINE_NONE UINT32_MAX

/* Where the row is in relation to the time that it is looked for by. */
enum timeline_direction { TIMELINE_BACKWARD, TIMELINE_FORWARD, TIMELINE_NEAREST };

/* {0} is an empty one. */
struct timeline {
	/* As they are added. */
	int128 *added;
	uint32_t *added_key;
	uint32_t *added_row;
	size_t room;
	/* Key after key, in order of time; key k has start[k] .. start[k + 1] - 1. */
	int128 *time;
	uint32_t *row;
	uint32_t *start;
	size_t rows; /* less than TIMELINE_NONE */
};

void timeline_clear(struct timeline *t);
void timeline_add(struct timeline *t, uint32_t key, uint32_t row, int128 time);
/*
 * All have been added, and their keys are less than `keys`.  Rows of the same time stay in their
 * order.
 */
void timeline_settle(struct timeline *t, uint32_t keys);
/* The most memory that it has taken when it is settled, in bytes. */
size_t timeline_bytes(const struct timeline *t);

/*
 * The row of a key that is nearest to a time: backward the last one that is not later, forward the
 * first that is not earlier, nearest whichever of these is nearer, the former where both are as
 * near.  TIMELINE_NONE where it is further off than the tolerance, which is not negative, and where
 * there is none.
 */
uint32_t timeline_find(const struct timeline *t, uint32_t key, int128 time,
	enum timeline_direction direction, int128 tolerance);

#endif
