/*
 * Connectors: programs named after a URI scheme that bring and take data (etl-connect(7)).
 */
#ifndef ETL_CONNECT_H
#define ETL_CONNECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connect/child.h"
#include "connect/connect-find.h"
#include "mem.h"
#include "msg.h"
#include "slice.h"

/* A connector that runs. */
struct connect_child {
	const char *scheme;
	char *shown;        /* the URI, for messages */
	struct child child;
	int from;           /* what it writes: get; else -1 */
	int report;         /* its counts, at its end */
	uint64_t records;   /* put: loaded, as it reports; once it has ended */
	/* put: what it reads instead of our standard input; the caller says so */
	char *const *files;
	size_t files_count;
	bool was_killed;
	bool is_committing; /* put: it has begun to make its work last */
	struct cleanup cleanup;
};

/* The words of a command line, NULL-terminated once there is one. */
struct connect_words {
	char **at;
	size_t count;
	size_t room;
};

/* A copy of the URI without its password: user:***@host. */
char *connect_shown(const char *uri);

/*
 * The path of a file: URI, with %XX as bytes (RFC 8089): file:PATH, file:///PATH,
 * file://localhost/PATH.
 */
char *connect_file(const char *uri);

/* Appends a word, kept; or `--name=value` (`--name` where value is NULL), made. */
void connect_word(struct connect_words *words, const char *word);
void connect_option(struct connect_words *words, const char *name, const char *value);

/*
 * Runs `SCHEME verb URI words...`.  What it is: "get", whose output comes from child->from, or
 * "put", which reads input (a descriptor that it takes; -1: standard input).  It dies with us.
 * child must stay where it is until connect_wait().  Ends the program where there is no such
 * connector.
 */
void connect_start(struct connect_child *child, const char *scheme, const char *verb,
	const char *uri, const struct connect_words *words, int input);

/*
 * Waits; returns its exit status: 0, or one of etl(7)'s, where anything else it may say becomes
 * END_SETUP, and END_AGAIN with a message where it was killed.  Its counts go into the record of
 * our run.
 */
int connect_wait(struct connect_child *child);

/* What `SCHEME describe` says. */
struct connect_about {
	bool gets;
	bool puts;
	bool is_records;    /* what it gets, or puts where it cannot get; else bytes */
	bool is_whole;      /* put: what it does not commit whole leaves no trace */
	bool is_announced;  /* put: there is no trace before it has said that it is committing */
	/* put: operands behind the URI are files to read instead of standard input */
	bool takes_files;
	struct slice *name; /* of its options, without dashes */
	struct slice *value; /* what each of them takes; empty: nothing */
	size_t names;
};

/* Ends the program where the connector cannot say. */
struct connect_about connect_describe(const char *scheme, struct arena *arena);

/*
 * Ends the program unless each of the words that is an option is one of the connector's and has its
 * value.
 */
void connect_check(
	const char *scheme, const struct connect_about *about, const struct connect_words *words);

/*
 * Appends what `program describe` prints, and a NUL.  Returns END_WELL, or, with a message, the
 * status of a program that cannot say.
 */
int connect_ask(const char *scheme, const char *program, struct buf *text);

/*
 * Prints each connector that is found: its program, schemes, directions, unit and options.  Returns
 * END_WELL, or the status of one that cannot say, which has been told.
 */
int connect_list(void);

#endif
