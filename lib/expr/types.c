#include "expr/types.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "expr/captures.h"
#include "expr/eval.h"
#include "expr/json-path.h"
#include "expr/names.h"
#include "expr/regex.h"
#include "expr/type-error.h"
#include "expr/zones.h"
#include "msg.h"

struct vector *
type_constant(struct typing *t, struct node *node, enum vector_type type)
{
	if ((t->constants & (t->constants - 1)) == 0)
		t->constant = xrealloc(
			t->constant, t->constants == 0 ? 1 : t->constants * 2, sizeof *t->constant);
	node->kind = NODE_CONSTANT;
	node->type = type;
	node->is_field = false;
	node->vector = t->constant[t->constants++] = vector_new(type, true);
	return node->vector;
}

bool
type_regex(struct typing *t, struct node *node, struct slice pattern, unsigned flags,
	const size_t *place)
{
	struct buf why = {0};
	size_t at;
	struct regex *regex = regex_new(pattern, flags, &why, &at);
	if (regex != NULL) {
		type_constant(t, node, VECTOR_REGEX)->regex[0] = regex;
		return true;
	}
	buf_byte(&why, '\0');
	if (place != NULL)
		program_fail(t->error, *place + at, 1, "regular expression: %s", why.at);
	else
		type_fail(t, node, "regular expression, byte %zu: %s", at + 1, why.at);
	buf_clear(&why);
	return false;
}

static enum vector_type
letter_type(char letter)
{
	switch (letter) {
	case 'n':
	case 'N':
	case 'i':
		return VECTOR_NUMBER;
	case 'r':
	case 'R':
		return VECTOR_REAL;
	case 'b':
		return VECTOR_TRUTH;
	case 'p':
		return VECTOR_REGEX;
	case 'd':
	case 'D':
		return VECTOR_TIME;
	case 'f':
	case 'F':
		return VECTOR_FORMAT;
	case 'z':
		return VECTOR_ZONE;
	case 'j':
		return VECTOR_PATH;
	default:
		return VECTOR_TEXT;
	}
}

/* A column, unless a schema says that it is something else. */
static bool
may_be_number(const struct node *node)
{
	return node->is_field && (node->said == VECTOR_NULL || node->said == VECTOR_NUMBER);
}

bool
type_fits(const struct node *node, char letter)
{
	enum vector_type type = node->type;
	bool is_text = type == VECTOR_TEXT && node->kind == NODE_CONSTANT;
	if (letter == 'p' || type == VECTOR_REGEX)
		return letter == 'p' && (is_text || type == VECTOR_REGEX);
	if (type == VECTOR_NULL || letter == '0')
		return type == VECTOR_NULL && strchr("fFuzj", letter) == NULL;
	switch (letter) {
	case 'k':
	case 'f':
	case 'F':
	case 'u':
	case 'z':
	case 'j':
		return is_text;
	case 'd':
		return type == VECTOR_TIME || node->is_field || is_text;
	case 'D':
		return type == VECTOR_TIME || type == VECTOR_TEXT;
	case 't':
		return type == VECTOR_TEXT;
	case 'n':
	case 'i':
		return type == VECTOR_NUMBER || may_be_number(node);
	case 'N':
		return type == VECTOR_NUMBER || type == VECTOR_TEXT;
	case 'r':
		return type == VECTOR_NUMBER || type == VECTOR_REAL || may_be_number(node);
	case 'R':
		return type == VECTOR_NUMBER || type == VECTOR_REAL || type == VECTOR_TEXT;
	case 'b':
		return type == VECTOR_TRUTH;
	default:
		return true;
	}
}

/*
 * Replaces a call by its result if that can be known now; a fault is left to the rows that need
 * the value.
 */
static struct node *
fold(struct typing *t, struct node *call)
{
	if (call->function->form != FORM_ROWS || call->args == 0)
		return call;
	struct vector **args = arena_take(t->arena, call->args * sizeof *args);
	for (size_t i = 0; i < call->args; i++) {
		if (call->arg[i]->kind != NODE_CONSTANT)
			return call;
		args[i] = call->arg[i]->vector;
	}
	struct node trial = *call;
	struct vector *out = type_constant(t, &trial, call->type);
	if (!eval_constant(call->function, args, call->args, out, t->setting->floats, t->arena))
		return call;
	*call = trial;
	return call;
}

static struct node *
convert(struct typing *t, struct node *node, enum conversion which)
{
	const struct function *f = &conversions[which];
	struct node *call = node_new(t->arena, NODE_CALL, node->at, node->len);
	call->function = f;
	call->name = slice_of(f->name);
	call->type = letter_type(f->result);
	call->arg = arena_take(t->arena, sizeof *call->arg);
	call->arg[0] = node;
	call->args = 1;
	return fold(t, call);
}

static struct node *
coerce_null(struct typing *t, struct node *node, char letter)
{
	struct node *value = node_new(t->arena, NODE_CONSTANT, node->at, node->len);
	vector_set_all_null(type_constant(t, value, letter_type(letter)));
	return value;
}

struct node *
type_print(struct typing *t, struct node *node)
{
	switch (node->type) {
	case VECTOR_NULL:
		return coerce_null(t, node, 't');
	case VECTOR_NUMBER:
		return convert(t, node, CONVERT_PRINT_NUMBER);
	case VECTOR_REAL:
		return convert(t, node, CONVERT_PRINT_REAL);
	case VECTOR_TRUTH:
		return convert(t, node, CONVERT_PRINT_TRUTH);
	case VECTOR_TIME:
		return convert(t, node, CONVERT_PRINT_TIME);
	case VECTOR_TEXT:
	case VECTOR_REGEX:
	case VECTOR_FORMAT:
	case VECTOR_ZONE:
	case VECTOR_PATH:
		break;
	}
	return node;
}

/* A text that is known now becomes what it says; NULL with the error filled. */
static struct node *
coerce_regex(struct typing *t, struct node *node)
{
	if (node->type == VECTOR_REGEX)
		return node;
	struct node *regex = node_new(t->arena, NODE_REGEX, node->at, node->len);
	return type_regex(t, regex, node->vector->text[0], 0, NULL) ? regex : NULL;
}

/* A text that is known now has to be a time, a column will be read as one. */
static struct node *
coerce_time(struct typing *t, struct node *node)
{
	if (node->type != VECTOR_TEXT)
		return node;
	if (node->kind != NODE_CONSTANT)
		return convert(t, node, CONVERT_TIME);
	struct node *time = node_new(t->arena, NODE_CONSTANT, node->at, node->len);
	struct vector *v = type_constant(t, time, VECTOR_TIME);
	struct slice s = node->vector->text[0];
	enum date_fault fault = date_parse(s, v->time);
	if (fault != DATE_OK && s.len != 0)
		return type_fail_time(t, node, date_fault_text(fault));
	if (fault != DATE_OK)
		vector_set_null(v, 0);
	return time;
}

/* A zone in the place of a format would be printed as it is. */
static bool
check_no_zone(struct typing *t, const struct node *node)
{
	struct slice s = node->vector->text[0];
	struct buf why = {0};
	struct zone *z = memchr(s.at, '%', s.len) == NULL ? zones_load(s, &why) : NULL;
	bool is_zone = z != NULL;
	zone_free(z);
	buf_clear(&why);
	return !is_zone ||
	       type_fail(t, node,
		       "a time zone stands behind the format, which is null for ISO 8601: "
		       "null, \"%.*s\"",
		       (int)s.len, s.at);
}

static struct node *
coerce_format(struct typing *t, struct node *node, enum date_use use)
{
	struct buf why = {0};
	size_t at;
	if (!check_no_zone(t, node))
		return NULL;
	struct node *format = node_new(t->arena, NODE_CONSTANT, node->at, node->len);
	struct date_format *f = date_format_new(node->vector->text[0], use, &why, &at);
	type_constant(t, format, VECTOR_FORMAT)->format[0] = f;
	if (f == NULL)
		type_fail(t, node, "format of time: %.*s", (int)why.len, why.at);
	buf_clear(&why);
	return f != NULL ? format : NULL;
}

static struct node *
coerce_zone(struct typing *t, struct node *node)
{
	struct buf why = {0};
	struct node *zone = node_new(t->arena, NODE_CONSTANT, node->at, node->len);
	struct zone *z = zones_load(node->vector->text[0], &why);
	type_constant(t, zone, VECTOR_ZONE)->zone[0] = z;
	if (z == NULL)
		type_fail(t, node, "%.*s", (int)why.len, why.at);
	buf_clear(&why);
	return z != NULL ? zone : NULL;
}

static struct node *
coerce_path(struct typing *t, struct node *node)
{
	struct buf why = {0};
	size_t at;
	struct node *path = node_new(t->arena, NODE_CONSTANT, node->at, node->len);
	struct json_path *p = json_path_new(node->vector->text[0], &why, &at);
	type_constant(t, path, VECTOR_PATH)->path[0] = p;
	if (p == NULL)
		type_fail(t, node, "path, byte %zu: %.*s", at + 1, (int)why.len, why.at);
	buf_clear(&why);
	return p != NULL ? path : NULL;
}

static struct node *
check_unit(struct typing *t, struct node *node)
{
	enum date_unit by;
	if (date_unit_find(node->vector->text[0], &by))
		return node;
	type_fail(t, node, "a unit of time is year, month, week, day, hour, minute or second");
	return NULL;
}

/* Is it written in a form that a schema names, and as it came? */
static bool
is_foreign(const struct node *node)
{
	return node->foreign != NULL && node->type == VECTOR_TEXT;
}

/*
 * The node, converted so that it is what the letter says; it type_fits().  NULL with the error
 * filled.
 */
static struct node *
coerce(struct typing *t, struct node *node, char letter)
{
	if (is_foreign(node) && strchr("nNirRdD", letter) != NULL) {
		type_fail_form(t, node);
		return NULL;
	}
	if (letter == 's')
		return type_print(t, node);
	if (letter == 'p')
		return coerce_regex(t, node);
	if (letter == 'f' || letter == 'F')
		return coerce_format(t, node, letter == 'f' ? DATE_TO_READ : DATE_TO_PRINT);
	if (letter == 'z')
		return coerce_zone(t, node);
	if (letter == 'j')
		return coerce_path(t, node);
	if (letter == 'u')
		return check_unit(t, node);
	if (node->type == VECTOR_NULL)
		return coerce_null(t, node, letter);
	if (letter == 'd' || letter == 'D')
		return coerce_time(t, node);
	enum vector_type want = letter == '*' ? node->type : letter_type(letter);
	if (node->type == VECTOR_TEXT && want == VECTOR_NUMBER)
		node = convert(t, node, CONVERT_NUMBER);
	if (node->type == VECTOR_TEXT && want == VECTOR_REAL)
		node = convert(t, node, CONVERT_REAL);
	if (node->type == VECTOR_NUMBER && want == VECTOR_REAL)
		node = convert(t, node, CONVERT_WIDEN);
	return letter == 'i' ? convert(t, node, CONVERT_WHOLE) : node;
}

static bool
compares(const struct function *f)
{
	return f->run == compare || f->run == compare_between || f->run == compare_in;
}

/* What an argument is compared as: a column as what a schema says of it. */
static enum vector_type
type_in(const struct function *f, const struct node *arg)
{
	bool is_said = compares(f) && arg->is_field && arg->said != VECTOR_NULL;
	return is_said ? arg->said : arg->type;
}

static bool
takes(const struct function *f, const struct node *call)
{
	if (!function_takes_count(f, call->args))
		return false;
	for (size_t i = 0; i < call->args; i++)
		if (!type_fits(call->arg[i], function_letter(f, i)))
			return false;
	return true;
}

/* The same where columns are compared as a schema says, which it does of one at least. */
static bool
takes_as_said(const struct function *f, const struct node *call)
{
	bool is_said = false;
	if (!compares(f) || !takes(f, call))
		return false;
	for (size_t i = 0; i < call->args; i++) {
		char letter = function_letter(f, i);
		if (!call->arg[i]->is_field || call->arg[i]->said == VECTOR_NULL)
			continue;
		is_said = true;
		if (letter != 'x' &&
			letter_type(letter == 'r' ? 'n' : letter) != call->arg[i]->said)
			return false;
	}
	return is_said;
}

/* Is b the row that computes in doubles what a computes exactly? */
static bool
is_twin(const struct function *a, const struct function *b)
{
	if (strlen(a->args) != strlen(b->args) || strpbrk(a->args, "nN") == NULL)
		return false;
	for (size_t i = 0; a->args[i] != '\0'; i++) {
		bool number = a->args[i] == 'n' || a->args[i] == 'N';
		bool real = b->args[i] == 'r' || b->args[i] == 'R';
		if (number ? !real : a->args[i] != b->args[i])
			return false;
	}
	return true;
}

static const struct function *
choose_row(const struct typing *t, const struct function *first, const struct node *call)
{
	const struct function *f = first;
	while (f != NULL && !takes_as_said(f, call))
		f = function_next(f);
	if (f == NULL)
		f = first;
	while (f != NULL && !takes(f, call))
		f = function_next(f);
	if (f == NULL || !t->setting->floats)
		return f;
	for (const struct function *twin = f; (twin = function_next(twin)) != NULL;)
		if (is_twin(f, twin) && takes(twin, call))
			return twin;
	return f;
}

static bool
is_ordering(const struct function *f)
{
	return f->run == compare_between ||
	       (f->run == compare && f->parameter != ACCEPT_SAME && f->parameter != ACCEPT_OTHER);
}

/* Is it written @name, as text from the shell? */
static bool
is_variable(const struct typing *t, const struct node *node)
{
	return node->kind == NODE_CONSTANT && node->type == VECTOR_TEXT &&
		t->text.at[node->at] == '@';
}

/* Columns and variables alone do not tell whether they are numbers. */
static bool
check_ordering(struct typing *t, const struct function *f, const struct node *call)
{
	if (!is_ordering(f))
		return true;
	for (size_t i = 0; i < call->args; i++)
		if (is_foreign(call->arg[i]))
			return type_fail_form(t, call->arg[i]);
	if (takes_as_said(f, call))
		return true;
	for (size_t i = 0; i < call->args; i++)
		if (!call->arg[i]->is_field && !is_variable(t, call->arg[i]))
			return true;
	return type_fail_ordering(t, f->run == compare ? f->name : "<=", call);
}

/*
 * A comparison of what is known before any data, with a column's name in quotes, was not meant so.
 */
static bool
check_quotes(struct typing *t, const struct function *f, const struct node *call)
{
	const struct node *quoted = NULL;
	if (f->run != compare && f->run != compare_between && f->run != compare_in)
		return true;
	for (size_t i = call->args; i-- > 0;) {
		if (call->arg[i]->kind != NODE_CONSTANT)
			return true;
		if (type_quotes_column(t, call->arg[i]))
			quoted = call->arg[i];
	}
	return quoted == NULL || type_fail_quoted(t, quoted);
}

/*
 * Is one of the arguments from the first on a time?  Then all are, and the others have to be read
 * as such.
 */
static const struct node *
find_time(const struct function *f, const struct node *call, size_t first)
{
	for (size_t i = first; i < call->args; i++)
		if (type_in(f, call->arg[i]) == VECTOR_TIME)
			return call->arg[i];
	return NULL;
}

static char
time_letter(struct typing *t, const struct node *call, size_t first, const struct node *time)
{
	for (size_t i = first; i < call->args; i++) {
		if (type_fits(call->arg[i], 'd'))
			continue;
		type_fail_mixture(t, time, call->arg[i]);
		return 0;
	}
	return 'd';
}

/*
 * The letter of one type for arguments first, first + 1 ...; 0 with the error filled if there is
 * none.
 */
static char
common_letter(
	struct typing *t, const struct function *f, const struct node *call, size_t first)
{
	const struct node *number = NULL;
	const struct node *text = NULL;
	const struct node *truth = NULL;
	const struct node *time = find_time(f, call, first);
	bool is_real = false;
	bool has_field = false;
	if (time != NULL)
		return time_letter(t, call, first, time);
	for (size_t i = first; i < call->args; i++) {
		const struct node *arg = call->arg[i];
		enum vector_type type = type_in(f, arg);
		is_real |= type == VECTOR_REAL;
		has_field |= arg->is_field;
		if (type == VECTOR_NUMBER || type == VECTOR_REAL)
			number = number != NULL ? number : arg;
		else if (type == VECTOR_TRUTH)
			truth = truth != NULL ? truth : arg;
		else if (type == VECTOR_TEXT && (text == NULL || text->is_field))
			text = arg;
	}
	const struct node *firm = text != NULL && !(number != NULL && text->is_field) ? text : NULL;
	if ((firm != NULL) + (number != NULL) + (truth != NULL) > 1) {
		const struct node *other = number != NULL && firm != NULL ? number : truth;
		type_fail_mixture(t, firm != NULL ? firm : number, other);
		return 0;
	}
	if (truth != NULL)
		return 'b';
	if (number == NULL)
		return 't';
	return is_real || (has_field && t->setting->floats) ? 'r' : 'n';
}

static bool
coerce_all(struct typing *t, const struct function *f, struct node *call)
{
	size_t count = strlen(f->args);
	char common = 0;
	if (count != 0 && f->args[count - 1] == 'x') {
		common = common_letter(t, f, call, strcspn(f->args, "x"));
		if (common == 0)
			return false;
	}
	for (size_t i = 0; i < call->args; i++) {
		char letter = function_letter(f, i);
		call->arg[i] = coerce(t, call->arg[i], letter == 'x' ? common : letter);
		if (call->arg[i] == NULL)
			return false;
	}
	call->type = letter_type(f->result == 'x' ? common : f->result);
	return true;
}

static struct node *
read_environment(struct typing *t, struct node *call)
{
	struct node *name = call->arg[0];
	if (name->kind != NODE_CONSTANT) {
		type_fail(t, name, "%s takes a name that is known before any data",
			call->function->usage);
		return NULL;
	}
	struct slice s = name->vector->text[0];
	const char *value = getenv(arena_keep(t->arena, s.at, s.len));
	struct slice found = slice_of(value != NULL ? value : "");
	found.at = arena_keep(t->arena, found.at, found.len);
	type_constant(t, call, VECTOR_TEXT)->text[0] = found;
	return call;
}

/* One time for all of the program. */
static struct node *
read_clock(struct typing *t, struct node *call)
{
	struct timespec now;
	if (t->now == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0)
		t->now = now.tv_sec;
	type_constant(t, call, VECTOR_TIME)->time[0].seconds = t->now;
	return call;
}

/* How many records to go back: the size of what is kept must be known. */
static bool
check_distance(struct typing *t, const struct node *k)
{
	const struct vector *v = k->kind == NODE_CONSTANT ? k->vector : NULL;
	if (v != NULL && !vector_is_null(v, 0) && v->digits[0] >= 1 && v->digits[0] <= PREV_MAX)
		return true;
	return type_fail(t, k,
		"how many records to go back is written as a number from 1 to %d", PREV_MAX);
}

/* What is kept of a plain column is as undecided as the column. */
static struct node *
check_across(struct typing *t, struct node *call)
{
	if (t->kind != PROGRAM_ASSIGNMENTS) {
		type_fail(t, call, "%.*s() looks at other records, which only etl-map does",
			(int)call->name.len, call->name.at);
		return NULL;
	}
	if (call->args > 1 && !check_distance(t, call->arg[1]))
		return NULL;
	if (call->type != VECTOR_TEXT)
		return call;
	call->is_field = call->arg[0]->is_field;
	call->foreign = call->arg[0]->foreign;
	return call;
}

/* x == null is is_null(x), whatever x is. */
static bool
is_null_test(const struct node *call)
{
	return call->args == 2 && (slice_is(call->name, "==") || slice_is(call->name, "!=")) &&
	       (call->arg[0]->type == VECTOR_NULL || call->arg[1]->type == VECTOR_NULL);
}

/* Functions of the program's own may need more than their arguments. */
static bool
make_ready(struct typing *t, const struct function *f, const struct node *call)
{
	const struct function_set *own = &t->setting->own;
	struct buf why = {0};
	if (own->table == NULL || function_find_in(own->table, call->name) == NULL)
		return true;
	bool good = own->ready(own->state, f, &why);
	if (!good)
		type_fail(t, call, "%.*s", (int)why.len, why.at);
	buf_clear(&why);
	return good;
}

/* What is chosen of several values is written as they are. */
static const struct program_said *
find_foreign(const struct node *call)
{
	for (size_t i = 0; i < call->args; i++)
		if (is_foreign(call->arg[i]))
			return call->arg[i]->foreign;
	return NULL;
}

static struct node *finish_call(struct typing *t, struct node *call);

static struct node *
test_null(struct typing *t, struct node *call)
{
	bool negated = slice_is(call->name, "!=");
	if (call->arg[0]->type == VECTOR_NULL)
		call->arg[0] = call->arg[1];
	call->args = 1;
	call->name = slice_of("is_null");
	call = finish_call(t, call);
	if (call == NULL || !negated)
		return call;
	struct node *outer = node_new(t->arena, NODE_CALL, call->at, call->len);
	outer->name = slice_of("!");
	outer->arg = arena_take(t->arena, sizeof *outer->arg);
	outer->arg[0] = call;
	outer->args = 1;
	return finish_call(t, outer);
}

/* Chooses the row for a call whose arguments have their types. */
static struct node *
finish_call(struct typing *t, struct node *call)
{
	const struct function *first = function_find(&t->setting->own, call->name);
	if (is_null_test(call))
		return test_null(t, call);
	call->function = choose_row(t, first, call);
	if (call->function == NULL) {
		type_fail_arguments(t, first, call);
		return NULL;
	}
	if (!check_quotes(t, call->function, call) || !check_ordering(t, call->function, call) ||
		!coerce_all(t, call->function, call) || !make_ready(t, call->function, call))
		return NULL;
	if (call->function->form == FORM_ENV)
		return read_environment(t, call);
	if (call->function->form == FORM_NOW)
		return read_clock(t, call);
	if (call->function->form == FORM_ACROSS)
		return check_across(t, call);
	if (!captures_check(t, call))
		return NULL;
	if (call->function->form == FORM_IF || call->function->form == FORM_COALESCE ||
		call->function->run == compare_null_if)
		call->foreign = find_foreign(call);
	if (call->function->form != FORM_SAME)
		return fold(t, call);
	/* It is asked for as what it is: a column is text from now on. */
	struct node *same = call->arg[0];
	same->is_field = false;
	same->foreign = NULL;
	same->at = call->at;
	same->len = call->len;
	return same;
}

static struct node *
resolve(struct typing *t, struct node *node)
{
	if (node->kind != NODE_CALL)
		return name_resolve(t, node) ? node : NULL;
	if (function_find(&t->setting->own, node->name) == NULL) {
		name_unknown_function(t, node);
		return NULL;
	}
	for (size_t i = 0; i < node->args; i++)
		if ((node->arg[i] = resolve(t, node->arg[i])) == NULL)
			return NULL;
	return finish_call(t, node);
}

struct node *
type_expression(struct typing *t, struct node *node)
{
	return resolve(t, node);
}

/* The value where the condition is true, else null: it is then not computed elsewhere. */
static struct node *
choose_value(struct typing *t, struct node *value, struct node *condition)
{
	struct node *call = node_new(t->arena, NODE_CALL, value->at, value->len);
	struct node *null = node_new(t->arena, NODE_NULL, value->at, value->len);
	if (!name_resolve(t, null))
		return NULL;
	call->name = slice_of("if");
	call->arg = arena_take(t->arena, 3 * sizeof(struct node *));
	call->arg[0] = condition;
	call->arg[1] = value;
	call->arg[2] = null;
	call->args = 3;
	return finish_call(t, call);
}

/* What stands behind the value holds for all rows. */
static bool
check_parameters(struct typing *t, const struct node *call)
{
	char text[SHOWN_MAX];
	for (size_t i = 1; i < call->args; i++) {
		const struct node *arg = call->arg[i];
		if (arg->kind != NODE_CONSTANT)
			return type_fail(t, arg, "'%s' has to be known before any data",
				shown(text, t->text.at + arg->at, arg->len));
	}
	return true;
}

bool
type_aggregate(struct typing *t, struct node *call)
{
	const struct function *first = function_find_in(t->setting->aggregates, call->name);
	for (size_t i = 0; i < call->args; i++)
		if ((call->arg[i] = resolve(t, call->arg[i])) == NULL)
			return false;
	call->function = choose_row(t, first, call);
	if (call->function == NULL)
		return type_fail_arguments(t, first, call);
	if (!coerce_all(t, call->function, call))
		return false;
	if (call->function->form != FORM_IF)
		return check_parameters(t, call);
	call->arg[0] = choose_value(t, call->arg[0], call->arg[1]);
	call->args = 1;
	return call->arg[0] != NULL;
}

struct node *
type_condition(struct typing *t, struct node *node)
{
	node = resolve(t, node);
	if (node == NULL)
		return NULL;
	if (type_fits(node, 'b'))
		return coerce(t, node, 'b');
	type_fail_letter(t, node, "the program", 'b');
	return NULL;
}

static struct target *
find_target(struct typing *t, struct slice name, size_t column)
{
	for (size_t i = 0; i < t->targets; i++) {
		struct target *target = &t->target[i];
		if (target->column == column &&
			(column != PROGRAM_NONE || slice_same(target->name, name)))
			return target;
	}
	if ((t->targets & (t->targets - 1)) == 0)
		t->target = xrealloc(
			t->target, t->targets == 0 ? 1 : t->targets * 2, sizeof *t->target);
	return &t->target[t->targets++];
}

bool
type_assignment(struct typing *t, struct statement *s)
{
	size_t column;
	s->value = resolve(t, s->value);
	if (s->value == NULL || !name_target(t, &s->target, &column))
		return false;
	if (s->value->type == VECTOR_REGEX)
		return type_fail(t, s->value, "a regular expression is no value of a column");
	struct slice name =
		column == PROGRAM_NONE ? s->target.text : t->setting->header.name[column];
	*find_target(t, name, column) = (struct target){name, column, s->value};
	return true;
}
