#include "expr/regex.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "utf8.h"

/*
 * What one field may cost: so many steps, which take well below a second, and
 * so much memory where PCRE2 has no compiler for this machine.
 */
enum {
	MATCH_LIMIT = 10 * 1000 * 1000,
	DEPTH_LIMIT = 100000,
	HEAP_LIMIT_KIB = 8 * 1024,
	STACK_START = 32 * 1024,
	STACK_LIMIT = 1024 * 1024,
	BROKEN_LIMIT = 1024 * 1024 * 1024
};

const char regex_flags[] = "imsx";

/* What has to be text alone. */
enum shape { SHAPE_ANY, SHAPE_CONTAINS, SHAPE_BEGINS, SHAPE_ENDS, SHAPE_EQUALS };

struct regex {
	struct slice pattern;
	enum shape shape;
	struct slice text; /* of all shapes but SHAPE_ANY */
	size_t groups;
	size_t found[2]; /* where the text begins and ends, of these shapes */
	pcre2_code *code;
	uint32_t options;    /* of code */
	/* Where is_twofold, code is for text that is UTF-8 alone. */
	bool is_twofold;
	pcre2_code *broken;  /* for what is not: made when there is some */
	struct slice judged; /* the text that was, or was not */
	bool is_broken;
	size_t seen;         /* bytes of it that the matches so far may have looked through */
	pcre2_match_data *match;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	bool is_compiled; /* to machine code */
	bool is_whole;    /* REGEX_WHOLE */
	size_t count;     /* of groups that the last match knows of, 0 included */
	char *bytes;      /* pattern and text */
};

static bool
is_special(char byte)
{
	return byte != '\0' && strchr("\\^$.[]|()?*+{}", byte) != NULL;
}

/*
 * The text between ^ and $, escapes of punctuation resolved, into out; false if the pattern is more
 * than that.
 */
static bool
take_text(struct slice pattern, char *out, size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < pattern.len; i++) {
		char byte = pattern.at[i];
		if (byte == '\\' && i + 1 < pattern.len &&
			(is_special(pattern.at[i + 1]) || pattern.at[i + 1] == '/'))
			byte = pattern.at[++i];
		else if (is_special(byte))
			return false;
		out[(*len)++] = byte;
	}
	return utf8_is_valid(pattern.at, pattern.len);
}

/* Is the last $ one that stands for the end? */
static bool
ends_with_dollar(struct slice s)
{
	size_t slashes = 0;
	if (s.len == 0 || s.at[s.len - 1] != '$')
		return false;
	while (slashes + 1 < s.len && s.at[s.len - 2 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

static enum shape
find_shape(struct slice pattern, char *out, size_t *len)
{
	struct slice inner = pattern;
	bool begins = inner.len != 0 && *inner.at == '^';
	inner.at += begins;
	inner.len -= begins;
	bool ends = ends_with_dollar(inner);
	inner.len -= ends;
	if (!take_text(inner, out, len))
		return SHAPE_ANY;
	return begins ? (ends ? SHAPE_EQUALS : SHAPE_BEGINS) : ends ? SHAPE_ENDS : SHAPE_CONTAINS;
}

static uint32_t
options_of(unsigned flags)
{
	uint32_t options = PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
	options |= (flags & REGEX_BYTES) != 0 ? PCRE2_NEVER_UTF
					      : PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
	if ((flags & REGEX_CASELESS) != 0)
		options |= PCRE2_CASELESS;
	if ((flags & REGEX_LINES) != 0)
		options |= PCRE2_MULTILINE;
	if ((flags & REGEX_ALL) != 0)
		options |= PCRE2_DOTALL;
	if ((flags & REGEX_SPACED) != 0)
		options |= PCRE2_EXTENDED;
	if ((flags & REGEX_WHOLE) != 0)
		options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
	return options;
}

/*
 * Where invalid bytes may come, the machine code of PCRE2 up to 10.42 takes no character beyond
 * ASCII for \S, \D and \W (but does in a class).
 */
static bool
has_negation(struct slice pattern)
{
	for (size_t i = 0; i + 1 < pattern.len; i++)
		if (pattern.at[i] == '\\' && memchr("SDW", pattern.at[i + 1], 3) != NULL)
			return true;
	return false;
}

static bool
compile(struct regex *r, unsigned flags, struct buf *reason, size_t *at)
{
	int error;
	r->options = options_of(flags);
	r->is_twofold = (r->options & PCRE2_UTF) != 0 && has_negation(r->pattern);
	if (r->is_twofold)
		r->options &= ~(uint32_t)PCRE2_MATCH_INVALID_UTF;
	uint32_t groups;
	PCRE2_UCHAR text[256];
	r->code = pcre2_compile(
		(PCRE2_SPTR)r->pattern.at, r->pattern.len, r->options, &error, at, NULL);
	if (r->code == NULL && error == PCRE2_ERROR_HEAP_FAILED)
		mem_die();
	if (r->code == NULL) {
		pcre2_get_error_message(error, text, sizeof text);
		buf_text(reason, (const char *)text);
		return false;
	}
	pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	r->groups = groups;
	r->match = pcre2_match_data_create_from_pattern(r->code, NULL);
	r->limits = pcre2_match_context_create(NULL);
	size_t machine_code = 0; /* none where the pattern begins with (*NO_JIT) */
	pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
	pcre2_pattern_info(r->code, PCRE2_INFO_JITSIZE, &machine_code);
	r->is_compiled = machine_code != 0;
	r->stack = r->is_compiled ? pcre2_jit_stack_create(STACK_START, STACK_LIMIT, NULL) : NULL;
	if (r->match == NULL || r->limits == NULL || (r->is_compiled && r->stack == NULL))
		mem_die();
	pcre2_set_match_limit(r->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(r->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(r->limits, HEAP_LIMIT_KIB);
	pcre2_jit_stack_assign(r->limits, NULL, r->stack);
	return true;
}

struct regex *
regex_new(struct slice pattern, unsigned flags, struct buf *reason, size_t *at)
{
	struct regex *r = xcalloc(1, sizeof *r);
	r->bytes = xmalloc(2 * pattern.len + 1);
	if (pattern.len != 0)
		memcpy(r->bytes, pattern.at, pattern.len);
	r->pattern = (struct slice){r->bytes, pattern.len};
	r->text.at = r->bytes + pattern.len;
	r->is_whole = (flags & REGEX_WHOLE) != 0;
	if ((flags & ~(unsigned)REGEX_WHOLE) == 0)
		r->shape = find_shape(r->pattern, r->bytes + pattern.len, &r->text.len);
	if (r->is_whole && r->shape != SHAPE_ANY)
		r->shape = SHAPE_EQUALS;
	if (r->shape != SHAPE_ANY || compile(r, flags, reason, at))
		return r;
	regex_free(r);
	return NULL;
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_match_data_free(r->match);
	pcre2_match_context_free(r->limits);
	pcre2_jit_stack_free(r->stack);
	pcre2_code_free(r->code);
	pcre2_code_free(r->broken);
	free(r->bytes);
	free(r);
}

struct slice
regex_pattern(const struct regex *r)
{
	return r->pattern;
}

size_t
regex_groups(const struct regex *r)
{
	return r->groups;
}

size_t
regex_group_named(const struct regex *r, struct slice name)
{
	enum { LONGEST = 32 }; /* for PCRE2 */
	char copy[LONGEST + 1];
	if (r->code == NULL || name.len > LONGEST || memchr(name.at, '\0', name.len) != NULL)
		return SIZE_MAX;
	memcpy(copy, name.at, name.len);
	copy[name.len] = '\0';
	int number = pcre2_substring_number_from_name(r->code, (PCRE2_SPTR)copy);
	return number > 0 ? (size_t)number : SIZE_MAX;
}

struct slice
regex_group_name(const struct regex *r, size_t group)
{
	uint32_t names = 0, size = 0;
	const unsigned char *entry = NULL; /* a number of two bytes, the name, a NUL */
	if (r->code == NULL)
		return (struct slice){"", 0};
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &names);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &entry);
	for (; names != 0; names--, entry += size)
		if (((size_t)entry[0] << 8 | entry[1]) == group)
			return slice_of((const char *)entry + 2);
	return (struct slice){"", 0};
}

static bool
is_text_at(struct slice text, size_t at, struct slice what)
{
	return what.len == 0 || memcmp(text.at + at, what.at, what.len) == 0;
}

static bool
find_text(struct slice text, size_t from, struct slice what, size_t *at)
{
	if (what.len == 0) {
		*at = from;
		return true;
	}
	const char *place = memmem(text.at + from, text.len - from, what.at, what.len);
	*at = place != NULL ? (size_t)(place - text.at) : 0;
	return place != NULL;
}

static bool
find_shaped(struct regex *r, struct slice text, size_t from)
{
	size_t at = 0;
	bool good = text.len - from >= r->text.len;
	switch (r->shape) {
	case SHAPE_ANY:
	case SHAPE_CONTAINS:
		good = good && find_text(text, from, r->text, &at);
		break;
	case SHAPE_EQUALS:
		good = good && text.len == r->text.len && from == 0 && is_text_at(text, 0, r->text);
		break;
	case SHAPE_BEGINS:
		good = good && from == 0 && is_text_at(text, 0, r->text);
		break;
	case SHAPE_ENDS:
		at = good ? text.len - r->text.len : 0;
		good = good && is_text_at(text, at, r->text);
		break;
	}
	r->found[0] = at;
	r->found[1] = at + r->text.len;
	return good;
}

/* Once for all matches of a text. */
static bool
is_broken(struct regex *r, struct slice text, size_t from)
{
	if (from == 0 || r->judged.at != text.at || r->judged.len != text.len) {
		r->judged = text;
		r->is_broken = !utf8_is_valid(text.at, text.len);
		r->seen = 0;
	}
	return r->is_broken;
}

static PCRE2_SPTR
start_of(struct slice text)
{
	return (PCRE2_SPTR)(text.len != 0 ? text.at : "");
}

/* Not as machine code, and each time it looks as far as the next invalid byte. */
static int
match_broken(struct regex *r, struct slice text, size_t from)
{
	int error;
	size_t at;
	r->seen += text.len - from;
	if (r->seen > BROKEN_LIMIT)
		return PCRE2_ERROR_MATCHLIMIT;
	if (r->broken == NULL)
		r->broken = pcre2_compile((PCRE2_SPTR)r->pattern.at, r->pattern.len,
			r->options | PCRE2_MATCH_INVALID_UTF, &error, &at, NULL);
	if (r->broken == NULL)
		mem_die();
	return pcre2_match(r->broken, start_of(text), text.len, from, 0, r->match, r->limits);
}

static int
match_code(struct regex *r, struct slice text, size_t from)
{
	PCRE2_SPTR at = start_of(text);
	uint32_t options = r->is_twofold ? PCRE2_NO_UTF_CHECK : 0;
	return r->is_compiled
		       ? pcre2_jit_match(r->code, at, text.len, from, 0, r->match, r->limits)
		       : pcre2_match(r->code, at, text.len, from, options, r->match, r->limits);
}

enum regex_result
regex_find(struct regex *r, struct slice text, size_t from)
{
	if (r->shape != SHAPE_ANY) {
		r->count = 1;
		return find_shaped(r, text, from) ? REGEX_FOUND : REGEX_NONE;
	}
	/* PCRE2 takes what stands between invalid bytes for the whole. */
	if (r->is_whole && !utf8_is_valid(text.at, text.len)) {
		r->count = 0;
		return REGEX_NONE;
	}
	bool broken = r->is_twofold && is_broken(r, text, from);
	int count = broken ? match_broken(r, text, from) : match_code(r, text, from);
	r->count = count > 0 ? (size_t)count : 0;
	return count > 0 ? REGEX_FOUND : count == PCRE2_ERROR_NOMATCH ? REGEX_NONE : REGEX_LIMIT;
}

bool
regex_group(const struct regex *r, size_t group, size_t *at, size_t *len)
{
	const size_t *places =
		r->shape != SHAPE_ANY ? r->found : pcre2_get_ovector_pointer(r->match);
	if (group >= r->count || places[2 * group] == PCRE2_UNSET)
		return false;
	size_t start = places[2 * group];
	size_t stop = places[2 * group + 1];
	/* \K in a lookahead can turn them round. */
	*at = start < stop ? start : stop;
	*len = start < stop ? stop - start : 0;
	return true;
}
