#include "json/json-values.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "csv/reject.h"
#include "in.h"
#include "msg.h"
#include "number.h"

enum {
	ESCAPE = 16 /* bytes that must be there before it is said that they are wrong: \ud83d\ude00 and some */
};

/* What comes next, outside of values. */
enum state { OUTSIDE, FIRST_ELEMENT, NEXT_ELEMENT, FIRST_MEMBER, NEXT_MEMBER };

struct json_values {
	const struct csv_how *how;
	struct csv_out *partner;
	bool is_lines;
	size_t block;

	struct slice step[JSON_DEPTH_MAX]; /* of the path */
	bool is_met[JSON_DEPTH_MAX];       /* in the object that is open there */
	size_t steps;
	size_t level;                      /* objects of the path that are open */
	enum state state;

	struct in source;
	struct mark_source mark;
	struct stage_end *stage;
	bool is_open, at_end, has_value;
	uint64_t records;                  /* of the input */

	char *at;
	size_t cap, len;
	size_t from;                       /* of at[]: what has not been taken */
	size_t end;                        /* of the value that json_values_next() gave, where it is whole; else 0 */
	uint64_t base;                     /* of at[0], in the input */
	uint64_t line, line_start;         /* of at[line_at], and where in the input it begins */
	size_t line_at;
};

/* Counts lines as far as that offset of at[]. */
static void
count_lines(struct json_values *v, size_t to)
{
	const char *at = v->at + v->line_at;
	const char *stop = v->at + to;
	while (at < stop && (at = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
		v->line++;
		v->line_start = v->base + (uint64_t)(++at - v->at);
	}
	v->line_at = to > v->line_at ? to : v->line_at;
}

static _Noreturn void
die_at(struct json_values *v, const char *place, const char *reason)
{
	char text[SHOWN_MAX];
	size_t at = (size_t)(place - v->at);
	size_t left = v->len - at < 16 ? v->len - at : 16;
	count_lines(v, at);
	bool has_more = left != 0 && *place != '\n';
	die(END_DATA, "%s:%ju: byte %ju: %s%s%s%s", v->source.name, (uintmax_t)v->line,
		(uintmax_t)(v->base + at - v->line_start + 1), reason, has_more ? ": '" : "",
		has_more ? shown(text, place, left) : "", has_more ? "'" : "");
}

/* Of the value that begins at v->from. */
static void
check_length(struct json_values *v, size_t len)
{
	count_lines(v, v->from);
	if (len > v->how->max_record)
		die(END_DATA, "%s:%ju: more than %ju byte%s in a record (limit of --max-record)", v->source.name,
			(uintmax_t)v->line, (uintmax_t)v->how->max_record, plural(v->how->max_record));
}

static void
flush_partner(const struct json_values *v)
{
	struct pollfd p = {.fd = v->source.fd, .events = POLLIN};
	struct out *o = &v->partner->out;
	if (o->len > 0 && !o->is_temporary && !v->source.is_file && poll(&p, 1, 0) == 0)
		out_flush(o);
}

/* What has been taken goes, so that there is room. */
static void
make_room(struct json_values *v)
{
	if (v->from != 0) {
		count_lines(v, v->from);
		memmove(v->at, v->at + v->from, v->len - v->from);
		v->base += v->from;
		v->len -= v->from;
		v->line_at -= v->from;
		v->from = 0;
	}
	check_length(v, v->len);
	if (v->cap - v->len >= v->block)
		return;
	v->cap = 2 * v->cap + v->block;
	v->at = xrealloc(v->at, v->cap, 1);
}

/* Reads on; false at the input's end. */
static bool
fill(struct json_values *v)
{
	if (v->at_end)
		return false;
	flush_partner(v);
	make_room(v);
	bool is_first = v->source.bytes == 0;
	size_t n = in_read(&v->source, v->at + v->len, v->block);
	v->len += n;
	if (is_first && n != 0)
		mark_source_began(&v->mark);
	v->stage->bytes = v->source.bytes;
	v->stage->waited = v->source.waited;
	stage_tick();
	v->at_end = n == 0;
	/* What a writer that died left behind must not be taken for malformed. */
	if (v->at_end)
		csv_judge(v->how, &v->mark, MARK_UNCOUNTED, false);
	return n != 0;
}

static void
skip_bom(struct json_values *v)
{
	while (v->len < 3 && fill(v))
		;
	const char *at = v->at;
	if (v->len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		v->from = 3;
	if (v->len >= 2 && (memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0))
		die_at(v, at, "this is UTF-16 (etl-extract --encoding utf-16 reads it)");
}

static bool
open_next(struct json_values *v)
{
	v->is_open = v->how->next(v->how->next_arg, &v->source, v->records);
	if (!v->is_open)
		return false;
	mark_source_open(&v->mark, v->source.fd, v->source.name);
	v->stage = stage_input(v->source.name, v->source.fd);
	v->at_end = false;
	v->records = v->base = v->line_start = 0;
	v->len = v->from = v->line_at = 0;
	v->line = 1;
	v->state = OUTSIDE;
	v->has_value = false;
	skip_bom(v);
	return true;
}

static void
finish(struct json_values *v)
{
	csv_judge(v->how, &v->mark, MARK_UNCOUNTED, v->source.bytes == 0);
	in_close(&v->source);
	v->is_open = false;
}

/* The next byte that is not blank, at v->from; false: there is none. */
static bool
peek(struct json_values *v, char *byte)
{
	for (;;) {
		struct json_text t = {v->at + v->from, v->at + v->len, ""};
		json_skip_blanks(&t);
		v->from = (size_t)(t.at - v->at);
		if (t.at < t.stop) {
			*byte = *t.at;
			return true;
		}
		if (!fill(v))
			return false;
	}
}

static char
need(struct json_values *v, const char *reason)
{
	char byte;
	if (!peek(v, &byte))
		die_at(v, v->at + v->from, reason);
	return byte;
}

/* Goes on behind a comma, or with the first: false where the bracket closes instead, which is taken. */
static bool
go_on(struct json_values *v, bool is_first, char close)
{
	const char *reason = close == ']' ? "',' or ']' was expected" : "',' or '}' was expected";
	char byte = need(v, reason);
	if (byte == close) {
		v->from++;
		return false;
	}
	if (is_first)
		return true;
	if (byte != ',')
		die_at(v, v->at + v->from, reason);
	v->from++;
	return true;
}

/* Reads until the value at v->from is whole, as far as its brackets and quotes tell, and its end is known. */
static void
read_whole(struct json_values *v)
{
	size_t depth = 0;
	bool is_text = false;
	for (size_t i = 0;; i++) {
		if (v->from + i == v->len && !fill(v))
			return;
		char byte = v->at[v->from + i];
		if (is_text && byte == '\\') {
			i++;
			if (v->from + i == v->len && !fill(v))
				return;
		} else if (byte == '"') {
			is_text = !is_text;
			if (!is_text && depth == 0)
				return;
		} else if (is_text) {
			continue;
		} else if (byte == '{' || byte == '[') {
			depth++;
		} else if (byte == '}' || byte == ']') {
			if (depth <= 1)
				return;
			depth--;
		} else if (depth == 0 && (byte == ',' || byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r')) {
			return;
		}
	}
}

static struct json_text
rest(const struct json_values *v)
{
	return (struct json_text){v->at + v->from, v->at + v->len, ""};
}

/* Is what failed there only not all there yet? */
static bool
is_cut(const struct json_values *v, const struct json_text *t)
{
	return v->end == 0 && !v->at_end && t->stop - t->at < ESCAPE;
}

/* Takes a name of an object and says whether it is the one of the path. */
static bool
take_name(struct json_values *v)
{
	struct slice raw;
	bool is_escaped;
	struct json_text t = rest(v);
	while (!json_take_name(&t, &raw, &is_escaped)) {
		if (!is_cut(v, &t) || !fill(v))
			die_at(v, t.at, t.reason);
		t = rest(v);
	}
	bool is_it = json_is(raw, v->step[v->level - 1]);
	if (is_it && v->is_met[v->level - 1])
		die_at(v, raw.at - 1, "a name for the second time");
	v->is_met[v->level - 1] |= is_it;
	v->from = (size_t)(t.at - v->at);
	return is_it;
}

/* Takes the value at v->from, as deep within others; reads on where not all of it is there, or perhaps not. */
static bool
take_whole(struct json_values *v, size_t depth, struct json_text *t, struct slice *raw)
{
	*t = rest(v);
	bool is_read = json_take_value(t, depth, raw);
	if (is_read ? t->at != t->stop : !is_cut(v, t))
		return is_read;
	read_whole(v);
	*t = rest(v);
	return json_take_value(t, depth, raw);
}

/* A value that is not on the path. */
static void
skip_value(struct json_values *v)
{
	struct json_text t;
	struct slice raw;
	need(v, "a value was expected");
	if (!take_whole(v, v->level, &t, &raw))
		die_at(v, t.at, t.reason);
	v->from = (size_t)(t.at - v->at);
}

static void
open_object(struct json_values *v)
{
	v->from++;
	v->is_met[v->level++] = false;
	v->state = FIRST_MEMBER;
}

static void
close_object(struct json_values *v)
{
	char text[SHOWN_MAX];
	char reason[SHOWN_MAX + 32];
	struct slice step = v->step[--v->level];
	shown(text, step.at, step.len);
	strcpy(stpcpy(reason, "there is nothing called "), text);
	if (!v->is_met[v->level])
		die_at(v, v->at + v->from - 1, reason);
	v->state = v->level != 0 ? NEXT_MEMBER : OUTSIDE;
}

/* Within an object of the path, up to the array that it leads to. */
static void
walk(struct json_values *v)
{
	if (!go_on(v, v->state == FIRST_MEMBER, '}')) {
		close_object(v);
		return;
	}
	v->state = NEXT_MEMBER;
	need(v, "a name was expected");
	if (!take_name(v)) {
		skip_value(v);
		return;
	}
	char byte = need(v, "a value was expected");
	bool is_last = v->level == v->steps;
	if (byte != (is_last ? '[' : '{'))
		die_at(v, v->at + v->from, is_last ? "an array was expected" : "an object was expected");
	if (is_last) {
		v->from++;
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
	v->has_value = true;
	if (v->steps != 0) {
		if (byte != '{')
			die_at(v, v->at + v->from, "an object was expected");
		open_object(v);
		return false;
	}
	if (byte != '[')
		return true;
	v->from++;
	v->state = FIRST_ELEMENT;
	return false;
}

/* Goes to the next value of the input; false: there are no more. */
static bool
find_value(struct json_values *v)
{
	for (;;) {
		char byte;
		if (v->state == FIRST_MEMBER || v->state == NEXT_MEMBER) {
			walk(v);
		} else if (v->state != OUTSIDE) {
			bool is_there = go_on(v, v->state == FIRST_ELEMENT, ']');
			if (is_there) {
				need(v, "a value was expected");
				v->state = NEXT_ELEMENT;
				return true;
			}
			close_array(v);
		} else if (!peek(v, &byte)) {
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
	char byte;
	if (!peek(v, &byte))
		return false;
	for (size_t i = 0;;) {
		const char *newline = memchr(v->at + v->from + i, '\n', v->len - v->from - i);
		if (newline != NULL) {
			v->end = (size_t)(newline - v->at);
			return true;
		}
		i = v->len - v->from;
		if (!fill(v)) {
			v->end = v->len;
			return true;
		}
	}
}

bool
json_values_next(struct json_values *v, struct json_text *t)
{
	v->end = 0;
	for (; v->is_open; open_next(v)) {
		if (v->is_lines ? find_line(v) : find_value(v)) {
			*t = rest(v);
			if (v->end != 0)
				t->stop = v->at + v->end;
			return true;
		}
		if (!v->has_value && !v->is_lines && !v->how->allow_empty)
			die(END_DATA, "%s: empty: there is no value (--allow-empty accepts it)", v->source.name);
		finish(v);
	}
	return false;
}

bool
json_values_complete(struct json_values *v, struct json_text *t)
{
	if (!is_cut(v, t))
		return false;
	read_whole(v);
	*t = rest(v);
	v->end = v->len;
	return true;
}

static void
count(struct json_values *v)
{
	v->records++;
	v->stage->records++;
}

void
json_values_take(struct json_values *v, const struct json_text *t)
{
	size_t end = (size_t)(t->at - v->at);
	if (end - v->from > v->how->max_record)
		check_length(v, end - v->from);
	v->from = end;
	count(v);
}

/* The value that is no good, as it stands; false: it is not known where it ends. */
static bool
find_refused(struct json_values *v, struct slice *raw)
{
	struct json_text whole;
	if (!v->is_lines)
		return take_whole(v, 0, &whole, raw);
	*raw = (struct slice){v->at + v->from, v->end - v->from};
	raw->len -= raw->at[raw->len - 1] == '\r';
	return true;
}

void
json_values_refuse(struct json_values *v, const struct json_text *t)
{
	struct slice raw;
	size_t place = (size_t)(t->at - v->at) - v->from;
	bool is_kept = reject_is_allowed() && find_refused(v, &raw);
	if (!is_kept)
		die_at(v, v->at + v->from + place, t->reason);
	count_lines(v, v->from);
	uint64_t line = v->line;
	size_t byte = (size_t)(v->base + v->from + place - v->line_start + 1);
	reject_put(&(struct reject){v->source.name, line, byte, {"", 0}, "json", t->reason, raw});
	v->from = (size_t)(raw.at - v->at) + raw.len;
	count(v);
}

/* a.b.c */
static void
read_path(struct json_values *v, const char *path)
{
	for (const char *at = path;; at++) {
		size_t len = strcspn(at, ".");
		if (len == 0 || v->steps == JSON_DEPTH_MAX)
			die(END_SETUP, "option --path: '%s' is not names with points between", path);
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
	v->how = how;
	v->partner = w;
	v->is_lines = is_lines;
	v->block = in_block();
	v->cap = v->block;
	v->at = xmalloc(v->cap);
	if (path != NULL)
		read_path(v, path);
	open_next(v);
	return v;
}

void
json_values_free(struct json_values *v)
{
	free(v->at);
	free(v);
}
