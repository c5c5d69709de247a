/*
 * Records by their keys, in memory or, beyond a budget, through sorted runs on file; stable.
 *
 * Records are added until there are no more; sort_finish() orders them, and sort_next() gives them
 * one by one.
 */
#ifndef ETL_SORT_H
#define ETL_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum { SORT_MEMORY_MIN = 64 * 1024 };

struct sort;

struct sort_how {
	/*
	 * So many bytes for records and what sorting them needs, at least SORT_MEMORY_MIN.  Where
	 * there is a limit, half as much again may be taken for a moment.
	 */
	uint64_t memory;
	uint64_t limit; /* so many records are wanted, the first of all; UINT64_MAX: all */
	bool is_unique; /* of equal ones the first */
};

/*
 * Keeps how.  Lives as long as the program: what it holds is not freed record by record at the end.
 */
struct sort *sort_new(const struct sort_how *how);

/*
 * Adds (copies) a record without its end, under a key: its first bytes as record_key() gives them,
 * and the rest; no key begins with another one.
 */
void sort_add(struct sort *s, uint64_t key, struct slice tail, struct slice text);
/* false: enough are known that come before it, so that it need not be added. */
bool sort_wants(const struct sort *s, uint64_t key, struct slice tail);
/* All have been added.  When it returns, nothing is written to the file any more. */
void sort_finish(struct sort *s);
/*
 * The next record with its end, behind which OUT_PAD bytes are readable; false: there is none.
 * Valid until the next call.
 */
bool sort_next(struct sort *s, struct slice *text);

#endif
