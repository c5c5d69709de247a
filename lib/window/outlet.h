/*
 * Where the windows of a stream go as they close: their records, with the bounds in front, into the
 * output, or to a command for each, whose output is joined to ours.
 */
#ifndef ETL_OUTLET_H
#define ETL_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "mem.h"
#include "slice.h"
#include "split/crowd.h"
#include "window/cut.h"

struct outlet {
	struct csv_out *out;
	bool is_counted;       /* bounds are numbers of records */
	size_t key_columns;    /* 0: windows have no keys */
	struct csv_out single; /* what stands in front of each record, or another part of one */
	struct buf text;
	struct buf header;     /* for each command; empty: there is none */
	struct crowd_how crowd_how;
	struct crowd *crowd;   /* NULL: there are no commands */
	uint32_t part;         /* that begins next */
	struct buf piece;      /* records on the way to a command, so many */
	uint64_t records;
};

/*
 * The columns of out are set.  command is NULL where there is none, and is kept, as are out and
 * in, before whose waits all commands are served.
 */
void outlet_open(struct outlet *o, struct csv_out *out, const char *command,
	const struct csv_how *how, struct csv_in *in);
/* The header, in front of which stand the names of the bounds. */
void outlet_header(struct outlet *o, const struct slice name[2], const struct batch *row);
/* The window that cut_close() has given. */
void outlet_window(struct outlet *o, struct cut *c, const struct cut_window *window);
/* All windows are there: waits for the commands. */
void outlet_finish(struct outlet *o);

#endif
