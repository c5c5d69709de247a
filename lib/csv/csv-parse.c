#include "csv/csv-parse.h"

#include <string.h>

#include "word.h"

/* Has one of the eight bytes to be between quotes?  A delimiter is never NUL. */
static inline bool
has_special(uint64_t bytes, uint64_t delimiter)
{
	return (word_zero(bytes ^ delimiter) | word_zero(bytes ^ WORD_OF('"')) |
		       word_zero(bytes ^ WORD_OF('\n')) | word_zero(bytes ^ WORD_OF('\r'))) != 0;
}

bool
csv_parse_needs_quotes(struct slice value, char delimiter)
{
	const uint64_t same = WORD_OF((unsigned char)delimiter);
	size_t i = 0;
	if (value.len <= 8)
		return has_special(word_load(value.at, value.len), same);
	for (; i + 8 < value.len; i += 8)
		if (has_special(word_load64(value.at + i), same))
			return true;
	return has_special(word_load64(value.at + value.len - 8), same);
}

void
csv_parse_put_quoted(struct buf *out, struct slice value)
{
	char *to = buf_room(out, 2 * value.len + 2);
	char *at = to;
	*at++ = '"';
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] == '"')
			*at++ = '"';
		*at++ = value.at[i];
	}
	*at++ = '"';
	out->len += (size_t)(at - to);
}

void
csv_parse_quote(struct buf *out, struct slice value, char delimiter)
{
	if (csv_parse_needs_quotes(value, delimiter))
		csv_parse_put_quoted(out, value);
	else
		buf_add(out, value.at, value.len);
}

/*
 * The quoted part of a field, behind its opening quote; returns what follows, NULL if it stays
 * open.
 */
static const char *
take_quoted(const char *at, const char *stop, struct buf *value)
{
	for (; at < stop; at++) {
		if (*at == '"' && (at + 1 == stop || at[1] != '"'))
			return at + 1;
		at += *at == '"';
		buf_byte(value, *at);
	}
	return NULL;
}

/*
 * Reads one field up to the delimiter or stop and appends its value; NULL if a quote stays open.
 * *good: it is as it should be.
 */
static const char *
take_field(const char *at, const char *stop, char delimiter, struct buf *value, bool *good)
{
	bool quoted = at < stop && *at == '"';
	if (quoted && (at = take_quoted(at + 1, stop, value)) == NULL)
		return NULL;
	const char *rest = at;
	while (at < stop && *at != delimiter)
		buf_byte(value, *at++);
	size_t len = (size_t)(at - rest);
	*good = quoted ? len == 0
		: memchr(rest, '"', len) == NULL && memchr(rest, '\r', len) == NULL;
	return at;
}

bool
csv_parse_mend(struct slice record, char delimiter, struct buf *out)
{
	const char *field = record.at;
	const char *stop = record.at + record.len;
	struct buf value = {0};
	const char *end;
	bool good;
	while ((end = take_field(field, stop, delimiter, &value, &good)) != NULL) {
		if (good)
			buf_add(out, field, (size_t)(end - field));
		else
			csv_parse_quote(out, (struct slice){value.at, value.len}, delimiter);
		value.len = 0;
		if (end == stop)
			break;
		buf_byte(out, delimiter);
		field = end + 1;
	}
	buf_clear(&value);
	return end != NULL;
}

const char *
csv_parse_bad_text(enum scan_bad bad)
{
	switch (bad) {
	case SCAN_QUOTE_INSIDE:
		return "quote inside an unquoted field";
	case SCAN_AFTER_QUOTE:
		return "text after a closing quote";
	case SCAN_LONE_CR:
		return "CR without LF in an unquoted field";
	case SCAN_GOOD:
		break;
	}
	return "unterminated quote";
}

const char *
csv_parse_bad_code(enum scan_bad bad)
{
	switch (bad) {
	case SCAN_QUOTE_INSIDE:
		return "quote-inside";
	case SCAN_AFTER_QUOTE:
		return "after-quote";
	case SCAN_LONE_CR:
		return "lone-cr";
	case SCAN_GOOD:
		break;
	}
	return "unterminated";
}

static char
escape_of(char byte)
{
	switch (byte) {
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	default:
		return byte == '\\' ? '\\' : '\0';
	}
}

bool
csv_parse_tsv(struct buf *out, struct slice value, char delimiter, bool escapes)
{
	size_t before = out->len;
	size_t run = 0; /* where the bytes begin that have not been appended */
	for (size_t i = 0; i < value.len; i++) {
		char byte = value.at[i];
		char escape = escapes ? escape_of(byte) : '\0';
		if (escape != '\0') {
			buf_add(out, value.at + run, i - run);
			buf_add(out, (char[]){'\\', escape}, 2);
			run = i + 1;
		} else if (byte == delimiter || byte == '\n' || byte == '\r') {
			out->len = before;
			return false;
		}
	}
	buf_add(out, value.at + run, value.len - run);
	return true;
}
