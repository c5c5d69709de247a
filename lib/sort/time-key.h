/*
 * A time as a key: 64 bits that order as times do, and one more byte where its nanoseconds need it.
 *
 *	bits 25-63	seconds since the year 1, and one
 *	bits 1-24	nanoseconds / 64
 *	bit 0		there is a byte more: what is left of these
 */
#ifndef ETL_TIME_KEY_H
#define ETL_TIME_KEY_H

#include <stdint.h>

#include "date/date.h"
#include "mem.h"

/* Appends what the key does not hold to more.  No time has the key 0 or UINT64_MAX. */
static inline uint64_t
time_key(struct moment m, struct buf *more)
{
	const int64_t year_one = INT64_C(62135596800); /* seconds from there to 1970 */
	unsigned left = (unsigned)m.nanos & 63;
	if (left != 0)
		buf_byte(more, (char)left);
	return (uint64_t)(m.seconds + year_one + 1) << 25 | (uint64_t)(m.nanos >> 6) << 1 |
		(left != 0);
}

#endif
