#include "split/split.h"

#include <stdlib.h>
#include <string.h>

#include "msg.h"
#include "split/place.h"
#include "table/keys.h"
#include "table/table.h"

#define NOBODY UINT32_MAX

/* Rows that are dealt in turn before it is asked again who is free. */
enum { TURN_ROWS = 256 };

struct split {
	const struct split_how *how;
	const struct sink *sink;
	struct csv_in *in;
	struct csv_out out;  /* records as text, for a part at a time */
	struct buf text;
	struct buf header;   /* the same of the header */
	uint32_t parts;      /* that have begun */

	struct columns columns;
	struct keys keys;
	struct table *values; /* of SPLIT_BY: the number of a value is that of its part */
	uint64_t in_part;     /* records or bytes of the one that is being filled */
	uint64_t rows_in_part;
	uint32_t turn;

	/* Rows of a batch by their part, each a chain. */
	uint32_t part[KEYS_ROWS];
	uint32_t next[KEYS_ROWS];
	uint32_t touched[KEYS_ROWS]; /* parts that have a chain */
	uint32_t last[KEYS_ROWS];    /* row of the same place's chain */
	uint32_t *chain;             /* of each part: its place in touched */
	size_t chains;
	struct arena arena;
};

struct split *
split_new(const struct split_how *how, const struct sink *sink, struct csv_in *in,
	const struct csv_out *like)
{
	struct split *s = xcalloc(1, sizeof *s);
	const struct header *header = csv_header(in);
	*s = (struct split){.how = how, .sink = sink, .in = in};
	if (how->list != NULL && header->count != 0) {
		s->columns = csv_columns(how->list, how->option, header, 0, &s->arena);
		keys_init_columns(&s->keys, &s->columns, &s->arena);
	}
	if (how->kind == SPLIT_BY)
		s->values = table_new(0);
	csv_out_memory(&s->out, like, &s->text);
	s->out.columns = header->count;
	csv_put_header(&s->out, csv_header_row(in));
	out_flush(&s->out.out);
	buf_add(&s->header, s->text.at, s->text.len);
	s->text.len = 0;
	return s;
}

const struct columns *
split_columns(const struct split *s)
{
	return &s->columns;
}

struct slice
split_header(const struct split *s)
{
	return (struct slice){s->header.at, s->header.len};
}

uint32_t
split_parts(const struct split *s)
{
	return s->parts;
}

void
split_values(const struct split *s, uint32_t part, struct slice *value)
{
	struct slice key = table_key(s->values, part);
	for (size_t i = 0; i < s->columns.count; i++)
		value[i] = keys_value(key, s->columns.count, i);
}

static void
begin(struct split *s, const struct batch *b, size_t row)
{
	if (s->parts == NOBODY)
		die(END_SETUP, "more than %u parts", NOBODY);
	if (s->parts >= s->chains) {
		s->chains = s->chains * 2 + 64;
		s->chain = xrealloc(s->chain, s->chains, sizeof *s->chain);
	}
	s->chain[s->parts] = NOBODY;
	s->parts++;
	s->sink->begin(s->sink->arg, b, row);
	if (s->header.len != 0)
		s->sink->put(s->sink->arg, s->parts - 1,
			(struct slice){s->header.at, s->header.len}, 0);
	s->in_part = s->how->kind == SPLIT_BYTES ? s->header.len : 0;
	s->rows_in_part = 0;
}

/* What has been put goes to a part. */
static void
hand_over(struct split *s, uint32_t part, uint64_t records)
{
	out_flush(&s->out.out);
	s->sink->put(s->sink->arg, part, (struct slice){s->text.at, s->text.len}, records);
	s->text.len = 0;
}

static void
next_part(struct split *s, const struct batch *b, size_t row)
{
	if (s->parts != 0)
		s->sink->end(s->sink->arg, s->parts - 1);
	begin(s, b, row);
}

static void
take_by_rows(struct split *s, const struct batch *b)
{
	for (size_t row = 0; row < b->rows;) {
		if (s->parts == 0 || s->in_part == s->how->size)
			next_part(s, b, row);
		uint64_t room = s->how->size - s->in_part;
		size_t rows = b->rows - row < room ? b->rows - row : (size_t)room;
		csv_put_rows(&s->out, row, rows);
		hand_over(s, s->parts - 1, rows);
		s->in_part += rows;
		row += rows;
	}
}

/* How long a record is is known when it has been written, as it leaves. */
static void
take_by_bytes(struct split *s, const struct batch *b)
{
	uint64_t waiting = 0;
	if (s->parts == 0)
		begin(s, b, 0);
	for (size_t row = 0; row < b->rows; row++) {
		size_t before = s->text.len;
		csv_put_rows(&s->out, row, 1);
		out_flush(&s->out.out);
		size_t len = s->text.len - before;
		if (s->rows_in_part != 0 && s->in_part + len > s->how->size) {
			s->sink->put(s->sink->arg, s->parts - 1, (struct slice){s->text.at, before},
				waiting);
			memmove(s->text.at, s->text.at + before, len);
			s->text.len = len;
			waiting = 0;
			next_part(s, b, row);
		}
		s->in_part += len;
		s->rows_in_part++;
		waiting++;
	}
	hand_over(s, s->parts - 1, waiting);
}

static void
take_copies(struct split *s, const struct batch *b)
{
	csv_put_rows(&s->out, 0, b->rows);
	out_flush(&s->out.out);
	for (uint32_t part = 0; part < s->parts; part++)
		s->sink->put(s->sink->arg, part, (struct slice){s->text.at, s->text.len}, b->rows);
	s->text.len = 0;
}

/* One that is not free is passed over, unless none is. */
static uint32_t
next_in_turn(struct split *s)
{
	uint32_t part = s->turn;
	for (uint32_t asked = 0; asked < s->parts; asked++) {
		part = s->turn;
		s->turn = part + 1 < s->parts ? part + 1 : 0;
		if (s->sink->is_free == NULL || s->sink->is_free(s->sink->arg, part))
			break;
	}
	return part;
}

static void
choose_in_turn(struct split *s, size_t rows)
{
	if (s->sink->await != NULL)
		s->sink->await(s->sink->arg);
	for (size_t row = 0; row < rows; row++)
		s->part[row] = next_in_turn(s);
	if (s->sink->note_turns != NULL)
		s->sink->note_turns(s->sink->arg, s->part, rows);
}

static void
choose_by_hash(struct split *s, size_t rows)
{
	size_t columns = s->columns.count;
	for (size_t row = 0; row < rows; row++) {
		uint64_t hash = FNV_START;
		for (size_t i = 0; i + 1 < columns; i++) {
			hash = fnv_add(hash, keys_value(s->keys.key[row], columns, i));
			hash = fnv_add(hash, (struct slice){"", 1});
		}
		hash = fnv_add(hash, keys_value(s->keys.key[row], columns, columns - 1));
		s->part[row] = place_of(hash, s->parts);
	}
}

/* Which part each of the rows goes to. */
static void
choose(struct split *s, const struct batch *b, size_t first, size_t rows)
{
	if (s->how->kind == SPLIT_TURN) {
		choose_in_turn(s, rows);
		return;
	}
	keys_take(&s->keys, b, first, rows);
	if (s->how->kind == SPLIT_HASH) {
		choose_by_hash(s, rows);
		return;
	}
	table_put(s->values, s->keys.key, rows, s->part);
	for (size_t row = 0; row < rows; row++)
		if (s->part[row] >= s->parts)
			begin(s, b, first + row);
}

/* Returns how many parts have a row. */
static size_t
link_rows(struct split *s, size_t rows)
{
	size_t touched = 0;
	for (uint32_t row = 0; row < rows; row++) {
		uint32_t *chain = &s->chain[s->part[row]];
		if (*chain == NOBODY) {
			*chain = (uint32_t)touched;
			s->touched[touched++] = row;
		} else {
			s->next[s->last[*chain]] = row;
		}
		s->last[*chain] = row;
		s->next[row] = NOBODY;
	}
	return touched;
}

/* Neighbours leave in one copy. */
static void
put_chain(struct split *s, size_t first, uint32_t row)
{
	uint32_t part = s->part[row];
	uint64_t records = 0;
	while (row != NOBODY) {
		uint32_t from = row;
		while (s->next[row] == row + 1)
			row++;
		csv_put_rows(&s->out, first + from, row + 1 - from);
		records += row + 1 - from;
		row = s->next[row];
	}
	s->chain[part] = NOBODY;
	hand_over(s, part, records);
}

static void
take_chosen(struct split *s, const struct batch *b)
{
	size_t most = s->how->kind == SPLIT_TURN ? TURN_ROWS : KEYS_ROWS;
	for (size_t first = 0; first < b->rows; first += most) {
		size_t rows = b->rows - first < most ? b->rows - first : most;
		choose(s, b, first, rows);
		size_t touched = link_rows(s, rows);
		for (size_t i = 0; i < touched; i++)
			put_chain(s, first, s->touched[i]);
	}
}

static void
take_batch(struct split *s, const struct batch *b)
{
	csv_source(&s->out, b);
	switch (s->how->kind) {
	case SPLIT_ROWS:
		take_by_rows(s, b);
		return;
	case SPLIT_BYTES:
		take_by_bytes(s, b);
		return;
	case SPLIT_COPY:
		take_copies(s, b);
		return;
	default:
		take_chosen(s, b);
	}
}

static bool
has_enough(const struct split *s)
{
	return s->sink->has_enough != NULL && s->sink->has_enough(s->sink->arg);
}

/* A header alone is a part where the next record would begin one, so that it is not lost. */
void
split_all(struct split *s)
{
	bool one_by_one = s->how->kind == SPLIT_ROWS || s->how->kind == SPLIT_BYTES;
	for (uint32_t part = 0; part < s->how->parts; part++)
		begin(s, NULL, 0);
	for (const struct batch *b; !has_enough(s) && (b = csv_read(s->in)) != NULL;)
		take_batch(s, b);
	if (one_by_one && s->parts == 0 && s->header.len != 0)
		begin(s, NULL, 0);
}

void
split_free(struct split *s)
{
	if (s == NULL)
		return;
	csv_out_memory_clear(&s->out);
	buf_clear(&s->text);
	buf_clear(&s->header);
	keys_clear(&s->keys);
	table_free(s->values);
	free(s->chain);
	arena_clear(&s->arena);
	free(s);
}
