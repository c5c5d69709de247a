#include "window/outlet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "number.h"
#include "table/keys.h"

enum { PIECE = 64 * 1024 };

/* The bounds of a window, as they are written. */
struct bounds {
	char start[DATE_PRINT_MAX + 1], end[DATE_PRINT_MAX + 1];
};

void
outlet_open(struct outlet *o, struct csv_out *out, const char *command, const struct csv_how *how,
	struct csv_in *in)
{
	o->out = out;
	csv_out_memory(&o->single, out, &o->text);
	if (command == NULL)
		return;
	o->crowd_how = (struct crowd_how){
		.command = command,
		.has_header = csv_header_row(in) != NULL,
		.order = CROWD_BY_PART,
		.most = 1,
		.max_record = how->max_record,
	};
	o->crowd = crowd_new(&o->crowd_how, out);
	csv_serve_while_waiting(in, crowd_serve_until, o->crowd);
}

static void
put_header(struct csv_out *out, const struct slice name[2], const struct batch *row)
{
	csv_source(out, NULL);
	csv_put_value(out, name[0]);
	csv_put_value(out, name[1]);
	csv_source(out, row);
	csv_put_run(out, 0, 0, row->columns - 1);
	csv_put_header_end(out);
}

void
outlet_header(struct outlet *o, const struct slice name[2], const struct batch *row)
{
	if (o->crowd == NULL) {
		put_header(o->out, name, row);
		return;
	}
	o->text.len = 0;
	put_header(&o->single, name, row);
	out_flush(&o->single.out);
	buf_add(&o->header, o->text.at, o->text.len);
	csv_source(&o->single, NULL);
}

static void
print_bound(const struct outlet *o, struct moment m, char out[DATE_PRINT_MAX + 1])
{
	size_t len = o->is_counted ? int64_print(out, m.seconds) : date_print(out, m);
	out[len] = '\0';
}

_Static_assert((int)DATE_PRINT_MAX >= (int)INTEGER_PRINT_MAX, "a bound may be a number as well");

/* Puts values, with a delimiter behind each, into o->text. */
static struct slice
join_values(struct outlet *o, const struct slice *value, size_t count)
{
	o->text.len = 0;
	for (size_t i = 0; i < count; i++)
		csv_put_value(&o->single, value[i]);
	out_byte(&o->single.out, o->out->dialect.delimiter);
	out_flush(&o->single.out);
	o->single.is_behind = false;
	(void)buf_room(&o->text, OUT_PAD);
	return (struct slice){o->text.at, o->text.len};
}

_Static_assert((int)PANE_PAD >= (int)OUT_PAD, "records go into the output as they are kept");

static void
put_out(struct outlet *o, struct cut *c, struct slice prefix)
{
	struct slice record;
	while (cut_record(c, &record)) {
		out_padded(&o->out->out, prefix.at, prefix.len);
		csv_put_rest(o->out, record);
	}
}

static void
send_piece(struct outlet *o)
{
	crowd_put(o->crowd, o->part, (struct slice){o->piece.at, o->piece.len}, o->records);
	o->piece.len = 0;
	o->records = 0;
}

static void
give(struct outlet *o, struct cut *c, struct slice prefix)
{
	struct slice record;
	buf_add(&o->piece, o->header.at, o->header.len);
	while (cut_record(c, &record)) {
		buf_add(&o->piece, prefix.at, prefix.len);
		buf_add(&o->piece, record.at, record.len);
		o->records++;
		if (o->piece.len >= PIECE)
			send_piece(o);
	}
	send_piece(o);
	crowd_end(o->crowd, o->part++);
}

/* The key of a window: the value of one column as it is, of several as a record. */
static void
add_key(struct outlet *o, struct slice key, struct buf *to)
{
	size_t columns = o->key_columns;
	struct slice joined = key;
	if (columns > 1) {
		struct slice *value = xcalloc(columns, sizeof *value);
		for (size_t i = 0; i < columns; i++)
			value[i] = keys_value(key, columns, i);
		joined = join_values(o, value, columns);
		joined.len--;
		free(value);
	}
	buf_add(to, joined.at, joined.len);
}

/* The command of a window, to which its records go next. */
static void
begin_command(struct outlet *o, const struct bounds *b, struct slice key)
{
	char start[64], end[64], text[SHOWN_MAX];
	struct buf name = {0}, variable = {0};
	snprintf(start, sizeof start, "ETL_WINDOW_START=%s", b->start);
	snprintf(end, sizeof end, "ETL_WINDOW_END=%s", b->end);
	buf_format(&name, "window %s to %s", b->start, b->end);
	buf_text(&variable, "ETL_WINDOW_KEY");
	if (o->key_columns != 0) {
		buf_byte(&variable, '=');
		size_t at = variable.len;
		add_key(o, key, &variable);
		buf_format(&name, " of '%s'", shown(text, variable.at + at, variable.len - at));
	}
	buf_byte(&name, '\0');
	if (memchr(variable.at, '\0', variable.len) != NULL)
		die(END_DATA, "%s: a byte 0 cannot be in the environment of a command", name.at);
	buf_byte(&variable, '\0');
	crowd_begin_named(o->crowd, name.at, (char *[]){start, end, variable.at, NULL});
	buf_clear(&name);
	buf_clear(&variable);
}

void
outlet_window(struct outlet *o, struct cut *c, const struct cut_window *window)
{
	struct bounds b;
	print_bound(o, window->start, b.start);
	print_bound(o, window->end, b.end);
	if (o->crowd != NULL)
		begin_command(o, &b, cut_key(c, window));
	struct slice value[2] = {slice_of(b.start), slice_of(b.end)};
	struct slice prefix = join_values(o, value, 2);
	if (o->crowd != NULL)
		give(o, c, prefix);
	else
		put_out(o, c, prefix);
}

/* There was no window: what the header of its output is only the command knows. */
static void
give_header(struct outlet *o)
{
	crowd_begin_named(o->crowd, "the header alone",
		(char *[]){"ETL_WINDOW_START", "ETL_WINDOW_END", "ETL_WINDOW_KEY", NULL});
	crowd_put(o->crowd, o->part, (struct slice){o->header.at, o->header.len}, 0);
	crowd_end(o->crowd, o->part++);
}

void
outlet_finish(struct outlet *o)
{
	if (o->crowd != NULL && o->part == 0 && o->header.len != 0)
		give_header(o);
	if (o->crowd != NULL)
		crowd_finish(o->crowd);
	crowd_free(o->crowd);
	csv_out_memory_clear(&o->single);
	buf_clear(&o->text);
	buf_clear(&o->header);
	buf_clear(&o->piece);
}
