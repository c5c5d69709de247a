#include "csv/foreign.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "csv/csv-parse.h"
#include "msg.h"

struct foreign {
	struct foreign_how how;
	struct csv_parser parser;
	struct buf line_text; /* a physical line of which the end has not come */
	struct buf raw;       /* the record so far, as it came */
	struct buf made;      /* the same as we write it */
	size_t fields;        /* in made */
	bool inside;          /* within quotes, at the end of raw */
	bool ended;           /* libcsv has seen the record's end */
	uint64_t line;
	size_t left;
};

/* libcsv takes blanks off the ends of fields that its space function knows. */
static int
is_no_space(unsigned char byte)
{
	(void)byte;
	return 0;
}

/* libcsv gives NULL for an empty field without quotes. */
static void
on_field(void *at, size_t len, void *arg)
{
	struct foreign *f = arg;
	if (f->fields++ != 0)
		buf_byte(&f->made, f->how.delimiter);
	if (at != NULL && len == 0)
		buf_text(&f->made, "\"\"");
	else if (at != NULL)
		csv_parse_quote(&f->made, (struct slice){at, len}, f->how.delimiter);
}

static void
on_record(int end, void *arg)
{
	struct foreign *f = arg;
	(void)end;
	buf_byte(&f->made, '\n');
	f->ended = true;
}

struct foreign *
foreign_new(const struct foreign_how *how)
{
	struct foreign *f = xcalloc(1, sizeof *f);
	f->how = *how;
	f->line = 1;
	if (csv_init(&f->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0)
		die(END_SETUP, "out of memory");
	csv_set_delim(&f->parser, (unsigned char)how->delimiter);
	csv_set_quote(&f->parser, (unsigned char)how->quote);
	if (!how->trim)
		csv_set_space_func(&f->parser, is_no_space);
	return f;
}

void
foreign_free(struct foreign *f)
{
	if (f == NULL)
		return;
	csv_free(&f->parser);
	buf_clear(&f->line_text);
	buf_clear(&f->raw);
	buf_clear(&f->made);
	free(f);
}

size_t
foreign_held(const struct foreign *f)
{
	return f->raw.len + f->line_text.len;
}

void
foreign_give_back(const struct foreign *f, struct buf *out)
{
	buf_add(out, f->raw.at, f->raw.len);
	buf_add(out, f->line_text.at, f->line_text.len);
}

size_t
foreign_left(const struct foreign *f)
{
	return f->left;
}

uint64_t
foreign_line(const struct foreign *f)
{
	return f->line;
}

/* The record has ended: hands it on and makes room for the next. */
static void
hand_on(struct foreign *f, struct buf *out)
{
	buf_add(out, f->made.at, f->made.len);
	for (size_t i = 0; i < f->raw.len; i++)
		f->line += f->raw.at[i] == '\n';
	f->raw.len = 0;
	f->made.len = 0;
	f->fields = 0;
	f->inside = false;
	f->ended = false;
}

/* libcsv ends a record at any CR outside quotes; ours end at LF or CR LF only. */
static bool
has_lone_cr(struct foreign *f, const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		f->inside ^= at[i] == f->how.quote;
		if (at[i] == '\r' && !f->inside && (i + 1 == len || at[i + 1] != '\n'))
			return true;
	}
	return false;
}

/* A line that libcsv would take for none at all: it says nothing about it. */
static bool
is_blank(const struct foreign *f, const char *at, size_t len)
{
	len -= len > 0 && at[len - 1] == '\n';
	len -= len > 0 && at[len - 1] == '\r';
	if (!f->how.trim)
		return len == 0;
	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t') &&
		at[len - 1] != f->how.delimiter)
		len--;
	return len == 0;
}

static bool
parse(struct foreign *f, const char *at, size_t len)
{
	if (csv_parse(&f->parser, at, len, on_field, on_record, f) == len)
		return true;
	if (csv_error(&f->parser) != CSV_EPARSE)
		die(END_SETUP, "libcsv: %s", csv_strerror(csv_error(&f->parser)));
	return false;
}

/* One physical line, its LF included (the last one may lack it). */
static bool
take_line(struct foreign *f, const char *at, size_t len, struct buf *out)
{
	bool has_bom = f->line == 1 && f->raw.len == 0 && len >= 3 &&
		memcmp(at, "\xef\xbb\xbf", 3) == 0;
	size_t bom = has_bom ? 3 : 0;
	bool ends = at[len - 1] == '\n';
	if (f->raw.len == 0 && ends && is_blank(f, at + bom, len - bom)) {
		buf_byte(out, '\n');
		f->line++;
		return true;
	}
	buf_add(&f->raw, at, len);
	if (has_lone_cr(f, at + bom, len - bom) || !parse(f, at + bom, len - bom))
		return false;
	if (f->ended)
		hand_on(f, out);
	return true;
}

bool
foreign_feed(struct foreign *f, const char *at, size_t len, struct buf *out)
{
	const char *newline;
	for (f->left = len; (newline = memchr(at, '\n', f->left)) != NULL;) {
		size_t n = (size_t)(newline - at) + 1;
		buf_add(&f->line_text, at, n);
		at += n;
		f->left -= n;
		bool good = take_line(f, f->line_text.at, f->line_text.len, out);
		f->line_text.len = 0;
		if (!good)
			return false;
	}
	buf_add(&f->line_text, at, f->left);
	f->left = 0;
	return true;
}

bool
foreign_end(struct foreign *f, struct buf *out)
{
	size_t len = f->line_text.len;
	f->line_text.len = 0;
	if (len != 0 && !take_line(f, f->line_text.at, len, out))
		return false;
	if (f->raw.len == 0)
		return true;
	if (csv_fini(&f->parser, on_field, on_record, f) != 0)
		return false;
	hand_on(f, out);
	return true;
}
