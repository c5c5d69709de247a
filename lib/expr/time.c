/* Kernels of times. */
#include "date/zone.h"
#include "expr/kernel.h"

static const char *
fault_text(const struct zone_cursor *c, enum date_fault fault)
{
	return fault == DATE_SKIPPED ? zone_skipped_text(c->zone) : date_fault_text(fault);
}

static void
put_fault(struct call *c, size_t row, enum date_fault fault, struct slice culprit)
{
	call_fault(c, row, date_fault_text(fault), culprit);
}

/* The clocks that the last argument says, where it is a zone; else those of UTC. */
static struct zone_cursor
clocks_of(const struct call *c)
{
	const struct vector *last = c->arg[c->args - 1];
	return zone_cursor(last->type == VECTOR_ZONE ? last->zone[0] : NULL);
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
time_read_zone(struct call *c)
{
	struct zone_cursor clocks = clocks_of(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		enum date_fault fault;
		if (s.len == 0)
			vector_set_null(c->out, row);
		else if ((fault = zone_parse(&clocks, s, &c->out->time[row])) != DATE_OK)
			call_fault(c, row, fault_text(&clocks, fault), s);
	}
}

void
time_read_format(struct call *c)
{
	const struct date_format *format = c->arg[1]->format[0];
	struct zone_cursor clocks = clocks_of(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct slice s = call_text(c, 0, row);
		enum date_fault fault;
		if (s.len == 0)
			vector_set_null(c->out, row);
		else if ((fault = zone_format_parse(&clocks, format, s, &c->out->time[row])) !=
			DATE_OK)
			call_fault(c, row, fault_text(&clocks, fault), s);
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
time_print_zone(struct call *c)
{
	struct zone_cursor clocks = clocks_of(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		size_t len = 0;
		enum date_fault fault = DATE_OK;
		if (!vector_is_null(c->arg[0], row))
			fault = zone_print(&clocks, time_at(c, 0, row),
				call_room(c, DATE_PRINT_MAX), &len);
		c->out->text[row] = len != 0 ? call_use(c, len) : no_text;
		if (fault != DATE_OK)
			put_fault(c, row, fault, no_culprit);
	}
}

void
time_print_format(struct call *c)
{
	const struct date_format *format = c->arg[1]->format[0];
	size_t room = date_format_room(format);
	struct zone_cursor clocks = clocks_of(c);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		size_t len;
		c->out->text[row] = no_text;
		if (vector_is_null(c->arg[0], row) || room == 0)
			continue;
		enum date_fault fault = zone_format_print(
			&clocks, format, time_at(c, 0, row), call_room(c, room), &len);
		c->out->text[row] = call_use(c, len);
		if (fault != DATE_OK)
			put_fault(c, row, fault, no_culprit);
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
	struct zone_cursor clocks = clocks_of(c);
	vector_add_nulls(c->out, c->arg[0]);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		struct moment local;
		enum date_fault fault = zone_show(&clocks, time_at(c, 0, row), &local);
		c->out->digits[row] = part_of(local, part);
		if (fault != DATE_OK && !vector_is_null(c->out, row))
			put_fault(c, row, fault, no_culprit);
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

/* The argument of that number, of which the type checker knows that it is one. */
static enum date_unit
unit_of(const struct call *c, size_t arg)
{
	enum date_unit by = DATE_SECOND;
	date_unit_find(c->arg[arg]->text[0], &by);
	return by;
}

void
time_trunc(struct call *c)
{
	const enum date_unit by = unit_of(c, 1);
	struct zone_cursor clocks = clocks_of(c);
	vector_add_nulls(c->out, c->arg[0]);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (vector_is_null(c->out, row))
			continue;
		enum date_fault fault =
			zone_trunc(&clocks, time_at(c, 0, row), by, &c->out->time[row]);
		if (fault != DATE_OK)
			put_fault(c, row, fault, no_culprit);
	}
}

/* Clocks are put forward over what they would show: that is shown. */
static void
put_skipped(struct call *c, size_t row, const struct zone_cursor *clocks, struct moment local)
{
	size_t len = date_print(call_room(c, DATE_PRINT_MAX), local) - 1;
	call_fault(c, row, zone_skipped_text(clocks->zone), call_use(c, len));
}

void
time_add(struct call *c)
{
	const enum date_unit by = unit_of(c, 2);
	struct zone_cursor clocks = clocks_of(c);
	vector_add_nulls(c->out, c->arg[0]);
	vector_add_nulls(c->out, c->arg[1]);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (vector_is_null(c->out, row))
			continue;
		int64_t n = c->arg[1]->digits[vector_at(c->arg[1], row)];
		struct moment local;
		enum date_fault fault = zone_add(
			&clocks, time_at(c, 0, row), n, by, &c->out->time[row], &local);
		if (fault == DATE_SKIPPED)
			put_skipped(c, row, &clocks, local);
		else if (fault != DATE_OK)
			put_fault(c, row, fault, no_culprit);
	}
}

void
time_difference(struct call *c)
{
	const enum date_unit by = unit_of(c, 2);
	struct zone_cursor clocks = clocks_of(c);
	vector_add_nulls(c->out, c->arg[0]);
	vector_add_nulls(c->out, c->arg[1]);
	for (size_t i = 0; i < c->rows.count; i++) {
		size_t row = row_at(&c->rows, i);
		if (!vector_is_null(c->out, row))
			c->out->digits[row] = zone_diff(
				&clocks, time_at(c, 0, row), time_at(c, 1, row), by);
	}
}
