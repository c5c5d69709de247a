/*
 * Records held against a Table Schema, some rows of a batch at a time: column by column for what a
 * value alone tells, then key by key for what is to be unique.
 */
#ifndef ETL_CHECK_H
#define ETL_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check/rule.h"
#include "csv/batch.h"
#include "csv/columns.h"
#include "mem.h"
#include "schema/schema.h"
#include "spill/first.h"
#include "spill/stream.h"
#include "table/keys.h"

/* Rows at a time. */
enum { CHECK_ROWS = KEYS_ROWS };

/* Columns that are to be different in each record: a unique field, primaryKey, one of uniqueKeys.
 */
struct check_key {
	size_t *column;
	size_t columns;
	struct keys keys;
	struct first *first;
	enum check_fault fault;
	uint8_t is[CHECK_ROWS]; /* enum first_is, of the rows that were taken last */
};

struct check {
	const struct header *header;
	struct rule *rule; /* of each column; a column that the schema has not takes any value */
	size_t columns;
	struct check_key *key;
	size_t keys;
	/* Of the rows that were taken last: what is wrong, and in which column. */
	uint8_t fault[CHECK_ROWS]; /* enum check_fault */
	uint32_t column[CHECK_ROWS];
	bool is_later;     /* from one of these rows on, or before: see check_take() */
	struct arena made; /* of these */
	struct arena kept;
	/* Work: the values of one column, and where they are in its order. */
	struct slice value[CHECK_ROWS];
	struct slice choice[CHECK_ROWS];
	uint8_t state[CHECK_ROWS];
	struct decimal place[CHECK_ROWS];
};

struct check_how {
	const struct schema *schema;
	bool has_names;           /* columns without names are the fields by their place */
	uint64_t memory;          /* for what is to be unique */
	struct stream_file *file; /* the caller's: for what does not fit there */
};

/*
 * Keeps the header.  false: the schema is wrong, or the header does not fit it (*is_unfit), with
 * the reason; check_clear() comes then too.
 */
bool check_init(struct check *c, const struct check_how *how, const struct header *header,
	bool *is_unfit, struct buf *why);
void check_clear(struct check *c);

/*
 * Judges rows first .. first + rows - 1 of a batch, at most CHECK_ROWS: fault[] and column[].  A
 * value is repeated where an earlier record has it in which every value alone was right, whatever
 * else became of that.  When memory for keys is full there are good rows of which is known at the
 * end only whether they are the first of a key: is_later, and FIRST_LATER in key[].is[].
 */
void check_take(struct check *c, const struct batch *b, size_t first, size_t rows);

/* What a column is called: by the schema, by the header where that has it not. */
struct slice check_name(const struct check *c, size_t column);

/* One word for what is wrong, for programs. */
const char *check_code(enum check_fault fault);

/*
 * Appends `column 'price': not a number: 'n/a'` for a row of those taken last; b and first as they
 * were.
 */
void check_reason(
	struct check *c, const struct batch *b, size_t first, size_t row, struct buf *why);
/* The same for a key that is repeated. */
void check_key_reason(
	const struct check *c, const struct check_key *key, struct slice value, struct buf *why);

#endif
