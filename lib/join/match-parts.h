/*
 * What the ways of joining by key share: the inputs, the output, and how a record leaves.
 */
#ifndef ETL_MATCH_PARTS_H
#define ETL_MATCH_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "join/held.h"
#include "join/match.h"
#include "join/once.h"
#include "join/pairs.h"
#include "join/ready.h"
#include "join/unpaired.h"
#include "mem.h"
#include "slice.h"
#include "table/keys.h"

/* Rows of a batch of LEFT that have no match. */
struct match_alone {
	size_t *row;
	size_t count;
	size_t room;
};

struct match {
	const struct match_how *how;
	const struct match_kind *kind;
	struct csv_how beside; /* RIGHT's */
	struct csv_in *left, *right;
	const char *left_name, *right_name;
	struct csv_out out;
	struct arena arena;

	struct pairs pairs;   /* of the key */
	struct pairs times;   /* --asof: a column of either */
	size_t last;          /* column of LEFT */
	struct columns rest;  /* RIGHT's without its key */
	struct ready ready;
	struct slice nothing; /* the rest of a record of LEFT that leaves alone */

	struct unpaired left_unpaired, right_unpaired;
	bool keeps_right;     /* RIGHT's records without a match go somewhere */
	struct once left_once, right_once;
	uint64_t memory; /* for RIGHT */
};

/* By a table of RIGHT's keys. */
void match_by_hash(struct match *m, size_t jobs);
/*
 * The same on disk, where RIGHT does not fit into the memory: takes what has been held so far, then
 * the rows whose keys have been taken, and joins them with LEFT, which has not been read.
 */
struct match_spill;
struct match_spill *match_spill_new(struct match *m, const struct held *h);
void match_spill_right(struct match_spill *s, const struct keys *k, size_t first, size_t rows);
void match_spill_join(struct match_spill *s);
/* By going through both, which are sorted, in step (--sorted). */
void match_by_merge(struct match *m);
/* By the time that is nearest (--asof). */
void match_by_time(struct match *m, size_t jobs);
/* The same by going through both, which are sorted by key and time, in step. */
void match_by_step(struct match *m);

void match_put_header(struct match *m);
/* RIGHT's next batch, of which ready_row() then gives the records; NULL: it has ended well. */
const struct batch *match_read_right(struct match *m);
/* A row of it, ready for the output, as ready_row() gives it. */
struct slice match_ready(struct match *m, size_t row, size_t *before);
/* Holds a row of it, ready for the output. */
void match_hold(struct match *m, struct held *h, size_t row, uint32_t key);
/* What is held takes more than the memory. */
_Noreturn void match_die_memory(const struct match *m, uint64_t records);
/*
 * All of a batch of LEFT has been joined: what goes by the order of batches, in this thread's turn.
 * Those that are noted as alone are so no more.
 */
void match_left_done(struct match *m, const struct batch *b, struct match_alone *alone);
/* A record of RIGHT, as ready_row() gave it, has no match. */
void match_put_right_alone(struct match *m, struct slice text);

/* A record of LEFT without a match. */
static inline void
match_put_alone(const struct match *m, struct csv_out *out, size_t row)
{
	csv_put_run(out, row, 0, m->last);
	csv_put_rest(out, m->nothing);
}

/* Notes a row for match_left_done(), where records without a match are asked for. */
void match_note_alone(const struct match *m, struct match_alone *alone, size_t row);

/* Keys are taken of so many rows at a time. */
static inline size_t
match_next_rows(const struct batch *b, size_t first)
{
	return b->rows - first < KEYS_ROWS ? b->rows - first : KEYS_ROWS;
}

#endif
