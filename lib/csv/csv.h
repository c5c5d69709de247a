/*
 * The record stream: reading and writing CSV and TSV as etl-csv(7) says, for all programs alike.
 *
 * A program opens its operands as one csv_in, takes batches from it until there are no more, and
 * puts records into a csv_out.  Malformed input, limits, clean ends, counts and messages are dealt
 * with here.
 */
#ifndef ETL_CSV_H
#define ETL_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/batch.h"
#include "csv/columns.h"
#include "csv/scan.h"
#include "mark.h"
#include "opt.h"
#include "out.h"
#include "slice.h"
#include "stage.h"

struct in;

/* What --ragged allows, added up. */
enum csv_ragged { RAGGED_ERROR = 0, RAGGED_FILL = 1, RAGGED_TRUNCATE = 2, RAGGED_REJECT = 4 };

/* What the shared options say.  Begin with CSV_HOW. */
struct csv_how {
	bool no_header;
	const char *header;        /* --header: names for input without a header */
	const char *rename_header;
	bool no_out_header;
	bool tsv, out_tsv, tsv_escape;
	/* its records go with those of another input, which are the ones to count */
	bool is_beside;
	char delimiter, out_delimiter; /* 0: the default */
	bool lenient;
	unsigned ragged;           /* csv_ragged, added up */
	bool allow_empty;
	bool require_clean;
	uint64_t max_field, max_record, max_columns;
	const char *output;        /* -o */
	bool replaces;             /* what was there goes: no input at all must then be meant */
	bool is_lines;             /* a record is a line: set by lines_set() */
	/* a file of ours: what is wrong with it is damage, END_SETUP, and never rejected */
	bool is_state;
	bool is_kept;              /* what this program has kept itself: no input of its run */
	/*
	 * Is told by who makes records of what has no header what their columns are called, before
	 * the first; without names at none.  May be NULL.
	 */
	void (*named)(void *arg, const struct header *header);
	void *named_arg;
	/*
	 * Where inputs are no operands: opens the next one, told how many records the last one had
	 * (0 before the first); false behind the last.
	 */
	bool (*next)(void *arg, struct in *source, uint64_t records);
	void *next_arg;
};

#define CSV_HOW {.max_field = 64 << 20, .max_record = 256 << 20, .max_columns = 65536}

/* Rows for a program's option table; how is its struct csv_how. */
#define OPT_CSV_IN(how) \
	{'N', "no-header", NULL, "no header in, none out; columns are 1..n", OPT_FLAG, \
		&(how).no_header, NULL}, \
	{0, "header", "NAMES", "the input has no header: these are the names", OPT_LIST, \
		&(how).header, NULL}, \
	{0, "rename-header", "NAMES", "use these names instead of the header's", OPT_LIST, \
		&(how).rename_header, NULL}, \
	{'t', "tsv", NULL, "read tab-separated values; a quote is a byte like any other", \
		OPT_FLAG, &(how).tsv, NULL}, \
	{'d', "delimiter", "BYTE", "read CSV with this delimiter", OPT_BYTE, &(how).delimiter, \
		NULL}, \
	{0, "tsv-escape", NULL, "in TSV, \\t \\n \\r \\\\ stand for the byte", OPT_FLAG, \
		&(how).tsv_escape, NULL}, \
	{0, "lenient", NULL, "mend malformed quoting within its line, with a warning", OPT_FLAG, \
		&(how).lenient, NULL}, \
	{0, "ragged", "HOW", "records of another width: fill, truncate, reject", OPT_DO, \
		&(how).ragged, csv_set_ragged}, \
	{0, "allow-empty", NULL, "no bytes at all are no error", OPT_FLAG, &(how).allow_empty, \
		NULL}, \
	{0, "require-clean", NULL, "refuse input that nobody vouches for", OPT_FLAG, \
		&(how).require_clean, NULL}, \
	{0, "max-field", "BYTES", "longest field (64M)", OPT_BYTES, &(how).max_field, NULL}, \
	{0, "max-record", "BYTES", "longest record (256M)", OPT_BYTES, &(how).max_record, NULL}, \
	{0, "max-columns", "N", "most columns (65536)", OPT_COUNT, &(how).max_columns, NULL}
#define OPT_CSV_OUT(how) \
	{'T', "out-tsv", NULL, "write tab-separated values", OPT_FLAG, &(how).out_tsv, NULL}, \
	{'D', "out-delimiter", "BYTE", "write CSV with this delimiter", OPT_BYTE, \
		&(how).out_delimiter, NULL}, \
	{0, "no-out-header", NULL, "write no header", OPT_FLAG, &(how).no_out_header, NULL}, \
	{'o', "output", "FILE", "write to FILE, which appears whole at the end", OPT_FILE, \
		&(how).output, NULL}

void csv_set_ragged(const struct opt *opt, const char *value);

struct csv_in;
struct csv_out;

/*
 * Checks that all operands can be read, opens the first (none: standard input) and reads its
 * header.  Keeps how and operands.  Ends the program on anything that etl-csv(7) calls an error,
 * here and in csv_read().
 */
struct csv_in *csv_open(const struct csv_how *how, char *const *operands, size_t count);

/*
 * The columns' names, as values; 1..n where there is no header; none at all where there was no byte
 * of input and that is allowed.  Valid until csv_close().
 */
const struct header *csv_header(const struct csv_in *in);

/*
 * The header as a batch of one row, verbatim; NULL where none is to be written.  Valid until
 * csv_close().
 */
const struct batch *csv_header_row(const struct csv_in *in);

/*
 * The next records, at least one; NULL at the clean end of the last operand.  Valid until the next
 * call.
 */
const struct batch *csv_read(struct csv_in *in);

/* Memory for a text and its index. */
struct csv_block {
	char *at;
	size_t cap;
	uint32_t *room;
};

/*
 * For who wants to know no more than how many records there are: passes over the next ones, as long
 * as nothing about them needs a look, and returns how many.  0: csv_read() has to look, which is to
 * be asked then.
 */
uint64_t csv_pass(struct csv_in *in);

/* A batch that stays; begin with zeros. */
struct csv_held {
	struct batch batch;
	struct csv_block block;
	struct csv_block copy; /* of one that does not stand in block */

	/* A piece, from its reading until it is taken. */
	struct scan index;
	size_t len;            /* of the piece, in block */
	uint64_t offset;       /* in the operand */
	bool is_even;          /* its records are as they should be */
};

/*
 * As csv_read(), but the batch, h->batch, is valid until the next call with the same h.  All h must
 * stay until the end of the input, or until csv_hold_none(), behind which csv_read() goes on.
 */
const struct batch *csv_read_held(struct csv_in *in, struct csv_held *h);
void csv_hold_none(struct csv_in *in);
void csv_held_clear(struct csv_held *h);

/*
 * Reading by several threads, each with an h of its own.  One at a time reads a piece of whole
 * records, of a regular file, without looking at more than its quotes.  False: csv_read_held() has
 * to look, once all pieces have been taken.
 */
bool csv_read_piece(struct csv_in *in, struct csv_held *h);
/* Splits the piece into records; side by side with all else. */
void csv_index_piece(const struct csv_in *in, struct csv_held *h);
/*
 * Makes the piece a batch, h->batch, valid until the next call with the same h; in the order in
 * which they were read, and one at a time.  False: something about its records needs a look; the
 * pieces behind it are void, and csv_read_held() goes on where it begins: it is to be asked next,
 * when nobody reads a piece.
 */
bool csv_take_piece(struct csv_in *in, struct csv_held *h);

/*
 * Before csv_read() waits for input, what w holds goes out, so that a slow source does not hold its
 * records back.  Keeps w.
 */
void csv_flush_before_wait(struct csv_in *in, struct csv_out *w);

/*
 * Before csv_read() reads where it may have to wait, serve(arg, fd) is called, which has other
 * things to do until there is something to read from fd, or its end.
 */
void csv_serve_while_waiting(struct csv_in *in, void (*serve)(void *arg, int fd), void *arg);

/* Records read so far, the rejected ones included. */
uint64_t csv_records(const struct csv_in *in);
void csv_close(struct csv_in *in);

/*
 * At the end of an input: ends the program where its mark says that the writer did not finish, or
 * that is unknown and how does not accept it.  records as in mark_judge().
 */
void csv_judge(const struct csv_how *how, const struct mark_source *mark, uint64_t records,
	bool is_empty);

/* Ends the program with END_DATA unless so many records came as --expect-rows says. */
#define CSV_ANY_COUNT UINT64_MAX
void csv_must_count(uint64_t records, uint64_t wanted);

/*
 * Ends the program with END_DATA unless the input has the columns of the file at path: as many, and
 * of the same names where by_name is set.
 */
void csv_must_match(const char *path, const struct header *file, const struct header *input,
	bool by_name);

/*
 * Of inputs that are read side by side: ends the program with END_DATA unless this one has the
 * header of the first, or without headers as many columns.  Both have columns.
 */
void csv_check_same(const struct csv_in *in, const char *name, const struct csv_in *first,
	const char *first_name);

/* Prints `program: file:line: ...` for a row and ends the program. */
_Noreturn void csv_die(int status, const struct batch *b, size_t row, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Names the column of a list given by an option, or ends the program with the reason. */
struct columns csv_columns(const char *list, const char *option, const struct header *header,
	unsigned forms, struct arena *arena);

struct csv_out {
	struct out out;
	struct mark mark;
	struct dialect dialect;
	size_t columns;    /* of a record; set by the program before it puts the first */
	uint64_t records;  /* without the header */
	/* records read from inputs beside the one that csv_finish() is told of */
	uint64_t beside;
	bool is_behind;    /* a field has been put: the next needs a delimiter */
	bool is_verbatim;  /* the source's dialect is ours: runs of fields can be copied */
	const struct batch *source;
	size_t row;        /* of source, for messages */
	uintptr_t quotable; /* address and bytes of what may be within quotes in the source */
	size_t quotable_len;
	struct stage_end *stage;
	struct buf scratch;
};

/*
 * Opens -o or standard output, and marks the pipe that it may be.  Comes before csv_open(), which
 * may wait for input: whoever is killed meanwhile has left a mark.  Keeps how.
 */
void csv_out_open(struct csv_out *w, const struct csv_how *how);
/*
 * One that puts records of the same kind into memory, for csv_put_rest() when their time comes.
 * Keeps text, to which out_flush() appends what has been put.
 */
void csv_out_memory(struct csv_out *w, const struct csv_out *like, struct buf *text);
void csv_out_memory_clear(struct csv_out *w);
/* From now on runs come from b; NULL: no batch. */
void csv_source(struct csv_out *w, const struct batch *b);
/*
 * A computed value, quoted only where needed; but a field of the source that was chosen as it is
 * keeps its quotes.
 */
void csv_put_value(struct csv_out *w, struct slice value);
/* A value that came in quotes keeps them. */
void csv_put_quoted(struct csv_out *w, struct slice value);
/* Fields that are not in our dialect, one by one. */
void csv_put_converted(struct csv_out *w, size_t row, size_t first, size_t last);
/* The names of some columns of a header's row, the new ones where they are renamed. */
void csv_put_names(struct csv_out *w, const struct batch *row, const struct columns *columns);
/*
 * So many rows of the source from the first on, whole, in one copy where the dialects and the
 * record ends allow it.
 */
void csv_put_rows(struct csv_out *w, size_t first, size_t rows);
/*
 * The same rows, each as a record of the fields that the runs have, in their order.  No field is in
 * two of them.
 */
void csv_put_cut(struct csv_out *w, size_t first, size_t rows, const struct columns_run *run,
	size_t runs);
/*
 * Copies what in holds, to its clean end: all records whole, with the header where there is one to
 * write.
 */
void csv_copy(struct csv_in *in, struct csv_out *w, bool with_header);
/* The header as csv_header_row() has it, whole; NULL: none. */
void csv_put_header(struct csv_out *w, const struct batch *row);
/* Ends the header: a record that is not counted. */
void csv_put_header_end(struct csv_out *w);
/*
 * All is written: commits -o and the rejects, marks the pipe as ended well, closes.  in may be
 * NULL.
 */
void csv_finish(struct csv_out *w, const struct csv_in *in);

/* Fields first..last of a row of the source, verbatim where the dialects agree. */
static inline void
csv_put_run(struct csv_out *w, size_t row, size_t first, size_t last)
{
	if (!w->is_verbatim || w->columns == 1) {
		csv_put_converted(w, row, first, last);
		return;
	}
	struct slice run = batch_run(w->source, row, first, last);
	if (w->is_behind)
		out_byte(&w->out, w->dialect.delimiter);
	out_padded(&w->out, run.at, run.len);
	w->is_behind = true;
}

static inline void
csv_put_end(struct csv_out *w)
{
	out_byte(&w->out, '\n');
	w->is_behind = false;
	w->records++;
}

/*
 * A record's end and the fields before it, or all of it, from csv_out_memory(); OUT_PAD bytes
 * behind are readable.
 */
static inline void
csv_put_rest(struct csv_out *w, struct slice rest)
{
	out_padded(&w->out, rest.at, rest.len);
	w->is_behind = false;
	w->records++;
}

#endif
