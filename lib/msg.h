/*
 * What a program says and how it ends: messages `program: text` on stderr, exit statuses, and the
 * one list of clean-ups that every end runs (return, die(), signal).
 */
#ifndef ETL_MSG_H
#define ETL_MSG_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses: etl(7), EXIT STATUS.  By signal n it is 128 + n. */
enum { END_WELL = 0, END_DATA = 1, END_SETUP = 2, END_AGAIN = 75, END_SIGNAL = 128 };

/*
 * One thing to undo or to put on record at the end.  run() may be called from a signal handler, so
 * it must keep to async-signal-safe calls; status is the exit status, END_SIGNAL + n by signal n.
 */
struct cleanup {
	void (*run)(void *arg, int status);
	void *arg;
	struct cleanup *next;
};

/*
 * Sets the program's name (keeps it) and lets INT, TERM and HUP run the clean-ups before they kill.
 */
void msg_start(const char *program);
const char *msg_program(void);
/*
 * From now on those signals change nothing: what there was to do is done, but for the end.  Called
 * by the only thread that there is.
 */
void msg_be_done(void);
/* In a child that becomes another program: signals as they were before msg_start(). */
void msg_restore_signals(void);

/*
 * Around a change of what the clean-ups look at: no handler runs them meanwhile, nor does another
 * thread.  *old is for msg_let_go(), which comes soon.
 */
void msg_hold(sigset_t *old);
void msg_let_go(const sigset_t *old);

/*
 * Keeps c, which stays the caller's, until it has run or cleanup_drop().  The last added runs
 * first.
 */
void cleanup_add(struct cleanup *c);
/* Takes c out of the list; the caller may free it. */
void cleanup_drop(struct cleanup *c);

/*
 * Before other threads are started, and when they have ended: in between the signals that run the
 * clean-ups are waited for by a thread of its own, so that no thread is stopped with something half
 * done.  msg_watch() returns 0, or the error of pthread_create().
 */
int msg_watch(void);
void msg_watch_end(void);
/*
 * Of several threads, each says what it has to say, and ends the program, when its turn has come:
 * wait() returns then.  For this thread; NULL: at once.
 */
void msg_set_turn(void (*wait)(void *arg), void *arg);
/* Waits for this thread's turn: before anything that the others' order is to be seen in. */
void msg_take_turn(void);

/* Prints one line; control bytes appear as \xNN, a text longer than 4 KiB is cut. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* warn(), then end(). */
_Noreturn void die(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Runs the clean-ups and exits. */
_Noreturn void end(int status);
/*
 * For a program whose status 1 is an answer: from now on what would end with END_DATA ends with
 * this instead.
 */
void end_data_as(int status);

/*
 * What a count does to the words around it: `1 record`, `2 records`; `1 was written`, `2 were
 * written`.
 */
static inline const char *
plural(uintmax_t count)
{
	return count == 1 ? "" : "s";
}

static inline const char *
was_or_were(uintmax_t count)
{
	return count == 1 ? "was" : "were";
}

enum { SHOWN_MAX = 168 };

/*
 * Data for a message: at most 40 bytes of at[len], control bytes as \xNN, "..." behind when cut.
 * Returns out.
 */
const char *shown(char out[SHOWN_MAX], const char *at, size_t len);

#endif
