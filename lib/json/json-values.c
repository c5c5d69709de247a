#include "json/json-values.h"

#include <stdlib.h>
#include <string.h>

#include "csv/reject.h"
#include "json/json-source.h"
#include "mem.h"
#include "msg.h"

/* What comes next, outside of values. */
enum state { OUTSIDE, FIRST_ELEMENT, NEXT_ELEMENT, FIRST_MEMBER, NEXT_MEMBER };

struct json_values {
	struct json_source source;
	bool is_lines;
	struct slice step[JSON_DEPTH_MAX]; /* of the path */
	bool is_met[JSON_DEPTH_MAX];       /* in the object that is open there */
	size_t steps;
	size_t level; /* objects of the path that are open */
	enum state state;
	bool has_value; /* the input */
};

static void
open_next(struct json_values *v)
{
	json_source_open(&v->source);
	v->state = OUTSIDE;
	v->has_value = false;
}

/*
 * Goes on behind a comma, or with the first: false where the bracket closes instead, which is
 * taken.
 */
static bool
go_on(struct json_values *v, bool is_first, char close)
{
	struct json_source *s = &v->source;
	const char *reason = close == ']' ? "',' or ']' was expected" : "',' or '}' was expected";
	char byte = json_source_need(s, reason);
	if (byte == close) {
		s->from++;
		return false;
	}
	if (is_first)
		return true;
	if (byte != ',')
		json_source_die(s, s->at + s->from, reason);
	s->from++;
	return true;
}

/* Takes a name of an object and says whether it is the one of the path. */
static bool
take_name(struct json_values *v)
{
	struct json_source *s = &v->source;
	struct slice raw;
	bool is_escaped;
	struct json_text t = json_source_rest(s);
	while (!json_take_name(&t, &raw, &is_escaped)) {
		if (!json_source_is_cut(s, &t) || !json_source_fill(s))
			json_source_die(s, t.at, t.reason);
		t = json_source_rest(s);
	}
	bool is_it = json_is(raw, v->step[v->level - 1]);
	if (is_it && v->is_met[v->level - 1])
		json_source_die(s, raw.at - 1, "a name for the second time");
	v->is_met[v->level - 1] |= is_it;
	s->from = (size_t)(t.at - s->at);
	return is_it;
}

/* A value that is not on the path. */
static void
skip_value(struct json_values *v)
{
	struct json_source *s = &v->source;
	struct json_text t;
	struct slice raw;
	json_source_need(s, "a value was expected");
	if (!json_source_take(s, v->level, &t, &raw))
		json_source_die(s, t.at, t.reason);
	s->from = (size_t)(t.at - s->at);
}

static void
open_object(struct json_values *v)
{
	v->source.from++;
	v->is_met[v->level++] = false;
	v->state = FIRST_MEMBER;
}

static void
close_object(struct json_values *v)
{
	struct json_source *s = &v->source;
	char text[SHOWN_MAX];
	char reason[SHOWN_MAX + 32];
	struct slice step = v->step[--v->level];
	shown(text, step.at, step.len);
	strcpy(stpcpy(reason, "there is nothing called "), text);
	if (!v->is_met[v->level])
		json_source_die(s, s->at + s->from - 1, reason);
	v->state = v->level != 0 ? NEXT_MEMBER : OUTSIDE;
}

/* Within an object of the path, up to the array that it leads to. */
static void
walk(struct json_values *v)
{
	struct json_source *s = &v->source;
	if (!go_on(v, v->state == FIRST_MEMBER, '}')) {
		close_object(v);
		return;
	}
	v->state = NEXT_MEMBER;
	json_source_need(s, "a name was expected");
	if (!take_name(v)) {
		skip_value(v);
		return;
	}
	char byte = json_source_need(s, "a value was expected");
	bool is_last = v->level == v->steps;
	if (byte != (is_last ? '[' : '{'))
		json_source_die(s, s->at + s->from,
			is_last ? "an array was expected" : "an object was expected");
	if (is_last) {
		s->from++;
		v->state = FIRST_ELEMENT;
	} else {
		open_object(v);
	}
}

/* Behind an array: what is it within? */
static void
close_array(struct json_values *v)
{
	v->state = v->level != 0 ? NEXT_MEMBER : OUTSIDE;
}

/* Outside of all: is it a value, or is one within it? */
static bool
enter(struct json_values *v, char byte)
{
	struct json_source *s = &v->source;
	v->has_value = true;
	if (v->steps != 0) {
		if (byte != '{')
			json_source_die(s, s->at + s->from, "an object was expected");
		open_object(v);
		return false;
	}
	if (byte != '[')
		return true;
	s->from++;
	v->state = FIRST_ELEMENT;
	return false;
}

/* Goes to the next value of the input; false: there are no more. */
static bool
find_value(struct json_values *v)
{
	struct json_source *s = &v->source;
	for (;;) {
		char byte;
		if (v->state == FIRST_MEMBER || v->state == NEXT_MEMBER) {
			walk(v);
		} else if (v->state != OUTSIDE) {
			bool is_there = go_on(v, v->state == FIRST_ELEMENT, ']');
			if (is_there) {
				json_source_need(s, "a value was expected");
				v->state = NEXT_ELEMENT;
				return true;
			}
			close_array(v);
		} else if (!json_source_peek(s, &byte)) {
			return false;
		} else if (enter(v, byte)) {
			return true;
		}
	}
}

/* Goes to the next line that is not blank, and has all of it; false: there are no more. */
static bool
find_line(struct json_values *v)
{
	struct json_source *s = &v->source;
	char byte;
	if (!json_source_peek(s, &byte))
		return false;
	for (size_t i = 0;;) {
		const char *newline = memchr(s->at + s->from + i, '\n', s->len - s->from - i);
		if (newline != NULL) {
			s->end = (size_t)(newline - s->at);
			return true;
		}
		i = s->len - s->from;
		if (!json_source_fill(s)) {
			s->end = s->len;
			return true;
		}
	}
}

bool
json_values_next(struct json_values *v, struct json_text *t)
{
	struct json_source *s = &v->source;
	s->end = 0;
	for (; s->is_open; open_next(v)) {
		if (v->is_lines ? find_line(v) : find_value(v)) {
			*t = json_source_rest(s);
			if (s->end != 0)
				t->stop = s->at + s->end;
			return true;
		}
		if (!v->has_value && !v->is_lines && !s->how->allow_empty)
			die(END_DATA, "%s: empty: there is no value (--allow-empty accepts it)",
				s->in.name);
		json_source_close(s);
	}
	return false;
}

bool
json_values_complete(struct json_values *v, struct json_text *t)
{
	struct json_source *s = &v->source;
	if (!json_source_is_cut(s, t))
		return false;
	json_source_read_value(s);
	*t = json_source_rest(s);
	s->end = s->len;
	return true;
}

static void
count(struct json_values *v)
{
	struct json_source *s = &v->source;
	s->records++;
	s->stage->records++;
}

void
json_values_take(struct json_values *v, const struct json_text *t)
{
	struct json_source *s = &v->source;
	size_t end = (size_t)(t->at - s->at);
	if (end - s->from > s->how->max_record)
		json_source_check(s, end - s->from);
	s->from = end;
	count(v);
}

/* The value that is no good, as it stands; false: it is not known where it ends. */
static bool
find_refused(struct json_values *v, struct slice *raw)
{
	struct json_source *s = &v->source;
	struct json_text whole;
	if (!v->is_lines)
		return json_source_take(s, 0, &whole, raw);
	*raw = (struct slice){s->at + s->from, s->end - s->from};
	raw->len -= raw->at[raw->len - 1] == '\r';
	return true;
}

void
json_values_refuse(struct json_values *v, const struct json_text *t)
{
	struct json_source *s = &v->source;
	struct slice raw;
	size_t place = (size_t)(t->at - s->at) - s->from;
	bool is_kept = reject_is_allowed() && find_refused(v, &raw);
	if (!is_kept)
		json_source_die(s, s->at + s->from + place, t->reason);
	json_source_count(s, s->from);
	uint64_t line = s->line;
	size_t byte = (size_t)(s->base + s->from + place - s->line_start + 1);
	reject_put(&(struct reject){s->in.name, line, byte, {"", 0}, "json", t->reason, raw});
	s->from = (size_t)(raw.at - s->at) + raw.len;
	count(v);
}

/* a.b.c */
static void
read_path(struct json_values *v, const char *path)
{
	for (const char *at = path;; at++) {
		size_t len = strcspn(at, ".");
		if (len == 0 || v->steps == JSON_DEPTH_MAX)
			die(END_SETUP, "option --path: '%s' is not names with points between",
				path);
		v->step[v->steps++] = (struct slice){at, len};
		at += len;
		if (*at == '\0')
			return;
	}
}

struct json_values *
json_values_new(const struct csv_how *how, bool is_lines, const char *path, struct csv_out *w)
{
	struct json_values *v = xcalloc(1, sizeof *v);
	json_source_init(&v->source, how, w);
	v->is_lines = is_lines;
	if (path != NULL)
		read_path(v, path);
	open_next(v);
	return v;
}

void
json_values_free(struct json_values *v)
{
	json_source_clear(&v->source);
	free(v);
}
