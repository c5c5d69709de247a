/*
 * A size as a key: a number with a unit behind it or not, 512, 1K, 2.5M, 4GiB, 3kB, compared by
 * what it is in bytes, exactly.
 *
 * Units as GNU programs read them, in either case: K and KiB are 1024, KB is 1000; M, G, T, P, E,
 * Z, Y, R and Q go on from there.  B alone is a byte; one space may stand before a unit.
 */
#ifndef ETL_SIZE_KEY_H
#define ETL_SIZE_KEY_H

#include <stdint.h>

#include "decimal/decimal.h"
#include "mem.h"
#include "slice.h"

/* As number_key_long(); takes from the arena. */
enum number_fault size_key(
	struct slice text, struct arena *arena, uint64_t *key, struct buf *more);

#endif
