#include "json/json-out.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "digits.h"
#include "msg.h"
#include "utf8.h"

/* A number in its parts: [sign] whole [rest]; the rest begins with a point or an e. */
struct number {
	bool is_negative;
	struct slice whole; /* digits, perhaps none */
	struct slice rest;
};

static bool
needs_escape(unsigned char byte)
{
	return byte < 0x20 || byte == '"' || byte == '\\';
}

/*
 * Which bytes of the word are 0?  The lowest one that is marked is right; those above it may not
 * be.
 */
static uint64_t
zeros(uint64_t word)
{
	return (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
}

/* Bytes of the text before the first that a JSON string cannot hold as it is. */
static size_t
plain_len(struct slice text)
{
	const uint64_t ones = 0x0101010101010101u;
	size_t i = 0;
	uint64_t word;
	for (; text.len - i >= sizeof word; i += sizeof word) {
		memcpy(&word, text.at + i, sizeof word);
		uint64_t quotes = zeros(word ^ ones * '"') | zeros(word ^ ones * '\\');
		if ((zeros(word & ones * 0xe0) | quotes) != 0)
			break;
	}
	while (i < text.len && !needs_escape((unsigned char)text.at[i]))
		i++;
	return i;
}

static size_t
escape(char out[6], unsigned char byte)
{
	static const char hex[] = "0123456789abcdef";
	static const char special[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *at = byte != '\0' ? strchr(special, byte) : NULL;
	out[0] = '\\';
	out[1] = at != NULL ? letters[at - special] : 'u';
	if (at != NULL)
		return 2;
	out[2] = out[3] = '0';
	out[4] = hex[byte >> 4];
	out[5] = hex[byte & 15];
	return 6;
}

void
json_out_string(struct out *o, struct slice text)
{
	out_byte(o, '"');
	for (size_t n; (n = plain_len(text)) < text.len; text.at += n + 1, text.len -= n + 1) {
		char escaped[6];
		out_add(o, text.at, n);
		out_add(o, escaped, escape(escaped, (unsigned char)text.at[n]));
	}
	out_add(o, text.at, text.len);
	out_byte(o, '"');
}

static bool
is_one_of(struct slice text, size_t at, const char *bytes)
{
	return at < text.len && text.at[at] != '\0' && strchr(bytes, text.at[at]) != NULL;
}

/* false: text is no number. */
static bool
take_number(struct slice text, struct number *n)
{
	size_t sign = is_one_of(text, 0, "+-");
	size_t point = digits_end(text, sign);
	size_t end = is_one_of(text, point, ".") ? digits_end(text, point + 1) : point;
	bool has_digits = point != sign || end > point + 1;
	if (end == point + 1)
		end = point;
	if (has_digits && is_one_of(text, end, "eE")) {
		size_t from = end + 1 + is_one_of(text, end + 1, "+-");
		size_t last = digits_end(text, from);
		end = last != from ? last : end;
	}
	*n = (struct number){
		.is_negative = sign != 0 && text.at[0] == '-',
		.whole = {text.at + sign, point - sign},
		.rest = {text.at + point, text.len - point},
	};
	return has_digits && end == text.len;
}

/*
 * JSON has neither a plus, nor zeros before the first digit, nor a point without a digit before it.
 */
static void
put_number(struct out *o, struct slice text)
{
	struct number n;
	take_number(text, &n);
	while (n.whole.len > 1 && n.whole.at[0] == '0') {
		n.whole.at++;
		n.whole.len--;
	}
	if (n.is_negative)
		out_byte(o, '-');
	if (n.whole.len == 0)
		out_byte(o, '0');
	out_add(o, n.whole.at, n.whole.len);
	out_add(o, n.rest.at, n.rest.len);
}

static bool
is_boolean(struct slice text, bool which)
{
	for (size_t i = 0; i < SCHEMA_BOOLEANS; i++)
		if (slice_is(text, schema_booleans[which][i]))
			return true;
	return false;
}

const char *
json_out_fault(enum schema_type type, struct slice value)
{
	struct number n;
	switch (type) {
	case SCHEMA_INTEGER:
		return take_number(value, &n) && n.rest.len == 0 ? NULL : "not a whole number";
	case SCHEMA_DECIMAL:
	case SCHEMA_NUMBER:
		return take_number(value, &n) ? NULL : "not a number";
	case SCHEMA_BOOLEAN:
		return is_boolean(value, true) || is_boolean(value, false) ? NULL : "not a boolean";
	case SCHEMA_NONE:
	case SCHEMA_TEXT:
	case SCHEMA_DATE:
	case SCHEMA_TIME:
	case SCHEMA_DATETIME:
		break;
	}
	return utf8_is_valid(value.at, value.len) ? NULL : "not UTF-8";
}

static void
put_value(struct out *o, enum schema_type type, struct slice value)
{
	switch (type) {
	case SCHEMA_INTEGER:
	case SCHEMA_DECIMAL:
	case SCHEMA_NUMBER:
		put_number(o, value);
		break;
	case SCHEMA_BOOLEAN:
		out_add(o, is_boolean(value, true) ? "true" : "false",
			is_boolean(value, true) ? 4 : 5);
		break;
	case SCHEMA_NONE:
	case SCHEMA_TEXT:
	case SCHEMA_DATE:
	case SCHEMA_TIME:
	case SCHEMA_DATETIME:
		json_out_string(o, value);
		break;
	}
}

bool
json_out_is_null(const struct json_out *j, const struct json_column *c, struct cell cell,
	struct slice value)
{
	bool may_be = !cell.quoted || (j->columns == 1 && value.len == 0);
	return may_be && (slice_same(value, j->null) || schema_texts_have(c->missing, value));
}

void
json_out_row(struct json_out *j, const struct batch *b, size_t row, struct out *o)
{
	arena_reset(&j->values);
	for (size_t i = 0; i < j->columns; i++) {
		const struct json_column *c = &j->column[i];
		struct cell cell = batch_cell(b, row, c->index);
		struct slice value = batch_value(b, cell, &j->values);
		out_padded(o, c->lead.at, c->lead.len);
		if (json_out_is_null(j, c, cell, value))
			out_add(o, "null", 4);
		else
			put_value(o, c->type, value);
	}
	out_add(o, j->tail.at, j->tail.len);
}

static struct slice
make_lead(struct arena *arena, struct slice name, bool is_first)
{
	char *lead = arena_take(arena, 6 * name.len + 4 + OUT_PAD);
	char *to = lead;
	*to++ = is_first ? '{' : ',';
	*to++ = '"';
	for (size_t i = 0; i < name.len; i++) {
		if (needs_escape((unsigned char)name.at[i]))
			to += escape(to, (unsigned char)name.at[i]);
		else
			*to++ = name.at[i];
	}
	*to++ = '"';
	*to++ = ':';
	memset(to, 0, OUT_PAD); /* out_padded() reads it */
	return (struct slice){lead, (size_t)(to - lead)};
}

static int
order(const void *a, const void *b)
{
	return slice_order(*(const struct slice *)a, *(const struct slice *)b);
}

/* Which name is there twice?  An object with it would lose one of the values. */
static bool
has_twins(const struct header *header, struct arena *arena, struct buf *why)
{
	char text[SHOWN_MAX];
	struct slice *sorted = arena_take(arena, (header->count + 1) * sizeof *sorted);
	memcpy(sorted, header->name, header->count * sizeof *sorted);
	qsort(sorted, header->count, sizeof *sorted, order);
	for (size_t i = 1; i < header->count; i++) {
		if (!slice_same(sorted[i - 1], sorted[i]))
			continue;
		buf_format(why, "two columns are called '%s', which an object cannot have",
			shown(text, sorted[i].at, sorted[i].len));
		return true;
	}
	return false;
}

bool
json_out_init(struct json_out *j, const struct header *header, struct slice null, struct buf *why)
{
	char text[SHOWN_MAX];
	*j = (struct json_out){.columns = header->count, .tail = {"}", 1}, .null = null};
	j->column = arena_take(&j->leads, (header->count + 1) * sizeof *j->column);
	for (size_t i = 0; i < header->count; i++) {
		struct slice name = header->name[i];
		if (!utf8_is_valid(name.at, name.len)) {
			buf_format(why, "column %zu: its name is not UTF-8: '%s'", i + 1,
				shown(text, name.at, name.len));
			return false;
		}
		j->column[i] = (struct json_column){
			.index = i,
			.lead = make_lead(&j->leads, name, i == 0),
			.type = SCHEMA_TEXT,
		};
	}
	return header->count == 0 || !has_twins(header, &j->leads, why);
}

void
json_out_clear(struct json_out *j)
{
	arena_clear(&j->leads);
	arena_clear(&j->values);
	*j = (struct json_out){0};
}
