/*
 * FNV-1a of 64 bits (Fowler, Noll and Vo): one number for some bytes, the same in each run and on
 * each machine.  Where somebody could gain by two texts with one number it is table/hash.h instead.
 */
#ifndef ETL_FNV_H
#define ETL_FNV_H

#include <stdint.h>

#include "slice.h"

/* The number of no bytes. */
#define FNV_START UINT64_C(0xcbf29ce484222325)

/* That of the bytes so far and those behind them. */
static inline uint64_t
fnv_add(uint64_t hash, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.at[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif
