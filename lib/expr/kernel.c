#include "expr/kernel.h"

#include "digits.h"

enum { ROOM_BLOCK = 48 * 1024, SHIFT_MAX = 18 };

void
call_fault(struct call *c, size_t row, const char *reason, struct slice culprit)
{
	struct evaluation *e = c->e;
	vector_set_null(c->out, row);
	uint64_t bit = (uint64_t)1 << row % 64;
	if ((e->faulty[row / 64] & bit) != 0)
		return;
	e->faulty[row / 64] |= bit;
	if (e->faults == e->fault_room) {
		e->fault_room = e->fault_room == 0 ? 16 : e->fault_room * 2;
		e->fault = xrealloc(e->fault, e->fault_room, sizeof *e->fault);
	}
	e->fault[e->faults++] =
		(struct program_fault){e->first + row, c->column, c->text, reason, culprit};
}

void
call_number_fault(struct call *c, size_t row, enum number_fault fault, struct slice culprit)
{
	call_fault(c, row, number_fault_text(fault), culprit);
}

void
call_nulls(struct call *c)
{
	for (size_t k = 0; k < c->args; k++)
		vector_add_nulls(c->out, c->arg[k]);
}

char *
call_room_more(struct call *c, size_t need)
{
	struct evaluation *e = c->e;
	e->room_left = need > ROOM_BLOCK ? need : ROOM_BLOCK;
	e->room = arena_take(&e->arena, e->room_left);
	return e->room;
}

int64_t
kernel_factor(const struct vector *v, int32_t scale)
{
	return scale - v->scale <= SHIFT_MAX ? (int64_t)digits_ten[scale - v->scale] : 0;
}
