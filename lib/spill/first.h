/*
 * Which records are the first of their key: told at once as long as the keys fit into memory; when
 * it is full, at once for those whose key is in it, and at the end for the others.
 */
#ifndef ETL_SPILL_FIRST_H
#define ETL_SPILL_FIRST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"
#include "spill/stream.h"

struct first;

enum first_is { FIRST_NEW, FIRST_REPEATED, FIRST_LATER };

/* The file is the caller's, and may have other streams. */
struct first *first_new(uint64_t memory, struct stream_file *file);
void first_free(struct first *f);

/* What each of count keys is, at most SPILL_ITEMS. */
void first_take(struct first *f, const struct slice *key, size_t count, uint8_t *is);

/*
 * At the end: the next of those of which was said FIRST_LATER that is the first of its key, by its
 * number among them, counted from 0; false where there are no more.
 */
bool first_next(struct first *f, uint64_t *number);

#endif
