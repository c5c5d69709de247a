#include "expr/lex.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "digits.h"
#include "expr/regex.h"
#include "msg.h"
#include "utf8.h"

bool
program_fail(struct program_error *error, size_t at, size_t len, const char *format, ...)
{
	enum { REASON_MAX = 1024 };
	char text[REASON_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	error->at = at;
	error->len = len;
	error->reason.len = 0;
	buf_text(&error->reason, text);
	return false;
}

static bool
is_name_start(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool
is_name_byte(char byte)
{
	return is_name_start(byte) || digits_is(byte) || byte == '.';
}

/* The byte at an offset; NUL behind the end. */
static char
peek(const struct lexer *l, size_t at)
{
	return at < l->text.len ? l->text.at[at] : '\0';
}

static struct slice
part(const struct lexer *l, size_t from, size_t to)
{
	return (struct slice){l->text.at + from, to - from};
}

static void
skip_line(struct lexer *l)
{
	while (l->at < l->text.len && l->text.at[l->at] != '\n')
		l->at++;
}

/* Returns whether a line end was among what was skipped. */
static bool
skip_space(struct lexer *l)
{
	bool begins_line = l->at == 0;
	while (l->at < l->text.len) {
		char byte = l->text.at[l->at];
		if (byte == '#' && l->comments && !digits_is(peek(l, l->at + 1))) {
			skip_line(l);
			continue;
		}
		if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n')
			break;
		begins_line |= byte == '\n';
		l->at++;
	}
	return begins_line;
}

static void
skip_name(struct lexer *l)
{
	while (l->at < l->text.len && is_name_byte(l->text.at[l->at]))
		l->at++;
}

static void
skip_digits(struct lexer *l)
{
	while (digits_is(peek(l, l->at)))
		l->at++;
}

static void
skip_exponent(struct lexer *l)
{
	size_t at = l->at;
	if (peek(l, at) != 'e' && peek(l, at) != 'E')
		return;
	at++;
	at += peek(l, at) == '+' || peek(l, at) == '-';
	if (!digits_is(peek(l, at)))
		return;
	l->at = at;
	skip_digits(l);
}

static bool
take_number(struct lexer *l, struct token *out)
{
	size_t from = l->at;
	skip_digits(l);
	if (peek(l, l->at) == '.') {
		l->at++;
		skip_digits(l);
	}
	char last = peek(l, l->at - 1);
	skip_exponent(l);
	bool whole = last != '.' && !is_name_byte(peek(l, l->at));
	skip_name(l);
	if (!whole)
		return program_fail(l->error, from, l->at - from, "not a number");
	out->kind = TOKEN_NUMBER;
	out->text = part(l, from, l->at);
	return true;
}

/* Where the byte is that ends what began at l->at; the text's end if there is none. */
static size_t
find_brace(const struct lexer *l)
{
	size_t at = l->at + 1;
	for (; at < l->text.len; at++) {
		if (l->text.at[at] == '}' && peek(l, ++at) != '}')
			return at - 1;
	}
	return l->text.len;
}

static size_t
find_quote(const struct lexer *l)
{
	size_t at = l->at + 1;
	for (; at < l->text.len && l->text.at[at] != '"'; at++)
		at += l->text.at[at] == '\\';
	return at < l->text.len ? at : l->text.len;
}

/* {name}: a doubled } is one. */
static bool
take_braced(struct lexer *l, struct token *out)
{
	size_t from = l->at;
	size_t close = find_brace(l);
	if (close == l->text.len)
		return program_fail(l->error, from, close - from, "'{' without '}'");
	char *name = arena_take(l->arena, close - from);
	size_t len = 0;
	for (l->at++; l->at < close; l->at++) {
		name[len++] = l->text.at[l->at];
		l->at += l->text.at[l->at] == '}';
	}
	l->at++;
	out->kind = TOKEN_BRACED;
	out->text = (struct slice){name, len};
	return true;
}

static int
hex_value(char byte)
{
	if (digits_is(byte))
		return byte - '0';
	if (byte >= 'a' && byte <= 'f')
		return byte - 'a' + 10;
	return byte >= 'A' && byte <= 'F' ? byte - 'A' + 10 : -1;
}

/* Up to `most` digits of base 8 or 16; returns how many there are. */
static int
take_digits(struct lexer *l, int base, int most, uint32_t *value)
{
	int count = 0;
	*value = 0;
	for (; count < most; count++, l->at++) {
		int digit = hex_value(peek(l, l->at));
		if (digit < 0 || digit >= base)
			break;
		*value = *value * (uint32_t)base + (uint32_t)digit;
	}
	return count;
}

/*
 * \xHH, \uHHHH, \UHHHHHHHH or up to three octal digits; returns the bytes written, 0 if
 * malformed.
 */
static size_t
take_numeric_escape(struct lexer *l, char kind, char *out)
{
	uint32_t value;
	if (kind == 'x') {
		if (take_digits(l, 16, 2, &value) == 0)
			return 0;
	} else if (kind == 'u' || kind == 'U') {
		int want = kind == 'u' ? 4 : 8;
		return take_digits(l, 16, want, &value) == want ? utf8_put(out, value) : 0;
	} else if (kind >= '0' && kind < '8') {
		l->at--;
		if (take_digits(l, 8, 3, &value) == 0 || value > 0xff)
			return 0;
	} else {
		return 0;
	}
	*out = (char)value;
	return 1;
}

/* l->at is behind the backslash.  Returns the bytes written, 0 if it is no escape of C. */
static size_t
take_escape(struct lexer *l, char *out)
{
	static const char letters[] = "abfnrtv\\\"'?";
	static const char meanings[] = "\a\b\f\n\r\t\v\\\"'?";
	char kind = peek(l, l->at);
	const char *letter = kind != '\0' ? strchr(letters, kind) : NULL;
	l->at += l->at < l->text.len;
	if (letter == NULL)
		return take_numeric_escape(l, kind, out);
	*out = meanings[letter - letters];
	return 1;
}

static bool
take_text(struct lexer *l, struct token *out)
{
	size_t from = l->at;
	size_t close = find_quote(l);
	if (close == l->text.len)
		return program_fail(l->error, from, close - from, "text without its closing '\"'");
	char *value = arena_take(l->arena, close - from);
	size_t len = 0;
	for (l->at++; l->at < close;) {
		size_t at = l->at++;
		if (l->text.at[at] != '\\') {
			value[len++] = l->text.at[at];
			continue;
		}
		size_t wrote = take_escape(l, value + len);
		if (wrote == 0)
			return program_fail(l->error, at, l->at - at, "no such escape");
		len += wrote;
	}
	l->at++;
	out->kind = TOKEN_TEXT;
	out->text = (struct slice){value, len};
	return true;
}

static bool
take_flags(struct lexer *l, struct token *out)
{
	for (; is_name_byte(peek(l, l->at)); l->at++) {
		const char *flag = strchr(regex_flags, peek(l, l->at));
		if (flag == NULL)
			return program_fail(l->error, l->at, 1,
				"the flags of a regular expression are %s", regex_flags);
		out->flags |= 1u << (flag - regex_flags);
	}
	return true;
}

/* Up to the next / that has no backslash before it; backslashes stay, PCRE2 reads \/ as a slash. */
static bool
take_regex(struct lexer *l, struct token *out)
{
	size_t from = l->at++;
	while (l->at < l->text.len && peek(l, l->at) != '/' && peek(l, l->at) != '\n')
		l->at += peek(l, l->at) == '\\' && l->at + 1 < l->text.len ? 2 : 1;
	if (peek(l, l->at) != '/')
		return program_fail(
			l->error, from, 1, "regular expression without its closing '/'");
	out->kind = TOKEN_REGEX;
	out->text = part(l, from + 1, l->at++);
	return take_flags(l, out);
}

/* A name or digits behind a byte that announces them. */
static bool
take_prefixed(struct lexer *l, struct token *out, enum token_kind kind)
{
	size_t from = l->at++;
	if (kind == TOKEN_POSITION)
		skip_digits(l);
	else
		skip_name(l);
	out->kind = kind;
	out->text = part(l, from + 1, l->at);
	if (out->text.len != 0)
		return true;
	return program_fail(l->error, from, 1,
		kind == TOKEN_POSITION ? "'#' needs a column's number"
				       : "'@' needs a variable's name");
}

static bool
take_mark(struct lexer *l, struct token *out)
{
	static const char *const marks[] = {"||", "&&", "==", "!=", "<=", ">=", "=~", "!~", "?",
		":", "<", ">", "+", "-", "*", "/", "%", "!", "=", "(", ")", ",", ";"};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		size_t len = strlen(marks[i]);
		if (len <= l->text.len - l->at && memcmp(l->text.at + l->at, marks[i], len) == 0) {
			out->kind = TOKEN_MARK;
			out->text = part(l, l->at, l->at + len);
			l->at += len;
			return true;
		}
	}
	char byte = l->text.at[l->at];
	if (byte == '\'')
		return program_fail(l->error, l->at, 1, "text is written in double quotes");
	if ((unsigned char)byte >= 0x80)
		return program_fail(
			l->error, l->at, 1, "a name with such letters is written {name}");
	static const char *const remedies[][2] = {
		{"$", "; column 3 is #3"},
		{"~", "; x =~ /pattern/ matches"},
		{"`", "; a name in another form is written {name}"},
		{"&", "; write && or and"},
		{"|", "; write || or or"},
	};
	char text[SHOWN_MAX];
	const char *remedy = "";
	for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
		if (byte == remedies[i][0][0])
			remedy = remedies[i][1];
	return program_fail(l->error, l->at, 1, "unexpected '%s'%s", shown(text, &byte, 1), remedy);
}

static bool
take(struct lexer *l, struct token *out)
{
	char byte = peek(l, l->at);
	if (is_name_start(byte)) {
		size_t from = l->at;
		skip_name(l);
		out->kind = TOKEN_NAME;
		out->text = part(l, from, l->at);
		return true;
	}
	if (digits_is(byte) || (byte == '.' && digits_is(peek(l, l->at + 1))))
		return take_number(l, out);
	switch (byte) {
	case '"':
		return take_text(l, out);
	case '{':
		return take_braced(l, out);
	case '#':
		return take_prefixed(l, out, TOKEN_POSITION);
	case '@':
		return take_prefixed(l, out, TOKEN_VARIABLE);
	case '/':
		return l->is_behind_operand ? take_mark(l, out) : take_regex(l, out);
	default:
		return take_mark(l, out);
	}
}

/* Can the token end a value? */
static bool
ends_operand(const struct token *t)
{
	static const char *const words[] = {"and", "or", "not", "in"};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (t->kind == TOKEN_NAME && slice_is(t->text, words[i]))
			return false;
	return t->kind != TOKEN_MARK || slice_is(t->text, ")");
}

bool
lexer_next(struct lexer *l, struct token *out)
{
	size_t behind = l->at;
	bool begins_line = skip_space(l);
	size_t from = l->at;
	/* What is missing at the end is missing behind the last token, not below it. */
	size_t end = begins_line ? behind : from;
	*out = (struct token){.kind = TOKEN_END, .begins_line = begins_line, .at = end};
	if (from == l->text.len)
		return true;
	out->at = from;
	bool good = take(l, out);
	out->len = l->at - from;
	l->is_behind_operand = good && ends_operand(out);
	return good;
}
