/*
 * CSV as libcsv reads it, written as we write it: dialects that the scanner does not know (another
 * quote, spaces around fields), and the second opinion on those that it does (ETL_SCAN=libcsv).
 */
#ifndef ETL_FOREIGN_H
#define ETL_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"

struct foreign_how {
	char delimiter;
	char quote;
	bool trim; /* blanks around unquoted fields go */
};

struct foreign;

/*
 * A reader of this dialect, at the beginning of a text; ends the program where there is no memory.
 */
struct foreign *foreign_new(const struct foreign_how *how);
void foreign_free(struct foreign *f);

/*
 * Takes a piece of text and appends the records that end in it to out: delimiter as given, quotes
 * and CR LF as in etl-csv(7), a blank line as a blank line, a BOM dropped.  Returns false at a
 * malformed record: there is nothing to be had after that but foreign_give_back().
 */
bool foreign_feed(struct foreign *f, const char *at, size_t len, struct buf *out);
/* At the end of the text: the last record, if it had no end of its own. */
bool foreign_end(struct foreign *f, struct buf *out);
/* How long the record is that has not ended, or is malformed, as far as it has come. */
size_t foreign_held(const struct foreign *f);
/* Appends its bytes, as they came. */
void foreign_give_back(const struct foreign *f, struct buf *out);
/* The bytes of the last foreign_feed() that were not looked at, because it returned false. */
size_t foreign_left(const struct foreign *f);
/* The line that it begins on, from 1. */
uint64_t foreign_line(const struct foreign *f);

#endif
