#include "agg/inputs.h"

#include <stdlib.h>

#include "agg/fold.h"

static struct input *
find(const struct inputs *in, const struct vector *v)
{
	for (size_t i = 0; i < in->count; i++)
		if (in->input[i].live == v || in->input[i].back == v)
			return &in->input[i];
	return NULL;
}

void
inputs_add(struct inputs *in, const struct vector *v)
{
	if (v == NULL || v->mask == 0 || find(in, v) != NULL)
		return;
	in->input = xrealloc(in->input, in->count + 1, sizeof *in->input);
	in->input[in->count++] = (struct input){v, vector_new(v->type, false)};
}

void
inputs_clear(struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++)
		vector_free(in->input[i].back);
	free(in->input);
	*in = (struct inputs){0};
}

const struct vector *
inputs_back(const struct inputs *in, const struct vector *v)
{
	const struct input *input = find(in, v);
	return input != NULL ? input->back : v;
}

const struct vector *
inputs_live(const struct inputs *in, const struct vector *v)
{
	const struct input *input = find(in, v);
	return input != NULL ? input->live : v;
}

/* Of a number: the scale, and so many bytes of digits. */
enum layout { IS_NULL, IS_SET, IS_WIDE };

static void
put_byte(struct buf *out, enum layout layout)
{
	buf_byte(out, (char)layout);
}

static void
write_number(struct decimal d, struct buf *out)
{
	int64_t digits = (int64_t)d.digits;
	put_byte(out, digits == d.digits ? IS_SET : IS_WIDE);
	buf_byte(out, (char)d.scale);
	if (digits == d.digits)
		buf_add(out, &digits, sizeof digits);
	else
		buf_add(out, &d.digits, sizeof d.digits);
}

static void
write_value(const struct vector *v, size_t row, struct buf *out)
{
	size_t i = vector_at(v, row);
	if (v->type == VECTOR_TEXT) {
		uint32_t len = (uint32_t)v->text[i].len;
		buf_add(out, &len, sizeof len);
		buf_add(out, v->text[i].at, len);
		return;
	}
	if (vector_is_null(v, row)) {
		put_byte(out, IS_NULL);
	} else if (v->type == VECTOR_NUMBER) {
		write_number(vector_decimal(v, row), out);
	} else {
		put_byte(out, IS_SET);
		if (v->type == VECTOR_REAL)
			buf_add(out, &v->real[i], sizeof v->real[i]);
		else if (v->type == VECTOR_TIME)
			buf_add(out, &v->time[i], sizeof v->time[i]);
		else
			buf_add(out, &v->truth[i], sizeof v->truth[i]);
	}
}

void
inputs_write(const struct inputs *in, size_t row, struct buf *out)
{
	for (size_t i = 0; i < in->count; i++)
		write_value(in->input[i].live, row, out);
}

void
inputs_restart(struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++)
		vector_start(in->input[i].back);
}

static struct decimal
read_number(enum layout layout, struct slice *bytes)
{
	int64_t digits;
	struct decimal d = {0};
	d.scale = bytes->at[0];
	bytes->at++;
	bytes->len--;
	if (layout == IS_WIDE) {
		fold_take(bytes, &d.digits, sizeof d.digits);
		return d;
	}
	fold_take(bytes, &digits, sizeof digits);
	d.digits = digits;
	return d;
}

static void
read_value(struct vector *v, size_t row, struct slice *bytes)
{
	char layout;
	if (v->type == VECTOR_TEXT) {
		uint32_t len;
		fold_take(bytes, &len, sizeof len);
		v->text[row] = (struct slice){bytes->at, len};
		bytes->at += len;
		bytes->len -= len;
		return;
	}
	fold_take(bytes, &layout, sizeof layout);
	if (layout == IS_NULL)
		vector_set_null(v, row);
	else if (v->type == VECTOR_NUMBER)
		vector_put(v, row, read_number((enum layout)layout, bytes));
	else if (v->type == VECTOR_REAL)
		fold_take(bytes, &v->real[row], sizeof v->real[row]);
	else if (v->type == VECTOR_TIME)
		fold_take(bytes, &v->time[row], sizeof v->time[row]);
	else
		fold_take(bytes, &v->truth[row], sizeof v->truth[row]);
}

void
inputs_read(struct inputs *in, size_t row, struct slice bytes)
{
	for (size_t i = 0; i < in->count; i++)
		read_value(in->input[i].back, row, &bytes);
}
