#include "expr/type-error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "msg.h"

bool
type_fail(struct typing *t, const struct node *node, const char *format, ...)
{
	enum { REASON_MAX = 1024 };
	char text[REASON_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	return program_fail(t->error, node->at, node->len, "%s", text);
}

/* The program's own words for a node, for messages. */
static const char *
words(const struct typing *t, const struct node *node, char out[SHOWN_MAX])
{
	return shown(out, t->text.at + node->at, node->len);
}

static const char *
type_name(const struct node *node)
{
	switch (node->type) {
	case VECTOR_NULL:
		return "null";
	case VECTOR_TEXT:
		return "text";
	case VECTOR_NUMBER:
		return "a number";
	case VECTOR_REAL:
		return "a double";
	case VECTOR_TIME:
		return "a time";
	case VECTOR_FORMAT:
		return "a format";
	case VECTOR_ZONE:
		return "a time zone";
	case VECTOR_PATH:
		return "a path";
	case VECTOR_REGEX:
		return "a regular expression";
	case VECTOR_TRUTH:
		break;
	}
	return "a condition";
}

static const char *
letter_name(char letter)
{
	switch (letter) {
	case 'n':
	case 'N':
	case 'r':
	case 'R':
		return "a number";
	case 'i':
		return "a whole number";
	case 'b':
		return "a condition";
	case 'p':
		return "a regular expression";
	case 'd':
	case 'D':
		return "a time";
	case 'f':
	case 'F':
		return "a format that is known before any data";
	case '0':
		return "a format, or null for ISO 8601,";
	case 'u':
		return "a unit of time";
	case 'z':
		return "a time zone that is known before any data";
	case 'j':
		return "a path that is known before any data";
	case 'k':
		return "text that is known before any data";
	default:
		return "text";
	}
}

/* Does any row of the function take this argument, whatever the others are? */
static bool
any_takes(const struct function *f, const struct node *call, size_t arg)
{
	for (; f != NULL; f = function_next(f))
		if (function_takes_count(f, call->args) &&
			type_fits(call->arg[arg], function_letter(f, arg)))
			return true;
	return false;
}

static const struct function *
row_of_count(const struct function *f, size_t count)
{
	while (f != NULL && !function_takes_count(f, count))
		f = function_next(f);
	return f;
}

/* What to write instead of a node that is not what the letter says. */
static const char *
remedy(const struct node *node, char letter)
{
	if (letter == 'p')
		return node->type == VECTOR_TEXT
			       ? ", known only with the data: write /.../, \"...\" or @name"
			       : "";
	if (strchr("kfFuz0j", letter) != NULL)
		return node->type == VECTOR_TEXT
			       ? ", known only with the data: write \"...\" or @name"
			       : "";
	if (node->type == VECTOR_TIME)
		return letter == 'b'   ? "; compare it: %s > \"2021-08-01\""
		       : letter == 't' ? "; write text(%s)"
				       : "; write epoch(%s)";
	if (letter == 'd')
		return node->type == VECTOR_TEXT ? "; write parse_time(%s)" : "";
	if (node->type == VECTOR_REGEX)
		return letter == 'b' ? "; write x =~ %s" : "";
	if (letter == 'b')
		return node->type == VECTOR_TEXT ? "; compare it: %s == \"...\""
						 : "; compare it: %s != 0";
	if (letter == 'i' && node->type == VECTOR_REAL)
		return "; write int(%s)";
	if (letter == 't')
		return "; write text(%s)";
	return node->type == VECTOR_TEXT ? "; write num(%s)" : "";
}

bool
type_quotes_column(const struct typing *t, const struct node *node)
{
	const struct header *header = &t->setting->header;
	if (node->kind != NODE_CONSTANT || node->type != VECTOR_TEXT || t->text.at[node->at] != '"')
		return false;
	for (size_t i = 0; i < header->count; i++)
		if (slice_same(header->name[i], node->vector->text[0]))
			return true;
	return false;
}

bool
type_fail_quoted(struct typing *t, const struct node *node)
{
	char text[SHOWN_MAX];
	char name[SHOWN_MAX];
	struct slice value = node->vector->text[0];
	return type_fail(t, node, "'%s' is text and not the column, which is written {%s}",
		words(t, node, text), shown(name, value.at, value.len));
}

bool
type_fail_letter(struct typing *t, const struct node *node, const char *usage, char letter)
{
	char text[SHOWN_MAX];
	struct buf *reason = &t->error->reason;
	if (type_quotes_column(t, node))
		return type_fail_quoted(t, node);
	words(t, node, text);
	type_fail(t, node, "%s takes %s here, and '%s' is %s", usage, letter_name(letter), text,
		type_name(node));
	const char *more = remedy(node, letter);
	if (letter == 'b' && node->type == VECTOR_TEXT && strcmp(usage, "!a") == 0)
		more = "; compare it in parentheses: !(%s == \"...\")";
	bool joins = node->type == VECTOR_TEXT &&
		(strcmp(usage, "a + b") == 0 || strcmp(usage, "a || b") == 0);
	const char *place = strstr(more, "%s");
	if (place == NULL) {
		buf_text(reason, more);
	} else {
		buf_add(reason, more, (size_t)(place - more));
		buf_format(reason, "%s%s", text, place + 2);
	}
	if (joins)
		buf_text(reason, ", or concat(a, b) to put texts together");
	return false;
}

struct node *
type_fail_time(struct typing *t, const struct node *node, const char *reason)
{
	char text[SHOWN_MAX];
	type_fail(t, node, "%s: '%s'; a time is written \"2021-08-01\" or \"2021-08-01T12:30:00Z\"",
		reason, shown(text, node->vector->text[0].at, node->vector->text[0].len));
	return NULL;
}

bool
type_fail_form(struct typing *t, const struct node *node)
{
	char text[SHOWN_MAX];
	const struct program_said *said = node->foreign;
	words(t, node, text);
	type_fail(t, node, "'%s' has %s in the schema: write %s%s%s, or text(%s) for its text",
		text, said->form, said->before, text, said->behind, text);
	return false;
}

bool
type_fail_mixture(struct typing *t, const struct node *a, const struct node *b)
{
	char left[SHOWN_MAX];
	char right[SHOWN_MAX];
	if (type_quotes_column(t, a) || type_quotes_column(t, b))
		return type_fail_quoted(t, type_quotes_column(t, a) ? a : b);
	words(t, a, left);
	words(t, b, right);
	const char *text = a->type == VECTOR_TEXT ? left : b->type == VECTOR_TEXT ? right : NULL;
	const char *other = text == left ? right : left;
	bool is_time = a->type == VECTOR_TIME || b->type == VECTOR_TIME;
	type_fail(t, b, "'%s' is %s and '%s' is %s: they must be of one type", left, type_name(a),
		right, type_name(b));
	if (text != NULL)
		buf_format(&t->error->reason, "; write %s(%s) or text(%s)",
			is_time ? "parse_time" : "num", text, other);
	return false;
}

/* Shows two arguments of different types, rather not columns, which fit most. */
static bool
fail_pair(struct typing *t, const struct node *call)
{
	const struct node *firm = call->arg[0];
	const struct node *other = call->arg[call->args - 1];
	for (size_t i = call->args; i-- > 0;)
		if (!call->arg[i]->is_field && call->arg[i]->type != VECTOR_NULL)
			firm = call->arg[i];
	for (size_t i = call->args; i-- > 0;)
		if (call->arg[i]->type != firm->type && call->arg[i]->type != VECTOR_NULL &&
			(!call->arg[i]->is_field || other->is_field || other->type == firm->type))
			other = call->arg[i];
	return firm->at < other->at ? type_fail_mixture(t, firm, other)
				    : type_fail_mixture(t, other, firm);
}

/* The row of a function that takes the regular expression of a call; NULL if it has none. */
static const struct function *
row_of_regex(const struct function *f, const struct node *call)
{
	for (; f != NULL; f = function_next(f))
		for (size_t i = 0; i < call->args && function_takes_count(f, call->args); i++)
			if (call->arg[i]->type == VECTOR_REGEX && function_letter(f, i) == 'p')
				return f;
	return NULL;
}

bool
type_fail_arguments(struct typing *t, const struct function *f, const struct node *call)
{
	const struct function *row = row_of_count(f, call->args);
	if (row == NULL)
		return type_fail(t, call, "%s does not take %zu argument%s", f->usage, call->args,
			plural(call->args));
	const struct function *regex = row_of_regex(f, call);
	for (size_t i = 0; i < call->args && regex != NULL; i++)
		if (!type_fits(call->arg[i], function_letter(regex, i)))
			return type_fail_letter(
				t, call->arg[i], regex->usage, function_letter(regex, i));
	for (size_t i = 0; i < call->args; i++)
		if (!any_takes(f, call, i))
			return type_fail_letter(t, call->arg[i],
				row->usage != NULL ? row->usage : f->usage,
				function_letter(row, i));
	return fail_pair(t, call);
}

bool
type_fail_ordering(struct typing *t, const char *sign, const struct node *call)
{
	char a[SHOWN_MAX];
	char b[SHOWN_MAX];
	words(t, call->arg[0], a);
	words(t, call->arg[1], b);
	return type_fail(t, call,
		"are '%s' and '%s' numbers or text? write num(%s) %s num(%s) or text(%s) %s "
		"text(%s)",
		a, b, a, sign, b, a, sign, b);
}
