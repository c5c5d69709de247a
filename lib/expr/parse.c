#include "expr/parse.h"

#include <string.h>

#include "msg.h"

struct parser {
	struct lexer *lexer;
	struct token token; /* the next one */
	size_t behind;      /* offset behind the last one taken */
	size_t depth;
};

static const char *const reserved[] = {"true", "false", "null", "in", "and", "or", "not"};

struct node *
node_new(struct arena *arena, enum node_kind kind, size_t at, size_t len)
{
	struct node *node = arena_take(arena, sizeof *node);
	*node = (struct node){.kind = kind, .at = at, .len = len, .height = 1};
	return node;
}

struct node *
node_refer(struct arena *arena, struct node *value)
{
	if (value->kind != NODE_CALL)
		return value;
	struct node *node = node_new(arena, NODE_RESULT, value->at, value->len);
	node->type = value->type;
	node->value = value;
	return node;
}

static bool
is_mark(const struct parser *p, const char *mark)
{
	return p->token.kind == TOKEN_MARK && slice_is(p->token.text, mark);
}

static bool
advance(struct parser *p)
{
	p->behind = p->token.at + p->token.len;
	return lexer_next(p->lexer, &p->token);
}

static bool
is_word(const struct parser *p, const char *word)
{
	return p->token.kind == TOKEN_NAME && slice_is(p->token.text, word);
}

static bool
is_reserved(const struct parser *p)
{
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (is_word(p, reserved[i]))
			return true;
	return false;
}

/* What to write instead of words and signs of other languages, in small letters. */
static const char *const foreign[][2] = {
	{"=", "== compares"},
	{"and", "it is written in small letters"},
	{"or", "it is written in small letters"},
	{"not", "it is written in small letters"},
	{"in", "it is written in small letters"},
	{"is", "write x == null or x != null"},
	{"like", "write contains(x, \"text\") or x =~ /pattern/"},
	{"between", "write between(x, low, high)"},
	{"as", "write name = expression"},
	{"group", "option -g has the columns to group by"},
	{"where", "keep the records by an etl-filter before it"},
	{"having", "option --having of etl-agg keeps some of the groups"},
	{"over", "etl-map --by has the columns of a window"},
	{"when", "write condition ? a : b"},
	{"then", "write condition ? a : b"},
};

static bool
is_folded(struct slice word, const char *small)
{
	size_t n = 0;
	for (; n < word.len && small[n] != '\0'; n++) {
		char byte = word.at[n];
		if ((byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte) != small[n])
			return false;
	}
	return n == word.len && small[n] == '\0';
}

/* The program's bytes from the last token on: what stands right before what was not expected. */
static bool
is_behind(const struct parser *p, const char *text)
{
	size_t len = strlen(text);
	struct slice whole = p->lexer->text;
	return p->token.at >= len && memcmp(whole.at + p->token.at - len, text, len) == 0;
}

/* The remedy where what was not expected is well known elsewhere; NULL if it is not. */
static const char *
find_remedy(const struct parser *p)
{
	if ((p->token.kind != TOKEN_MARK && p->token.kind != TOKEN_NAME) || is_reserved(p))
		return NULL;
	if (is_mark(p, ">") && is_behind(p, "<"))
		return "unequal is written !=";
	if (is_mark(p, "*") && is_behind(p, "count("))
		return "count() counts the records";
	if (is_behind(p, "(distinct ") || is_behind(p, "(DISTINCT "))
		return "distinct(x) counts the different ones";
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (is_folded(p->token.text, foreign[i][0]))
			return foreign[i][1];
	return NULL;
}

static struct node *
fail(struct parser *p, const char *what)
{
	const char *remedy = find_remedy(p);
	struct slice seen = {p->lexer->text.at + p->token.at, p->token.len};
	char text[SHOWN_MAX];
	if (p->token.kind == TOKEN_END)
		program_fail(p->lexer->error, p->token.at, 0, "%s, but the program ends", what);
	else
		program_fail(p->lexer->error, p->token.at, p->token.len, "%s, not '%s'%s%s", what,
			shown(text, seen.at, seen.len), remedy != NULL ? "; " : "",
			remedy != NULL ? remedy : "");
	return NULL;
}

static bool
take_mark(struct parser *p, const char *mark, const char *what)
{
	if (!is_mark(p, mark))
		return fail(p, what) != NULL;
	return advance(p);
}

/* Goes one level down, to what p->token begins. */
static bool
enter(struct parser *p)
{
	if (p->depth++ < NESTING_MAX)
		return true;
	return program_fail(
		p->lexer->error, p->token.at, p->token.len, "nested deeper than %d", NESTING_MAX);
}

/* Closes a node that ends with the last token taken. */
static struct node *
finish(struct parser *p, struct node *node)
{
	node->len = p->behind - node->at;
	for (size_t i = 0; i < node->args; i++)
		if (node->height <= node->arg[i]->height)
			node->height = node->arg[i]->height + 1;
	if (node->height <= HEIGHT_MAX)
		return node;
	program_fail(p->lexer->error, node->at, node->len, "more than %d operators in a row",
		HEIGHT_MAX);
	return NULL;
}

static struct node *
open_call(struct parser *p, const char *name, size_t at)
{
	struct node *node = node_new(p->lexer->arena, NODE_CALL, at, 0);
	node->name = slice_of(name);
	return node;
}

/* The array doubles when its count is a power of two. */
static void
add_arg(struct parser *p, struct node *call, struct node *arg)
{
	if ((call->args & (call->args - 1)) == 0) {
		size_t room = call->args == 0 ? 1 : call->args * 2;
		struct node **more = arena_take(p->lexer->arena, room * sizeof *more);
		if (call->args != 0)
			memcpy(more, call->arg, call->args * sizeof *more);
		call->arg = more;
	}
	call->arg[call->args++] = arg;
}

static struct node *parse_expression(struct parser *p);

/* `a, b, ...)`, the parenthesis before it taken. */
static bool
parse_list(struct parser *p, struct node *call)
{
	if (is_mark(p, ")"))
		return advance(p);
	for (;;) {
		struct node *arg = parse_expression(p);
		if (arg == NULL)
			return false;
		add_arg(p, call, arg);
		if (!is_mark(p, ","))
			return take_mark(p, ")", "',' or ')' is expected");
		if (!advance(p))
			return false;
	}
}

static struct node *
parse_leaf(struct parser *p, enum node_kind kind)
{
	struct node *node = node_new(p->lexer->arena, kind, p->token.at, p->token.len);
	node->name = p->token.text;
	return advance(p) ? node : NULL;
}

static struct node *
parse_regex(struct parser *p)
{
	size_t flags = p->token.flags;
	struct node *node = parse_leaf(p, NODE_REGEX);
	if (node != NULL)
		node->index = flags;
	return node;
}

static struct node *
parse_name(struct parser *p)
{
	struct node *node = parse_leaf(p, NODE_NAME);
	if (node == NULL || !is_mark(p, "("))
		return node;
	node->kind = NODE_CALL;
	if (!advance(p) || !parse_list(p, node))
		return NULL;
	return finish(p, node);
}

static struct node *
parse_reserved(struct parser *p)
{
	if (is_word(p, "null"))
		return parse_leaf(p, NODE_NULL);
	bool truth = is_word(p, "true");
	if (!truth && !is_word(p, "false"))
		return fail(p, "a value is expected");
	struct node *node = parse_leaf(p, NODE_TRUTH);
	if (node != NULL)
		node->index = truth;
	return node;
}

static struct node *
parse_group(struct parser *p)
{
	size_t at = p->token.at;
	if (!advance(p))
		return NULL;
	struct node *node = parse_expression(p);
	if (node == NULL || !take_mark(p, ")", "')' is expected"))
		return NULL;
	node->at = at;
	node->len = p->behind - at;
	return node;
}

static struct node *
parse_operand(struct parser *p)
{
	switch (p->token.kind) {
	case TOKEN_NAME:
		return is_reserved(p) ? parse_reserved(p) : parse_name(p);
	case TOKEN_BRACED:
		return parse_leaf(p, NODE_NAME);
	case TOKEN_POSITION:
		return parse_leaf(p, NODE_POSITION);
	case TOKEN_VARIABLE:
		return parse_leaf(p, NODE_VARIABLE);
	case TOKEN_NUMBER:
		return parse_leaf(p, NODE_NUMBER);
	case TOKEN_TEXT:
		return parse_leaf(p, NODE_TEXT);
	case TOKEN_REGEX:
		return parse_regex(p);
	case TOKEN_MARK:
		if (is_mark(p, "("))
			return parse_group(p);
		break;
	case TOKEN_END:
		break;
	}
	return fail(p, "a value is expected");
}

static struct node *
parse_unary(struct parser *p)
{
	const char *name = is_mark(p, "-")                        ? "-"
			   : is_mark(p, "!") || is_word(p, "not") ? "!"
								  : NULL;
	if (name == NULL)
		return parse_operand(p);
	struct node *node = open_call(p, name, p->token.at);
	if (!enter(p) || !advance(p))
		return NULL;
	struct node *arg = parse_unary(p);
	p->depth--;
	if (arg == NULL)
		return NULL;
	add_arg(p, node, arg);
	return finish(p, node);
}

/* `x in (...)`, `x not in (...)`: the token is the first word. */
static struct node *
parse_membership(struct parser *p, struct node *left)
{
	struct node *node = open_call(p, "in", left->at);
	bool negated = is_word(p, "not");
	if (negated && !advance(p))
		return NULL;
	if (!is_word(p, "in"))
		return fail(p, "'in' is expected");
	add_arg(p, node, left);
	if (!advance(p) || !take_mark(p, "(", "'(' is expected") || !parse_list(p, node))
		return NULL;
	if (!negated)
		return finish(p, node);
	struct node *outer = open_call(p, "!", left->at);
	add_arg(p, outer, finish(p, node));
	return outer->arg[0] != NULL ? finish(p, outer) : NULL;
}

static const struct infix *
find_infix(const struct parser *p)
{
	if (p->token.kind != TOKEN_MARK && p->token.kind != TOKEN_NAME)
		return NULL;
	for (const struct infix *o = infixes; o->spelling != NULL; o++)
		if (slice_is(p->token.text, o->spelling))
			return o;
	return NULL;
}

/* Operators of this level and those that bind tighter. */
static struct node *
parse_binary(struct parser *p, int level)
{
	struct node *left = parse_unary(p);
	const struct infix *o;
	while (left != NULL && (o = find_infix(p)) != NULL && o->level >= level) {
		if (o->function == NULL) {
			left = parse_membership(p, left);
			continue;
		}
		struct node *node = open_call(p, o->function, left->at);
		if (!advance(p))
			return NULL;
		struct node *right = parse_binary(p, o->level + 1);
		if (right == NULL)
			return NULL;
		add_arg(p, node, left);
		add_arg(p, node, right);
		left = finish(p, node);
	}
	return left;
}

/* `? a : b` behind a condition. */
static struct node *
parse_choice(struct parser *p, struct node *condition)
{
	struct node *node = open_call(p, "if", condition->at);
	add_arg(p, node, condition);
	if (!advance(p))
		return NULL;
	struct node *yes = parse_expression(p);
	if (yes == NULL || !take_mark(p, ":", "':' is expected"))
		return NULL;
	struct node *no = parse_expression(p);
	if (no == NULL)
		return NULL;
	add_arg(p, node, yes);
	add_arg(p, node, no);
	return finish(p, node);
}

static struct node *
parse_expression(struct parser *p)
{
	if (!enter(p))
		return NULL;
	struct node *node = parse_binary(p, LEVEL_OR);
	if (node != NULL && is_mark(p, "?"))
		node = parse_choice(p, node);
	p->depth--;
	return node;
}

static bool
is_target(const struct parser *p)
{
	bool is_name = p->token.kind == TOKEN_NAME && !is_reserved(p);
	return is_name || p->token.kind == TOKEN_BRACED || p->token.kind == TOKEN_POSITION;
}

/* `name = expression` */
static bool
parse_assignment(struct parser *p, struct statement *s)
{
	s->target = p->token;
	if (!is_target(p))
		return fail(p, "an assignment, name = expression, is expected") != NULL;
	if (!advance(p))
		return false;
	if (!take_mark(p, "=", "'=' is expected"))
		return false;
	s->value = parse_expression(p);
	return s->value != NULL;
}

/* `[name =] expression`: a name alone is a target if `=` follows. */
static bool
parse_aggregate(struct parser *p, struct statement *s)
{
	struct token first = p->token;
	bool can_be_target = is_target(p);
	if (p->token.kind == TOKEN_END)
		return fail(p, "an aggregate, as in sum(amount), is expected") != NULL;
	s->value = parse_expression(p);
	bool is_alone = can_be_target && p->behind == first.at + first.len;
	if (s->value == NULL || !is_alone || !is_mark(p, "="))
		return s->value != NULL;
	s->target = first;
	if (!advance(p))
		return false;
	s->value = parse_expression(p);
	return s->value != NULL;
}

/* Skips `;` and `,`; returns false on a failure, also if nothing separates the next assignment. */
static bool
take_separators(struct parser *p)
{
	bool separated = p->token.begins_line || p->token.kind == TOKEN_END;
	for (; is_mark(p, ";") || is_mark(p, ","); separated = true)
		if (!advance(p))
			return false;
	return separated || fail(p, "an operator or ';' is expected") != NULL;
}

typedef bool parse_statement(struct parser *p, struct statement *s);

static struct statement *
parse_statements(struct lexer *lexer, parse_statement *parse)
{
	struct parser p = {.lexer = lexer};
	struct statement *first = NULL;
	struct statement **last = &first;
	if (!advance(&p) || !take_separators(&p))
		return NULL;
	do {
		struct statement *s = arena_take(lexer->arena, sizeof *s);
		*s = (struct statement){0};
		if (!parse(&p, s) || !take_separators(&p))
			return NULL;
		*last = s;
		last = &s->next;
	} while (p.token.kind != TOKEN_END);
	return first;
}

struct statement *
parse_assignments(struct lexer *lexer)
{
	return parse_statements(lexer, parse_assignment);
}

struct statement *
parse_aggregates(struct lexer *lexer)
{
	return parse_statements(lexer, parse_aggregate);
}

struct statement *
parse_condition(struct lexer *lexer)
{
	struct parser p = {.lexer = lexer};
	struct statement *s = arena_take(lexer->arena, sizeof *s);
	*s = (struct statement){0};
	if (!advance(&p) || (s->value = parse_expression(&p)) == NULL)
		return NULL;
	if (p.token.kind == TOKEN_END)
		return s;
	fail(&p, "an operator is expected");
	return NULL;
}
