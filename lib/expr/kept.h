/*
 * What functions across rows keep from one record to the next: values, in memory of the record's
 * group.
 *
 * While a run lasts, texts that are kept are still bytes of the batch or of the run, and the
 * keeper notes what each change has replaced, so that the last rows can be taken back.  At its
 * end they get bytes of their own.
 */
#ifndef ETL_EXPR_KEPT_H
#define ETL_EXPR_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date/date.h"
#include "decimal/decimal.h"
#include "mem.h"
#include "slice.h"

/* One value, or what finds others.  Zeros are null. */
struct kept {
	union {
		struct slice text;
		int128 digits;
		double real;
		struct moment time;
		uint64_t count;
		bool truth;
	};
	union {
		char *own;         /* of text: what it is copied to */
		struct kept *ring; /* of count: the values of so many records */
		int32_t scale;     /* of digits */
	};
	uint8_t type; /* enum vector_type; VECTOR_NULL: there is no value */
	uint8_t room; /* own has 2^room bytes */
};

/* What was in a place before a row of the run changed it. */
struct change {
	struct kept *place;
	size_t row;
	struct kept was;
};

enum { KEPT_ROOMS = 64 };

struct keeper {
	bool takes_back; /* every change is noted, not only those of text */
	struct change *change;
	size_t changes;
	size_t change_room;
	struct arena arena;      /* bytes of texts, and rings */
	char *spare[KEPT_ROOMS]; /* bytes that became too short, by their room, linked */
	size_t text_bytes;
};

/* Notes what is in a place, before a row changes it. */
void kept_note(struct keeper *k, struct kept *place, size_t row);

/* A ring of so many values that are null.  Valid until kept_clear(). */
struct kept *kept_ring(struct keeper *k, size_t count);

/* Undoes what this row and those behind it have changed since the last kept_settle(). */
void kept_take_back(struct keeper *k, size_t row);

/* Ends a run: the texts kept outlive it, and its changes stay. */
void kept_settle(struct keeper *k);
void kept_clear(struct keeper *k);

#endif
