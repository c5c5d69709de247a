/*
 * Which records go to which part, and the parts as text: each begins with the header, where there
 * is one to write.  Where the text goes is another's.
 */
#ifndef ETL_SPLIT_H
#define ETL_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "mem.h"
#include "slice.h"

enum split_kind {
	SPLIT_NONE,
	SPLIT_ROWS,  /* so many records a part, one part after the other */
	SPLIT_BYTES, /* the same with bytes, of whole records, the header included */
	SPLIT_BY,    /* a part for each value */
	SPLIT_HASH,  /* of a fixed number of parts that which the value belongs to */
	SPLIT_TURN,  /* of a fixed number one after the other */
	SPLIT_COPY   /* all records to each of a fixed number of parts */
};

struct split_how {
	enum split_kind kind;
	uint64_t size;    /* of SPLIT_ROWS, SPLIT_BYTES */
	uint32_t parts;   /* where their number is fixed */
	const char *list; /* the columns of SPLIT_BY, SPLIT_HASH */
	const char *option; /* by which that was given */
};

/*
 * Where parts go.  They are numbered from 0 and begin in order.  Those of SPLIT_TURN alone are
 * asked whose turn it is, and told; what is NULL is not called.
 */
struct sink {
	void *arg;
	/* The next part begins; with this row of the batch, or, where that is NULL, with none. */
	void (*begin)(void *arg, const struct batch *b, size_t row);
	/* Whole records, so many; the header is none. */
	void (*put)(void *arg, uint32_t part, struct slice text, uint64_t records);
	/* That part is complete, while others are not. */
	void (*end)(void *arg, uint32_t part);
	/* Waits until there is a part whose turn it may be. */
	void (*await)(void *arg);
	bool (*is_free)(void *arg, uint32_t part);
	void (*note_turns)(void *arg, const uint32_t *part, size_t rows);
	/* Is nothing more wanted? */
	bool (*has_enough)(void *arg);
};

struct split;

/*
 * Begins to split the records of in, into parts that are written as `like` is.  Keeps how, sink
 * and in.  Ends the program where how names columns that are not there.
 */
struct split *split_new(const struct split_how *how, const struct sink *sink, struct csv_in *in,
	const struct csv_out *like);
/* The columns of how->list; none where it is of another kind. */
const struct columns *split_columns(const struct split *s);
/* Splits all that there is, or as much as is wanted.  Ends the program on malformed input. */
void split_all(struct split *s);
/* What each part begins with; empty: there is no header to write. */
struct slice split_header(const struct split *s);
/* How many parts there are. */
uint32_t split_parts(const struct split *s);
/* Of SPLIT_BY, the values of a part's records, value[] having room for each of the columns. */
void split_values(const struct split *s, uint32_t part, struct slice *value);
void split_free(struct split *s);

#endif
