/* Kernels of times. */
#include "expr/kernel.h"

static void
put_fault(struct call *c, size_t row, enum date_fault fault, struct slice culprit)
{
	call_fault(c, row, date_fault_text(fault), culprit);
}

void
time_read(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		enum date_fault fault;
		if (s.len == 0)
			vector_set_null(c->out, row);
		else if ((fault = date_parse(s, &c->out->time[row])) != DATE_OK)
			put_fault(c, row, fault, s);
	}
}

void
time_read_format(struct call *c)
{
	const struct date_format *format = c->arg[1]->format[0];
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		enum date_fault fault;
		if (s.len == 0)
			vector_set_null(c->out, row);
		else if ((fault = date_format_parse(format, s, &c->out->time[row])) != DATE_OK)
			put_fault(c, row, fault, s);
	}
}

static inline struct moment
time_at(const struct call *c, size_t k, size_t row)
{
	return c->arg[k]->time[vector_at(c->arg[k], row)];
}

void
time_print(struct call *c)
{
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->text[row] = vector_is_null(c->arg[0], row)
					    ? no_text
					    : call_use(c, date_print(call_room(c, DATE_PRINT_MAX),
								  time_at(c, 0, row)));
	}
}

void
time_print_format(struct call *c)
{
	const struct date_format *format = c->arg[1]->format[0];
	size_t room = date_format_room(format);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->text[row] = no_text;
		if (vector_is_null(c->arg[0], row) || room == 0)
			continue;
		size_t len = date_format_print(format, time_at(c, 0, row), call_room(c, room));
		c->out->text[row] = call_use(c, len);
	}
}

static inline int64_t
part_of(struct moment m, enum time_part part)
{
	struct civil c = date_civil(m);
	switch (part) {
	case TIME_YEAR:
		return c.year;
	case TIME_MONTH:
		return c.month;
	case TIME_DAY:
		return c.day;
	case TIME_HOUR:
		return c.hour;
	case TIME_MINUTE:
		return c.minute;
	case TIME_SECOND:
		return c.second;
	case TIME_WEEKDAY:
		break;
	}
	return date_weekday(m);
}

void
time_part(struct call *c)
{
	enum time_part part = (enum time_part)c->function->parameter;
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		c->out->digits[row] = part_of(time_at(c, 0, row), part);
	}
}

/* Seconds with as many digits behind the point as the moment has. */
static struct decimal
seconds_of(struct moment m)
{
	if (m.nanos == 0)
		return (struct decimal){m.seconds, 0};
	return decimal_trim((struct decimal){(int128)m.seconds * 1000000000 + m.nanos, 9}, 0);
}

void
time_epoch(struct call *c)
{
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (!vector_is_null(c->out, row))
			vector_put(c->out, row, seconds_of(time_at(c, 0, row)));
	}
}

/* The last argument, of which the type checker knows that it is one. */
static enum date_unit
unit_of(const struct call *c)
{
	enum date_unit by = DATE_SECOND;
	date_unit_find(c->arg[c->args - 1]->text[0], &by);
	return by;
}

void
time_trunc(struct call *c)
{
	const enum date_unit by = unit_of(c);
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (vector_is_null(c->out, row))
			continue;
		enum date_fault fault = date_trunc(time_at(c, 0, row), by, &c->out->time[row]);
		if (fault != DATE_OK)
			put_fault(c, row, fault, no_culprit);
	}
}

void
time_add(struct call *c)
{
	const enum date_unit by = unit_of(c);
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (vector_is_null(c->out, row))
			continue;
		int64_t n = c->arg[1]->digits[vector_at(c->arg[1], row)];
		enum date_fault fault = date_add(time_at(c, 0, row), n, by, &c->out->time[row]);
		if (fault != DATE_OK)
			put_fault(c, row, fault, no_culprit);
	}
}

void
time_difference(struct call *c)
{
	const enum date_unit by = unit_of(c);
	call_nulls(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (!vector_is_null(c->out, row))
			c->out->digits[row] = date_diff(time_at(c, 0, row), time_at(c, 1, row), by);
	}
}
