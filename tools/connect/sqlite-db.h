/*
 * A SQLite database under one transaction: opened, written, committed; or left as it was, however
 * the program ends.  All errors end the program.
 *
 * Signals are held while SQLite works.  They are let through at rest, where the transaction can be
 * rolled back in the handler, and while input is read, where it cannot: then the journal stays to
 * whoever opens next.
 */
#ifndef ETL_SQLITE_DB_H
#define ETL_SQLITE_DB_H

#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "mem.h"
#include "msg.h"
#include "slice.h"
#include "tmp.h"

struct db {
	sqlite3 *sqlite;
	const char *path;
	uint64_t lock_wait_ms;
	uint64_t waiting_since; /* for the lock, clock_ns() */
	volatile sig_atomic_t is_busy; /* a signal may have met SQLite or malloc() at work */
	struct cleanup cleanup;

	/* A database that was not there: made beside its place, where it appears whole. */
	bool is_new;
	struct tmp tmp;
	struct buf journal;
	struct cleanup no_journal;
};

/*
 * Opens path, which it keeps, and begins the transaction; waits for the lock as long as that.
 * Where there is no such file nothing is seen of it before db_commit().
 */
void db_open(struct db *db, const char *path, uint64_t lock_wait_ms);
/*
 * Signals can end the program here, which then rolls back; waits until fd, unless it is -1, can be
 * read.
 */
void db_rest(struct db *db, int fd);
/* Around a read of input: signals end the program at once. */
void db_let_signals(void);
void db_hold_signals(void);

/* Formats as sqlite3_mprintf() does: %w within a quoted name, %Q for a text. */
sqlite3_stmt *db_prepare(struct db *db, const char *format, ...);
void db_run(struct db *db, const char *format, ...);
/*
 * Runs the statements in text, which a NUL follows, within the transaction, which they cannot end.
 */
void db_script(struct db *db, const char *file, struct slice text);
/* The next row?  Ends the program on errors. */
bool db_step(struct db *db, sqlite3_stmt *statement);

/*
 * Is the error that of one row, so that the others can go on?  What SQLite says of it is
 * sqlite3_errmsg().
 */
bool db_is_row_fault(struct db *db, int code);
/* Ends the program with what SQLite last said. */
_Noreturn void db_die(struct db *db);

/* Commits and closes: when it returns, the rows are there for good. */
void db_commit(struct db *db);

#endif
