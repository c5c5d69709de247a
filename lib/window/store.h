/*
 * A file of records that is kept from run to run: read under a lock, and replaced as a whole or not
 * at all.  It is CSV with a header.  What is wrong with it is damage, END_SETUP: it is never taken
 * for an empty one.
 */
#ifndef ETL_STORE_H
#define ETL_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "csv/csv.h"
#include "msg.h"

struct store {
	const char *name;   /* as the user calls it */
	char *path;         /* the file that this leads to */
	struct csv_how how;
	struct csv_in *in;  /* its records; NULL: there is no such file yet */
	struct csv_out out;
	bool is_committed;
	struct cleanup cleanup;
};

/*
 * Takes the lock, as tmp_lock() does, for the rest of the program, and opens what is there.  Keeps
 * name.  The limits of how hold for the store too.  From now on each end but a good one says what
 * became of the store.
 */
void store_open(struct store *s, const char *name, const struct csv_how *how, uint64_t lock_wait);

/*
 * Ends the program where the file at path, or the one that fd has open (path NULL), is the store
 * itself.
 */
void store_refuse(const struct store *s, const char *path, int fd);

/* Opens what will replace it, for the header and all records. */
struct csv_out *store_rewrite(struct store *s);

/*
 * Puts that in its place; the rejects of in are committed before.  When it returns, it is there for
 * good.
 */
void store_commit(struct store *s, const struct csv_in *in);
void store_close(struct store *s);

#endif
