/* What a program has become, and what is wrong with one, for people to read. */
#include <stdint.h>

#include "date/zone.h"
#include "decimal/double.h"
#include "expr/eval.h"
#include "expr/json-path.h"
#include "expr/regex.h"
#include "msg.h"
#include "utf8.h"

static void
put_constant(struct buf *out, const struct vector *v)
{
	char text[SHOWN_MAX];
	char number[DECIMAL_PRINT_MAX];
	struct slice pattern;
	if (v->type != VECTOR_TEXT && vector_is_null(v, 0)) {
		buf_text(out, "null");
		return;
	}
	switch (v->type) {
	case VECTOR_TEXT:
		buf_format(out, "\"%s\"", shown(text, v->text[0].at, v->text[0].len));
		break;
	case VECTOR_NUMBER:
		buf_add(out, number, decimal_print(number, vector_decimal(v, 0)));
		break;
	case VECTOR_REAL:
		buf_add(out, number, double_print(number, v->real[0]));
		break;
	case VECTOR_NULL:
	case VECTOR_TRUTH:
		buf_text(out, v->truth[0] != 0 ? "true" : "false");
		break;
	case VECTOR_TIME:
		buf_add(out, number, date_print(number, v->time[0]));
		break;
	case VECTOR_FORMAT:
		pattern = date_format_text(v->format[0]);
		buf_format(out, "\"%s\"", shown(text, pattern.at, pattern.len));
		break;
	case VECTOR_ZONE:
		pattern = zone_name(v->zone[0]);
		buf_format(out, "\"%.*s\"", (int)pattern.len, pattern.at);
		break;
	case VECTOR_PATH:
		pattern = json_path_text(v->path[0]);
		buf_format(out, "\"%s\"", shown(text, pattern.at, pattern.len));
		break;
	case VECTOR_REGEX:
		pattern = regex_pattern(v->regex[0]);
		buf_format(out, "/%s/", shown(text, pattern.at, pattern.len));
		break;
	}
}

static void
put_vector(struct buf *out, const struct program *p, const struct vector *v)
{
	size_t i = 0;
	if (v->mask == 0) {
		put_constant(out, v);
		return;
	}
	while (p->vector[i] != v)
		i++;
	buf_format(out, "v%zu", i + 1);
}

static const char *
type_name(enum vector_type type)
{
	static const char *const names[] = {
		[VECTOR_NULL] = "null",
		[VECTOR_TEXT] = "text",
		[VECTOR_NUMBER] = "number",
		[VECTOR_REAL] = "double",
		[VECTOR_TRUTH] = "condition",
		[VECTOR_TIME] = "time",
		[VECTOR_FORMAT] = "format",
		[VECTOR_ZONE] = "time zone",
		[VECTOR_PATH] = "path",
		[VECTOR_REGEX] = "regular expression",
	};
	return names[type];
}

static void
put_call(struct buf *out, const struct program *p, const struct op *op)
{
	put_vector(out, p, op->out);
	if (op->kind == OP_LOAD) {
		buf_format(out, " = #%zu%s", op->column + 1,
			op->said != NULL ? " (missing values null)" : "");
	} else {
		buf_format(out, " = %s(", op->function->name);
		for (size_t i = 0; i < op->args; i++) {
			if (i != 0)
				buf_text(out, ", ");
			put_vector(out, p, op->arg[i]);
		}
		buf_text(out, ")");
	}
	buf_format(out, ": %s\n", type_name(op->out->type));
}

static void
put_op(struct buf *out, const struct program *p, const struct op *op)
{
	static const char *const how[] = {
		[NARROW_TRUE] = "true",
		[NARROW_NOT_TRUE] = "not true",
		[NARROW_NOT_FALSE] = "not false",
		[NARROW_NULL] = "null",
	};
	switch (op->kind) {
	case OP_LOAD:
	case OP_CALL:
		put_call(out, p, op);
		break;
	case OP_NARROW:
		buf_text(out, "where ");
		put_vector(out, p, op->arg[0]);
		buf_format(out, " is %s {\n", how[op->narrow]);
		break;
	case OP_RESTORE:
		buf_text(out, "}\n");
		break;
	}
}

static void
put_target(struct buf *out, const struct program *p, size_t i)
{
	const struct program_target *t = &p->target[i];
	char text[SHOWN_MAX];
	buf_format(out, "%s = ", shown(text, t->name.at, t->name.len));
	if (p->result[i] != NULL)
		put_vector(out, p, p->result[i]);
	else
		buf_format(out, "#%zu verbatim", t->copies + 1);
	buf_byte(out, '\n');
}

static void
put_aggregate(struct buf *out, const struct program *p, const struct program_aggregate *a)
{
	char text[SHOWN_MAX];
	buf_format(out, "%s = %s(", shown(text, a->name.at, a->name.len), a->function->name);
	if (a->value != NULL)
		put_vector(out, p, a->value);
	if (a->parameter != NULL) {
		buf_text(out, ", ");
		put_vector(out, p, a->parameter);
	}
	buf_text(out, ")\n");
}

void
program_explain(const struct program *p, struct buf *out)
{
	size_t depth = 0;
	for (size_t i = 0; i < p->ops; i++) {
		depth -= p->op[i].kind == OP_RESTORE;
		for (size_t k = 0; k < depth; k++)
			buf_byte(out, '\t');
		put_op(out, p, &p->op[i]);
		depth += p->op[i].kind == OP_NARROW;
	}
	for (size_t i = 0; i < p->targets; i++)
		put_target(out, p, i);
	for (size_t i = 0; i < p->aggregates; i++)
		put_aggregate(out, p, &p->aggregate[i]);
	if (p->targets == 0 && p->aggregates == 0) {
		buf_text(out, "accept ");
		put_vector(out, p, p->result[0]);
		buf_byte(out, '\n');
	}
}

enum { SHOW_BEFORE = 60, SHOW_AFTER = 60 };

/* Control bytes would spoil the columns that the caret stands in. */
static void
put_line(struct buf *out, struct slice line)
{
	for (size_t i = 0; i < line.len; i++)
		buf_byte(out,
			(unsigned char)line.at[i] < 0x20 || line.at[i] == 0x7f ? ' ' : line.at[i]);
	buf_byte(out, '\n');
}

void
program_show(struct slice text, const struct program_error *error, struct buf *out)
{
	size_t from = error->at;
	size_t to = error->at;
	while (from > 0 && text.at[from - 1] != '\n' && error->at - from < SHOW_BEFORE)
		from--;
	while (to < text.len && text.at[to] != '\n' && to - error->at < SHOW_AFTER)
		to++;
	/* Not within a character. */
	while (from < error->at && ((unsigned char)text.at[from] & 0xc0) == 0x80)
		from++;
	while (to < text.len && to > error->at && ((unsigned char)text.at[to] & 0xc0) == 0x80)
		to--;
	buf_text(out, "  ");
	put_line(out, (struct slice){text.at + from, to - from});
	for (size_t i = 0; i < 2 + utf8_count(text.at + from, error->at - from); i++)
		buf_byte(out, ' ');
	size_t end = error->at + error->len < to ? error->at + error->len : to;
	size_t wide = end > error->at ? utf8_count(text.at + error->at, end - error->at) : 1;
	for (size_t i = 0; i < wide; i++)
		buf_byte(out, '^');
	buf_byte(out, '\n');
}
