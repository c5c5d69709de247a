/*
 * The text of inputs that hold JSON: block after block, with lines counted, and values at its front
 * read whole.
 */
#ifndef ETL_JSON_SOURCE_H
#define ETL_JSON_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv/csv.h"
#include "in.h"
#include "json-text.h"
#include "slice.h"

enum {
	/* Bytes that must be there before it is said that they are wrong: \ud83d\ude00 and some. */
	JSON_ESCAPE = 16
};

struct json_source {
	const struct csv_how *how;
	struct csv_out *partner;
	size_t block;

	struct in in;
	struct mark_source mark;
	struct stage_end *stage;
	bool is_open, at_end;
	uint64_t records; /* of the input; the caller counts them */

	char *at;
	size_t cap, len;
	size_t from;               /* of at[]: what has not been taken */
	size_t end;                /* of the value at from, where it is known to be whole; else 0 */
	uint64_t base;             /* of at[0], in the input */
	uint64_t line, line_start; /* of at[line_at], and where in the input it begins */
	size_t line_at;
};

/*
 * Inputs are those of how->next.  What w holds goes out before an input is waited for.  Keeps how
 * and w; ends the program on errors, here and below.
 */
void json_source_init(struct json_source *s, const struct csv_how *how, struct csv_out *w);
void json_source_clear(struct json_source *s);

/* Opens the next input, at its first byte behind a BOM; false: there are no more. */
bool json_source_open(struct json_source *s);
/* At its end. */
void json_source_close(struct json_source *s);

/* Reads on, which moves at[]; false at the input's end. */
bool json_source_fill(struct json_source *s);
/* The next byte that is not blank, at from; false: there is none. */
bool json_source_peek(struct json_source *s, char *byte);
/* The same where there must be one; the reason is that there is none. */
char json_source_need(struct json_source *s, const char *reason);

/* What is there and has not been taken. */
static inline struct json_text
json_source_rest(const struct json_source *s)
{
	return (struct json_text){s->at + s->from, s->at + s->len, ""};
}

/* Is what failed there only not all there yet? */
static inline bool
json_source_is_cut(const struct json_source *s, const struct json_text *t)
{
	return s->end == 0 && !s->at_end && t->stop - t->at < JSON_ESCAPE;
}

/*
 * Reads until the value at from is whole, as far as its brackets and quotes tell, and its end is
 * known.
 */
void json_source_read_value(struct json_source *s);
/*
 * The value at from, as deep within others, of which t is behind; reads on where not all of it is
 * there.  False: it is malformed, t says where and why.
 */
bool json_source_take(struct json_source *s, size_t depth, struct json_text *t, struct slice *raw);

/* Counts lines as far as that offset of at[]. */
void json_source_count(struct json_source *s, size_t to);
/* Ends the program where the value at from, of that length, is longer than a record may be. */
void json_source_check(struct json_source *s, size_t len);
/* Ends the program with the line and byte of a place in at[]. */
_Noreturn void json_source_die(struct json_source *s, const char *place, const char *reason);

#endif
