#include "csv/batch.h"

#include <string.h>

#include "utf8.h"

struct slice
batch_text(const struct batch *b)
{
	const char *first = batch_run(b, 0, 0, 0).at;
	struct slice last = batch_run(b, b->rows - 1, 0, b->columns - 1);
	return (struct slice){first, (size_t)(last.at + last.len - first)};
}

/*
 * A delimiter of another kind may make a character with the bytes beside it, where no field has
 * one.
 */
bool
batch_is_utf8(const struct batch *b)
{
	struct slice text = batch_text(b);
	return (unsigned char)b->dialect.delimiter < 0x80 && utf8_is_valid(text.at, text.len);
}

struct cell
batch_cell_marked(const struct batch *b, uint32_t start, uint32_t len)
{
	const char *at = b->text + start;
	if (b->dialect.quotes && len >= 2 && *at == '"')
		return (struct cell){
			.at = start + 1,
			.len = (len - 2) & CELL_LEN_MAX,
			.quoted = 1,
			.escaped = memchr(at + 1, '"', len - 2) != NULL,
		};
	return (struct cell){
		.at = start,
		.len = len & CELL_LEN_MAX,
		.escaped = b->dialect.escapes && memchr(at, '\\', len) != NULL,
	};
}

void
batch_column(const struct batch *b, size_t column, struct cell *out)
{
	for (size_t row = 0; row < b->rows; row++)
		out[row] = batch_cell(b, row, column);
}

static size_t
undouble(char *out, const char *at, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		out[n++] = at[i];
		i += at[i] == '"';
	}
	return n;
}

static char
escape_meaning(char byte)
{
	switch (byte) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	default:
		return byte;
	}
}

static bool
is_escape(char byte)
{
	return byte == 't' || byte == 'n' || byte == 'r' || byte == '\\';
}

/* A backslash before anything else is a backslash. */
static size_t
unescape(char *out, const char *at, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		if (at[i] == '\\' && i + 1 < len && is_escape(at[i + 1]))
			out[n++] = escape_meaning(at[++i]);
		else
			out[n++] = at[i];
	}
	return n;
}

struct slice
batch_value(const struct batch *b, struct cell cell, struct arena *arena)
{
	const char *at = b->text + cell.at;
	if (!cell.escaped)
		return (struct slice){at, cell.len};
	char *out = arena_take(arena, cell.len);
	size_t len = cell.quoted ? undouble(out, at, cell.len) : unescape(out, at, cell.len);
	return (struct slice){out, len};
}

static struct slice
marked_value(const struct batch *b, size_t row, size_t column, struct arena *arena)
{
	return batch_value(b, batch_cell(b, row, column), arena);
}

void
batch_values(const struct batch *b, size_t first, size_t column, const uint16_t *rows, size_t count,
	struct slice *out, struct arena *arena)
{
	/* What all rows have in common, where no write to out[] can change it. */
	const char *text = b->text;
	const size_t columns = b->columns;
	const uint32_t *end = b->end + first * columns + column;
	const bool escapes = b->dialect.escapes;
	const bool may_end_in_cr = b->has_cr && column + 1 == columns;
	for (size_t i = 0; i < count; i++) {
		size_t row = rows != NULL ? rows[i] : i;
		uint32_t start = end[(ptrdiff_t)(row * columns) - 1] + 1;
		const char *at = text + start;
		if (*at == '"' || escapes || may_end_in_cr)
			out[row] = marked_value(b, first + row, column, arena);
		else
			out[row] = (struct slice){at, end[row * columns] - start};
	}
}

uint64_t
batch_line(const struct batch *b, size_t row)
{
	return batch_line_on(b, 0, b->line, row);
}

uint64_t
batch_line_on(const struct batch *b, size_t from, uint64_t line, size_t row)
{
	const char *at = batch_run(b, from, 0, 0).at;
	const char *stop = batch_run(b, row, 0, 0).at;
	while ((at = memchr(at, '\n', (size_t)(stop - at))) != NULL) {
		line++;
		at++;
	}
	return line;
}
