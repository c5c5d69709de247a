/*
 * Where etl-extract's bytes come from: a file, standard input or a connector; then, one behind the
 * other, what makes text of them: decompression and archive members, encoding, line ends, a foreign
 * dialect.
 */
#ifndef ETL_SOURCE_H
#define ETL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connect/connect.h"
#include "csv/csv.h"

struct source_how {
	const struct csv_how *csv;
	const struct connect_words *words; /* options for connectors, which know them all */
	const char *member;                /* glob; NULL: the only one */
	bool all;
	uint64_t max_bytes;                /* 0: 100 times what came in, beyond 1 GiB */
	const char *encoding;              /* NULL: as it is */
	bool newline_is_cr;
	char quote;                        /* 0: the double quote */
	bool trim;
};

struct sources;

/* Checks that all files can be read.  Keeps how and operands; none: standard input. */
struct sources *sources_new(const struct source_how *how, char *const *operands, size_t count);

/*
 * For struct csv_how's next: the next source, or the next member of one.  Ends the program on
 * errors.
 */
bool sources_next(void *sources, struct in *source, uint64_t records);

/* Prints size, time of modification (UTC), type and name of each member of the archives. */
void sources_list_members(struct sources *s);

#endif
