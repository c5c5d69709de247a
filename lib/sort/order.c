#include "sort/order.h"

#include <stdlib.h>

#include "date/date.h"
#include "msg.h"
#include "sort/number-key.h"
#include "sort/record.h"
#include "sort/size-key.h"
#include "sort/time-key.h"
#include "sort/version-key.h"
#include "text/letters.h"

enum { CELLS_MAX = 64 * 1024 };

static void
init(struct order *o, size_t columns)
{
	size_t rows = CELLS_MAX / columns;
	*o = (struct order){.columns = columns};
	o->rows_max = rows == 0 ? 1 : rows < ORDER_ROWS ? rows : ORDER_ROWS;
	o->column = xcalloc(columns, sizeof *o->column);
	o->cell = xcalloc(columns * o->rows_max, sizeof *o->cell);
}

bool
order_init(struct order *o, const struct columns *by, const struct header *header,
	enum order_nulls nulls, struct buf *why)
{
	init(o, by->count);
	for (size_t i = 0; i < by->count; i++) {
		struct slice name = header->name[by->at[i].index];
		struct buf reason = {0};
		char text[SHOWN_MAX];
		o->column[i].index = by->at[i].index;
		if (modifiers_read(by->at[i].modifiers, nulls, &o->column[i], &reason))
			continue;
		buf_format(why, "column '%s': %.*s", shown(text, name.at, name.len),
			(int)reason.len, reason.at);
		buf_clear(&reason);
		return false;
	}
	return true;
}

void
order_init_all(struct order *o, const struct header *header, enum order_nulls nulls)
{
	init(o, header->count);
	for (size_t i = 0; i < header->count; i++)
		o->column[i] = (struct order_column){
			.index = i, .has_empty_last = nulls == ORDER_NULLS_LAST};
}

void
order_clear(struct order *o)
{
	free(o->column);
	free(o->cell);
	buf_clear(&o->bytes);
	arena_clear(&o->made);
	*o = (struct order){0};
}

static bool
fail(struct order *o, const struct order_column *column, const char *reason, struct slice culprit)
{
	o->fault = (struct order_fault){column->index, reason, culprit};
	return false;
}

static const char *
number_reason(const struct order_column *column, enum number_fault fault)
{
	if (fault == NUMBER_RANGE)
		return "exponent out of range";
	return column->kind == ORDER_SIZE ? "not a size" : number_fault_text(fault);
}

/* The 64 bits of a number, a time or a size, of which the rest is appended. */
static bool
measure(struct order *o, const struct order_column *column, struct slice value, uint64_t *key)
{
	struct moment m;
	if (column->kind == ORDER_TIME) {
		enum date_fault fault = date_parse(value, &m);
		if (fault != DATE_OK)
			return fail(o, column, date_fault_text(fault), value);
		*key = time_key(m, &o->bytes);
		return true;
	}
	enum number_fault fault = column->kind == ORDER_NUMBER
		? number_key_long(value, key, &o->bytes)
		: size_key(value, &o->made, key, &o->bytes);
	return fault == NUMBER_OK || fail(o, column, number_reason(column, fault), value);
}

static void
invert(char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (char)~at[i];
}

static inline bool
take_measure(struct order *o, const struct batch *b, struct cell cell,
	const struct order_column *column, uint64_t *key)
{
	struct slice value = {b->text + cell.at, cell.len};
	size_t start = o->bytes.len;
	if (value.len == 0) {
		*key = column->has_empty_last ? UINT64_MAX : 0;
		return true;
	}
	if (column->kind == ORDER_TIME || !number_key_short(value, key)) {
		if (cell.escaped)
			value = batch_value(b, cell, &o->made);
		if (!measure(o, column, value, key))
			return false;
	}
	if (column->is_reverse) {
		*key = ~*key;
		invert(o->bytes.at + start, o->bytes.len - start);
	}
	return true;
}

static bool
put_measure(struct order *o, const struct batch *b, struct cell cell,
	const struct order_column *column)
{
	uint64_t key;
	size_t start = o->bytes.len;
	buf_room(&o->bytes, RECORD_KEY);
	o->bytes.len += RECORD_KEY;
	if (!take_measure(o, b, cell, column, &key))
		return false;
	record_put_key(o->bytes.at + start, key);
	return true;
}

/* As texts are compared where case does not count; valid as long as o->made. */
static struct slice
fold(struct order *o, struct slice value)
{
	char *upper = arena_take(&o->made, value.len);
	if (letters_change_ascii(upper, value, true))
		return (struct slice){upper, value.len};
	/*
	 * Some have a form of the other case that leads back to another one: the sigma at an end.
	 */
	char *lower = arena_take(&o->made, LETTERS_ROOM(value.len));
	size_t len = letters_change(lower, value, false);
	upper = arena_take(&o->made, LETTERS_ROOM(len));
	return (struct slice){upper, letters_change(upper, (struct slice){lower, len}, true)};
}

/*
 * Its bytes, with an end that is less than any: 0.  So that none of them is, 0 and 1 become 1 1 and
 * 1 2.
 */
static void
put_text(struct order *o, struct slice value)
{
	char *at = buf_room(&o->bytes, 2 * value.len + 1);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char byte = (unsigned char)value.at[i];
		if (byte <= 1) {
			*at++ = 1;
			byte++;
		}
		*at++ = (char)byte;
	}
	*at++ = 0;
	o->bytes.len = (size_t)(at - o->bytes.at);
}

static void
put_textual(struct order *o, const struct order_column *column, struct slice value)
{
	size_t from = o->bytes.len;
	/* Empty values are to be where their bytes would not have them. */
	if (column->has_empty_last != column->is_reverse)
		buf_byte(&o->bytes, value.len == 0);
	if (column->is_folded)
		value = fold(o, value);
	if (column->kind == ORDER_VERSION)
		version_key(value, &o->bytes);
	else
		put_text(o, value);
	if (column->is_reverse)
		invert(o->bytes.at + from, o->bytes.len - from);
}

/*
 * The keys of all columns one behind the other: none begins with another, so none reaches into the
 * next column's.
 */
static bool
compose(struct order *o, const struct batch *b, size_t row)
{
	size_t start = o->bytes.len;
	for (size_t i = 0; i < o->columns; i++) {
		const struct order_column *column = &o->column[i];
		struct cell cell = o->cell[i * o->rows_max + row];
		if (column->kind < ORDER_NUMBER)
			put_textual(o, column, batch_value(b, cell, &o->made));
		else if (!put_measure(o, b, cell, column))
			return false;
	}
	size_t len = o->bytes.len - start;
	o->key[row] = record_key(o->bytes.at + start, len);
	o->tail[row] = len < RECORD_KEY ? o->bytes.len : start + RECORD_KEY;
	o->tail_len[row] = o->bytes.len - o->tail[row];
	return true;
}

/* Of one column alone: its 64 bits need not become bytes. */
static size_t
take_measures(struct order *o, const struct batch *b, size_t rows)
{
	for (size_t row = 0; row < rows; row++) {
		o->tail[row] = o->bytes.len;
		if (!take_measure(o, b, o->cell[row], o->column, &o->key[row]))
			return row;
		o->tail_len[row] = o->bytes.len - o->tail[row];
	}
	return rows;
}

size_t
order_take(struct order *o, const struct batch *b, size_t first, size_t rows)
{
	struct batch part = *b;
	size_t row = 0;
	part.end += first * b->columns;
	part.rows = rows;
	arena_reset(&o->made);
	o->bytes.len = 0;
	buf_room(&o->bytes, 1);
	for (size_t i = 0; i < o->columns; i++)
		batch_column(&part, o->column[i].index, o->cell + i * o->rows_max);
	if (o->columns == 1 && o->column->kind >= ORDER_NUMBER)
		return take_measures(o, &part, rows);
	while (row < rows && compose(o, &part, row))
		row++;
	return row;
}
