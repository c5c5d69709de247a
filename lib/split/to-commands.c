#include "split/to-commands.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "msg.h"
#include "split/aside.h"
#include "split/crowd.h"
#include "stage.h"

/* Bytes ahead of a command that others could have had. */
enum { AHEAD_IN_TURN = 16 * 1024 };

struct work {
	const struct split_how *split_how;
	struct csv_in *in;
	struct csv_out *out;
	struct split *split;
	struct crowd *crowd;
	struct aside *aside; /* SPLIT_BY: a value's records are all there at the end only */
	struct slice *value;
	struct buf text;
	uint64_t records;
};

static void
begin(void *arg, const struct batch *b, size_t row)
{
	struct work *w = arg;
	(void)b;
	(void)row;
	crowd_begin(w->crowd, (struct slice){NULL, 0});
}

static void
put(void *arg, uint32_t part, struct slice text, uint64_t records)
{
	struct work *w = arg;
	w->records += records;
	crowd_put(w->crowd, part, text, records);
}

static void
end_part(void *arg, uint32_t part)
{
	struct work *w = arg;
	crowd_end(w->crowd, part);
}

static void
await(void *arg)
{
	struct work *w = arg;
	crowd_await(w->crowd);
}

static bool
is_free(void *arg, uint32_t part)
{
	const struct work *w = arg;
	return crowd_is_free(w->crowd, part);
}

static void
note_turns(void *arg, const uint32_t *part, size_t rows)
{
	struct work *w = arg;
	crowd_note_turns(w->crowd, part, rows);
}

static bool
has_enough(void *arg)
{
	const struct work *w = arg;
	return crowd_has_enough(w->crowd);
}

/* The environment is text. */
static void
check_value(const struct work *w, const struct batch *b, size_t row)
{
	size_t columns = split_columns(w->split)->count;
	split_values(w->split, split_parts(w->split) - 1, w->value);
	for (size_t i = 0; i < columns; i++)
		if (w->value[i].len != 0 && memchr(w->value[i].at, '\0', w->value[i].len) != NULL)
			csv_die(END_DATA, b, row, "a value of --by has a byte 0, which cannot "
				"be in the environment of a command");
}

static void
begin_aside(void *arg, const struct batch *b, size_t row)
{
	struct work *w = arg;
	check_value(w, b, row);
	aside_add(w->aside);
}

static void
put_aside(void *arg, uint32_t part, struct slice text, uint64_t records)
{
	struct work *w = arg;
	aside_put(w->aside, part, text, records);
}

static void
take_piece(void *arg, uint32_t part, struct slice text)
{
	struct work *w = arg;
	crowd_put(w->crowd, part, text, w->records);
	w->records = 0;
}

/* The value of one column as it is, of several as a record. */
static struct slice
value_of(struct work *w, uint32_t part)
{
	size_t columns = split_columns(w->split)->count;
	struct csv_out line;
	split_values(w->split, part, w->value);
	if (columns == 1)
		return w->value[0];
	w->text.len = 0;
	csv_out_memory(&line, w->out, &w->text);
	for (size_t i = 0; i < columns; i++)
		csv_put_value(&line, w->value[i]);
	csv_out_memory_clear(&line);
	return (struct slice){w->text.at, w->text.len};
}

/* What the header of its output is only the command knows. */
static void
run_by_no_value(struct work *w)
{
	crowd_begin(w->crowd, (struct slice){NULL, 0});
	crowd_put(w->crowd, 0, split_header(w->split), 0);
	crowd_end(w->crowd, 0);
}

static void
run_by_value(struct work *w, uint64_t memory)
{
	struct sink sink = {.arg = w, .begin = begin_aside, .put = put_aside};
	w->aside = aside_new(memory);
	w->split = split_new(w->split_how, &sink, w->in, w->out);
	w->value = xcalloc(split_columns(w->split)->count + 1, sizeof *w->value);
	split_all(w->split);
	for (uint32_t part = 0; part < aside_parts(w->aside); part++) {
		crowd_begin(w->crowd, value_of(w, part));
		w->records = aside_records(w->aside, part);
		aside_take(w->aside, part, take_piece, w);
		crowd_end(w->crowd, part);
	}
	if (aside_parts(w->aside) == 0 && split_header(w->split).len != 0)
		run_by_no_value(w);
	crowd_finish(w->crowd);
	aside_free(w->aside);
}

static void
run(struct work *w)
{
	struct sink sink = {
		.arg = w, .begin = begin, .put = put, .end = end_part, .await = await,
		.is_free = is_free, .note_turns = note_turns, .has_enough = has_enough,
	};
	w->split = split_new(w->split_how, &sink, w->in, w->out);
	csv_serve_while_waiting(w->in, crowd_serve_until, w->crowd);
	split_all(w->split);
	crowd_finish(w->crowd);
	if (w->split_how->kind == SPLIT_COPY)
		stage_counts()->made += w->records - w->records / w->split_how->parts;
}

static enum crowd_order
order_of(const struct to_commands_how *how, enum split_kind kind)
{
	if (!how->keeps_order)
		return CROWD_AS_IT_COMES;
	return kind == SPLIT_TURN ? CROWD_IN_TURN : CROWD_BY_PART;
}

void
to_commands(const struct to_commands_how *how, const struct split_how *split, struct csv_in *in,
	struct csv_out *out)
{
	struct work w = {.split_how = split, .in = in, .out = out};
	struct crowd_how crowd = {
		.command = how->command,
		.has_header = csv_header_row(in) != NULL,
		.order = order_of(how, split->kind),
		.most = split->parts != 0 ? split->parts : how->most,
		.is_fixed = split->parts != 0,
		.ahead = split->kind == SPLIT_TURN ? AHEAD_IN_TURN : 0,
		.memory = how->memory,
		.max_record = how->max_record,
	};
	w.crowd = crowd_new(&crowd, out);
	if (split->kind == SPLIT_BY)
		run_by_value(&w, how->memory);
	else
		run(&w);
	crowd_free(w.crowd);
	split_free(w.split);
	free(w.value);
	buf_clear(&w.text);
}
