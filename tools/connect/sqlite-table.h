/*
 * The table that records go to: found or created, its columns matched with the input's by name,
 * each value bound as its column wants it.
 *
 * A table that is created gets its types from all of the input: each column is believed to be what
 * its first batch says, and where a later value shows that an INTEGER was none, all rows move to a
 * temporary table as text and go back when everything has been seen.  Integers are those that print
 * as they were written, so that this loses nothing.
 */
#ifndef ETL_SQLITE_TABLE_H
#define ETL_SQLITE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "schema/schema.h"
#include "sqlite-db.h"

enum table_mode { TABLE_APPEND, TABLE_REPLACE, TABLE_UPSERT, TABLE_INSERT_ONLY };

/* What the options say. */
struct table_how {
	const char *name;
	enum table_mode mode;
	const struct schema *schema; /* NULL: none */
	const char *schema_file;
	bool as_text;
	struct slice null;           /* an unquoted field of these bytes is NULL */
	struct columns key;
};

/* How a value goes into its column. */
enum bind {
	BIND_TEXT,
	BIND_GUESS,   /* a new table's column without a schema: an integer while all are */
	BIND_INTEGER, /* an old table's: only what it would print the same way */
	BIND_WHOLE,   /* INTEGER, and a schema says so: 007 is 7 */
	BIND_REAL,
	BIND_BLOB
};

struct table_column {
	struct slice name;    /* with a NUL behind */
	enum bind bind;
	bool is_key;
	enum schema_type seen; /* BIND_GUESS: so far */
	bool is_integer;       /* BIND_GUESS: declared so */
	struct schema_texts missing; /* unquoted they are NULL as well */
};

struct table {
	struct db *db;
	const struct table_how *how;
	struct table_column *column;
	size_t columns;
	bool is_new;
	bool is_made;     /* it stands, and rows can be inserted */
	bool is_spooled;  /* its rows wait in a temporary table */
	sqlite3_stmt *insert;
	struct arena arena;
	struct arena values;   /* of the row that is being put */
};

/*
 * Finds the table and matches its columns with the header's; where it is new, it is created by the
 * first table_expect().  Empties it where it is to be replaced.  A header that does not fit ends
 * the program; file is where it comes from.  Keeps how.
 */
void table_open(struct table *t, struct db *db, const struct table_how *how,
	const struct header *header, const char *file);

/* Looks at a batch before its rows are put. */
void table_expect(struct table *t, const struct batch *b);

enum table_answer { TABLE_PUT, TABLE_LEFT_OUT, TABLE_BAD };

/* Why a row cannot be put. */
struct table_fault {
	const char *code;   /* one word, for programs */
	struct buf reason;  /* for people */
	const char *column; /* NULL: all of it */
};

/*
 * Inserts a row.  is_clean: its text is known to be UTF-8 without NUL.  TABLE_LEFT_OUT: what is
 * there already goes before.  TABLE_BAD: the fault, which is the caller's to clear, says why.
 */
enum table_answer table_put(struct table *t, const struct batch *b, size_t row, bool is_clean,
	struct table_fault *fault);

/* All rows have been put: the table gets its final form. */
void table_settle(struct table *t);
void table_clear(struct table *t);

/* Is at[len] UTF-8 without NUL, as SQLite's texts are? */
bool table_is_text(const char *at, size_t len);

#endif
