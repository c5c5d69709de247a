#include "expr/names.h"

#include <stdlib.h>

#include "decimal/double.h"
#include "expr/type-error.h"
#include "msg.h"
#include "nearest.h"
#include "number.h"

static bool
read_number(struct typing *t, struct node *node)
{
	struct decimal d;
	double x;
	enum number_fault fault = decimal_parse(node->name, &d);
	if (fault == NUMBER_OK)
		vector_put(type_constant(t, node, VECTOR_NUMBER), 0, d);
	else if (t->setting->floats && double_parse(node->name, &x) == NUMBER_OK)
		type_constant(t, node, VECTOR_REAL)->real[0] = x;
	else
		return type_fail(t, node, "%s", number_fault_text(fault));
	return true;
}

/* The node becomes what was assigned; what was computed is not computed again. */
static void
use_value(struct node *node, struct node *value)
{
	node->kind = value->kind == NODE_CALL ? NODE_RESULT : value->kind;
	node->value = value->kind == NODE_CALL ? value : value->value;
	node->type = value->type;
	node->index = value->index;
	node->vector = value->vector;
	node->is_field = value->is_field;
}

static bool
use_column(struct typing *t, struct node *node, size_t column)
{
	for (size_t i = 0; i < t->targets; i++) {
		if (t->target[i].column == column) {
			use_value(node, t->target[i].value);
			return true;
		}
	}
	node->kind = NODE_COLUMN;
	node->type = VECTOR_TEXT;
	node->index = column;
	node->is_field = true;
	return true;
}

/*
 * How many columns have the name; *first and *second are set to their indices as far as there are
 * any.
 */
static size_t
find_columns(const struct header *header, struct slice name, size_t *first, size_t *second)
{
	size_t count = 0;
	for (size_t i = 0; i < header->count; i++) {
		if (!slice_same(header->name[i], name))
			continue;
		if (count == 0)
			*first = i;
		else if (count == 1)
			*second = i;
		count++;
	}
	return count;
}

static bool
fail_twice(struct typing *t, size_t at, size_t len, struct slice name, size_t first, size_t second)
{
	char text[SHOWN_MAX];
	return program_fail(t->error, at, len,
		"column '%s' is used twice in the header: write #%zu or #%zu",
		shown(text, name.at, name.len), first + 1, second + 1);
}

/* Adds the nearest of count names to the reason. */
static bool
add_nearest(struct typing *t, struct slice name, const struct slice *names, size_t count)
{
	nearest_say(&t->error->reason, name, names, count);
	return false;
}

static bool
fail_unknown(struct typing *t, const struct node *node)
{
	char text[SHOWN_MAX];
	const struct header *header = &t->setting->header;
	size_t count = header->count;
	struct slice *names = xmalloc((count + t->targets) * sizeof *names);
	for (size_t i = 0; i < count; i++)
		names[i] = header->name[i];
	for (size_t i = 0; i < t->targets; i++)
		if (t->target[i].column == PROGRAM_NONE)
			names[count++] = t->target[i].name;
	shown(text, node->name.at, node->name.len);
	if (function_find(node->name) != NULL)
		type_fail(t, node, "no such column: '%s'; the function is %s(...)", text, text);
	else
		type_fail(t, node, "no such column: '%s'", text);
	add_nearest(t, node->name, names, count);
	free(names);
	return false;
}

static bool
use_name(struct typing *t, struct node *node)
{
	size_t first;
	size_t second;
	size_t count = find_columns(&t->setting->header, node->name, &first, &second);
	if (count == 1)
		return use_column(t, node, first);
	if (count > 1)
		return fail_twice(t, node->at, node->len, node->name, first, second);
	for (size_t i = 0; i < t->targets; i++) {
		if (t->target[i].column == PROGRAM_NONE &&
			slice_same(t->target[i].name, node->name)) {
			use_value(node, t->target[i].value);
			return true;
		}
	}
	return fail_unknown(t, node);
}

/* #3: from 1. */
static bool
find_position(struct typing *t, size_t at, size_t len, struct slice digits, size_t *column)
{
	uint64_t n;
	size_t count = t->setting->header.count;
	if (!uint64_parse(digits, &n) || n == 0 || n > count)
		return program_fail(t->error, at, len, "no such column: there are %zu", count);
	*column = (size_t)n - 1;
	return true;
}

static bool
use_variable(struct typing *t, struct node *node)
{
	char text[SHOWN_MAX];
	struct slice *names = xmalloc(t->setting->variables * sizeof *names);
	bool found = false;
	for (size_t i = 0; i < t->setting->variables; i++) {
		const struct program_variable *v = &t->setting->variable[i];
		names[i] = v->name;
		if (!slice_same(v->name, node->name))
			continue;
		found = true;
		const char *value = arena_keep(t->arena, v->value.at, v->value.len);
		type_constant(t, node, VECTOR_TEXT)->text[0] = (struct slice){value, v->value.len};
	}
	if (!found) {
		type_fail(t, node, "no such variable: '@%s'; -v NAME=VALUE gives one",
			shown(text, node->name.at, node->name.len));
		add_nearest(t, node->name, names, t->setting->variables);
	}
	free(names);
	return found;
}

static bool
use_regex(struct typing *t, struct node *node)
{
	size_t place = node->at + 1;
	return type_regex(t, node, node->name, (unsigned)node->index, &place);
}

bool
name_resolve(struct typing *t, struct node *node)
{
	size_t column;
	switch (node->kind) {
	case NODE_NAME:
		return use_name(t, node);
	case NODE_POSITION:
		return find_position(t, node->at, node->len, node->name, &column) &&
		       use_column(t, node, column);
	case NODE_VARIABLE:
		return use_variable(t, node);
	case NODE_NUMBER:
		return read_number(t, node);
	case NODE_TEXT:
		type_constant(t, node, VECTOR_TEXT)->text[0] = node->name;
		return true;
	case NODE_REGEX:
		return use_regex(t, node);
	case NODE_TRUTH:
		type_constant(t, node, VECTOR_TRUTH)->truth[0] = (uint8_t)node->index;
		return true;
	case NODE_NULL:
		vector_set_all_null(type_constant(t, node, VECTOR_NULL));
		return true;
	case NODE_CALL:
	case NODE_COLUMN:
	case NODE_RESULT:
	case NODE_CONSTANT:
		break;
	}
	return true;
}

bool
name_target(struct typing *t, const struct token *target, size_t *column)
{
	if (target->kind == TOKEN_POSITION)
		return find_position(t, target->at, target->len, target->text, column);
	size_t second;
	*column = PROGRAM_NONE;
	if (find_columns(&t->setting->header, target->text, column, &second) <= 1)
		return true;
	return fail_twice(t, target->at, target->len, target->text, *column, second);
}

bool
name_unknown_function(struct typing *t, const struct node *call)
{
	char text[SHOWN_MAX];
	size_t count = 0;
	for (const struct function *f = functions; f->name != NULL; f++)
		count += f->usage != NULL && function_is_named(f);
	struct slice *names = xmalloc(count * sizeof *names);
	count = 0;
	for (const struct function *f = functions; f->name != NULL; f++)
		if (f->usage != NULL && function_is_named(f))
			names[count++] = slice_of(f->name);
	program_fail(t->error, call->at, call->name.len, "unknown function: '%s'",
		shown(text, call->name.at, call->name.len));
	add_nearest(t, call->name, names, count);
	free(names);
	return false;
}
