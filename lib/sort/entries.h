/*
 * The order of records that are in memory: an entry for each, 16 bytes, sorted by radix.
 */
#ifndef ETL_ENTRIES_H
#define ETL_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct entry {
	uint64_t key;   /* the first bytes of the record's key */
	const char *at; /* the record */
};

/*
 * Sorts entry[count], stable; scratch[count] is for its use.  has_tails: a key may be longer than
 * what its entry holds.  Time is linear in the bytes of keys that tell the records apart; no
 * allocation.
 */
void entries_sort(struct entry *entry, struct entry *scratch, size_t count, bool has_tails);

#endif
