/*
 * The text of JSON, RFC 8259, strictly: values are taken off its front, and one that is not
 * well-formed is refused with its place.  Nothing is copied and nothing is kept.
 */
#ifndef ETL_JSON_TEXT_H
#define ETL_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "slice.h"

enum { JSON_DEPTH_MAX = 256 };

/* What is left, and after a failure what stands there and should not. */
struct json_text {
	const char *at;
	const char *stop;
	const char *reason; /* "a value was expected"; of the last failure */
};

static inline struct json_text
json_text(struct slice s)
{
	return (struct json_text){s.at, s.at + s.len, ""};
}

static inline bool
json_fail(struct json_text *t, const char *reason)
{
	t->reason = reason;
	return false;
}

static inline void
json_skip_blanks(struct json_text *t)
{
	while (t->at < t->stop &&
		(*t->at == ' ' || *t->at == '\n' || *t->at == '\t' || *t->at == '\r'))
		t->at++;
}

/* The byte, behind blanks; false without a reason where something else is. */
static inline bool
json_take_byte(struct json_text *t, char byte)
{
	json_skip_blanks(t);
	bool is_there = t->at < t->stop && *t->at == byte;
	t->at += is_there;
	return is_there;
}

/*
 * Behind a value within brackets: the bracket that closes them, *is_over, or the comma before the
 * next value.
 */
bool json_take_next(struct json_text *t, char close, bool *is_over);
/*
 * A string behind its opening quote: UTF-8, no control bytes, surrogates in pairs only.  *raw is
 * what stands between the quotes, and *is_escaped says whether a backslash is in it.
 */
bool json_take_string(struct json_text *t, struct slice *raw, bool *is_escaped);
/* Writes the value of what json_take_string() gave, at most raw.len bytes; returns how many. */
size_t json_unescape(struct slice raw, char *out);
/* Is that its value? */
bool json_is(struct slice raw, struct slice value);
/* A number, whose first byte is - or a digit, as it is written. */
bool json_take_number(struct json_text *t, struct slice *raw);
/* true, false or null. */
bool json_take_word(struct json_text *t, struct slice *word);
/* The name of a member and its colon. */
bool json_take_name(struct json_text *t, struct slice *raw, bool *is_escaped);
/* A value that is as deep within others: all of it, as it is written without blanks around. */
bool json_take_value(struct json_text *t, size_t depth, struct slice *raw);

#endif
