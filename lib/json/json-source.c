#include "json/json-source.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "msg.h"

void
json_source_init(struct json_source *s, const struct csv_how *how, struct csv_out *w)
{
	*s = (struct json_source){.how = how, .partner = w, .block = in_block()};
	s->cap = s->block;
	s->at = xmalloc(s->cap);
}

void
json_source_clear(struct json_source *s)
{
	free(s->at);
}

void
json_source_count(struct json_source *s, size_t to)
{
	const char *at = s->at + s->line_at;
	const char *stop = s->at + to;
	while (at < stop && (at = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
		s->line++;
		s->line_start = s->base + (uint64_t)(++at - s->at);
	}
	s->line_at = to > s->line_at ? to : s->line_at;
}

_Noreturn void
json_source_die(struct json_source *s, const char *place, const char *reason)
{
	char text[SHOWN_MAX];
	size_t at = (size_t)(place - s->at);
	size_t left = s->len - at < 16 ? s->len - at : 16;
	json_source_count(s, at);
	bool has_more = left != 0 && *place != '\n';
	die(END_DATA, "%s:%ju: byte %ju: %s%s%s%s", s->in.name, (uintmax_t)s->line,
		(uintmax_t)(s->base + at - s->line_start + 1), reason, has_more ? ": '" : "",
		has_more ? shown(text, place, left) : "", has_more ? "'" : "");
}

void
json_source_check(struct json_source *s, size_t len)
{
	json_source_count(s, s->from);
	if (len > s->how->max_record)
		die(END_DATA, "%s:%ju: more than %ju byte%s in a record (limit of --max-record)",
			s->in.name, (uintmax_t)s->line, (uintmax_t)s->how->max_record,
			plural(s->how->max_record));
}

static void
flush_partner(const struct json_source *s)
{
	struct pollfd p = {.fd = s->in.fd, .events = POLLIN};
	struct out *o = &s->partner->out;
	if (o->len > 0 && !o->is_temporary && !s->in.is_file && poll(&p, 1, 0) == 0)
		out_flush(o);
}

/* What has been taken goes, so that there is room. */
static void
make_room(struct json_source *s)
{
	if (s->from != 0) {
		json_source_count(s, s->from);
		memmove(s->at, s->at + s->from, s->len - s->from);
		s->base += s->from;
		s->len -= s->from;
		s->line_at -= s->from;
		s->from = 0;
	}
	json_source_check(s, s->len);
	if (s->cap - s->len >= s->block)
		return;
	s->cap = 2 * s->cap + s->block;
	s->at = xrealloc(s->at, s->cap, 1);
}

bool
json_source_fill(struct json_source *s)
{
	if (s->at_end)
		return false;
	flush_partner(s);
	make_room(s);
	bool is_first = s->in.bytes == 0;
	size_t n = in_read(&s->in, s->at + s->len, s->block);
	s->len += n;
	if (is_first && n != 0)
		mark_source_began(&s->mark);
	s->stage->bytes = s->in.bytes;
	s->stage->waited = s->in.waited;
	stage_tick();
	s->at_end = n == 0;
	/* What a writer that died left behind must not be taken for malformed. */
	if (s->at_end)
		csv_judge(s->how, &s->mark, MARK_UNCOUNTED, false);
	return n != 0;
}

static void
skip_bom(struct json_source *s)
{
	while (s->len < 3 && json_source_fill(s))
		;
	const char *at = s->at;
	if (s->len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		s->from = 3;
	if (s->len >= 2 && (memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0))
		json_source_die(s, at, "this is UTF-16 (etl-extract --encoding utf-16 reads it)");
}

bool
json_source_open(struct json_source *s)
{
	s->is_open = s->how->next(s->how->next_arg, &s->in, s->records);
	if (!s->is_open)
		return false;
	mark_source_open(&s->mark, s->in.fd, s->in.name);
	s->stage = stage_input(s->in.name, s->in.fd);
	s->at_end = false;
	s->records = s->base = s->line_start = 0;
	s->len = s->from = s->line_at = 0;
	s->line = 1;
	skip_bom(s);
	return true;
}

void
json_source_close(struct json_source *s)
{
	csv_judge(s->how, &s->mark, MARK_UNCOUNTED, s->in.bytes == 0);
	in_close(&s->in);
	s->is_open = false;
}

bool
json_source_peek(struct json_source *s, char *byte)
{
	for (;;) {
		struct json_text t = {s->at + s->from, s->at + s->len, ""};
		json_skip_blanks(&t);
		s->from = (size_t)(t.at - s->at);
		if (t.at < t.stop) {
			*byte = *t.at;
			return true;
		}
		if (!json_source_fill(s))
			return false;
	}
}

char
json_source_need(struct json_source *s, const char *reason)
{
	char byte;
	if (!json_source_peek(s, &byte))
		json_source_die(s, s->at + s->from, reason);
	return byte;
}

/* Where neither a quote nor a bracket is the end. */
static bool
is_behind_value(char byte)
{
	return byte == ',' || byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
}

void
json_source_read_value(struct json_source *s)
{
	size_t depth = 0;
	bool is_text = false;
	for (size_t i = 0;; i++) {
		if (s->from + i == s->len && !json_source_fill(s))
			return;
		char byte = s->at[s->from + i];
		if (is_text && byte == '\\') {
			i++;
			if (s->from + i == s->len && !json_source_fill(s))
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
		} else if (depth == 0 && is_behind_value(byte)) {
			return;
		}
	}
}

bool
json_source_take(struct json_source *s, size_t depth, struct json_text *t, struct slice *raw)
{
	*t = json_source_rest(s);
	bool is_read = json_take_value(t, depth, raw);
	if (is_read ? t->at != t->stop : !json_source_is_cut(s, t))
		return is_read;
	json_source_read_value(s);
	*t = json_source_rest(s);
	return json_take_value(t, depth, raw);
}
