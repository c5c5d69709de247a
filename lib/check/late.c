#include "check/late.h"

#include <stdlib.h>

#include "csv/reject.h"
#include "msg.h"

void
late_init(struct late *l, struct check *check, struct csv_out *out, struct stream_file *file)
{
	*l = (struct late){.check = check, .out = out, .file = file};
	if (out != NULL)
		csv_out_memory(&l->ready, out, &l->text);
}

void
late_source(struct late *l, const struct batch *b)
{
	if (l->out != NULL)
		csv_source(&l->ready, b);
	l->row = 0;
	l->line = b->line;
}

static void
put_text(struct late *l, struct slice text)
{
	stream_put_number(&l->waiting, l->file, text.len);
	stream_put(&l->waiting, l->file, text.at, text.len);
}

/* Its place, for messages; for each key what is known, and its value; as it came; as it leaves. */
void
late_keep(struct late *l, const struct batch *b, size_t first, size_t row)
{
	const struct check *c = l->check;
	l->line = batch_line_on(b, l->row, l->line, first + row);
	l->row = first + row;
	put_text(l, slice_of(b->file));
	stream_put_number(&l->waiting, l->file, l->line);
	for (size_t i = 0; i < c->keys; i++) {
		stream_put_number(&l->waiting, l->file, c->key[i].is[row]);
		if (c->key[i].is[row] != FIRST_NEW)
			put_text(l, c->key[i].keys.key[row]);
	}
	if (reject_is_allowed())
		put_text(l, batch_run(b, first + row, 0, b->columns - 1));
	if (l->out != NULL) {
		csv_put_rows(&l->ready, first + row, 1);
		out_flush(&l->ready.out);
		put_text(l, (struct slice){l->text.at, l->text.len});
		l->text.len = 0;
	}
}

/* What has waited, one record at a time. */
struct waiting {
	struct buf file;
	uint64_t line;
	const struct check_key *repeated; /* NULL: it is good */
	struct buf value;                 /* of that key */
	struct buf record;
	struct slice text; /* valid until the next one */
};

/* Which of the records that wait for a key is the next that is the first with its value. */
struct turn {
	uint64_t number; /* of the next record that waits for it */
	uint64_t chosen;
	bool has_chosen;
};

static struct slice
take_text(struct late *l)
{
	size_t len = (size_t)stream_take_number(&l->waiting, l->file);
	return (struct slice){stream_take(&l->waiting, l->file, len), len};
}

static void
keep_text(struct late *l, struct buf *out)
{
	struct slice text = take_text(l);
	out->len = 0;
	buf_add(out, text.at, text.len);
}

static bool
is_chosen(struct turn *turn, struct first *first)
{
	if (!turn->has_chosen || turn->number++ != turn->chosen)
		return false;
	turn->has_chosen = first_next(first, &turn->chosen);
	return true;
}

static void
take_waiting(struct late *l, struct turn *turn, struct waiting *w)
{
	struct check *c = l->check;
	w->repeated = NULL;
	keep_text(l, &w->file);
	buf_byte(&w->file, '\0');
	w->line = stream_take_number(&l->waiting, l->file);
	for (size_t i = 0; i < c->keys; i++) {
		uint64_t is = stream_take_number(&l->waiting, l->file);
		if (is == FIRST_NEW)
			continue;
		struct slice value = take_text(l);
		bool is_first = is == FIRST_LATER && is_chosen(&turn[i], c->key[i].first);
		if (is_first || w->repeated != NULL)
			continue;
		w->repeated = &c->key[i];
		w->value.len = 0;
		buf_add(&w->value, value.at, value.len);
	}
	if (reject_is_allowed())
		keep_text(l, &w->record);
	if (l->out != NULL)
		w->text = take_text(l);
}

static void
judge(struct late *l, const struct waiting *w)
{
	struct buf reason = {0};
	const struct check_key *key = w->repeated;
	check_key_reason(l->check, key, (struct slice){w->value.at, w->value.len}, &reason);
	buf_byte(&reason, '\0');
	if (!reject_is_allowed())
		die(END_DATA, "%s:%ju: %s", w->file.at, (uintmax_t)w->line, reason.at);
	reject_put(&(struct reject){
		.file = w->file.at,
		.line = w->line,
		.column = check_name(l->check, key->column[0]),
		.code = check_code(key->fault),
		.reason = reason.at,
		.record = {w->record.at, w->record.len},
	});
	buf_clear(&reason);
}

static void
put_waiting(struct late *l)
{
	struct check *c = l->check;
	struct waiting w = {0};
	struct turn *turn = xcalloc(c->keys, sizeof *turn);
	for (size_t i = 0; i < c->keys; i++)
		turn[i].has_chosen = first_next(c->key[i].first, &turn[i].chosen);
	while (l->waiting.bytes != 0) {
		take_waiting(l, turn, &w);
		if (w.repeated != NULL)
			judge(l, &w);
		else if (l->out != NULL)
			csv_put_rest(l->out, w.text);
	}
	buf_clear(&w.file);
	buf_clear(&w.value);
	buf_clear(&w.record);
	free(turn);
}

void
late_finish(struct late *l)
{
	if (l->check->is_later) {
		stream_end(&l->waiting, l->file);
		put_waiting(l);
	}
	stream_clear(&l->waiting, l->file);
	if (l->out != NULL)
		csv_out_memory_clear(&l->ready);
	buf_clear(&l->text);
}
