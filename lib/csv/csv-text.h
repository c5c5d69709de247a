/*
 * The text of one operand as the reader works on it: read in blocks, indexed by the scanner, moved
 * up as its records are taken; with lines and bytes for messages, and the limits.
 */
#ifndef ETL_CSV_TEXT_H
#define ETL_CSV_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "csv/foreign.h"
#include "in.h"
#include "mem.h"
#include "csv/scan.h"
#include "slice.h"

enum csv_limit { CSV_LIMIT_NONE, CSV_LIMIT_FIELD, CSV_LIMIT_RECORD };

struct csv_text {
	const struct csv_how *how;
	struct dialect dialect;
	struct csv_out *partner; /* flushed before we wait; may be NULL */
	void (*serve)(void *arg, int fd); /* called before we wait; may be NULL */
	void *serve_arg;

	struct in source;
	struct mark_source mark;
	struct stage_end *stage;
	struct stage_end kept;   /* instead of an input of the run: how->is_kept */
	bool at_end;             /* read(2) has said so */
	bool is_ended;           /* and the last record has been given an end */

	/* from the first record that was not taken, as far as it was read */
	char *at;
	size_t len, block;
	uint64_t line;           /* of at[line_at] */
	size_t line_at;

	scan_run_fn *run;
	struct scan scan;
	size_t index_at;         /* where the scan's index begins */
	struct csv_block own;
	/* where what is read goes; at is its memory, or was that of the one before */
	struct csv_block *home;
	size_t row;              /* the next of its rows: to be raised by who takes them */
	size_t bad_end;          /* behind the record of csv_text_bad() */

	/* The second opinion, where ETL_SCAN=libcsv. */
	bool use_second;
	struct foreign *second;
	struct buf raw;
	struct buf made;
	bool second_refused;
};

/* Keeps how. */
void csv_text_init(struct csv_text *t, const struct csv_how *how, struct dialect dialect);
void csv_text_clear(struct csv_text *t);

/*
 * From now on what is read goes to b, where what is left of the text moves as well before anything
 * is read: what stands where it has been until now is no longer changed.
 */
void csv_text_move(struct csv_text *t, struct csv_block *b);
/* Back to memory of its own, as at first, at once. */
void csv_text_return(struct csv_text *t);
/* Gives b memory enough for the text and its index; what stands in it stays if it was enough. */
void csv_text_size(const struct csv_text *t, struct csv_block *b);

/* Begins with source, which the caller has opened.  A BOM is skipped, UTF-16 ends the program. */
void csv_text_open(struct csv_text *t);

/*
 * Is there a row, scan.row[row], or else a malformed byte, scan.bad?  Reads until there is; false:
 * the operand has ended.  Moves the text, so that slices of it are valid until the next call.
 */
bool csv_text_more(struct csv_text *t);

/*
 * Passes over records of `width` plain fields, without an index, reading once; all rows have been
 * taken.  Returns how many, 0 where csv_text_more() has to look.
 */
size_t csv_text_pass(struct csv_text *t, size_t width);

/*
 * Reads once and passes over as many bytes as seem to be whole records, the first *len of at[];
 * all rows have been taken.  Their lines are not counted.  False where csv_text_more() has to look.
 */
bool csv_text_piece(struct csv_text *t, size_t *len);
/* Goes back to where `offset` bytes of the operand had been read: a record begins, in this line. */
void csv_text_back(struct csv_text *t, uint64_t offset, uint64_t line);

/* Starts the index again at at[at], where a record begins. */
void csv_text_restart(struct csv_text *t, size_t at);

/*
 * The malformed record from its start to the end of the malformed byte's line, read in if need be;
 * without its own end.  It ends at bad_end.  Moves the text.
 */
struct slice csv_text_bad(struct csv_text *t);
/* Where the malformed byte is. */
size_t csv_text_bad_at(const struct csv_text *t);

/* A row's bytes without its end. */
struct slice csv_text_record(const struct csv_text *t, size_t row);
/* Is the row a line without any byte, as RFC 4180 has none? */
bool csv_text_is_blank(const struct csv_text *t, size_t row);

/* Line of an offset, from 1; line_to() also counts on from there. */
uint64_t csv_text_line_of(const struct csv_text *t, size_t offset);
void csv_text_line_to(struct csv_text *t, size_t offset);
/* Place of an offset in its line, from 1. */
size_t csv_text_byte_of(const struct csv_text *t, size_t offset);

/*
 * The limit that a record of `fields` fields breaks first, if bytes come singly, so that it is the
 * same for every block; end[] are the ends of its fields.  *from is where what is too long begins.
 */
enum csv_limit csv_text_limit(const struct csv_how *how, const char *text, const uint32_t *end,
	size_t fields, const char **from);
/*
 * from: where the piece begins that is longer than its limit; at least one byte more of it is
 * there.
 */
_Noreturn void csv_text_die_long(const struct csv_text *t, uint64_t line, enum csv_limit which,
	const char *from);
/*
 * What is wrong with the text, in this line (0: in none): `file:line: text`, and the end of the
 * program.
 */
_Noreturn void csv_text_die(const struct csv_text *t, uint64_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
_Noreturn void csv_text_die_columns(const struct csv_text *t, uint64_t line);
_Noreturn void csv_text_die_at(const struct csv_text *t, size_t offset, const char *reason);

/*
 * Offset of a row's first byte; of row scan.rows: of the first byte that belongs to no whole
 * record.
 */
static inline size_t
csv_text_start(const struct csv_text *t, size_t row)
{
	return (uint32_t)(t->scan.end[(ptrdiff_t)t->scan.first[row] - 1] + 1);
}

static inline size_t
csv_text_width(const struct csv_text *t, size_t row)
{
	return t->scan.first[row + 1] - t->scan.first[row];
}

#endif
