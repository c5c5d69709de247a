#include "expr/summary.h"

#include "digits.h"
#include "expr/names.h"
#include "expr/type-error.h"
#include "msg.h"
#include "number.h"

static bool
is_aggregate(const struct typing *t, const struct node *node)
{
	const struct function *table = t->setting->aggregates;
	return node->kind == NODE_CALL && function_find_in(table, node->name) != NULL;
}

static bool
is_plain(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || digits_is(byte) ||
	       byte == '_' || byte == '.' || (unsigned char)byte >= 0x80;
}

/* The words of a part of the program, one _ before each run of them. */
static void
add_words(struct buf *name, struct slice text)
{
	bool is_behind = false;
	for (size_t i = 0; i < text.len; i++) {
		if (is_plain(text.at[i]) && !is_behind)
			buf_byte(name, '_');
		is_behind = is_plain(text.at[i]);
		if (is_behind)
			buf_byte(name, text.at[i]);
	}
}

static void
add_name(struct buf *name, struct slice text)
{
	buf_byte(name, '_');
	buf_add(name, text.at, text.len);
}

/* #3 is called what the column is called. */
static void
add_argument(struct typing *t, struct buf *name, const struct node *arg)
{
	uint64_t n;
	const struct header *header = &t->setting->header;
	if (arg->kind == NODE_NAME)
		add_name(name, arg->name);
	else if (arg->kind == NODE_POSITION && uint64_parse(arg->name, &n) && n - 1 < header->count)
		add_name(name, header->name[n - 1]);
	else
		add_words(name, (struct slice){t->text.at + arg->at, arg->len});
}

/* sum(amount) is sum_amount. */
static struct slice
make_name(struct typing *t, const struct node *call)
{
	struct buf name = {0};
	buf_add(&name, call->name.at, call->name.len);
	for (size_t i = 0; i < call->args; i++)
		add_argument(t, &name, call->arg[i]);
	struct slice kept = {arena_keep(t->arena, name.at, name.len), name.len};
	buf_clear(&name);
	return kept;
}

static bool
choose_name(struct typing *t, struct statement *s)
{
	size_t column;
	const struct header *header = &t->setting->header;
	s->name = s->target.kind == TOKEN_END ? make_name(t, s->value) : s->target.text;
	if (s->target.kind != TOKEN_POSITION)
		return true;
	if (!name_target(t, &s->target, &column))
		return false;
	if (column < header->count)
		s->name = header->name[column];
	return true;
}

/* It is nothing that is written, and has no name for another to use. */
static bool
fail_useless(struct typing *t, struct node *node)
{
	char text[SHOWN_MAX];
	if (type_expression(t, node) == NULL)
		return false;
	shown(text, t->text.at + node->at, node->len);
	return type_fail(t, node,
		"'%s' is no aggregate, as sum(x) is, and has no name to be used by", text);
}

static bool
fail_none(struct typing *t)
{
	return program_fail(t->error, t->text.len, 0,
		"an aggregate, as in sum(amount), is expected, but the program ends");
}

static bool
type_statement(struct typing *t, struct statement *s)
{
	if (s->name.at != NULL)
		return type_aggregate(t, s->value);
	return s->target.kind != TOKEN_END ? type_assignment(t, s) : fail_useless(t, s->value);
}

bool
summary_type(struct typing *t, struct statement *first)
{
	bool any = false;
	for (struct statement *s = first; s != NULL; s = s->next) {
		if (!is_aggregate(t, s->value))
			continue;
		any = true;
		if (!choose_name(t, s))
			return false;
	}
	t->aggregates = first;
	for (struct statement *s = first; s != NULL; s = s->next)
		if (!type_statement(t, s))
			return false;
	return any || fail_none(t);
}

static bool
is_same_constant(const struct vector *a, const struct vector *b)
{
	if (a->type != b->type || vector_is_null(a, 0) || vector_is_null(b, 0))
		return false;
	switch (a->type) {
	case VECTOR_TEXT:
		return slice_same(a->text[0], b->text[0]);
	case VECTOR_NUMBER:
		/* 1.0 and 1 make results of different scale. */
		return vector_decimal(a, 0).scale == vector_decimal(b, 0).scale &&
		       vector_decimal(a, 0).digits == vector_decimal(b, 0).digits;
	case VECTOR_REAL:
		return a->real[0] == b->real[0];
	case VECTOR_TRUTH:
		return a->truth[0] == b->truth[0];
	case VECTOR_TIME:
		return date_order(a->time[0], b->time[0]) == 0;
	case VECTOR_NULL:
	case VECTOR_REGEX:
	case VECTOR_FORMAT:
	case VECTOR_ZONE:
	case VECTOR_PATH:
		break;
	}
	return false;
}

/* Do two typed trees compute the same?  If in doubt, they do not. */
static bool
is_same(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->type != b->type)
		return false;
	if (a->kind == NODE_COLUMN)
		return a->index == b->index;
	if (a->kind == NODE_RESULT)
		return a->value == b->value;
	if (a->kind == NODE_CONSTANT)
		return is_same_constant(a->vector, b->vector);
	if (a->kind != NODE_CALL || a->function != b->function || a->args != b->args)
		return false;
	for (size_t i = 0; i < a->args; i++)
		if (!is_same(a->arg[i], b->arg[i]))
			return false;
	return true;
}

/* Where the value of an aggregate is computed, be it for an earlier one. */
static const struct vector *
emit_argument(struct emitter *e, const struct typing *t, const struct statement *first,
	const struct statement *s)
{
	struct node *value = s->value->arg[0];
	for (; first != s; first = first->next) {
		const struct node *call = first->value;
		if (first->name.at != NULL && call->args > 0 && is_same(call->arg[0], value))
			return emit_value(e, node_refer(t->arena, call->arg[0]));
	}
	return emit_value(e, value);
}

void
summary_emit(struct emitter *e, const struct typing *t, struct statement *first)
{
	struct program *p = e->program;
	for (const struct statement *s = first; s != NULL; s = s->next)
		p->aggregates += s->name.at != NULL;
	p->aggregate = arena_take(&p->arena, p->aggregates * sizeof *p->aggregate);
	struct program_aggregate *out = p->aggregate;
	for (const struct statement *s = first; s != NULL; s = s->next) {
		const struct node *call = s->value;
		if (s->name.at == NULL)
			continue;
		*out++ = (struct program_aggregate){
			.name = {arena_keep(&p->arena, s->name.at, s->name.len), s->name.len},
			.function = call->function,
			.value = call->args > 0 ? emit_argument(e, t, first, s) : NULL,
			.parameter = call->args > 1 ? call->arg[1]->vector : NULL,
			.at = call->at,
			.len = call->len,
		};
	}
}
