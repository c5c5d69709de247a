/*
 * Parts that wait until all of them are known: a block of each in memory, within a budget, the rest
 * in one file without a name.  Errors of the system end the program.
 */
#ifndef ETL_SPLIT_ASIDE_H
#define ETL_SPLIT_ASIDE_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct aside;

/* memory: bytes that may wait there. */
struct aside *aside_new(uint64_t memory);
/* The next part; they are numbered from 0. */
void aside_add(struct aside *a);
void aside_put(struct aside *a, uint32_t part, struct slice text, uint64_t records);
uint32_t aside_parts(const struct aside *a);
uint64_t aside_records(const struct aside *a, uint32_t part);
/*
 * Calls take for all pieces of a part, in order; nothing is put any more.  A piece is valid during
 * the call.
 */
void aside_take(struct aside *a, uint32_t part,
	void (*take)(void *arg, uint32_t part, struct slice text), void *arg);
void aside_free(struct aside *a);

#endif
