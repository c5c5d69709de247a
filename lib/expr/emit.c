#include "expr/emit.h"

#include <stdlib.h>

/*
 * Makes room for one more behind count objects: arrays double when their count is a power of two.
 */
static void *
grown(void *array, size_t count, size_t bytes)
{
	if ((count & (count - 1)) != 0)
		return array;
	return xrealloc(array, count == 0 ? 1 : count * 2, bytes);
}

static struct op *
add_op(struct emitter *e, enum op_kind kind)
{
	struct program *p = e->program;
	p->op = grown(p->op, p->ops, sizeof *p->op);
	p->op[p->ops] = (struct op){.kind = kind, .column = FAULT_NO_COLUMN};
	return &p->op[p->ops++];
}

static struct vector *
take_vector(struct emitter *e, enum vector_type type)
{
	for (size_t i = 0; i < e->spares; i++) {
		struct vector *v = e->spare[i];
		if (v->type != type)
			continue;
		e->spare[i] = e->spare[--e->spares];
		return v;
	}
	struct program *p = e->program;
	p->vector = grown(p->vector, p->vectors, sizeof *p->vector);
	return p->vector[p->vectors++] = vector_new(type, false);
}

static void
give_back(struct emitter *e, struct vector *v)
{
	e->spare = grown(e->spare, e->spares, sizeof *e->spare);
	e->spare[e->spares++] = v;
}

/* The values of a node that was only an argument. */
static void
give_back_node(struct emitter *e, const struct node *node)
{
	if (node->kind == NODE_CALL && !node->is_kept)
		give_back(e, node->vector);
}

static struct vector *
find_reading(const struct emitter *e, size_t column, const struct function *function)
{
	for (size_t i = 0; i < e->readings; i++)
		if (e->reading[i].column == column && e->reading[i].function == function)
			return e->reading[i].vector;
	return NULL;
}

static void
keep_reading(
	struct emitter *e, size_t column, const struct function *function, struct vector *vector)
{
	e->reading = grown(e->reading, e->readings, sizeof *e->reading);
	e->reading[e->readings++] = (struct reading){e->depth, column, function, vector};
}

static struct vector *
load(struct emitter *e, size_t column)
{
	struct vector *v = find_reading(e, column, NULL);
	if (v != NULL)
		return v;
	v = take_vector(e, VECTOR_TEXT);
	struct op *op = add_op(e, OP_LOAD);
	op->column = column;
	op->out = v;
	const struct program_said *said = e->program->said;
	op->said = said != NULL && said[column].missings != 0 ? &said[column] : NULL;
	keep_reading(e, column, NULL, v);
	return v;
}

static void
narrow(struct emitter *e, struct vector *by, enum narrow how)
{
	struct op *op = add_op(e, OP_NARROW);
	op->narrow = how;
	op->arg = arena_take(&e->program->arena, sizeof(struct vector *));
	op->arg[0] = by;
	op->args = 1;
	if (e->program->depth_max < ++e->depth)
		e->program->depth_max = e->depth;
}

static void
restore(struct emitter *e)
{
	struct program *p = e->program;
	e->depth--;
	while (e->readings != 0 && e->reading[e->readings - 1].depth > e->depth)
		e->readings--;
	if (p->op[p->ops - 1].kind == OP_NARROW)
		p->ops--;
	else
		add_op(e, OP_RESTORE);
}

/* The operation itself, its arguments computed. */
static struct vector *
add_call(struct emitter *e, const struct node *node, struct vector **arg, size_t args)
{
	struct vector *out = take_vector(e, node->type);
	struct program *p = e->program;
	struct op *op = add_op(e, OP_CALL);
	op->function = node->function;
	op->out = out;
	op->arg = arg;
	op->args = args;
	op->text = (struct slice){p->text.at + node->at, node->len};
	return out;
}

static struct vector *emit(struct emitter *e, struct node *node);

static struct vector **
new_arguments(struct emitter *e, size_t count)
{
	return arena_take(&e->program->arena, count * sizeof(struct vector *));
}

/* && and ||: the right side only where the left does not decide. */
static struct vector *
emit_logic(struct emitter *e, const struct node *node)
{
	struct vector **arg = new_arguments(e, 2);
	arg[0] = emit(e, node->arg[0]);
	narrow(e, arg[0], node->function->form == FORM_AND ? NARROW_NOT_FALSE : NARROW_NOT_TRUE);
	arg[1] = emit(e, node->arg[1]);
	restore(e);
	return add_call(e, node, arg, 2);
}

static struct vector *
emit_choice(struct emitter *e, const struct node *node)
{
	struct vector **arg = new_arguments(e, 3);
	arg[0] = emit(e, node->arg[0]);
	narrow(e, arg[0], NARROW_TRUE);
	arg[1] = emit(e, node->arg[1]);
	restore(e);
	narrow(e, arg[0], NARROW_NOT_TRUE);
	arg[2] = emit(e, node->arg[2]);
	restore(e);
	return add_call(e, node, arg, 3);
}

/* One argument after the other, each only where all before it are null. */
static struct vector *
emit_coalesce(struct emitter *e, const struct node *node)
{
	struct vector *best = emit(e, node->arg[0]);
	for (size_t i = 1; i < node->args; i++) {
		struct vector **arg = new_arguments(e, 2);
		arg[0] = best;
		narrow(e, best, NARROW_NULL);
		arg[1] = emit(e, node->arg[i]);
		restore(e);
		best = add_call(e, node, arg, 2);
		if (i > 1)
			give_back(e, arg[0]);
	}
	return best;
}

/* A column read as a number or a time, once for the rows that need it. */
static struct vector *
emit_reading(struct emitter *e, struct node *node)
{
	size_t column = node->arg[0]->index;
	struct vector *v = find_reading(e, column, node->function);
	if (v == NULL) {
		struct vector **arg = new_arguments(e, 1);
		arg[0] = load(e, column);
		v = add_call(e, node, arg, 1);
		e->program->op[e->program->ops - 1].column = column;
		keep_reading(e, column, node->function, v);
	}
	node->is_kept = true;
	return v;
}

static struct vector *
emit_plain(struct emitter *e, const struct node *node)
{
	struct vector **arg = new_arguments(e, node->args);
	for (size_t i = 0; i < node->args; i++)
		arg[i] = emit(e, node->arg[i]);
	return add_call(e, node, arg, node->args);
}

/* How many values a call keeps besides the one in its place. */
static size_t
ring_of(const struct node *call)
{
	size_t count = call->args > 1 ? (size_t)call->arg[1]->vector->digits[0] : 1;
	return count > 1 ? count : 0;
}

static struct vector *
emit_across(struct emitter *e, const struct node *node)
{
	struct program *p = e->program;
	struct vector *out = emit_plain(e, node);
	p->op[p->ops - 1].place = p->places++;
	p->ring_places += ring_of(node);
	return out;
}

static bool
is_reading(const struct node *node)
{
	return node->arg[0]->kind == NODE_COLUMN &&
	       (node->function == &conversions[CONVERT_NUMBER] ||
		       node->function == &conversions[CONVERT_REAL] ||
		       node->function == &conversions[CONVERT_TIME]);
}

static struct vector *
emit_call(struct emitter *e, struct node *node)
{
	switch (node->function->form) {
	case FORM_AND:
	case FORM_OR:
		return emit_logic(e, node);
	case FORM_IF:
		return emit_choice(e, node);
	case FORM_COALESCE:
		return emit_coalesce(e, node);
	case FORM_ACROSS:
		return emit_across(e, node);
	case FORM_ROWS:
	case FORM_EACH:
	case FORM_SAME:
	case FORM_NOW:
	case FORM_ENV:
		break;
	}
	return node->args == 1 && is_reading(node) ? emit_reading(e, node) : emit_plain(e, node);
}

static struct vector *
emit(struct emitter *e, struct node *node)
{
	switch (node->kind) {
	case NODE_COLUMN:
		return node->vector = load(e, node->index);
	case NODE_RESULT:
		return node->vector = node->value->vector;
	case NODE_CALL:
		if (node->function->form == FORM_ACROSS && node->vector != NULL)
			return node->vector;
		break;
	default:
		return node->vector;
	}
	node->vector = emit_call(e, node);
	for (size_t i = 0; i < node->args; i++)
		give_back_node(e, node->arg[i]);
	return node->vector;
}

/*
 * Functions across rows see every row: they come before anything is narrowed, inner ones before
 * outer ones.
 */
static void
hoist(struct emitter *e, struct node *node)
{
	if (node->kind != NODE_CALL)
		return;
	for (size_t i = 0; i < node->args; i++)
		hoist(e, node->arg[i]);
	if (node->function->form != FORM_ACROSS)
		return;
	node->is_kept = true;
	emit(e, node);
}

struct vector *
emit_value(struct emitter *e, struct node *node)
{
	hoist(e, node);
	node->is_kept = true;
	return emit(e, node);
}

void
emitter_clear(struct emitter *e)
{
	free(e->reading);
	free(e->spare);
	*e = (struct emitter){0};
}
