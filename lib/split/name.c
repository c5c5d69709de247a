#include "split/name.h"

#include <string.h>

#include "number.h"

/* Where the last name of a path begins. */
static const char *
last_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

/* The directory before the first brace, and what is the same in the names of all files. */
static void
note_fixed(struct name *n, const char *text, struct arena *arena)
{
	size_t to = strcspn(text, "{");
	while (to > 0 && text[to - 1] != '/')
		to--;
	n->fixed = to;
	const char *last = last_name(text);
	const char *open = strchr(last, '{');
	n->head = arena_keep(arena, last, open != NULL ? (size_t)(open - last) : strlen(last));
	n->tail = open != NULL ? strrchr(last, '}') + 1 : NULL;
}

static bool
read_brace(struct name_piece *piece, struct slice inner, const struct slice *column, size_t columns,
	struct buf *why)
{
	piece->kind = NAME_WHOLE;
	if (inner.len == 0)
		return true;
	piece->kind = NAME_COLUMN;
	for (piece->column = 0; piece->column < columns; piece->column++)
		if (slice_same(column[piece->column], inner))
			return true;
	buf_format(why, columns == 0 ? "'{%.*s}': parts have a number, which is {}" :
		"'{%.*s}': no such column in --by", (int)inner.len, inner.at);
	return false;
}

static void
add_text(struct name *n, const char *at, size_t len)
{
	if (len != 0)
		n->piece[n->pieces++] = (struct name_piece){.text = {at, len}};
}

static bool
read_pieces(struct name *n, const char *text, const struct slice *column, size_t columns,
	struct buf *why)
{
	for (const char *at = text;;) {
		size_t len = strcspn(at, "{");
		add_text(n, at, len);
		at += len;
		if (*at == '\0')
			return true;
		size_t inner = strcspn(++at, "}");
		struct name_piece *piece = &n->piece[n->pieces++];
		*piece = (struct name_piece){.begins = at - 1 == text || at[-2] == '/'};
		if (at[inner] == '\0') {
			buf_format(why, "'{%s': the brace is not closed", at);
			return false;
		}
		if (!read_brace(piece, (struct slice){at, inner}, column, columns, why))
			return false;
		at += inner + 1;
	}
}

/* Without {} each of the columns must be there, or two values would have one name. */
static bool
tells_apart(const struct name *n, const char *text, const struct slice *column, size_t columns,
	struct buf *why)
{
	bool has_whole = false;
	for (size_t i = 0; i < n->pieces; i++)
		has_whole |= n->piece[i].kind == NAME_WHOLE;
	if (!has_whole && columns == 0)
		buf_format(why, "'%s': there is no {} for the number of the part", text);
	for (size_t k = 0; k < columns && !has_whole; k++) {
		bool is_there = false;
		for (size_t i = 0; i < n->pieces; i++)
			is_there |= n->piece[i].kind == NAME_COLUMN && n->piece[i].column == k;
		if (is_there)
			continue;
		buf_format(why, "'%s': neither {} nor {%.*s} is in it", text, (int)column[k].len,
			column[k].at);
		return false;
	}
	return has_whole || columns != 0;
}

bool
name_parse(struct name *n, const char *text, const struct slice *column, size_t columns,
	struct arena *arena, struct buf *why)
{
	size_t braces = 0;
	for (const char *at = text; *at != '\0'; at++)
		braces += *at == '{';
	*n = (struct name){.piece = arena_take(arena, (2 * braces + 1) * sizeof *n->piece)};
	if (*last_name(text) == '\0') {
		buf_format(why, "'%s': this is no name of a file", text);
		return false;
	}
	if (!read_pieces(n, text, column, columns, why) ||
		!tells_apart(n, text, column, columns, why))
		return false;
	note_fixed(n, text, arena);
	return true;
}

/* What Hive escapes, and what would be two values in one place where they stand together. */
static bool
must_escape(unsigned char byte)
{
	return byte < 0x20 || byte == 0x7f || strchr("\"#%'*/:=?\\{}[]^,", byte) != NULL;
}

static void
put_escaped(struct buf *path, unsigned char byte)
{
	static const char hex[] = "0123456789ABCDEF";
	buf_byte(path, '%');
	buf_byte(path, hex[byte >> 4]);
	buf_byte(path, hex[byte & 15]);
}

/*
 * No value is `.` or `..`, hides its file or looks like an option; what looks like the empty one is
 * written otherwise.
 */
static void
put_value(struct buf *path, struct slice value, bool begins)
{
	if (value.len == 0) {
		buf_text(path, NAME_EMPTY);
		return;
	}
	bool is_like_empty = slice_is(value, NAME_EMPTY);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char byte = (unsigned char)value.at[i];
		bool first = i == 0 && (byte == '.' || is_like_empty || (begins && byte == '-'));
		if (first || must_escape(byte))
			put_escaped(path, byte);
		else
			buf_byte(path, (char)byte);
	}
}

void
name_put_values(const struct name *n, const struct slice *value, size_t values, struct buf *path)
{
	for (size_t i = 0; i < n->pieces; i++) {
		const struct name_piece *p = &n->piece[i];
		if (p->kind == NAME_TEXT)
			buf_add(path, p->text.at, p->text.len);
		else if (p->kind == NAME_COLUMN)
			put_value(path, value[p->column], p->begins);
		for (size_t k = 0; p->kind == NAME_WHOLE && k < values; k++) {
			if (k != 0)
				buf_byte(path, ',');
			put_value(path, value[k], p->begins && k == 0);
		}
	}
	buf_byte(path, '\0');
}

void
name_put_number(const struct name *n, uint64_t number, unsigned digits, struct buf *path)
{
	char text[INTEGER_PRINT_MAX];
	size_t len = uint64_print(text, number);
	for (size_t i = 0; i < n->pieces; i++) {
		const struct name_piece *p = &n->piece[i];
		if (p->kind == NAME_TEXT) {
			buf_add(path, p->text.at, p->text.len);
			continue;
		}
		for (size_t k = len; k < digits; k++)
			buf_byte(path, '0');
		buf_add(path, text, len);
	}
	buf_byte(path, '\0');
}

bool
name_fits(const char *path)
{
	while (*path != '\0') {
		size_t len = strcspn(path, "/");
		if (len > NAME_LONGEST)
			return false;
		path += len + (path[len] == '/');
	}
	return true;
}
