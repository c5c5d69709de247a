/*
 * Records into a file, or to standard output, as JSON: all of them or none.
 */
#ifndef ETL_LOAD_JSON_H
#define ETL_LOAD_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "json/keep.h"
#include "load/load.h"

/*
 * As load_file(); keep says what is read, which form it gets and where types come from, load
 * whether what is there goes.  name is "-": standard output.
 */
uint64_t load_json(const struct load_how *load, struct keep_how *keep, const char *name,
	char *const *operands, size_t count);

#endif
