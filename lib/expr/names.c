#include "expr/names.h"

#include <stdlib.h>
#include <string.h>

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
	node->said = value->said;
	node->foreign = value->foreign;
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
	if (t->setting->said == NULL)
		return true;
	node->said = t->setting->said[column].type;
	if (t->setting->said[column].form != NULL)
		node->foreign = &t->setting->said[column];
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

/* Does a statement give the name to an aggregate? */
static bool
is_aggregate(const struct typing *t, struct slice name)
{
	for (const struct statement *s = t->aggregates; s != NULL; s = s->next)
		if (s->name.at != NULL && slice_same(s->name, name))
			return true;
	return false;
}

static bool
is_function(const struct typing *t, struct slice name)
{
	return function_find(&t->setting->own, name) != NULL ||
		(t->setting->aggregates != NULL &&
			function_find_in(t->setting->aggregates, name) != NULL);
}

/* Stands it behind == or !=, without braces? */
static bool
is_compared(const struct typing *t, const struct node *node)
{
	size_t at = node->at;
	while (at > 0 && t->text.at[at - 1] == ' ')
		at--;
	return t->text.at[node->at] != '{' && at > 1 && t->text.at[at - 1] == '=' &&
	       (t->text.at[at - 2] == '=' || t->text.at[at - 2] == '!');
}

/* What a name may be that is near no column's: a variable, or text without its quotes. */
static void
say_other_kind(struct typing *t, const struct node *node)
{
	static const char *const reserved[] = {"NULL", "TRUE", "FALSE"};
	char text[SHOWN_MAX];
	struct buf *reason = &t->error->reason;
	shown(text, node->name.at, node->name.len);
	for (size_t i = 0; i < t->setting->variables; i++) {
		if (slice_same(t->setting->variable[i].name, node->name)) {
			buf_format(reason, "; the variable is @%s", text);
			return;
		}
	}
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
		if (slice_is(node->name, reserved[i])) {
			buf_text(reason, "; it is written in small letters");
			return;
		}
	}
	if (is_compared(t, node))
		buf_format(reason, "; text is written \"%s\"", text);
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
	if (is_aggregate(t, node->name))
		type_fail(t, node, "'%s' is an aggregate, which has its value only at the end",
			text);
	else if (is_function(t, node->name))
		type_fail(t, node, "no such column: '%s'; the function is %s(...)", text, text);
	else
		type_fail(t, node, "no such column: '%s'", text);
	size_t said = t->error->reason.len;
	if (!columns_suspect_name(header, &t->error->reason))
		add_nearest(t, node->name, names, count);
	if (t->error->reason.len == said && !is_aggregate(t, node->name) &&
		!is_function(t, node->name))
		say_other_kind(t, node);
	free(names);
	return false;
}

static bool
use_name(struct typing *t, struct node *node)
{
	size_t first = 0;
	size_t second = 0;
	size_t count = find_columns(&t->setting->header, node->name, &first, &second);
	if (count == 1)
		return use_column(t, node, first);
	if (count > 1)
		return fail_twice(t, node->at, node->len, node->name, first, second);
	if (t->setting->is_open)
		return use_column(t, node, 0);
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
	size_t count = t->setting->is_open ? SIZE_MAX : t->setting->header.count;
	if (!uint64_parse(digits, &n) || n == 0 || n > count)
		return program_fail(t->error, at, len, "no such column: there %s %zu",
			count == 1 ? "is" : "are", count);
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

/*
 * Puts the names of a table's functions into names, unless that is NULL; returns how many there
 * are.
 */
static size_t
list_names(const struct function *table, struct slice *names)
{
	size_t count = 0;
	for (const struct function *f = table; f->name != NULL; f++) {
		if (f->usage == NULL || !function_is_named(f) ||
			(f > table && strcmp(f[-1].name, f->name) == 0))
			continue;
		if (names != NULL)
			names[count] = slice_of(f->name);
		count++;
	}
	return count;
}

/* What others call a function of ours; NULL if none. */
static const char *
our_term(struct slice name)
{
	static const char *const terms[][2] = {
		{"any_value", "any"}, {"approx_count_distinct", "approx_distinct"},
		{"array_agg", "list"}, {"average", "mean"}, {"avg", "mean"}, {"cast", "num"},
		{"char_length", "length"}, {"count_distinct", "distinct"},
		{"current_timestamp", "now"}, {"date_format", "format_time"}, {"diff", "delta"},
		{"ffill", "fill_down"}, {"first_value", "first"}, {"float", "num"},
		{"group_concat", "list"}, {"gsub", "replace"}, {"ifelse", "if"},
		{"ifnull", "coalesce"}, {"iif", "if"}, {"json_extract", "json"}, {"lag", "prev"},
		{"last_value", "last"}, {"left", "substr"}, {"len", "length"}, {"listagg", "list"},
		{"log", "ln"}, {"lpad", "pad_left"}, {"n_distinct", "distinct"},
		{"n_unique", "distinct"}, {"nunique", "distinct"}, {"nvl", "coalesce"},
		{"parse_date", "parse_time"}, {"percentile", "quantile"},
		{"percentile_cont", "quantile"}, {"regexp_extract", "extract"},
		{"regexp_replace", "replace"}, {"right", "substr"}, {"rpad", "pad_right"},
		{"split", "split_part"}, {"std", "stddev"}, {"str", "text"},
		{"strftime", "format_time"}, {"string", "text"}, {"string_agg", "list"},
		{"strlen", "length"}, {"strptime", "parse_time"}, {"to_char", "format_time"},
		{"to_date", "parse_time"}, {"to_number", "num"}, {"to_timestamp", "parse_time"},
		{"today", "now"}, {"trunc", "int"}, {"variance", "var"}};
	for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
		if (slice_is(name, terms[i][0]))
			return terms[i][1];
	return NULL;
}

/* Functions that etl-map has, which is linked with what they need. */
static bool
is_of_map(struct slice name)
{
	static const char *const names[] = {"sha256", "pseudonym", "encrypt", "decrypt"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

/* And those that etl-agg has, which are no part of an expression there either. */
static bool
is_of_agg(struct slice name)
{
	static const char *const names[] = {"any", "approx_distinct", "approx_quantile", "count",
		"count_if", "distinct", "first", "last", "list", "max", "mean", "median", "min",
		"mode", "quantile", "stddev", "stddev_pop", "sum", "sum_if", "var", "var_pop"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

bool
name_unknown_function(struct typing *t, const struct node *call)
{
	static const struct function none[] = {{0}};
	const struct function *more = t->setting->aggregates != NULL ? t->setting->aggregates
		: none;
	char text[SHOWN_MAX];
	shown(text, call->name.at, call->name.len);
	if (function_find_in(more, call->name) != NULL)
		return program_fail(t->error, call->at, call->len,
			"%s(...) is an aggregate, which is part of no expression: compute with "
			"what it gives in an etl-map behind",
			text);
	if (is_of_map(call->name))
		return program_fail(t->error, call->at, call->name.len,
			"%s() is a function of etl-map, and of no other program: compute a column "
			"with it first",
			text);
	if (is_of_agg(call->name)) {
		program_fail(t->error, call->at, call->name.len,
			"%s() is an aggregate: etl-agg makes a column with it, whose name can "
			"stand here",
			text);
		if (slice_is(call->name, "max") || slice_is(call->name, "min"))
			buf_format(&t->error->reason, "; of several values of a record it is %s()",
				slice_is(call->name, "max") ? "greatest" : "least");
		return false;
	}
	const struct function *own = t->setting->own.table != NULL ? t->setting->own.table : none;
	size_t count = list_names(functions, NULL);
	struct slice *names = xmalloc(
		(count + list_names(more, NULL) + list_names(own, NULL)) * sizeof *names);
	list_names(functions, names);
	count += list_names(more, names + count);
	count += list_names(own, names + count);
	program_fail(t->error, call->at, call->name.len, "unknown function: '%s'", text);
	const char *ours = our_term(call->name);
	if (ours != NULL && (function_find_in(functions, slice_of(ours)) != NULL ||
		function_find_in(more, slice_of(ours)) != NULL))
		buf_format(&t->error->reason, "; did you mean '%s'?", ours);
	else
		add_nearest(t, call->name, names, count);
	free(names);
	return false;
}
