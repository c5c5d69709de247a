#include "expr/eval.h"

#include <stdlib.h>
#include <string.h>

bool
eval_constant(const struct function *f, struct vector **arg, size_t args, struct vector *out,
	bool floats, struct arena *arena)
{
	struct evaluation e = {.rows = 1, .floats = floats};
	struct call c = {
		.e = &e, .function = f, .out = out, .arg = arg, .args = args, .rows = {1, NULL}};
	f->run(&c);
	bool good = e.faults == 0;
	if (good && out->type == VECTOR_TEXT && out->text[0].len != 0)
		out->text[0].at = arena_keep(arena, out->text[0].at, out->text[0].len);
	arena_clear(&e.arena);
	free(e.fault);
	return good;
}

/* What a schema says is missing becomes empty, which is null. */
static void
drop_missing(const struct program_said *said, struct slice *text, struct rows rows)
{
	for (size_t i = 0; i < rows.count; i++) {
		struct slice *value = &text[row_at(&rows, i)];
		for (size_t k = 0; k < said->missings; k++) {
			if (!slice_same(*value, said->missing[k]))
				continue;
			*value = (struct slice){"", 0};
			break;
		}
	}
}

/* The fields as they are meant; most are bytes of the batch. */
static void
load(struct evaluation *e, const struct op *op, struct rows rows)
{
	struct slice *text = op->out->text;
	batch_values(e->batch, e->first, op->column, rows.at, rows.count, text, &e->arena);
	if (op->said != NULL)
		drop_missing(op->said, text, rows);
}

static void
call(struct evaluation *e, const struct op *op, struct rows rows)
{
	struct call c = {
		.e = e,
		.function = op->function,
		.out = op->out,
		.arg = op->arg,
		.args = op->args,
		.rows = rows,
		.column = op->column,
		.text = op->text,
		.place = op->place,
	};
	vector_start(op->out);
	op->function->run(&c);
}

static inline bool
is_chosen(const struct vector *v, size_t row, enum narrow how)
{
	if (how == NARROW_NULL)
		return vector_is_empty(v, row);
	bool is_null = vector_is_null(v, row);
	bool truth = v->truth[vector_at(v, row)] != 0;
	switch (how) {
	case NARROW_TRUE:
		return truth && !is_null;
	case NARROW_NOT_TRUE:
		return !truth || is_null;
	case NARROW_NOT_FALSE:
	case NARROW_NULL:
		break;
	}
	return truth || is_null;
}

/* Writes the rows chosen, of those given, to at. */
static struct rows
narrow(struct rows rows, const struct vector *v, enum narrow how, uint16_t *at)
{
	size_t count = 0;
	for (size_t i = 0; i < rows.count; i++) {
		size_t row = row_at(&rows, i);
		at[count] = (uint16_t)row;
		count += is_chosen(v, row, how);
	}
	return (struct rows){count, at};
}

static void
run(struct program *p)
{
	size_t depth = 0;
	struct rows *outer = arena_take(&p->e.arena, (p->depth_max + 1) * sizeof *outer);
	outer[0] = (struct rows){p->e.rows, NULL};
	for (size_t i = 0; i < p->ops; i++) {
		const struct op *op = &p->op[i];
		switch (op->kind) {
		case OP_LOAD:
			load(&p->e, op, outer[depth]);
			break;
		case OP_CALL:
			call(&p->e, op, outer[depth]);
			break;
		case OP_NARROW:
			outer[depth + 1] =
				narrow(outer[depth], op->arg[0], op->narrow, p->narrowed[depth]);
			depth++;
			break;
		case OP_RESTORE:
			depth--;
			break;
		}
	}
}

static int
by_row(const void *a, const void *b)
{
	const struct program_fault *x = a;
	const struct program_fault *y = b;
	return (x->row > y->row) - (x->row < y->row);
}

/*
 * Where a record with a fault is dropped, those behind it must not see it: the run ends with it,
 * and what it and those have changed is undone.  How far the next run goes follows the distance
 * of the faults, so that not much is computed twice.
 */
static void
end_across(struct program *p)
{
	struct evaluation *e = &p->e;
	if (e->keeper.takes_back && e->faults != 0) {
		size_t row = e->fault[0].row - e->first;
		kept_take_back(&e->keeper, row);
		e->rows = row + 1;
		e->faults = 1;
		p->stretch = e->rows;
	}
	kept_settle(&e->keeper);
	if (p->stretch < VECTOR_ROWS)
		p->stretch *= 2;
}

size_t
program_run(struct program *p, const struct batch *b, size_t first, size_t rows)
{
	struct evaluation *e = &p->e;
	if (p->places != 0 && rows > p->stretch)
		rows = p->stretch;
	arena_reset(&e->arena);
	e->room_left = 0;
	e->batch = b;
	e->first = first;
	e->rows = rows;
	if (e->faults != 0)
		memset(e->faulty, 0, sizeof e->faulty);
	e->faults = 0;
	run(p);
	if (e->faults > 1)
		qsort(e->fault, e->faults, sizeof *e->fault, by_row);
	if (p->places != 0)
		end_across(p);
	return e->faults;
}

bool
program_is_idle(const struct program *p)
{
	return p->ops == 0;
}

size_t
program_rows(const struct program *p)
{
	return p->e.rows;
}

size_t
program_group_size(const struct program *p)
{
	return p->places * sizeof(struct kept);
}

void
program_set_groups(struct program *p, void *const *group)
{
	p->e.group = group;
}

uint64_t
program_kept_bytes(const struct program *p, uint64_t groups)
{
	return p->e.keeper.text_bytes + groups * p->ring_places * sizeof(struct kept);
}

const struct program_fault *
program_faults(const struct program *p)
{
	return p->e.fault;
}

const struct vector *
program_result(const struct program *p, size_t target)
{
	return p->result[target];
}
