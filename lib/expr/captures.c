#include "expr/captures.h"

#include "expr/regex.h"
#include "expr/type-error.h"
#include "msg.h"

/* Has the pattern the groups that the program asks for? */
static bool
check_number(struct typing *t, const struct node *node, const struct regex *regex, size_t group)
{
	size_t groups = regex_groups(regex);
	if (group <= groups)
		return true;
	return type_fail(t, node, "the pattern has %zu group%s", groups, plural(groups));
}

static bool
find_name(struct typing *t, const struct node *node, const struct regex *regex, struct slice name,
	size_t *group)
{
	char text[SHOWN_MAX];
	*group = regex_group_named(regex, name);
	if (*group != SIZE_MAX)
		return true;
	return type_fail(t, node,
		"the pattern has no group of that name: '%s'; it is written (?<name>...)",
		shown(text, name.at, name.len));
}

/* The group that extract() is to give. */
static bool
check_group(struct typing *t, struct node *node, const struct regex *regex)
{
	size_t group;
	if (node->kind != NODE_CONSTANT || vector_is_null(node->vector, 0))
		return true;
	if (node->type != VECTOR_TEXT) {
		int64_t number = node->vector->digits[0];
		return check_number(t, node, regex, number < 0 ? SIZE_MAX : (size_t)number);
	}
	if (!find_name(t, node, regex, node->vector->text[0], &group))
		return false;
	vector_put(type_constant(t, node, VECTOR_NUMBER), 0, (struct decimal){(int64_t)group, 0});
	return true;
}

/* `${name}`: returns its bytes, with the name; 0 if there is none. */
static size_t
take_name(struct slice s, struct slice *name)
{
	size_t n = 2;
	if (s.len < 4 || s.at[1] != '{')
		return 0;
	while (n < s.len && s.at[n] != '}')
		n++;
	*name = (struct slice){s.at + 2, n - 2};
	return n < s.len && n > 2 ? n + 1 : 0;
}

/*
 * Appends what begins with a dollar, a name as its number; returns its bytes, 0 with the error
 * filled.
 */
static size_t
add_reference(struct typing *t, const struct node *node, const struct regex *regex,
	struct slice s, struct buf *out)
{
	size_t group;
	struct slice name;
	size_t n = match_reference(s, &group);
	if (n != 0) {
		buf_add(out, s.at, n);
		return group == MATCH_DOLLAR || check_number(t, node, regex, group) ? n : 0;
	}
	n = take_name(s, &name);
	if (n == 0)
		type_fail(t, node, "'$' stands for a group, $1, ${10} or ${name}; $$ is a dollar");
	else if (find_name(t, node, regex, name, &group))
		buf_format(out, "${%zu}", group);
	else
		n = 0;
	return n;
}

/* What replace() puts in the place of a match. */
static bool
check_template(struct typing *t, struct node *node, const struct regex *regex)
{
	struct slice s = node->vector->text[0];
	struct buf out = {0};
	size_t n = 1;
	for (size_t i = 0; i < s.len && n != 0; i += n) {
		n = 1;
		if (s.at[i] == '$')
			n = add_reference(
				t, node, regex, (struct slice){s.at + i, s.len - i}, &out);
		else
			buf_byte(&out, s.at[i]);
	}
	if (n != 0 && out.len != 0)
		type_constant(t, node, VECTOR_TEXT)->text[0] =
			(struct slice){arena_keep(t->arena, out.at, out.len), out.len};
	buf_clear(&out);
	return n != 0;
}

bool
captures_check(struct typing *t, struct node *call)
{
	kernel *run = call->function->run;
	if (run == match_replace)
		return check_template(t, call->arg[2], call->arg[1]->vector->regex[0]);
	return run != match_extract || call->args < 3 ||
	       check_group(t, call->arg[2], call->arg[1]->vector->regex[0]);
}
