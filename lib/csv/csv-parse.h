/*
 * CSV text without I/O: quoting a value, and mending what is malformed (etl-csv(7)).
 */
#ifndef ETL_CSV_PARSE_H
#define ETL_CSV_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/batch.h"
#include "mem.h"
#include "csv/scan.h"
#include "slice.h"

/*
 * Must a value be quoted where this delimiter is used: does it hold the delimiter, a quote, CR or
 * LF?
 */
bool csv_parse_needs_quotes(struct slice value, char delimiter);

/* Appends the value in quotes, needed or not. */
void csv_parse_put_quoted(struct buf *out, struct slice value);
/* Appends the value, quoted only where needed. */
void csv_parse_quote(struct buf *out, struct slice value, char delimiter);

/*
 * Reads a malformed record leniently: a stray quote is literal, text behind a closing quote is
 * appended to the field; fields that are well-formed stay as they are.  record[len] has no end of
 * record.  Appends well-formed CSV without an end; returns false where a quote is never closed.
 */
bool csv_parse_mend(struct slice record, char delimiter, struct buf *out);

/* A malformed byte's rule, in words, for messages; and in one word, for programs. */
const char *csv_parse_bad_text(enum scan_bad bad);
const char *csv_parse_bad_code(enum scan_bad bad);

/*
 * Appends the value as TSV with escapes: \t \n \r \\.  Returns false, nothing appended, where
 * escapes is false and the value holds what TSV cannot: the delimiter, CR or LF.
 */
bool csv_parse_tsv(struct buf *out, struct slice value, char delimiter, bool escapes);

#endif
