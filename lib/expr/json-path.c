#include "expr/json-path.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"

/* A member by its name, or an element by its number. */
struct step {
	struct slice name; /* at is NULL: an element */
	size_t number;
};

struct json_path {
	struct slice text;
	char *copy; /* of the text, then the names without their quotes */
	struct step *step;
	size_t steps;
};

static bool
is_of_name(char byte)
{
	return strchr(".[]'\"", byte) == NULL || byte == '\0';
}

/* `[12]`: *i stands behind the bracket, then behind the other one. */
static const char *
read_number(struct slice s, size_t *i, struct step *step)
{
	size_t from = *i;
	for (; *i < s.len && digits_is(s.at[*i]); ++*i) {
		if (step->number > (SIZE_MAX - 9) / 10)
			return "there are not so many elements";
		step->number = step->number * 10 + (size_t)(s.at[*i] - '0');
	}
	if (*i == from || *i == s.len || s.at[*i] != ']')
		return "between brackets stands the number of an element, from 0";
	++*i;
	return NULL;
}

/* 'a.b': a quote in it is doubled.  The name is written to out. */
static const char *
read_quoted(struct slice s, size_t *i, struct step *step, char *out)
{
	const char quote = s.at[(*i)++];
	step->name = (struct slice){out, 0};
	for (; *i < s.len; ++*i) {
		if (s.at[*i] == quote && (++*i == s.len || s.at[*i] != quote))
			return NULL;
		out[step->name.len++] = s.at[*i];
	}
	return "a name without its closing quote";
}

static const char *
read_name(struct slice s, size_t *i, struct step *step, char *out)
{
	if (*i < s.len && (s.at[*i] == '\'' || s.at[*i] == '"'))
		return read_quoted(s, i, step, out);
	size_t from = *i;
	while (*i < s.len && is_of_name(s.at[*i]))
		++*i;
	step->name = (struct slice){out, *i - from};
	memcpy(out, s.at + from, *i - from);
	return *i != from ? NULL : "a name is missing here";
}

/* $ alone is all of it; it and a point in front count for nothing. */
static const char *
read_steps(struct json_path *p, size_t *i)
{
	struct slice s = p->text;
	char *out = p->copy + s.len;
	const char *reason = NULL;
	bool is_first = true;
	if (s.len != 0 && s.at[0] == '$' && (s.len == 1 || !is_of_name(s.at[1]))) {
		is_first = s.len > 1 && s.at[1] != '.' && s.at[1] != '[';
		*i = 1;
	} else if (s.len == 0) {
		return "the path is empty; $ is all of the text";
	}
	while (*i < s.len && reason == NULL) {
		struct step *step = &p->step[p->steps++];
		*step = (struct step){0};
		if (s.at[*i] == '[') {
			++*i;
			reason = read_number(s, i, step);
		} else if (is_first || s.at[*i] == '.') {
			*i += s.at[*i] == '.';
			reason = read_name(s, i, step, out);
			out += step->name.len;
		} else {
			reason = "a point or a bracket is missing here";
		}
		is_first = false;
	}
	return reason == NULL && p->steps >= JSON_DEPTH_MAX ? "nested too deep" : reason;
}

struct json_path *
json_path_new(struct slice text, struct buf *reason, size_t *at)
{
	struct json_path *p = xcalloc(1, sizeof *p);
	p->copy = xmalloc(text.len * 2 + 1);
	memcpy(p->copy, text.at, text.len);
	p->text = (struct slice){p->copy, text.len};
	p->step = xcalloc(text.len + 1, sizeof *p->step);
	*at = 0;
	const char *why = read_steps(p, at);
	if (why == NULL)
		return p;
	buf_text(reason, why);
	json_path_free(p);
	return NULL;
}

void
json_path_free(struct json_path *p)
{
	if (p == NULL)
		return;
	free(p->copy);
	free(p->step);
	free(p);
}

struct slice
json_path_text(const struct json_path *p)
{
	return p->text;
}

/* What a lookup is at: how deep, and what it has found. */
struct search {
	const struct json_path *path;
	struct json_text *text;
	size_t step;
	enum json_found found;
	struct slice raw;
};

/* The value at the end of the path. */
static bool
take_found(struct search *s)
{
	struct json_text *t = s->text;
	struct json_text before = *t;
	bool is_escaped;
	if (t->at < t->stop && *t->at == '"') {
		t->at++;
		if (!json_take_string(t, &s->raw, &is_escaped))
			return false;
		s->found = is_escaped ? JSON_STRING_ESCAPED : JSON_STRING_PLAIN;
		return true;
	}
	if (!json_take_value(t, s->step, &s->raw))
		return false;
	s->found = *before.at == 'n' ? JSON_MISSING : JSON_OTHER;
	return true;
}

static bool look(struct search *s);

/* The value of a member or element that is not on the path, or is. */
static bool
take_part(struct search *s, bool is_on_path)
{
	struct slice raw;
	if (!is_on_path)
		return json_take_value(s->text, s->step + 1, &raw);
	s->step++;
	bool good = look(s);
	s->step--;
	return good;
}

static bool
look_in_object(struct search *s, struct slice name)
{
	struct json_text *t = s->text;
	bool is_seen = false;
	bool is_over;
	t->at++;
	if (json_take_byte(t, '}'))
		return true;
	do {
		struct slice raw;
		bool is_escaped;
		json_skip_blanks(t);
		const char *place = t->at;
		if (!json_take_name(t, &raw, &is_escaped))
			return false;
		bool is_it = is_escaped ? json_is(raw, name) : slice_same(raw, name);
		if (is_it && is_seen) {
			t->at = place;
			return json_fail(t, "a name for the second time");
		}
		is_seen |= is_it;
		if (!take_part(s, is_it))
			return false;
		if (!json_take_next(t, '}', &is_over))
			return false;
	} while (!is_over);
	return true;
}

static bool
look_in_array(struct search *s, size_t number)
{
	struct json_text *t = s->text;
	bool is_over = false;
	t->at++;
	if (json_take_byte(t, ']'))
		return true;
	for (size_t i = 0; !is_over; i++) {
		if (!take_part(s, i == number))
			return false;
		if (!json_take_next(t, ']', &is_over))
			return false;
	}
	return true;
}

/* At most as deep as the path is long, which is below JSON_DEPTH_MAX. */
static bool
look(struct search *s)
{
	struct json_text *t = s->text;
	struct slice raw;
	json_skip_blanks(t);
	if (s->step == s->path->steps)
		return take_found(s);
	const struct step *step = &s->path->step[s->step];
	if (t->at < t->stop && *t->at == '{' && step->name.at != NULL)
		return look_in_object(s, step->name);
	if (t->at < t->stop && *t->at == '[' && step->name.at == NULL)
		return look_in_array(s, step->number);
	return json_take_value(t, s->step, &raw);
}

enum json_found
json_path_find(const struct json_path *p, struct json_text *t, struct slice *raw)
{
	struct search s = {.path = p, .text = t, .found = JSON_MISSING};
	if (!look(&s))
		return JSON_MALFORMED;
	json_skip_blanks(t);
	if (t->at < t->stop) {
		json_fail(t, "text behind the value");
		return JSON_MALFORMED;
	}
	*raw = s.raw;
	return s.found;
}
