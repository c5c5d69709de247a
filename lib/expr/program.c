#include "expr/program.h"

#include <stdlib.h>

#include "expr/emit.h"
#include "expr/eval.h"
#include "expr/parse.h"
#include "expr/summary.h"
#include "expr/types.h"

static struct program_target
public_target(struct program *p, const struct target *t)
{
	return (struct program_target){
		.name = {arena_keep(&p->arena, t->name.at, t->name.len), t->name.len},
		.replaces = t->column,
		.copies = t->value->kind == NODE_COLUMN ? t->value->index : PROGRAM_NONE,
		.type = t->value->type,
	};
}

/* Printing comes last: what is assigned twice is printed once. */
static void
emit_targets(struct program *p, struct emitter *e, struct typing *t)
{
	p->targets = t->targets;
	p->target = arena_take(&p->arena, p->targets * sizeof *p->target);
	p->result = arena_take(&p->arena, p->targets * sizeof(struct vector *));
	for (size_t i = 0; i < p->targets; i++) {
		p->target[i] = public_target(p, &t->target[i]);
		p->result[i] = NULL;
		bool is_copy = p->target[i].copies != PROGRAM_NONE;
		struct node *node = node_refer(t->arena, t->target[i].value);
		if (!t->setting->as_text)
			p->result[i] = emit_value(e, node);
		else if (!is_copy)
			p->result[i] = emit_value(e, type_print(t, node));
	}
}

static bool
compile_assignments(struct program *p, struct lexer *lexer, struct typing *t)
{
	struct statement *first = parse_assignments(lexer);
	struct emitter e = {.program = p};
	if (first == NULL)
		return false;
	for (struct statement *s = first; s != NULL; s = s->next)
		if (!type_assignment(t, s))
			return false;
	for (struct statement *s = first; s != NULL; s = s->next)
		if (s->value->kind == NODE_CALL)
			emit_value(&e, s->value);
	emit_targets(p, &e, t);
	emitter_clear(&e);
	return true;
}

/* Values that are assigned come first: they serve several. */
static bool
compile_aggregates(struct program *p, struct lexer *lexer, struct typing *t)
{
	struct statement *first = parse_aggregates(lexer);
	struct emitter e = {.program = p};
	if (first == NULL || !summary_type(t, first))
		return false;
	for (struct statement *s = first; s != NULL; s = s->next)
		if (s->name.at == NULL && s->value->kind == NODE_CALL)
			emit_value(&e, s->value);
	summary_emit(&e, t, first);
	emitter_clear(&e);
	return true;
}

static bool
compile_condition(struct program *p, struct lexer *lexer, struct typing *t)
{
	struct statement *s = parse_condition(lexer);
	struct node *node = s != NULL ? type_condition(t, s->value) : NULL;
	struct emitter e = {.program = p};
	if (node == NULL)
		return false;
	p->result = arena_take(&p->arena, sizeof(struct vector *));
	p->result[0] = emit_value(&e, node);
	emitter_clear(&e);
	return true;
}

/* The program frees constants with the vectors that it made itself. */
static void
take_constants(struct program *p, struct typing *t)
{
	p->vector = xrealloc(p->vector, p->vectors + t->constants, sizeof *p->vector);
	for (size_t i = 0; i < t->constants; i++)
		p->vector[p->vectors++] = t->constant[i];
	free(t->constant);
	free(t->target);
}

/* What a kind of program is read and compiled by. */
static const struct {
	struct statement *(*parse)(struct lexer *lexer);
	bool (*compile)(struct program *p, struct lexer *lexer, struct typing *t);
} kinds[] = {
	[PROGRAM_CONDITION] = {parse_condition, compile_condition},
	[PROGRAM_ASSIGNMENTS] = {parse_assignments, compile_assignments},
	[PROGRAM_AGGREGATES] = {parse_aggregates, compile_aggregates},
};

bool
program_check(struct slice text, enum program_kind kind, bool comments, struct program_error *error)
{
	struct arena arena = {0};
	struct lexer lexer = {
		.text = {arena_keep(&arena, text.at, text.len), text.len},
		.comments = comments,
		.arena = &arena,
		.error = error,
	};
	bool good = kinds[kind].parse(&lexer) != NULL;
	arena_clear(&arena);
	return good;
}

/* Of what a schema says, what is needed while the program runs. */
static const struct program_said *
keep_said(struct arena *arena, const struct program_setting *setting)
{
	const size_t columns = setting->header.count;
	if (setting->said == NULL)
		return NULL;
	struct program_said *kept = arena_take(arena, columns * sizeof *kept);
	for (size_t i = 0; i < columns; i++) {
		const struct program_said *said = &setting->said[i];
		struct slice *missing = arena_take(arena, said->missings * sizeof *missing);
		for (size_t k = 0; k < said->missings; k++) {
			struct slice text = said->missing[k];
			missing[k] = (struct slice){arena_keep(arena, text.at, text.len), text.len};
		}
		kept[i] = (struct program_said){.missing = missing, .missings = said->missings};
	}
	return kept;
}

static void
make_one_group(struct program *p)
{
	p->alone = xcalloc(p->places, sizeof *p->alone);
	p->alone_group = xmalloc(VECTOR_ROWS * sizeof *p->alone_group);
	for (size_t row = 0; row < VECTOR_ROWS; row++)
		p->alone_group[row] = p->alone;
	p->e.group = p->alone_group;
}

struct program *
program_compile(struct slice text, enum program_kind kind, const struct program_setting *setting,
	struct program_error *error)
{
	struct program *p = xcalloc(1, sizeof *p);
	p->text = (struct slice){arena_keep(&p->arena, text.at, text.len), text.len};
	p->e.floats = setting->floats;
	p->e.own = setting->own.state;
	p->said = keep_said(&p->arena, setting);
	struct lexer lexer = {
		.text = p->text,
		.comments = setting->comments,
		.arena = &p->arena,
		.error = error,
	};
	struct typing t = {
		.setting = setting,
		.now = setting->now,
		.kind = kind,
		.text = p->text,
		.arena = &p->arena,
		.error = error,
	};
	bool good = kinds[kind].compile(p, &lexer, &t);
	take_constants(p, &t);
	if (!good) {
		program_free(p);
		return NULL;
	}
	p->narrowed = xcalloc(p->depth_max, sizeof *p->narrowed);
	if (p->places != 0)
		make_one_group(p);
	p->stretch = VECTOR_ROWS;
	p->e.keeper.takes_back = setting->drops;
	return p;
}

void
program_free(struct program *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->vectors; i++)
		vector_free(p->vector[i]);
	free(p->vector);
	free(p->op);
	free(p->narrowed);
	free(p->alone);
	free(p->alone_group);
	free(p->e.fault);
	kept_clear(&p->e.keeper);
	arena_clear(&p->e.arena);
	arena_clear(&p->arena);
	free(p);
}

const struct program_target *
program_targets(const struct program *p, size_t *count)
{
	*count = p->targets;
	return p->target;
}

const struct program_aggregate *
program_aggregates(const struct program *p, size_t *count)
{
	*count = p->aggregates;
	return p->aggregate;
}

bool
program_missing(const struct program *p, size_t i, struct program_missing *out)
{
	*out = (struct program_missing){0};
	for (const struct op *op = p->op; op < p->op + p->ops; op++) {
		if (op->kind != OP_LOAD || i-- != 0)
			continue;
		if (op->said != NULL)
			*out = (struct program_missing){op->said->missing, op->said->missings};
		return true;
	}
	return false;
}
