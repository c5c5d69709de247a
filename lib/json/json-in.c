#include "json/json-in.h"

#include <stdlib.h>
#include <string.h>

#include "json/json-record.h"
#include "json/json-values.h"
#include "csv/columns.h"
#include "mem.h"
#include "msg.h"

enum { PIECE = 64 * 1024 };

/* Records that wait, up to `end` in the spool, have that many fields. */
struct stretch {
	size_t fields;
	uint64_t end;
};

struct waiting {
	struct csv_out out; /* a spool */
	struct stretch *stretch;
	size_t stretches, stretches_max;
};

/* The next record; false: there are no more. */
static bool
read_record(struct json_values *values, struct json_record *record, bool is_lines)
{
	for (struct json_text t; json_values_next(values, &t);) {
		bool is_read = json_record_read(record, &t) ||
			(json_values_complete(values, &t) && json_record_read(record, &t));
		if (is_read && is_lines) {
			json_skip_blanks(&t);
			if (t.at != t.stop)
				is_read = json_fail(&t, "text behind the value");
		}
		if (is_read) {
			json_values_take(values, &t);
			return true;
		}
		json_values_refuse(values, &t);
	}
	return false;
}

static void
put_fields(struct csv_out *w, const struct json_record *record, size_t count)
{
	const struct json_field *field = json_record_fields(record);
	uint64_t number = json_record_number(record);
	for (size_t i = 0; i < count; i++) {
		const struct json_field *f = &field[i];
		if (f->record != number)
			csv_put_value(w, (struct slice){"", 0});
		else if (f->is_text && f->value.len == 0)
			csv_put_quoted(w, f->value);
		else
			csv_put_value(w, f->value);
	}
}

static void
tell(const struct csv_how *how, const struct json_record *record, size_t count)
{
	struct slice *name = xcalloc(count, sizeof *name);
	for (size_t i = 0; i < count; i++)
		name[i] = json_record_name(record, i);
	how->named(how->named_arg, &(struct header){count, name});
	free(name);
}

static void
put_names(struct csv_out *w, const struct csv_how *how, const struct json_record *record)
{
	w->columns = json_record_columns(record);
	if (how->named != NULL)
		tell(how, record, w->columns);
	if (how->no_out_header)
		return;
	for (size_t i = 0; i < w->columns; i++)
		csv_put_value(w, json_record_name(record, i));
	csv_put_header_end(w);
}

/* Those that --columns names leave as they come. */
static void
copy_columns(const struct json_in_how *how, struct json_values *values, struct json_record *record,
	struct csv_out *w)
{
	put_names(w, how->csv, record);
	while (read_record(values, record, how->is_lines)) {
		put_fields(w, record, w->columns);
		csv_put_end(w);
	}
}

static void
wait_with(struct waiting *waiting, size_t fields)
{
	struct stretch *last = waiting->stretch + waiting->stretches;
	if (waiting->stretches != 0 && last[-1].fields == fields)
		return;
	if (waiting->stretches == waiting->stretches_max) {
		waiting->stretches_max = waiting->stretches_max * 2 + 16;
		waiting->stretch = xrealloc(waiting->stretch, waiting->stretches_max, sizeof *last);
		last = waiting->stretch + waiting->stretches;
	}
	if (waiting->stretches != 0)
		last[-1].end = waiting->out.out.bytes + waiting->out.out.len;
	*last = (struct stretch){.fields = fields};
	waiting->stretches++;
}

/*
 * A piece of records with fewer fields than there are columns: the others are empty.  *is_inside:
 * it begins between quotes; *last: the byte before it.
 */
static void
put_short(struct csv_out *w, const char *at, size_t len, size_t fields, bool *is_inside, char *last)
{
	size_t more = w->columns - (fields != 0 ? fields : 1);
	for (size_t i = 0; i < len; i++) {
		*is_inside ^= w->dialect.quotes && at[i] == '"';
		if (at[i] == '\n' && !*is_inside) {
			if (w->columns == 1 && *last == '\n' && w->dialect.quotes)
				out_add(&w->out, "\"\"", 2);
			for (size_t k = 0; k < more; k++)
				out_byte(&w->out, w->dialect.delimiter);
		}
		out_byte(&w->out, at[i]);
		*last = at[i];
	}
}

static void
put_stretch(struct csv_out *w, const struct waiting *waiting, uint64_t from,
	const struct stretch *s)
{
	char piece[PIECE];
	bool is_inside = false;
	char last = '\n';
	for (uint64_t at = from; at < s->end;) {
		size_t len = s->end - at < PIECE ? (size_t)(s->end - at) : PIECE;
		out_read_spool(&waiting->out.out, at, piece, len);
		if (s->fields == w->columns && s->fields != 1)
			out_add(&w->out, piece, len);
		else
			put_short(w, piece, len, s->fields, &is_inside, &last);
		at += len;
	}
	out_forget_spool(&waiting->out.out, from, s->end);
}

static void
put_waiting(struct csv_out *w, struct waiting *waiting)
{
	out_flush(&waiting->out.out);
	uint64_t from = 0;
	for (size_t i = 0; i < waiting->stretches; i++) {
		struct stretch *s = &waiting->stretch[i];
		if (i + 1 == waiting->stretches)
			s->end = waiting->out.out.bytes;
		put_stretch(w, waiting, from, s);
		from = s->end;
	}
	w->records = waiting->out.records;
}

static void
copy_all(const struct json_in_how *how, struct json_values *values, struct json_record *record,
	struct csv_out *w)
{
	/*
	 * Of one column, too, an empty value is to be nothing until it is known that there are no
	 * more.
	 */
	struct waiting waiting = {.out = {.dialect = w->dialect, .columns = SIZE_MAX}};
	out_open_spool(&waiting.out.out);
	while (read_record(values, record, how->is_lines)) {
		size_t fields = json_record_columns(record);
		wait_with(&waiting, fields);
		put_fields(&waiting.out, record, fields);
		csv_put_end(&waiting.out);
	}
	if (json_record_columns(record) != 0)
		put_names(w, how->csv, record);
	else if (waiting.out.records != 0 || !how->csv->allow_empty)
		die(END_DATA,
			"no object has a name, so that there are no columns (--columns gives "
			"them%s",
			waiting.out.records != 0 ? ")" : ", --allow-empty accepts it)");
	put_waiting(w, &waiting);
	out_close_spool(&waiting.out.out);
	buf_clear(&waiting.out.scratch);
	free(waiting.stretch);
}

/* The names of --columns. */
static void
want(struct json_record *record, const char *names)
{
	struct arena arena = {0};
	for (const char *at = names;; at++) {
		char text[SHOWN_MAX];
		size_t len = columns_item_len(at);
		struct slice name = columns_item_text((struct slice){at, len}, &arena);
		if (len == 0)
			die(END_SETUP, "option --columns: a name is missing: '%s'", names);
		if (!json_record_want(record, name))
			die(END_SETUP, "option --columns: '%s' is named twice",
				shown(text, name.at, name.len));
		at += len;
		if (*at == '\0')
			break;
	}
	arena_clear(&arena);
}

void
json_in_copy(const struct json_in_how *how)
{
	struct csv_out out;
	struct json_record *record = json_record_new(how->csv->max_field, how->csv->max_columns);
	if (how->columns != NULL)
		want(record, how->columns);
	if (how->is_strict)
		json_record_leave_nothing_out(record);
	csv_out_open(&out, how->csv);
	struct json_values *values = json_values_new(how->csv, how->is_lines, how->path, &out);
	if (how->columns != NULL)
		copy_columns(how, values, record, &out);
	else
		copy_all(how, values, record, &out);
	out.beside = stage_counts()->rejected;
	csv_finish(&out, NULL);
	json_values_free(values);
	json_record_free(record);
}
