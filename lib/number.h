/*
 * Whole numbers: of options, of counts.  Nothing here allocates memory; *out is written on success only.
 */
#ifndef ETL_NUMBER_H
#define ETL_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice.h"

enum { INTEGER_PRINT_MAX = 24, INTEGER_GROUPED_MAX = 32 };

/* Decimal digits alone, for int64 behind an optional sign; false if anything else or too large. */
bool uint64_parse(struct slice text, uint64_t *out);
bool int64_parse(struct slice text, int64_t *out);
/* Return the length; no NUL. */
size_t uint64_print(char out[INTEGER_PRINT_MAX], uint64_t n);
size_t int64_print(char out[INTEGER_PRINT_MAX], int64_t n);
/* For people: 1,234,567, with a NUL behind.  Returns out. */
const char *uint64_grouped(char out[INTEGER_GROUPED_MAX], uint64_t n);

#endif
