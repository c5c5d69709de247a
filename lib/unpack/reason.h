/*
 * Why unpacking stopped.  The first fault stays; what follows from it is not heard.
 */
#ifndef ETL_UNPACK_REASON_H
#define ETL_UNPACK_REASON_H

#include "mem.h"
#include "unpack/unpack.h"

/* {0} is: no fault. */
struct reason {
	enum unpack_fault fault;
	struct buf text;
};

/* Sets fault and text, unless there is a fault already. */
void blame(struct reason *r, enum unpack_fault fault, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The text with a NUL behind it, "" without a fault. */
const char *reason_text(const struct reason *r);

#endif
