/*
 * Kernels across rows: each sees every row once, in order, and keeps something of it for those
 * behind it in its group (etl-expr(7), ACROSS ROWS).
 */
#include "expr/kernel.h"

#include <math.h>

static inline struct kept *
place_of(const struct call *c, size_t row)
{
	return (struct kept *)c->e->group[row] + c->place;
}

static inline void
note(struct call *c, size_t row, struct kept *place)
{
	struct keeper *k = &c->e->keeper;
	if (k->takes_back)
		kept_note(k, place, row);
}

/* A text that is not in its own bytes has been noted in this run already. */
static void
keep_text(struct call *c, size_t row, struct kept *place, struct slice text)
{
	struct keeper *k = &c->e->keeper;
	if (k->takes_back || place->text.at == place->own)
		kept_note(k, place, row);
	place->type = VECTOR_TEXT;
	place->text = text;
}

static void
keep_decimal(struct call *c, size_t row, struct kept *place, struct decimal d)
{
	note(c, row, place);
	place->type = VECTOR_NUMBER;
	place->digits = d.digits;
	place->scale = d.scale;
}

static void
keep_real(struct call *c, size_t row, struct kept *place, double x)
{
	note(c, row, place);
	place->type = VECTOR_REAL;
	place->real = x;
}

static void
keep_truth(struct call *c, size_t row, struct kept *place, bool truth)
{
	note(c, row, place);
	place->type = VECTOR_TRUTH;
	place->truth = truth;
}

static void
keep_time(struct call *c, size_t row, struct kept *place, struct moment m)
{
	note(c, row, place);
	place->type = VECTOR_TIME;
	place->time = m;
}

/* Keeps what the row has in a vector. */
static inline void
keep(struct call *c, size_t row, struct kept *place, const struct vector *from)
{
	size_t i = vector_at(from, row);
	if (vector_is_null(from, row)) {
		note(c, row, place);
		place->type = VECTOR_NULL;
		return;
	}
	switch (from->type) {
	case VECTOR_TEXT:
		keep_text(c, row, place, from->text[i]);
		break;
	case VECTOR_NUMBER:
		keep_decimal(c, row, place, vector_decimal(from, row));
		break;
	case VECTOR_REAL:
		keep_real(c, row, place, from->real[i]);
		break;
	case VECTOR_TIME:
		keep_time(c, row, place, from->time[i]);
		break;
	case VECTOR_TRUTH:
		keep_truth(c, row, place, from->truth[i] != 0);
		break;
	case VECTOR_NULL:
	case VECTOR_REGEX:
	case VECTOR_FORMAT:
	case VECTOR_ZONE:
	case VECTOR_PATH:
		break;
	}
}

static inline struct decimal
decimal_of(const struct kept *place)
{
	return (struct decimal){place->digits, place->scale};
}

/*
 * The text's own bytes are written over at the end of the run, before the result has left: they
 * are copied, once a run.
 */
static struct slice
text_of(struct call *c, size_t row, struct kept *place)
{
	size_t len = place->text.len;
	if (len == 0)
		return no_text;
	if (place->text.at == place->own) {
		memcpy(call_room(c, len), place->own, len);
		keep_text(c, row, place, call_use(c, len));
	}
	return place->text;
}

/* The row's result is what is kept. */
static inline void
give(struct call *c, size_t row, struct kept *place)
{
	switch ((enum vector_type)place->type) {
	case VECTOR_TEXT:
		c->out->text[row] = text_of(c, row, place);
		break;
	case VECTOR_NUMBER:
		vector_put(c->out, row, decimal_of(place));
		break;
	case VECTOR_REAL:
		c->out->real[row] = place->real;
		break;
	case VECTOR_TRUTH:
		c->out->truth[row] = place->truth;
		break;
	case VECTOR_TIME:
		c->out->time[row] = place->time;
		break;
	case VECTOR_NULL:
	case VECTOR_REGEX:
	case VECTOR_FORMAT:
	case VECTOR_ZONE:
	case VECTOR_PATH:
		vector_set_null(c->out, row);
		break;
	}
}

/* The place of the record that was `count` before, which is the next to be written over. */
static struct kept *
step(struct call *c, size_t row, struct kept *place, size_t count)
{
	/* Before the change is noted: the ring stays, also where the row is taken back. */
	if (place->ring == NULL)
		place->ring = kept_ring(&c->e->keeper, count);
	note(c, row, place);
	struct kept *oldest = &place->ring[place->count];
	place->count = place->count + 1 == count ? 0 : place->count + 1;
	return oldest;
}

void
across_prev(struct call *c)
{
	size_t count = c->args > 1 ? (size_t)c->arg[1]->digits[0] : 1;
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct kept *place = place_of(c, row);
		if (count > 1)
			place = step(c, row, place, count);
		give(c, row, place);
		keep(c, row, place, c->arg[0]);
	}
}

static inline void
put_decimal(struct call *c, size_t row, enum number_fault fault, struct decimal d)
{
	if (fault == NUMBER_OK)
		vector_put(c->out, row, d);
	else
		call_number_fault(c, row, fault, no_culprit);
}

static inline void
put_real(struct call *c, size_t row, double x)
{
	if (isfinite(x))
		c->out->real[row] = x;
	else
		call_number_fault(c, row, NUMBER_DOMAIN, no_culprit);
}

void
across_delta(struct call *c)
{
	const struct vector *x = c->arg[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct kept *place = place_of(c, row);
		struct decimal d;
		if (place->type == VECTOR_NULL || vector_is_null(x, row))
			vector_set_null(c->out, row);
		else if (x->type == VECTOR_REAL)
			put_real(c, row, x->real[vector_at(x, row)] - place->real);
		else
			put_decimal(c, row,
				decimal_sub(vector_decimal(x, row), decimal_of(place), &d), d);
		keep(c, row, place, x);
	}
}

/* A sum that is out of range is not kept. */
static void
add_decimal(struct call *c, size_t row, struct kept *place, struct decimal x)
{
	struct decimal sum = x;
	enum number_fault fault = NUMBER_OK;
	if (place->type != VECTOR_NULL)
		fault = decimal_add(decimal_of(place), x, &sum);
	if (fault == NUMBER_OK)
		keep_decimal(c, row, place, sum);
	put_decimal(c, row, fault, sum);
}

static void
add_real(struct call *c, size_t row, struct kept *place, double x)
{
	double sum = place->type != VECTOR_NULL ? place->real + x : x;
	if (isfinite(sum))
		keep_real(c, row, place, sum);
	put_real(c, row, sum);
}

void
across_cumsum(struct call *c)
{
	const struct vector *x = c->arg[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct kept *place = place_of(c, row);
		if (vector_is_null(x, row))
			give(c, row, place);
		else if (x->type == VECTOR_REAL)
			add_real(c, row, place, x->real[vector_at(x, row)]);
		else
			add_decimal(c, row, place, vector_decimal(x, row));
	}
}

void
across_fill_down(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct kept *place = place_of(c, row);
		if (!vector_is_empty(c->arg[0], row))
			keep(c, row, place, c->arg[0]);
		give(c, row, place);
	}
}

void
across_rank(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct kept *place = place_of(c, row);
		note(c, row, place);
		c->out->digits[row] = (int64_t)++place->count;
	}
}
