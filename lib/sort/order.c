#include "sort/order.h"

#include "msg.h"
#include "sort/number-key.h"
#include "sort/record.h"

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

static bool
read_modifiers(struct slice modifiers, struct order_column *column, struct slice name,
	struct buf *why)
{
	char text[SHOWN_MAX];
	for (size_t i = 0; i < modifiers.len; i++) {
		switch (modifiers.at[i]) {
		case 'n':
			column->is_number = true;
			break;
		case 'r':
			column->is_reverse = true;
			break;
		default:
			buf_format(why, "column '%s': ", shown(text, name.at, name.len));
			buf_format(why,
				"no such modifier: '%s'; there are n (number) and r (reverse)",
				shown(text, modifiers.at + i, 1));
			return false;
		}
	}
	if (modifiers.at != NULL && modifiers.len == 0)
		buf_format(why, "column '%s': no modifier behind the ':'",
			shown(text, name.at, name.len));
	return modifiers.at == NULL || modifiers.len != 0;
}

bool
order_init(struct order *o, const struct columns *by, const struct header *header, struct buf *why)
{
	init(o, by->count);
	for (size_t i = 0; i < by->count; i++) {
		o->column[i].index = by->at[i].index;
		if (!read_modifiers(by->at[i].modifiers, &o->column[i],
			header->name[by->at[i].index], why))
			return false;
	}
	return true;
}

void
order_init_all(struct order *o, const struct header *header)
{
	init(o, header->count);
	for (size_t i = 0; i < header->count; i++)
		o->column[i].index = i;
}

static bool
fail(struct order *o, size_t column, enum number_fault fault, struct slice culprit)
{
	o->fault = (struct order_fault){
		.column = column,
		.reason = fault == NUMBER_RANGE ? "exponent out of range"
			: number_fault_text(fault),
		.culprit = culprit,
	};
	return false;
}

/* Sets the number's 64 bits and appends the rest. */
static bool
take_number(struct order *o, const struct batch *b, struct cell cell, size_t column, uint64_t *key)
{
	struct slice value = {b->text + cell.at, cell.len};
	if (number_key_short(value, key))
		return true;
	*key = NUMBER_KEY_NULL;
	if (value.len == 0)
		return true;
	if (cell.escaped)
		value = batch_value(b, cell, &o->made);
	enum number_fault fault = number_key_long(value, key, &o->bytes);
	return fault == NUMBER_OK || fail(o, column, fault, value);
}

static void
invert(char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		at[i] = (char)~at[i];
}

static bool
put_number(struct order *o, const struct batch *b, struct cell cell, size_t column)
{
	uint64_t key;
	size_t start = o->bytes.len;
	buf_room(&o->bytes, RECORD_KEY);
	o->bytes.len += RECORD_KEY;
	if (!take_number(o, b, cell, column, &key))
		return false;
	record_put_key(o->bytes.at + start, key);
	return true;
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
		size_t from = o->bytes.len;
		if (!column->is_number)
			put_text(o, batch_value(b, cell, &o->made));
		else if (!put_number(o, b, cell, column->index))
			return false;
		if (column->is_reverse)
			invert(o->bytes.at + from, o->bytes.len - from);
	}
	size_t len = o->bytes.len - start;
	o->key[row] = record_key(o->bytes.at + start, len);
	o->tail[row] = len < RECORD_KEY ? o->bytes.len : start + RECORD_KEY;
	o->tail_len[row] = o->bytes.len - o->tail[row];
	return true;
}

static size_t
take_numbers(struct order *o, const struct batch *b, size_t rows)
{
	bool is_reverse = o->column->is_reverse;
	for (size_t row = 0; row < rows; row++) {
		size_t start = o->bytes.len;
		if (!take_number(o, b, o->cell[row], o->column->index, &o->key[row]))
			return row;
		o->tail[row] = start;
		o->tail_len[row] = o->bytes.len - start;
		if (is_reverse) {
			o->key[row] = ~o->key[row];
			invert(o->bytes.at + start, o->tail_len[row]);
		}
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
	if (o->columns == 1 && o->column->is_number)
		return take_numbers(o, &part, rows);
	while (row < rows && compose(o, &part, row))
		row++;
	return row;
}
