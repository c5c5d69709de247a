/*
 * The times of the rows of a column as numbers: nanoseconds of times, billionths of numbers; and
 * what becomes of rows that have none (etl-join(1), --asof, --on-error).
 */
#ifndef ETL_INSTANTS_H
#define ETL_INSTANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "date/date.h"
#include "decimal/decimal.h"
#include "mem.h"
#include "slice.h"
#include "table/keys.h"

#define INSTANTS_SECOND ((int128)1000000000)

enum instants_on_error {
	INSTANTS_UNSET,
	INSTANTS_FAIL,
	INSTANTS_NULL,
	INSTANTS_SKIP,
	INSTANTS_REJECT
};

struct instants_how {
	const struct date_format *format; /* NULL: ISO 8601 */
	bool is_number;
	enum instants_on_error on_error;
	uint64_t faults; /* so far, from all jobs */
};

enum instants_is {
	INSTANTS_THERE,
	INSTANTS_EMPTY,  /* or what cannot be read is to be as if it were */
	INSTANTS_DROPPED /* the row is to be left out */
};

struct instants {
	struct instants_how *how;
	size_t column;
	struct slice name; /* of it */
	bool is_beside;    /* its rows are not those that are counted */
	int128 at[KEYS_ROWS];
	uint8_t is[KEYS_ROWS]; /* enum instants_is */
	/* Within. */
	struct slice value[KEYS_ROWS];
	struct arena made;
};

/* What --on-error says; false: nothing that there is. */
bool instants_parse_on_error(const char *text, enum instants_on_error *out);
/* A number as instants have it; NULL, or what is wrong with it. */
const char *instants_parse_number(struct slice text, int128 *out);

/*
 * The rows first .. first + rows - 1 of a batch, at most KEYS_ROWS.  Ends the program, or rejects
 * rows, as how says.
 */
void instants_take(struct instants *t, const struct batch *b, size_t first, size_t rows);
void instants_clear(struct instants *t);
/* At the end: says how many were skipped, or taken as empty. */
void instants_report(const struct instants_how *how);

#endif
