/*
 * Which of several parts a key belongs to: by a hash of its own bytes alone, the same in each run
 * and on each machine, so that two inputs split alike can be joined part by part (etl-split(1)).
 *
 * It is 64-bit FNV-1a over the values, each but the last with a NUL behind it, whose bits are mixed
 * as MurmurHash3 does at its end, modulo the number of parts.  Both are in the public domain.
 */
#ifndef ETL_SPLIT_PLACE_H
#define ETL_SPLIT_PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "fnv.h"

/* The part, from 0, of what fnv_add() has made of the values. */
static inline uint32_t
place_of(uint64_t hash, uint32_t parts)
{
	hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return (uint32_t)((hash ^ hash >> 33) % parts);
}

#endif
