#include "uniq/uniq.h"

#include <string.h>

#include "mem.h"
#include "msg.h"
#include "number.h"
#include "spill/first.h"
#include "spill/waiting.h"
#include "stage.h"
#include "table/keys.h"
#include "table/sorted.h"

struct uniq {
	const struct uniq_how *how;
	struct csv_in *in;
	struct csv_out *out;
	struct arena arena;
	struct columns columns;
	struct keys keys;
	struct waiting waiting; /* what leaves at the end, if it does */
	/* --sorted: where keys change; the record that is kept, and how many there were. */
	struct sorted sorted;
	struct buf kept;
	uint64_t count;
};

/* Does a record leave as it comes where its key is new, whatever follows? */
static bool
leaves_at_once(const struct uniq *u)
{
	return u->how->keep == CENSUS_FIRST && u->how->count == NULL &&
		u->how->among == UNIQ_ALL;
}

/* Does one leave of a key that has so many? */
static bool
leaves(const struct uniq *u, uint64_t count)
{
	return u->how->among == UNIQ_ALL || (u->how->among == UNIQ_ALONE) == (count == 1);
}

/* A record of a key that has so many. */
static void
put(struct uniq *u, struct slice text, uint64_t count)
{
	struct out *out = &u->out->out;
	out_padded(out, text.at, text.len);
	if (u->how->count != NULL) {
		out_byte(out, u->out->dialect.delimiter);
		out->len += uint64_print(out_room(out, INTEGER_PRINT_MAX), count);
	}
	csv_put_end(u->out);
}

static void
put_header(struct uniq *u)
{
	const struct header *header = csv_header(u->in);
	const struct batch *row = csv_header_row(u->in);
	struct slice name = slice_of(u->how->count != NULL ? u->how->count : "");
	if (u->how->count == NULL || row == NULL) {
		csv_put_header(u->out, row);
		return;
	}
	for (size_t i = 0; i < header->count; i++)
		if (slice_same(header->name[i], name))
			die(END_SETUP, "option --count: there is a column '%s' already",
				u->how->count);
	csv_source(u->out, row);
	csv_put_run(u->out, 0, 0, row->columns - 1);
	csv_put_value(u->out, name);
	csv_put_header_end(u->out);
}

/* Neighbours that stay leave in one copy. */
static void
put_new(struct csv_out *out, size_t first, size_t rows, const uint8_t *is)
{
	for (size_t row = 0; row < rows; row++) {
		size_t from = row;
		while (row < rows && is[row] == FIRST_NEW)
			row++;
		if (row > from)
			csv_put_rows(out, first + from, row - from);
	}
}

/* The next rows of a batch, KEYS_ROWS at most; returns how many. */
static size_t
take_keys(struct uniq *u, const struct batch *b, size_t first)
{
	size_t left = b->rows - first;
	size_t rows = left < KEYS_ROWS ? left : KEYS_ROWS;
	keys_take(&u->keys, b, first, rows);
	return rows;
}

/* The first of each key leave as they come, those that have waited at the end. */
static void
keep_first(struct uniq *u)
{
	struct first *f = first_new(u->how->memory, &u->waiting.file);
	uint8_t is[KEYS_ROWS];
	uint64_t number;
	for (const struct batch *b; (b = csv_read(u->in)) != NULL;) {
		csv_source(u->out, b);
		waiting_source(&u->waiting, b);
		for (size_t first = 0, rows; first < b->rows; first += rows) {
			rows = take_keys(u, b, first);
			first_take(f, u->keys.key, rows, is);
			put_new(u->out, first, rows, is);
			for (size_t row = 0; row < rows; row++)
				if (is[row] == FIRST_LATER)
					waiting_put(&u->waiting, first + row);
		}
	}
	waiting_end(&u->waiting);
	while (first_next(f, &number))
		put(u, waiting_take(&u->waiting, number), 1);
	first_free(f);
}

/* Which records leave, and with which count, is known at the end. */
static void
keep_counted(struct uniq *u)
{
	struct census *c = census_new(u->how->memory, u->how->keep, &u->waiting.file);
	bool waits[KEYS_ROWS];
	uint64_t number, count;
	for (const struct batch *b; (b = csv_read(u->in)) != NULL;) {
		waiting_source(&u->waiting, b);
		for (size_t first = 0, rows; first < b->rows; first += rows) {
			rows = take_keys(u, b, first);
			census_take(c, u->keys.key, rows, waits);
			for (size_t row = 0; row < rows; row++)
				if (waits[row])
					waiting_put(&u->waiting, first + row);
		}
	}
	waiting_end(&u->waiting);
	while (census_next(c, &number, &count))
		if (leaves(u, count))
			put(u, waiting_take(&u->waiting, number), count);
	census_free(c);
}

static void
put_kept(struct uniq *u)
{
	if (u->count != 0 && !leaves_at_once(u) && leaves(u, u->count))
		put(u, (struct slice){u->kept.at, u->kept.len}, u->count);
	u->count = 0;
}

static void
keep(struct uniq *u, struct slice text)
{
	u->kept.len = 0;
	memcpy(buf_room(&u->kept, text.len + OUT_PAD), text.at, text.len);
	u->kept.len = text.len;
}

/* So many rows of one key, which is another than that before, or the same. */
static void
take_same(struct uniq *u, const struct batch *b, size_t first, size_t rows, enum sorted_step step)
{
	if (step == SORTED_BACK) {
		char text[SHOWN_MAX];
		struct slice record = batch_run(b, first, 0, b->columns - 1);
		csv_die(END_DATA, b, first, "this key has ended before (--sorted): '%s'",
			shown(text, record.at, record.len));
	}
	if (step == SORTED_NEW)
		put_kept(u);
	bool is_last = u->how->keep == CENSUS_LAST;
	if (u->count == 0 && leaves_at_once(u))
		put(u, whole_row(&u->waiting.whole, first), 1);
	else if (u->count == 0 || is_last)
		keep(u, whole_row(&u->waiting.whole, is_last ? first + rows - 1 : first));
	u->count += rows;
}

static void
keep_sorted(struct uniq *u)
{
	uint16_t row[KEYS_ROWS];
	for (size_t i = 0; i < KEYS_ROWS; i++)
		row[i] = (uint16_t)i;
	sorted_init(&u->sorted, &u->columns, &u->arena);
	for (const struct batch *b; (b = csv_read(u->in)) != NULL;) {
		waiting_source(&u->waiting, b);
		for (size_t first = 0, rows; first < b->rows; first += rows) {
			enum sorted_step step;
			rows = b->rows - first < KEYS_ROWS ? b->rows - first : KEYS_ROWS;
			sorted_take(&u->sorted, b, first, rows);
			for (size_t i = 0, same; i < rows; i += same) {
				same = sorted_next(&u->sorted, row + i, rows - i, &step);
				take_same(u, b, first + i, same, step);
			}
		}
	}
	put_kept(u);
	sorted_clear(&u->sorted);
}

void
uniq(const struct uniq_how *how, struct csv_in *in, struct csv_out *out)
{
	struct uniq state = {.how = how, .in = in, .out = out}, *u = &state;
	struct stage *counts = stage_counts();
	const struct header *header = csv_header(in);
	u->columns = csv_columns(how->key != NULL ? how->key : "1-", "-k", header, 0, &u->arena);
	keys_init_columns(&u->keys, &u->columns, &u->arena);
	out->columns = header->count;
	waiting_init(&u->waiting, out);
	out->columns += how->count != NULL;
	put_header(u);
	if (how->is_sorted)
		keep_sorted(u);
	else if (leaves_at_once(u))
		keep_first(u);
	else
		keep_counted(u);
	counts->filtered = csv_records(in) - counts->rejected - out->records;
	waiting_clear(&u->waiting);
	buf_clear(&u->kept);
	keys_clear(&u->keys);
	arena_clear(&u->arena);
}
