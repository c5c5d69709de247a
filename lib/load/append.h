/*
 * Appending to a file, all or nothing.
 *
 * NAME.lock is held, and says meanwhile how long the file was: a failure cuts it back to that, and
 * after a kill the next run does.
 */
#ifndef ETL_APPEND_H
#define ETL_APPEND_H

#include <stdint.h>

#include "csv/csv.h"
#include "msg.h"

struct append {
	const char *path;
	int lock;        /* descriptor of NAME.lock */
	int fd;          /* of the file, while it is appended to */
	uint64_t length; /* before */
	struct cleanup cleanup;
};

/*
 * Takes the lock of path, which it keeps, as tmp_lock() does, for the rest of the program; cuts off
 * what a killed run left behind the file's end.
 */
void append_lock(struct append *a, const char *path, uint64_t wait_seconds);

/*
 * Appends all that the file `from` holds to path, which exists; a line end that path lacks comes
 * first.  When it returns, it is there for good.  Ends the program on errors.
 */
void append_file(struct append *a, int from);

/* The same of what out has written into a temporary for path, which goes; out is done. */
void append_output(struct append *a, struct csv_out *out);

#endif
