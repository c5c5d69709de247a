#include "sqlite-db.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "stage.h"

enum { OPCODES_BETWEEN_LOOKS = 20000, PAUSE_MS = 20 };

static void
end_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
}

static bool
is_signalled(void)
{
	sigset_t set;
	sigpending(&set);
	return sigismember(&set, SIGHUP) || sigismember(&set, SIGINT) || sigismember(&set, SIGTERM);
}

void
db_let_signals(void)
{
	sigset_t set;
	end_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void
db_hold_signals(void)
{
	sigset_t set;
	end_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

void
db_rest(struct db *db, int fd)
{
	db->is_busy = false;
	db_let_signals();
	if (fd >= 0)
		poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
	db_hold_signals();
	db->is_busy = true;
}

static void
roll_back(void *arg, int status)
{
	struct db *db = arg;
	if (status >= END_SIGNAL && db->is_busy)
		return;
	sqlite3_progress_handler(db->sqlite, 0, NULL, NULL);
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close_v2(db->sqlite);
}

static int
status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
		return END_AGAIN;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
	case SQLITE_TOOBIG:
		return END_DATA;
	default:
		return END_SETUP;
	}
}

static const char *
remedy_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return " by another program (--lock-wait SECONDS waits longer)";
	case SQLITE_CORRUPT:
		return "; see what is left: sqlite3 FILE 'PRAGMA quick_check'";
	default:
		return "";
	}
}

static void
say_why(struct db *db, const char *where)
{
	int code = sqlite3_errcode(db->sqlite);
	int error = sqlite3_system_errno(db->sqlite);
	bool is_io = (code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_IOERR ||
		     (code & 0xff) == SQLITE_FULL;
	warn("%s: %s%s%s%s", where, sqlite3_errmsg(db->sqlite), remedy_of(code),
		is_io && error != 0 ? ": " : "", is_io && error != 0 ? strerror(error) : "");
}

/* A signal that SQLite was interrupted for ends the program here. */
static void
obey_signals(struct db *db)
{
	if (is_signalled())
		db_rest(db, -1);
}

void
db_die(struct db *db)
{
	int status = status_of(sqlite3_errcode(db->sqlite));
	obey_signals(db);
	say_why(db, db->path);
	end(status);
}

static int
look_for_signals(void *arg)
{
	(void)arg;
	return is_signalled();
}

/* Somebody else has the lock. */
static int
wait_for_lock(void *arg, int tries)
{
	struct db *db = arg;
	const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000 * 1000};
	if (tries == 0)
		db->waiting_since = clock_ns();
	if (is_signalled() || clock_ns() - db->waiting_since >= db->lock_wait_ms * 1000000)
		return 0;
	nanosleep(&pause, NULL);
	return 1;
}

/* SQLite would take some names for something else than a file's (uri.html). */
static char *
plain_name(const char *path)
{
	bool is_special = path[0] == ':' || strncmp(path, "file:", 5) == 0;
	struct buf b = {0};
	buf_format(&b, "%s%s", is_special ? "./" : "", path);
	buf_byte(&b, '\0');
	return b.at;
}

/* What SQLite lays beside the new database goes with it. */
static void
remove_journal(void *arg, int status)
{
	struct db *db = arg;
	(void)status;
	unlink(db->journal.at);
}

/* Where the file is that is written: in its place, or, where there is nothing yet, beside it. */
static const char *
choose_file(struct db *db)
{
	struct stat st;
	bool is_there = stat(db->path, &st) == 0;
	if (is_there && S_ISDIR(st.st_mode))
		die(END_SETUP, "%s: %s", db->path, strerror(EISDIR));
	db->is_new = !is_there && tmp_open_new(&db->tmp, db->path, db->lock_wait_ms);
	if (!db->is_new)
		return db->path;
	buf_format(&db->journal, "%s-journal", db->tmp.path);
	buf_byte(&db->journal, '\0');
	db->no_journal = (struct cleanup){.run = remove_journal, .arg = db};
	cleanup_add(&db->no_journal);
	unlink(db->journal.at);
	return db->tmp.path;
}

void
db_open(struct db *db, const char *path, uint64_t lock_wait_ms)
{
	*db = (struct db){.path = path, .lock_wait_ms = lock_wait_ms, .is_busy = true};
	/*
	 * One thread, nobody asks how much memory is in use: no mutex, no count at each allocation.
	 */
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	char *name = plain_name(choose_file(db));
	db_hold_signals();
	int code = sqlite3_open_v2(name, &db->sqlite, SQLITE_OPEN_READWRITE, NULL);
	free(name);
	if (db->sqlite == NULL)
		die(END_SETUP, "out of memory");
	db->cleanup = (struct cleanup){.run = roll_back, .arg = db};
	cleanup_add(&db->cleanup);
	if (code != SQLITE_OK)
		db_die(db);
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_busy_handler(db->sqlite, wait_for_lock, db);
	sqlite3_progress_handler(db->sqlite, OPCODES_BETWEEN_LOOKS, look_for_signals, NULL);
	/*
	 * It is thrown away where anything fails, and synchronised once, as it is put in its place.
	 */
	if (db->is_new)
		db_run(db, "PRAGMA synchronous = OFF");
	db_run(db, "BEGIN IMMEDIATE");
}

static sqlite3_stmt *
prepare(struct db *db, const char *format, va_list args)
{
	sqlite3_stmt *statement = NULL;
	char *sql = sqlite3_vmprintf(format, args);
	if (sql == NULL)
		die(END_SETUP, "out of memory");
	if (sqlite3_prepare_v2(db->sqlite, sql, -1, &statement, NULL) != SQLITE_OK)
		db_die(db);
	sqlite3_free(sql);
	return statement;
}

sqlite3_stmt *
db_prepare(struct db *db, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	sqlite3_stmt *statement = prepare(db, format, args);
	va_end(args);
	return statement;
}

bool
db_step(struct db *db, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		db_die(db);
	return code == SQLITE_ROW;
}

void
db_run(struct db *db, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	sqlite3_stmt *statement = prepare(db, format, args);
	va_end(args);
	while (db_step(db, statement))
		continue;
	sqlite3_finalize(statement);
}

bool
db_is_row_fault(struct db *db, int code)
{
	/* A conflict clause or a trigger of the table's can roll the whole transaction back. */
	return status_of(code) == END_DATA && !sqlite3_get_autocommit(db->sqlite);
}

static int
allow_all_but_transactions(
	void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
	(void)arg;
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return action == SQLITE_TRANSACTION ? SQLITE_DENY : SQLITE_OK;
}

static _Noreturn void
die_in_script(struct db *db, const char *file, const char *text, const char *at)
{
	struct buf where = {0};
	size_t line = 1;
	int status = status_of(sqlite3_errcode(db->sqlite));
	bool is_denied = (sqlite3_errcode(db->sqlite) & 0xff) == SQLITE_AUTH;
	obey_signals(db);
	for (const char *p = text; p < at; p++)
		line += *p == '\n';
	buf_format(&where, "%s:%zu%s", file, line,
		is_denied ? ": part of the load's transaction, which ends by itself" : "");
	buf_byte(&where, '\0');
	say_why(db, where.at);
	end(status);
}

void
db_script(struct db *db, const char *file, struct slice text)
{
	const char *at = text.at;
	const char *stop = text.at + text.len;
	sqlite3_set_authorizer(db->sqlite, allow_all_but_transactions, NULL);
	while (at < stop) {
		sqlite3_stmt *statement = NULL;
		const char *next = stop;
		at += strspn(at, " \t\r\n");
		if (sqlite3_prepare_v2(db->sqlite, at, (int)(stop - at), &statement, &next) !=
			SQLITE_OK) {
			int offset = sqlite3_error_offset(db->sqlite);
			die_in_script(db, file, text.at, at + (offset > 0 ? offset : 0));
		}
		int code = SQLITE_DONE;
		while (statement != NULL && (code = sqlite3_step(statement)) == SQLITE_ROW)
			continue;
		if (code != SQLITE_DONE)
			die_in_script(db, file, text.at, at);
		sqlite3_finalize(statement);
		at = next;
	}
	sqlite3_set_authorizer(db->sqlite, NULL, NULL);
}

void
db_commit(struct db *db)
{
	db_rest(db, -1);
	stage_committing();
	db_run(db, "COMMIT");
	cleanup_drop(&db->cleanup);
	/* What is done is done: a signal that comes from here on is no failure. */
	if (sqlite3_close(db->sqlite) != SQLITE_OK)
		warn("%s: %s", db->path, sqlite3_errmsg(db->sqlite));
	if (!db->is_new)
		return;
	cleanup_drop(&db->no_journal);
	tmp_commit_new(&db->tmp);
	buf_clear(&db->journal);
}
