/*
 * What the parts of the reader share, and nobody else: the state of one csv_in.  From below:
 *
 *	csv-text	the text of an operand, split into rows
 *	csv-rows	rows as batches, within the limits
 *	csv-mend	a record that is malformed or ragged: mended, rejected, or the end of the run
 *	csv-header	the header of an operand, held against that of the first
 *	csv-in		operand after operand: csv_read()
 *	csv-piece	the same by several threads: csv_read_held(), csv_read_piece()
 *
 * csv-how has what the options say.  What cannot go on ends the program.
 */
#ifndef ETL_CSV_IN_H
#define ETL_CSV_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "csv/csv.h"
#include "csv/csv-text.h"
#include "csv/scan.h"
#include "mem.h"
#include "slice.h"

struct csv_in {
	const struct csv_how *how;
	struct dialect dialect;
	char *const *operand;
	size_t operands;
	size_t opened;             /* of them, so far */

	/* The operand that is open. */
	struct csv_text text;
	bool is_open;
	bool has_header;
	bool in_header;            /* it is being read: what is delivered is no record */
	uint64_t records;

	/* Pieces of it: csv-piece. */
	/* what was read last was a piece: the text's line is not known */
	bool has_pieces;
	bool is_void;              /* so are the pieces from piece_offset on */
	bool is_looked_at;         /* there are to be none of it any more */
	uint64_t piece_offset;
	uint64_t piece_line;       /* of the piece that is taken next */

	size_t columns;            /* of a record; 0: not known yet */
	struct header header;
	struct batch header_row;
	const char *header_file;   /* the operand that it is from */
	const struct slice *given; /* the names there, before --rename-header */
	/* empty values before the first record: they wait for csv_read() */
	uint64_t blanks;
	uint64_t blanks_line;      /* of the first of them */

	/* A record that was mended, alone in a batch. */
	struct scan mended_scan;
	uint32_t *mended_room;
	struct buf mended;

	struct arena names;        /* of the first header */
	struct arena scratch;      /* valid until the next operand or batch of blanks */
	struct batch batch;
	uint64_t delivered;
	uint64_t warnings;
};

/* Ends the program where options exclude each other or are beyond what there is. */
void csv_how_check(const struct csv_how *how);
/* How the input's fields are written. */
struct dialect csv_how_dialect(const struct csv_how *how);
/* Has the input a header? */
bool csv_how_has_header(const struct csv_how *how);

/* A record of so many columns, in this line, is within --max-columns. */
void csv_rows_check_width(struct csv_in *in, size_t columns, uint64_t line);
/* Row `row` of the text is within the limits of fields and records. */
void csv_rows_check(struct csv_in *in, size_t row);
/* How many fields the next row of the text has; within all limits. */
size_t csv_rows_width(struct csv_in *in);
/* So many records have come, unless this is the header. */
void csv_rows_count(struct csv_in *in, size_t rows);
/*
 * A batch of rows that are as wide as they should be: text, field ends as in struct batch, line of
 * the first.  Valid until the next one, as long as the text is.
 */
const struct batch *csv_rows_deliver(struct csv_in *in, const char *text, const uint32_t *end,
	size_t rows, uint64_t line, bool has_cr);
/*
 * The next row of the text, whatever its width, in a batch of its own; valid until the text moves.
 */
const struct batch *csv_rows_take(struct csv_in *in);

/* Puts an index of in->mended, one record without its end, into in->mended_scan. */
void csv_mend_index(struct csv_in *in, struct dialect dialect);
/* Is the malformed byte one that --lenient mends? */
bool csv_mend_can(const struct csv_in *in);
/*
 * Puts the malformed record into in->mended as it can be read, indexed, and sets how many fields it
 * has; false where a quote is never closed.
 */
bool csv_mend(struct csv_in *in, struct slice record, uint64_t line, size_t *fields);
/*
 * A record whose number of fields is not that of the header; end[] are their ends, as in struct
 * batch.  Returns a batch of the record mended, or NULL: it was rejected.
 */
const struct batch *csv_mend_ragged(struct csv_in *in, struct slice record, const uint32_t *end,
	size_t fields, uint64_t line);
/* The malformed record behind the last good one, likewise. */
const struct batch *csv_mend_malformed(struct csv_in *in);
/* At the end of all: says how many were mended, where not each was told. */
void csv_mend_finish(struct csv_in *in);

/*
 * At the beginning of an operand: reads its header, or without one finds how many columns there
 * are.
 */
void csv_header_begin(struct csv_in *in);

#endif
