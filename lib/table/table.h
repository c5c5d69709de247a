/*
 * A table of keys: byte strings, numbered from 0 in the order in which they were first put, each
 * with a payload of the caller's.  It answers for many keys at once, so that the memory that one
 * lookup waits for is on its way while the others are prepared.
 */
#ifndef ETL_TABLE_H
#define ETL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

#define TABLE_NONE UINT32_MAX

struct table;

/* Each key has that many bytes of payload, aligned to 16. */
struct table *table_new(size_t payload);
/* Another one, for as many bytes: the keys of both may come together in table_take_over(). */
struct table *table_new_beside(const struct table *t);
void table_free(struct table *t);
/* Forgets all keys and keeps the memory for the next ones. */
void table_empty(struct table *t);
/* Forgets all keys and lets go of their memory. */
void table_restart(struct table *t);

/*
 * Writes the number of each of count keys to number[].  Keys that are new are kept (copied), in
 * order, with a payload of zeros.
 */
void table_put(struct table *t, const struct slice *key, size_t count, uint32_t *number);
/* The same for keys that are there; TABLE_NONE for one that is not. */
void table_find(const struct table *t, const struct slice *key, size_t count, uint32_t *number);

/* A key of one of several tables. */
struct table_place {
	uint32_t table;
	uint32_t number;
};

/*
 * Takes over the keys of other tables, made beside each other and t, which are empty then; so is t
 * before, and no key is in two of them.  Nothing is copied but in place: key number i is
 * order[i] of them, which names all keys there are.
 */
void table_take_over(struct table *t, struct table *const *from, size_t count,
	const struct table_place *order);

/* How many keys it has; they are numbered from 0. */
uint32_t table_count(const struct table *t);
/* A key and its payload.  Both are valid until table_empty() or table_free(). */
struct slice table_key(const struct table *t, uint32_t number);
void *table_payload(const struct table *t, uint32_t number);

/* Memory that the table holds, in bytes: for --memory. */
size_t table_bytes(const struct table *t);
/* The most that it may hold at a time while these keys are put, none of which need be new. */
size_t table_bytes_with(const struct table *t, const struct slice *key, size_t count);

#endif
