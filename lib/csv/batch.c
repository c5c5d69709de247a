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

/* A delimiter of another kind may make a character with the bytes beside it, where no field has one. */
bool
batch_is_utf8(const struct batch *b)
{
	struct slice text = batch_text(b);
	return (unsigned char)b->dialect.delimiter < 0x80 && utf8_is_valid(text.at, text.len);
}

static struct cell
cell_of(const struct batch *b, uint32_t start, uint32_t stop)
{
	const char *at = b->text + start;
	uint32_t len = stop - start;
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

struct cell
batch_cell(const struct batch *b, size_t row, size_t column)
{
	struct slice run = batch_run(b, row, column, column);
	uint32_t start = (uint32_t)(run.at - b->text);
	return cell_of(b, start, start + (uint32_t)run.len);
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
