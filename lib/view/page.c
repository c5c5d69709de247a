#include "view/page.h"

#include <stdlib.h>
#include <string.h>

#include "decimal/decimal.h"
#include "msg.h"
#include "view/glyph.h"
#include "view/layout.h"

enum {
	RULE_WIDTH = 40,   /* of the line above an expanded record */
	LEAST_MARKDOWN = 3 /* `---` is the shortest delimiter that all readers take */
};

/* Puts a value into cell, at most max columns of it; returns how many it takes. */
static size_t
render(struct page *p, struct slice value, size_t max)
{
	p->cell.len = 0;
	return p->form == PAGE_MARKDOWN ? glyph_put_markdown(&p->cell, value)
					: glyph_put(&p->cell, value, max);
}

static bool
is_number(struct slice value)
{
	struct decimal ignored;
	return decimal_parse(value, &ignored) != NUMBER_NOT;
}

static void
measure_column(struct page *p, size_t i, const struct slice *values, size_t rows)
{
	size_t width = render(p, p->name[i], p->max);
	bool numbers = true;
	bool filled = false;
	for (size_t row = 0; row < rows; row++) {
		struct slice value = values[row * p->count + i];
		size_t used = render(p, value, p->max);
		width = used > width ? used : width;
		filled |= value.len != 0;
		numbers = numbers && (value.len == 0 || is_number(value));
	}
	p->width[i] = p->form == PAGE_MARKDOWN && width < LEAST_MARKDOWN ? LEAST_MARKDOWN : width;
	p->is_number[i] = numbers && filled;
}

static void
measure_names(struct page *p)
{
	for (size_t i = 0; i < p->count; i++) {
		size_t used = render(p, p->name[i], SIZE_MAX);
		p->name_width = used > p->name_width ? used : p->name_width;
	}
}

void
page_measure(struct page *p, const struct slice *values, size_t rows)
{
	p->shown = p->count;
	if (p->form == PAGE_EXPANDED) {
		measure_names(p);
		return;
	}
	p->width = xcalloc(p->count, sizeof *p->width);
	p->is_number = xcalloc(p->count, sizeof *p->is_number);
	for (size_t i = 0; i < p->count; i++)
		measure_column(p, i, values, rows);
	p->shown = layout_fit(p->width, p->count, p->max);
}

static void
put_many(struct buf *line, char byte, size_t count)
{
	if (count != 0)
		memset(buf_room(line, count), byte, count);
	line->len += count;
}

static void
put_cell(struct page *p, size_t i, struct slice value)
{
	size_t used = render(p, value, p->max != SIZE_MAX ? p->width[i] : SIZE_MAX);
	size_t pad = used < p->width[i] ? p->width[i] - used : 0;
	p->owed += p->is_number[i] ? pad : 0;
	if (p->cell.len != 0) {
		put_many(&p->line, ' ', p->owed);
		buf_add(&p->line, p->cell.at, p->cell.len);
		p->owed = 0;
	}
	p->owed += p->is_number[i] ? 0 : pad;
}

static void
put_markdown_row(struct page *p, const struct slice *value)
{
	for (size_t i = 0; i < p->shown; i++) {
		buf_text(&p->line, i != 0 ? " | " : "| ");
		put_cell(p, i, value[i]);
		put_many(&p->line, ' ', p->owed);
		p->owed = 0;
	}
	buf_text(&p->line, " |\n");
}

void
page_row(struct page *p, const struct slice *value)
{
	p->line.len = 0;
	p->owed = 0;
	if (p->form == PAGE_MARKDOWN) {
		put_markdown_row(p, value);
		return;
	}
	for (size_t i = 0; i < p->shown; i++) {
		p->owed += i != 0 ? LAYOUT_GAP : 0;
		put_cell(p, i, value[i]);
	}
	buf_byte(&p->line, '\n');
}

static void
put_markdown_rule(struct page *p)
{
	for (size_t i = 0; i < p->shown; i++) {
		buf_text(&p->line, i != 0 ? " | " : "| ");
		put_many(&p->line, '-', p->width[i] - 1);
		buf_byte(&p->line, p->is_number[i] ? ':' : '-');
	}
	buf_text(&p->line, " |\n");
}

void
page_rule(struct page *p)
{
	p->line.len = 0;
	if (p->form == PAGE_MARKDOWN) {
		put_markdown_rule(p);
		return;
	}
	for (size_t i = 0; i < p->shown; i++) {
		put_many(&p->line, ' ', i != 0 ? LAYOUT_GAP : 0);
		put_many(&p->line, '-', p->width[i]);
	}
	buf_byte(&p->line, '\n');
}

void
page_rest(struct page *p)
{
	size_t hidden = p->count - p->shown;
	p->line.len = 0;
	p->cell.len = 0;
	if (hidden == 0)
		return;
	buf_format(&p->cell, "... %zu more column%s", hidden, plural(hidden));
	for (size_t i = p->shown; i < p->count && p->cell.len <= p->max; i++) {
		buf_text(&p->cell, i == p->shown ? ": " : ", ");
		buf_add(&p->cell, p->name[i].at, p->name[i].len);
	}
	glyph_put(&p->line, (struct slice){p->cell.at, p->cell.len}, p->max);
	buf_byte(&p->line, '\n');
}

static void
put_field(struct page *p, struct slice name, struct slice value)
{
	size_t before = p->name_width + 3;
	size_t used = glyph_put(&p->line, name, SIZE_MAX);
	put_many(&p->line, ' ', p->name_width - used);
	buf_text(&p->line, value.len != 0 ? " | " : " |");
	if (p->max == SIZE_MAX)
		glyph_put(&p->line, value, SIZE_MAX);
	else
		glyph_put(&p->line, value, p->max > before ? p->max - before : 1);
	buf_byte(&p->line, '\n');
}

void
page_record(struct page *p, uint64_t number, const struct slice *value)
{
	p->line.len = 0;
	buf_format(&p->line, "-[ record %ju ]", (uintmax_t)number);
	if (p->line.len < RULE_WIDTH)
		put_many(&p->line, '-', RULE_WIDTH - p->line.len);
	buf_byte(&p->line, '\n');
	for (size_t i = 0; i < p->count; i++)
		put_field(p, p->name[i], value[i]);
}

void
page_clear(struct page *p)
{
	free(p->width);
	free(p->is_number);
	buf_clear(&p->line);
	buf_clear(&p->cell);
}
