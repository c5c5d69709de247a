#include "sort/keyed.h"

#include "csv/reject.h"
#include "mem.h"
#include "msg.h"

void
keyed_init(struct keyed *k, const struct keyed_how *how, struct csv_in *in)
{
	struct arena arena = {0};
	struct buf why = {0};
	const struct header *header = csv_header(in);
	*k = (struct keyed){.in = in};
	if (how->keys == NULL) {
		order_init_all(&k->order, header, how->nulls);
		return;
	}
	struct columns by = csv_columns(how->keys, "-k", header, COLUMNS_MODIFIERS, &arena);
	if (!order_init(&k->order, &by, header, how->nulls, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "option -k: %s", why.at);
	}
	arena_clear(&arena);
}

/* A record that has no place in the order: put aside where that is allowed, else the end. */
static void
judge(const struct keyed *k, size_t row)
{
	const struct order_fault *fault = &k->order.fault;
	struct slice name = csv_header(k->in)->name[fault->column];
	struct buf reason = {0};
	char text[SHOWN_MAX];
	buf_format(&reason, "column '%s': ", shown(text, name.at, name.len));
	buf_format(&reason, "%s: '%s'", fault->reason,
		shown(text, fault->culprit.at, fault->culprit.len));
	buf_byte(&reason, '\0');
	if (!reject_is_allowed())
		csv_die(END_DATA, k->batch, row, "%s", reason.at);
	reject_put_row(k->batch, row, name, "value", reason.at);
	buf_clear(&reason);
}

/* The rows of the batch from the next one on, up to one that has no key. */
static void
take_rows(struct keyed *k)
{
	size_t left = k->batch->rows - k->next;
	size_t rows = left < k->order.rows_max ? left : k->order.rows_max;
	k->first = k->next;
	k->rows = order_take(&k->order, k->batch, k->first, rows);
	k->next += k->rows;
	k->has_fault = k->rows < rows;
}

bool
keyed_next(struct keyed *k)
{
	do {
		if (k->has_fault)
			judge(k, k->next++);
		k->has_fault = false;
		k->rows = 0;
		if (k->batch == NULL || k->next == k->batch->rows) {
			k->batch = csv_read(k->in);
			k->next = 0;
		}
		if (k->batch == NULL)
			return false;
		if (k->next < k->batch->rows)
			take_rows(k);
	} while (k->rows == 0);
	return true;
}

static _Noreturn void
refuse(const struct keyed *k, size_t row, int order)
{
	const struct batch *b = k->batch;
	char text[SHOWN_MAX];
	struct slice record = batch_run(b, k->first + row, 0, b->columns - 1);
	csv_die(END_DATA, b, k->first + row, "%s: '%s'",
		order > 0 ? "out of order" : "the key is that of the record before",
		shown(text, record.at, record.len));
}

void
keyed_check(struct keyed *k, bool is_strict)
{
	const struct order *o = &k->order;
	int most = is_strict ? -1 : 0;
	int order = k->last.is_there ? last_order(&k->last, o->key[0], order_tail(o, 0)) : -1;
	if (order > most)
		refuse(k, 0, order);
	for (size_t row = 1; row < k->rows; row++) {
		order = (o->key[row - 1] > o->key[row]) - (o->key[row - 1] < o->key[row]);
		if (order == 0)
			order = slice_order(order_tail(o, row - 1), order_tail(o, row));
		if (order > most)
			refuse(k, row, order);
	}
	last_keep(&k->last, o->key[k->rows - 1], order_tail(o, k->rows - 1));
}
