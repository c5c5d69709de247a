#include "reshape/plan.h"

static void
add_fields(struct plan *plan, size_t column)
{
	struct plan_part *before = plan->parts > 0 ? &plan->part[plan->parts - 1] : NULL;
	if (before != NULL && before->target == PROGRAM_NONE && before->last + 1 == column)
		before->last = column;
	else
		plan->part[plan->parts++] = (struct plan_part){column, column, PROGRAM_NONE};
}

static void
add_target(struct plan *plan, size_t number)
{
	const struct program_target *target = &plan->target[number];
	if (target->copies != PROGRAM_NONE)
		add_fields(plan, target->copies);
	else
		plan->part[plan->parts++] = (struct plan_part){.target = number};
}

/* The target that takes the place of each column; PROGRAM_NONE: it stays. */
static size_t *
find_replaced(const struct plan *plan, size_t columns, struct arena *arena)
{
	size_t *replaced = arena_take(arena, columns * sizeof *replaced);
	for (size_t i = 0; i < columns; i++)
		replaced[i] = PROGRAM_NONE;
	for (size_t i = 0; i < plan->targets; i++)
		if (plan->target[i].replaces != PROGRAM_NONE)
			replaced[plan->target[i].replaces] = i;
	return replaced;
}

struct plan
plan_make(const struct program *p, size_t columns, struct arena *arena)
{
	struct plan plan = {.columns = columns};
	plan.target = program_targets(p, &plan.targets);
	plan.part = arena_take(arena, (columns + plan.targets) * sizeof *plan.part);
	const size_t *replaced = find_replaced(&plan, columns, arena);
	for (size_t i = 0; i < columns; i++) {
		if (replaced[i] == PROGRAM_NONE)
			add_fields(&plan, i);
		else
			add_target(&plan, replaced[i]);
	}
	for (size_t i = 0; i < plan.targets; i++) {
		if (plan.target[i].replaces != PROGRAM_NONE)
			continue;
		add_target(&plan, i);
		plan.columns++;
	}
	return plan;
}

void
plan_put_header(const struct plan *plan, struct csv_out *out, const struct batch *row)
{
	if (row == NULL)
		return;
	csv_source(out, row);
	csv_put_run(out, 0, 0, row->columns - 1);
	for (size_t i = 0; i < plan->targets; i++)
		if (plan->target[i].replaces == PROGRAM_NONE)
			csv_put_value(out, plan->target[i].name);
	csv_put_header_end(out);
}

void
plan_put_row(const struct plan *plan, struct csv_out *out, const struct program *p, size_t row,
	size_t at)
{
	out->row = row;
	for (size_t i = 0; i < plan->parts; i++) {
		const struct plan_part *part = &plan->part[i];
		if (part->target == PROGRAM_NONE) {
			csv_put_run(out, row, part->first, part->last);
			continue;
		}
		const struct vector *v = program_result(p, part->target);
		csv_put_value(out, v->text[vector_at(v, at)]);
	}
	csv_put_end(out);
}
