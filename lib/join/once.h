/*
 * A side of a join that must have each key once (etl-join(1), --validate): ends the program where
 * it has one twice.
 */
#ifndef ETL_ONCE_H
#define ETL_ONCE_H

#include <stdint.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "join/unique.h"
#include "mem.h"
#include "table/keys.h"

/* {0} is one that does not matter. */
struct once {
	struct unique *unique; /* NULL: a key may come twice */
	struct keys keys;
	const struct columns *columns;
	const struct header *header;
	const char *file;
	const char *rule;      /* --validate */
};

/* What keys there have been may take so much memory.  Keeps columns, header and rule. */
void once_init(struct once *o, const struct columns *columns, const struct header *header,
	const char *rule, uint64_t memory, struct arena *arena);
/* The next records. */
void once_take(struct once *o, const struct batch *b);
/* All have come. */
void once_end(struct once *o);
/* Ends the program: a key is there twice. */
_Noreturn void once_die(const struct once *o, const struct unique_pair *pair);

#endif
