#include "pattern/pattern.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "utf8.h"

struct pattern {
	struct regex *regex;
	struct regex *bytes;  /* the same for lines that are not UTF-8 */
	bool is_met;          /* such a line has been */
	bool is_bytes;
	size_t groups;
	size_t *column;       /* of groups 1 .. groups: column[group - 1] */
	struct slice *name;   /* of the columns */
	size_t columns;
};

static bool
fail_compile(struct slice text, size_t at, struct slice reason, struct buf *why)
{
	char rest[SHOWN_MAX];
	buf_add(why, reason.at, reason.len);
	buf_format(why, ": byte %zu of the pattern", at + 1);
	if (at < text.len)
		buf_format(why, ": '%s'", shown(rest, text.at + at, text.len - at));
	return false;
}

static bool
compile(struct pattern *p, const struct pattern_how *how, struct buf *why)
{
	size_t at = 0;
	struct buf reason = {0};
	p->is_bytes = how->is_bytes;
	p->regex = regex_new(how->text, how->is_bytes ? REGEX_BYTES : 0, &reason, &at);
	if (p->regex == NULL)
		fail_compile(how->text, at, (struct slice){reason.at, reason.len}, why);
	buf_clear(&reason);
	return p->regex != NULL;
}

/* The number of a column, which is a new one unless there is one of that name. */
static size_t
find_column(struct pattern *p, struct slice name)
{
	size_t i = 0;
	while (i < p->columns && (name.len == 0 || !slice_same(p->name[i], name)))
		i++;
	if (i == p->columns)
		p->name[p->columns++] = name;
	return i;
}

static bool
name_columns(struct pattern *p, bool needs_names, struct buf *why)
{
	char text[SHOWN_MAX];
	struct slice pattern = regex_pattern(p->regex);
	size_t named = 0, bare = 0;
	p->groups = regex_groups(p->regex);
	p->column = xcalloc(p->groups + 1, sizeof *p->column);
	p->name = xcalloc(p->groups + 1, sizeof *p->name);
	for (size_t group = 1; group <= p->groups; group++) {
		struct slice name = regex_group_name(p->regex, group);
		named += name.len != 0;
		bare = name.len == 0 && bare == 0 ? group : bare;
		p->column[group - 1] = find_column(p, name);
	}
	if (p->groups == 0)
		buf_format(why, "the pattern '%s' has no group to make a column of, (?<name>...)",
			shown(text, pattern.at, pattern.len));
	else if (bare != 0 && (needs_names || named != 0))
		buf_format(why,
			"group %zu of the pattern has no name: (?<name>...) is a column, (?:...) "
			"is none",
			bare);
	else
		return true;
	return false;
}

struct pattern *
pattern_new(const struct pattern_how *how, struct buf *why)
{
	struct pattern *p = xcalloc(1, sizeof *p);
	if (compile(p, how, why) && name_columns(p, how->needs_names, why))
		return p;
	pattern_free(p);
	return NULL;
}

void
pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	regex_free(p->regex);
	regex_free(p->bytes);
	free(p->column);
	free(p->name);
	free(p);
}

size_t
pattern_columns(const struct pattern *p)
{
	return p->columns;
}

const struct slice *
pattern_names(const struct pattern *p)
{
	return p->name;
}

/* For a line that is not UTF-8; NULL: the pattern has characters that are no bytes, \x{20ac}. */
static struct regex *
regex_of_bytes(struct pattern *p)
{
	size_t at;
	struct buf why = {0};
	if (!p->is_met)
		p->bytes = regex_new(regex_pattern(p->regex), REGEX_BYTES, &why, &at);
	p->is_met = true;
	buf_clear(&why);
	return p->bytes;
}

enum regex_result
pattern_match(struct pattern *p, struct slice line, bool is_utf8, struct slice *value)
{
	bool is_plain = p->is_bytes || is_utf8 || utf8_is_valid(line.at, line.len);
	struct regex *regex = is_plain ? p->regex : regex_of_bytes(p);
	enum regex_result result = regex != NULL ? regex_find(regex, line, 0) : REGEX_NONE;
	if (result != REGEX_FOUND)
		return result;
	memset(value, 0, p->columns * sizeof *value);
	for (size_t group = 1; group <= p->groups; group++) {
		size_t at, len;
		struct slice *to = &value[p->column[group - 1]];
		if (to->at == NULL && regex_group(regex, group, &at, &len))
			*to = (struct slice){line.at + at, len};
	}
	return result;
}
