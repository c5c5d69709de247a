/*
 * A batch: a block of whole records, split but not copied.
 *
 * text holds the records' bytes; end[k] is the offset of the byte that ends field k (a delimiter,
 * or the LF of the record), counted over the batch: field c of row r is k = r * columns + c, and it
 * starts behind end[k - 1], so end[-1] is readable.  All rows have the same number of columns: a
 * record that has not, or is malformed, never reaches a batch unmended.
 *
 * A cell is a field as a program looks at it: 8 bytes, made only for the columns that are asked
 * for.
 */
#ifndef ETL_BATCH_H
#define ETL_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mem.h"
#include "slice.h"

/* How fields are written.  {0} is not valid; dialect_csv is the stream's own. */
struct dialect {
	char delimiter;
	bool quotes;  /* RFC 4180 quoting; else a quote is a byte like any other */
	bool escapes; /* \t \n \r \\ stand for the byte (TSV with --tsv-escape) */
};

static const struct dialect dialect_csv = {',', true, false};

static inline bool
dialect_same(struct dialect a, struct dialect b)
{
	return a.delimiter == b.delimiter && a.quotes == b.quotes && a.escapes == b.escapes;
}

struct batch {
	const char *text;     /* at least 64 readable bytes follow the last record */
	const uint32_t *end;  /* end[-1] .. end[rows * columns - 1] */
	size_t rows;
	size_t columns;
	uint64_t line;        /* of the first byte of row 0, from 1 */
	uint64_t record;      /* of row 0, counted over all operands from 1, without the header */
	bool has_cr;          /* a record may end in CR LF */
	struct dialect dialect;
	const char *file;     /* operand's name for messages */
};

/* 1 GiB - 1 is the longest field that a cell can hold. */
enum { CELL_LEN_MAX = (1 << 30) - 1 };

struct cell {
	uint32_t at;           /* offset of the content in text, behind the opening quote */
	uint32_t len : 30;     /* bytes of content, without the quotes */
	uint32_t quoted : 1;
	uint32_t escaped : 1;  /* doubled quotes or \-escapes inside: batch_value() resolves them */
};

/*
 * The verbatim bytes of fields first..last of a row with the delimiters between them, quotes
 * included, the record's end excluded.  Valid until the next csv_read().
 */
static inline struct slice
batch_run(const struct batch *b, size_t row, size_t first, size_t last)
{
	const uint32_t *end = b->end + row * b->columns;
	uint32_t start = (uint32_t)(end[(ptrdiff_t)first - 1] + 1);
	uint32_t stop = end[last];
	if (b->has_cr && last + 1 == b->columns && stop > start && b->text[stop - 1] == '\r')
		stop--;
	return (struct slice){b->text + start, stop - start};
}

/* The verbatim bytes of all rows, the last one's end excluded; there must be one. */
struct slice batch_text(const struct batch *b);
/*
 * Is each field well-formed UTF-8?  false also where that takes a look at each: the delimiter is
 * not ASCII.
 */
bool batch_is_utf8(const struct batch *b);

/* The field of so many bytes from there on, which may be in quotes or have escapes. */
struct cell batch_cell_marked(const struct batch *b, uint32_t start, uint32_t len);

/* One field as a cell.  Most are plain, and a call costs more than they do. */
static inline struct cell
batch_cell(const struct batch *b, size_t row, size_t column)
{
	struct slice run = batch_run(b, row, column, column);
	uint32_t start = (uint32_t)(run.at - b->text);
	if (*run.at == '"' || b->dialect.escapes)
		return batch_cell_marked(b, start, (uint32_t)run.len);
	return (struct cell){.at = start, .len = (uint32_t)run.len & CELL_LEN_MAX};
}

/* The column's cells of all rows, out[rows]. */
void batch_column(const struct batch *b, size_t column, struct cell *out);

/*
 * What a cell's bytes mean: the content with escapes resolved.  Valid as long as the batch, or,
 * where there was something to resolve, as long as the arena's content.
 */
struct slice batch_value(const struct batch *b, struct cell cell, struct arena *arena);

/*
 * The values of a column: out[row] for row of rows[count], or 0 .. count - 1 where rows is NULL,
 * counted from the row `first` of the batch.  Valid as batch_value() says.
 */
void batch_values(const struct batch *b, size_t first, size_t column, const uint16_t *rows,
	size_t count, struct slice *out, struct arena *arena);

/* Line of a row's first byte, from 1; counts, so for messages only. */
uint64_t batch_line(const struct batch *b, size_t row);
/* The same, counted on from a row that is not behind it, whose line is known. */
uint64_t batch_line_on(const struct batch *b, size_t from, uint64_t line, size_t row);

#endif
