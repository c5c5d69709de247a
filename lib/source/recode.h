/*
 * Text in another encoding made UTF-8, as a stream (iconv).
 */
#ifndef ETL_RECODE_H
#define ETL_RECODE_H

#include <stddef.h>
#include <stdint.h>

/* As read(2): bytes at `at`, 0 at the end. */
typedef size_t recode_reader(void *from, char *at, size_t max);

struct recode;

/* Returns NULL where the system does not know the encoding.  Keeps from. */
struct recode *recode_new(const char *encoding, recode_reader *read, void *from);

/*
 * As read(2).  SIZE_MAX where the text is not valid in its encoding, or ends within a character.
 */
size_t recode_read(struct recode *r, char *at, size_t max);

/* How many bytes of the source have been converted: where recode_read() failed. */
uint64_t recode_position(const struct recode *r);
void recode_free(struct recode *r);

#endif
