/*
 * A command for each part, run by the shell: the part's records go to its standard input, and what
 * it prints comes to our output, under one header.  All of them are served at once, so that none
 * waits for another; no record of one is cut by that of another.  A command that fails ends the
 * program, and with it the others.
 */
#ifndef ETL_SPLIT_CROWD_H
#define ETL_SPLIT_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "slice.h"

enum crowd_order {
	CROWD_AS_IT_COMES, /* records of one part in their order, those of several as they come */
	CROWD_BY_PART,     /* all of a part before those of the next */
	CROWD_IN_TURN      /* as the records came that they were made of, one of each */
};

struct crowd_how {
	const char *command;
	bool has_header;     /* parts begin with one, and so does what is printed */
	enum crowd_order order;
	uint32_t most;       /* of them at a time; one that begins waits for another to end */
	bool is_fixed;       /* all begin before the first record */
	uint64_t memory;     /* bytes that may wait for a slow one while others are not held up */
	int ahead;           /* bytes that may be in a command's pipe; 0: the usual number */
	uint64_t max_record; /* bytes, of what they print */
};

struct crowd;

/* Ends the program where the command of --each is blank: a shell does nothing then, and well. */
void crowd_check_command(const char *command);
/* Keeps how and out, where records go. */
struct crowd *crowd_new(const struct crowd_how *how, struct csv_out *out);
/*
 * Starts the next part's command; they are numbered from 0.  value goes into its environment; at is
 * NULL: none.
 */
void crowd_begin(struct crowd *c, struct slice value);
/*
 * The same where parts are known by other names than their numbers; name and variables as in
 * member_new().
 */
void crowd_begin_named(struct crowd *c, const char *name, char *const *variables);
/* Gives it whole records, so many. */
void crowd_put(struct crowd *c, uint32_t part, struct slice text, uint64_t records);
/* Nothing more comes for that part. */
void crowd_end(struct crowd *c, uint32_t part);
/* Waits until one of them has taken all that it was given. */
void crowd_await(struct crowd *c);
/* After that: is it such a one? */
bool crowd_is_free(const struct crowd *c, uint32_t part);
/* CROWD_IN_TURN: the parts that the next records go to. */
void crowd_note_turns(struct crowd *c, const uint32_t *part, size_t records);
/* Have all of them had enough? */
bool crowd_has_enough(const struct crowd *c);
/* Serves them until there is something to read from fd. */
void crowd_serve_until(void *crowd, int fd);
/* The end of all parts: waits for all commands. */
void crowd_finish(struct crowd *c);
void crowd_free(struct crowd *c);

#endif
