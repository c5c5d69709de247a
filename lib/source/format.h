/*
 * What --from of etl-extract names: the form that the text of the sources is in, and the options
 * that only some forms have.
 */
#ifndef ETL_FORMAT_H
#define ETL_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/csv.h"
#include "source/source.h"

struct format_how {
	const char *from;
	const char *pattern;    /* regex: set by format_take_pattern() */
	const char *bytes;      /* fixed: places; or, in characters: */
	const char *characters;
	const char *path;       /* json: as in json-values.h */
	const char *columns;    /* json, ndjson: names, separated by commas; NULL: all there are */
	const char *schema;     /* NULL: none */
};

#define FORMAT_HOW {.from = "csv"}

/* Others than csv. */
#define FORMATS "tsv, fixed, lines, regex, clf, combined, syslog, json, ndjson, rejects"

/* Rows for a program's option table; how is its struct format_how. */
#define OPT_FORMAT(how) \
	{0, "from", "FORMAT", "csv (default), " FORMATS, OPT_TEXT, &(how).from, NULL}, \
	{'b', "bytes", "PLACES", "fixed: fields by bytes: name=1-6,other=7-", OPT_LIST, \
		&(how).bytes, NULL}, \
	{'c', "characters", "PLACES", "fixed: fields by UTF-8 characters", OPT_LIST, \
		&(how).characters, NULL}, \
	{0, "path", "MEMBER", "json: the names that lead to the array, with points between", \
		OPT_TEXT, &(how).path, NULL}, \
	{0, "columns", "NAMES", "json, ndjson: these columns, as they come", OPT_LIST, \
		&(how).columns, NULL}, \
	{0, "schema", "FILE", "the columns are those of this Table Schema (JSON)", OPT_TEXT, \
		&(how).schema, NULL}

/* For --from regex: the pattern is the first operand, which goes.  Ends the program without it. */
void format_take_pattern(struct format_how *how, char ***operands, size_t *count);

/*
 * Reads what csv->next gives as how says, writes the records and finishes the output.  Ends the
 * program on errors, as csv_read() does.  csv and source become what the form needs.
 */
void format_copy(const struct format_how *how, struct csv_how *csv, struct source_how *source);

#endif
