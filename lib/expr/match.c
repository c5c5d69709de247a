/* Kernels of regular expressions, which are compiled with the program: the argument's one value. */
#include "expr/kernel.h"

#include <string.h>

#include "digits.h"
#include "expr/regex.h"
#include "utf8.h"

static const char fault_limit[] = "the pattern takes too long or too much memory here";

void
match_test(struct call *c)
{
	struct regex *r = c->arg[1]->regex[0];
	const bool wanted = c->function->parameter != 0;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		enum regex_result result = regex_find(r, s, 0);
		c->out->truth[row] = (result == REGEX_FOUND) == wanted;
		if (result == REGEX_LIMIT)
			call_fault(c, row, fault_limit, s);
	}
}

/* The group asked for: all of the match unless it is given. */
static size_t
group_at(const struct call *c, size_t row)
{
	if (c->args < 3)
		return 0;
	int64_t n = c->arg[2]->digits[vector_at(c->arg[2], row)];
	return n < 0 ? SIZE_MAX : (size_t)n;
}

static void
extract(struct call *c, size_t row, struct regex *r, size_t group)
{
	size_t at;
	size_t len;
	struct slice s = call_text(c, 0, row);
	c->out->text[row] = no_text;
	if (group > regex_groups(r)) {
		call_fault(c, row, "the pattern has no such group", no_culprit);
		return;
	}
	enum regex_result result = regex_find(r, s, 0);
	if (result == REGEX_LIMIT)
		call_fault(c, row, fault_limit, s);
	else if (result == REGEX_FOUND && regex_group(r, group, &at, &len))
		c->out->text[row] = (struct slice){s.at + at, len};
}

void
match_extract(struct call *c)
{
	struct regex *r = c->arg[1]->regex[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (c->args > 2 && vector_is_null(c->arg[2], row))
			c->out->text[row] = no_text;
		else
			extract(c, row, r, group_at(c, row));
	}
}

size_t
match_reference(struct slice template, size_t *group)
{
	size_t n = 1;
	*group = 0;
	if (template.len >= 2 && template.at[1] == '$') {
		*group = MATCH_DOLLAR;
		return 2;
	}
	bool braced = template.len >= 2 && template.at[1] == '{';
	n += braced;
	size_t from = n;
	while (n < template.len && digits_is(template.at[n]) && (braced ? n - from < 3 : n == from))
		*group = *group * 10 + (size_t)(template.at[n++] - '0');
	if (n == from || (braced && (n == template.len || template.at[n] != '}')))
		return 0;
	return n + braced;
}

/* The text that stands in a match's place, its groups put in. */
static void
put_template(struct buf *out, const struct regex *r, struct slice s, struct slice template)
{
	while (template.len != 0) {
		const char *dollar = memchr(template.at, '$', template.len);
		size_t plain = dollar != NULL ? (size_t)(dollar - template.at) : template.len;
		buf_add(out, template.at, plain);
		template.at += plain;
		template.len -= plain;
		if (dollar == NULL)
			return;
		size_t group;
		size_t at;
		size_t len;
		size_t used = match_reference(template, &group);
		template.at += used;
		template.len -= used;
		if (group == MATCH_DOLLAR)
			buf_byte(out, '$');
		else if (regex_group(r, group, &at, &len))
			buf_add(out, s.at + at, len);
	}
}

/*
 * Each match from the left; behind an empty one the next character stays.  Returns how many there
 * were, SIZE_MAX after a fault.
 */
static size_t
replace_all(struct call *c, size_t row, struct regex *r, struct slice s, struct slice template,
	struct buf *out)
{
	size_t matches = 0;
	enum regex_result result = REGEX_NONE;
	size_t from = 0;
	size_t kept = 0; /* s up to here is in out */
	while (from <= s.len && (result = regex_find(r, s, from)) == REGEX_FOUND) {
		uint32_t point;
		size_t at;
		size_t len;
		regex_group(r, 0, &at, &len);
		matches++;
		buf_add(out, s.at + kept, at - kept);
		put_template(out, r, s, template);
		kept = from = at + len;
		if (len == 0)
			from += from < s.len ? utf8_next(s.at + from, s.len - from, &point) : 1;
		if (out->len > CELL_LEN_MAX) {
			call_fault(c, row, "longer than a field can be", no_culprit);
			return SIZE_MAX;
		}
	}
	if (result == REGEX_LIMIT) {
		call_fault(c, row, fault_limit, s);
		return SIZE_MAX;
	}
	buf_add(out, s.at + kept, s.len - kept);
	return matches;
}

void
match_replace(struct call *c)
{
	struct regex *r = c->arg[1]->regex[0];
	struct slice template = c->arg[2]->text[0];
	struct buf made = {0};
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		made.len = 0;
		size_t matches = replace_all(c, row, r, s, template, &made);
		if (matches == SIZE_MAX)
			continue;
		c->out->text[row] = matches == 0 ? s : no_text;
		if (matches == 0 || made.len == 0)
			continue;
		memcpy(call_room(c, made.len), made.at, made.len);
		c->out->text[row] = call_use(c, made.len);
	}
	buf_clear(&made);
}
