#include "opt.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "msg.h"
#include "nearest.h"
#include "number.h"
#include "slice.h"

/* What is written here for what an option is elsewhere; NULL: nothing is known. */
static const char *
find_habit(const struct opt_more *more, const char *name, size_t len)
{
	const struct opt_habit *h = more->habits;
	while (h != NULL && h->name != NULL &&
		(strlen(h->name) != len || memcmp(h->name, name, len) != 0))
		h++;
	return h != NULL && h->name != NULL ? h->ours : NULL;
}

static const char *
find_letter_habit(const struct opt_more *more, char letter)
{
	bool is_letter =
		(unsigned char)((letter | 0x20) - 'a') < 26 || (letter >= '0' && letter <= '9');
	return find_habit(more, is_letter ? &letter : ",", 1);
}

static _Noreturn void
die_unknown(const struct opt *options, const char *argument, const struct opt_more *more)
{
	size_t count = 0;
	while (options[count].kind != OPT_END)
		count++;
	struct slice *names = xcalloc(count, sizeof *names);
	for (size_t i = 0; i < count; i++)
		names[i] = slice_of(options[i].name);
	size_t close[NEAREST_MAX];
	struct slice word = {argument + 2, strcspn(argument, "=") - 2};
	bool is_long = argument[0] == '-' && argument[1] == '-';
	const char *ours = is_long ? find_habit(more, word.at, word.len)
		: find_letter_habit(more, argument[1]);
	if (ours != NULL)
		die(END_SETUP, "unknown option '%s': here it is %s", argument, ours);
	if (is_long && nearest(word, names, count, close) != 0)
		die(END_SETUP, "unknown option '%s'; did you mean '--%s'?", argument,
			options[close[0]].name);
	die(END_SETUP, "unknown option '%s'; see '%s --help'", argument, msg_program());
}

void
opt_unknown(const struct opt *options, const char *argument)
{
	die_unknown(options, argument, &(struct opt_more){0});
}

/* What stands behind a point, of so many bytes, the rest of a byte dropped. */
static bool
fraction_parse(struct slice digits, int shift, uint64_t *out)
{
	enum { MOST = 6 }; /* 10^6 << 40 is within 64 bits */
	uint64_t tens = 1;
	if (digits.len > MOST || shift == 0 || !uint64_parse(digits, out))
		return false;
	for (size_t i = 0; i < digits.len; i++)
		tens *= 10;
	*out = (*out << shift) / tens;
	return true;
}

static bool
bytes_parse(const char *value, uint64_t *out)
{
	static const char units[] = "KkMmGgTt";
	struct slice text = slice_of(value);
	const char *unit = text.len > 1 ? strchr(units, text.at[text.len - 1]) : NULL;
	int shift = unit != NULL ? 10 * (int)((unit - units) / 2 + 1) : 0;
	uint64_t part = 0;
	if (unit != NULL)
		text.len--;
	const char *point = memchr(text.at, '.', text.len);
	if (point != NULL) {
		size_t whole = (size_t)(point - text.at);
		struct slice digits = {point + 1, text.len - whole - 1};
		if (!fraction_parse(digits, shift, &part))
			return false;
		text.len = whole;
	}
	if (!uint64_parse(text, out) || (*out << shift) >> shift != *out)
		return false;
	*out = (*out << shift) + part;
	return true;
}

static bool
byte_parse(const char *value, char *out)
{
	if (strcmp(value, "\\t") == 0)
		value = "\t";
	*out = value[0];
	return value[0] != '\0' && value[1] == '\0';
}

static bool
store(const struct opt *opt, const char *value)
{
	switch (opt->kind) {
	case OPT_FLAG:
		*(bool *)opt->into = true;
		return true;
	case OPT_LIST:
		if (*(const char **)opt->into != NULL)
			die(END_SETUP,
				"option --%s is given twice: put all into one list, with commas",
				opt->name);
		*(const char **)opt->into = value;
		return true;
	case OPT_TEXT:
		*(const char **)opt->into = value;
		return true;
	case OPT_FILE:
		*(const char **)opt->into = value;
		return strcmp(value, "-") != 0;
	case OPT_COUNT:
		return uint64_parse(slice_of(value), opt->into);
	case OPT_BYTES:
		return bytes_parse(value, opt->into);
	case OPT_BYTE:
		return byte_parse(value, opt->into);
	case OPT_DO:
		opt->act(opt, value);
		return true;
	case OPT_END:
		break;
	}
	return false;
}

static void
set(const struct opt *opt, const char *value, const struct opt_more *more)
{
	static const char *const wants[] = {
		[OPT_FILE] = "a file to write; one of that name is ./-",
		[OPT_COUNT] = "a whole number",
		[OPT_BYTES] = "a number of bytes, such as 65536, 64K or 1.5M",
		[OPT_BYTE] = "one byte, or \\t",
		[OPT_DO] = "another value",
	};
	if (!store(opt, value)) {
		const char *ours = opt->letter != 0 ? find_letter_habit(more, opt->letter) : NULL;
		const char *asks = ours != NULL ? "; did you mean " : "";
		die(END_SETUP, "option --%s: '%s' is not %s%s%s%s", opt->name, value,
			wants[opt->kind], asks, ours != NULL ? ours : "", ours != NULL ? "?" : "");
	}
	if (more->seen != NULL)
		more->seen(opt, value);
}

static const struct opt *
find_long(const struct opt *options, const char *name, size_t len)
{
	for (const struct opt *o = options; o->kind != OPT_END; o++)
		if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

static const struct opt *
find_letter(const struct opt *options, char letter)
{
	for (const struct opt *o = options; o->kind != OPT_END; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

/* The next argument, which an option must have. */
static const char *
need_value(const struct opt *opt, char ***next)
{
	if (**next == NULL)
		die(END_SETUP, "option --%s needs its %s", opt->name, opt->arg);
	return *(*next)++;
}

static void
take_long(const struct opt *options, const char *argument, char ***next,
	const struct opt_more *more)
{
	const char *name = argument + 2;
	size_t len = strcspn(name, "=");
	const struct opt *opt = find_long(options, name, len);
	if (opt == NULL && more->other != NULL && more->other(argument))
		return;
	if (opt == NULL)
		die_unknown(options, argument, more);
	if (opt->arg == NULL && name[len] == '=')
		die(END_SETUP, "option --%s takes no value", opt->name);
	const char *value = name[len] == '=' ? name + len + 1 : NULL;
	set(opt, opt->arg != NULL && value == NULL ? need_value(opt, next) : value, more);
}

static void
take_letters(const struct opt *options, const char *argument, char ***next,
	const struct opt_more *more)
{
	for (const char *at = argument + 1; *at != '\0'; at++) {
		const struct opt *opt = find_letter(options, *at);
		if (opt == NULL)
			die_unknown(options, (char[]){'-', *at, '\0'}, more);
		if (opt->arg != NULL) {
			set(opt, at[1] != '\0' ? at + 1 : need_value(opt, next), more);
			return;
		}
		set(opt, NULL, more);
	}
}

static char **
parse(const struct opt *options, char **argv, size_t *count, const struct opt_more *more,
	bool leading)
{
	char **keep = argv + 1;
	char **next = argv + 1;
	while (*next != NULL && strcmp(*next, "--") != 0) {
		bool is_operand = (*next)[0] != '-' || (*next)[1] == '\0';
		if (is_operand && leading)
			break;
		char *argument = *next++;
		if (is_operand)
			*keep++ = argument;
		else if (argument[1] == '-')
			take_long(options, argument, &next, more);
		else
			take_letters(options, argument, &next, more);
	}
	if (*next != NULL && strcmp(*next, "--") == 0)
		next++;
	while (*next != NULL)
		*keep++ = *next++;
	*keep = NULL;
	*count = (size_t)(keep - (argv + 1));
	return argv + 1;
}

char **
opt_parse(const struct opt *options, char **argv, size_t *count, const struct opt_more *more)
{
	return parse(options, argv, count, more, false);
}

char **
opt_parse_leading(const struct opt *options, char **argv, size_t *count)
{
	return parse(options, argv, count, &(struct opt_more){0}, true);
}

void
opt_help(const struct opt *options)
{
	for (const struct opt *o = options; o->kind != OPT_END; o++) {
		char left[64];
		snprintf(left, sizeof left, "%c%c%s--%s%s%s", o->letter != 0 ? '-' : ' ',
			o->letter != 0 ? o->letter : ' ', o->letter != 0 ? ", " : "  ", o->name,
			o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
		printf("  %-28s %s\n", left, o->help);
	}
}

void
opt_list(const struct opt *options)
{
	for (const struct opt *o = options; o->kind != OPT_END; o++)
		printf("%c\t--%s\t%s\t%s\n", o->letter != 0 ? o->letter : '-', o->name,
			o->arg != NULL ? o->arg : "", o->help);
}
