/*
 * etl-complete: what can stand at the cursor of a command line, for shells
 *
 *	etl-complete [--word N] PROGRAM [WORD...]
 *	etl-complete --line TEXT [--behind TEXT] [--text TEXT]
 *
 * Asks the program beside it of that name for its options, and reads the header of the first
 * operand that is a regular file.  Nothing of the line is ever run.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "complete/asked.h"
#include "complete/line.h"
#include "complete/offers.h"
#include "complete/print.h"
#include "complete/program.h"
#include "csv/csv.h"
#include "msg.h"
#include "tool.h"

enum { SECONDS_MAX = 2, HEADER_MAX = 16 << 20 };

static struct {
	uint64_t word;
	const char *line, *behind, *text;
	const char *stats;
} arg = {.word = UINT64_MAX, .behind = "", .text = ""};

static const struct opt options[] = {
	{0, "word", "N", "which of the words the cursor is at the end of; 0: PROGRAM (the last)",
		OPT_COUNT, &arg.word, NULL},
	{0, "line", "TEXT", "the command line as it is written, up to the cursor", OPT_TEXT,
		&arg.line, NULL},
	{0, "behind", "TEXT", "what is behind the cursor", OPT_TEXT, &arg.behind, NULL},
	{0, "text", "TEXT", "the end of --line that a shell replaces", OPT_TEXT, &arg.text, NULL},
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-complete",
	.synopsis = "[--word N] PROGRAM [WORD...] | --line TEXT [--behind TEXT] [--text TEXT]",
	.summary = "Print what can stand at the cursor of a command line, for shells.",
	.options = options,
	.is_prefix = true,
	.never_marks = true,
};

/* How the file is read, by what the line says. */
static struct csv_how how = CSV_HOW;
static const struct opt reading[] = {OPT_CSV_IN(how), {0}};

/*
 * The path of an operand that can be read at once; else NULL.  Files of /proc, which may wait, have
 * no size.
 */
static char *
find_file(const char *operand, struct arena *arena)
{
	struct buf path = {0};
	struct stat st;
	const char *home = getenv("HOME");
	if (operand[0] == '~' && operand[1] == '/' && home != NULL) {
		buf_text(&path, home);
		operand++;
	}
	buf_text(&path, operand);
	char *kept = arena_keep(arena, path.at, path.len);
	buf_clear(&path);
	return stat(kept, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 ? kept : NULL;
}

/* An option of the line, if it is about reading. */
static void
take_option(const struct asked_given *given)
{
	struct slice name = {given->row->name.at + 2, given->row->name.len - 2};
	for (const struct opt *o = reading; o->kind != OPT_END; o++) {
		if (!slice_is(name, o->name))
			continue;
		struct buf word = {0}; /* opt_parse() keeps the value */
		size_t count;
		bool has_value = given->value != NULL;
		buf_format(&word, "--%s%s%s", o->name, has_value ? "=" : "",
			has_value ? given->value : "");
		buf_byte(&word, '\0');
		(void)opt_parse(reading, (char *[]){NULL, word.at, NULL}, &count,
			&(struct opt_more){0});
	}
}

static void
take_reading(const struct asked *asked)
{
	for (size_t i = 0; i < asked->givens; i++)
		take_option(&asked->given[i]);
	if (how.max_record > HEADER_MAX)
		how.max_record = HEADER_MAX;
	if (how.max_field > how.max_record)
		how.max_field = how.max_record;
}

/* Ends the program, silently, where it cannot be read. */
static const struct header *
read_header(char *path)
{
	static char *operands[2];
	operands[0] = path;
	return csv_header(csv_open(&how, operands, 1));
}

static void
offer_columns(struct offers *o, const struct asked *asked, const char *word)
{
	char *first = NULL;
	char *last = NULL;
	for (size_t i = 0; i < asked->operands; i++) {
		char *file = find_file(asked->operand[i], o->arena);
		first = first == NULL ? file : first;
		last = file != NULL ? file : last;
	}
	if (first == NULL)
		return;
	int nothing = open("/dev/null", O_WRONLY);
	if (nothing >= 0)
		(void)dup2(nothing, STDERR_FILENO);
	(void)alarm(SECONDS_MAX);
	take_reading(asked);
	struct slice before = {word, asked->before};
	const char *list = word + asked->before;
	const struct header *header = read_header(first);
	offers_columns(o, before, list, header,
		strchr(list, '=') != NULL ? read_header(last) : header);
	if (slice_is(asked->row->arg, "KEYS"))
		offers_modifiers(o, before, list, header, asked->row->help);
}

static void
offer_words(struct offers *o, const struct asked *asked, const char *word)
{
	struct slice before = {word, asked->before};
	struct slice typed = slice_of(word + asked->before);
	for (size_t i = 0; asked_word(asked->row, i).len != 0; i++)
		offers_add(o, before, typed, asked_word(asked->row, i), (struct slice){0});
}

/* What an argument's name says of the value; all else may be words. */
static const struct {
	const char *arg;
	const char *kind;
} kinds[] = {
	{"COLS", "columns"},
	{"COL", "columns"},
	{"KEYS", "columns"},
	{"FILE", "files"},
	{"TEMPLATE", "files"},
	{"DIR", "directories"},
};

static const char *
offer_value(struct offers *o, const struct asked *asked, const char *word)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!slice_is(asked->row->arg, kinds[i].arg))
			continue;
		if (strcmp(kinds[i].kind, "columns") == 0)
			offer_columns(o, asked, word);
		return kinds[i].kind;
	}
	offer_words(o, asked, word);
	return "words";
}

/* Adds what there is; returns the kind. */
static const char *
offer(struct offers *o, const struct table *table, const struct asked *asked, const char *word)
{
	if (asked->what == ASKED_OPERAND)
		return "files";
	if (asked->what == ASKED_VALUE)
		return offer_value(o, asked, word);
	for (size_t i = 0; i < table->count && asked->what == ASKED_OPTION; i++)
		offers_add(o, (struct slice){0}, slice_of(word), table->row[i].name,
			table->row[i].help);
	return "words";
}

static void
complete(char *const *words, size_t count, size_t here, const char *raw)
{
	struct arena arena = {0};
	struct offers offers = {.arena = &arena};
	struct buf text = {0};
	if (here == 0 || here >= count)
		die(END_SETUP, "option --word: there %s %zu word%s behind the program",
			count == 2 ? "is" : "are", count - 1, plural(count - 1));
	program_options(words[0], &text);
	struct table table = asked_table(text.at, &arena);
	struct asked asked = asked_read(&table, words + 1, count - 1, here - 1, &arena);
	const char *kind = offer(&offers, &table, &asked, words[here]);
	printf("%s\t%.*s\n", kind, (int)asked.before, words[here]);
	print_offers(&offers, raw, arg.text);
	offers_clear(&offers);
	buf_clear(&text);
	arena_clear(&arena);
}

int
main(int argc, char **argv)
{
	size_t count;
	struct arena arena = {0};
	char **words = tool_start(&tool, argc, argv, &count, &arg.stats);
	if (arg.line != NULL) {
		struct line line = line_read(arg.line, arg.behind, &arena);
		complete(line.word, line.count, line.here, line.raw);
	} else if (count == 0) {
		die(END_SETUP, "no program is named");
	} else {
		complete(words, count, arg.word == UINT64_MAX ? count - 1 : arg.word, NULL);
	}
	arena_clear(&arena);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		die(END_SETUP, "stdout: cannot be written");
	end(END_WELL);
}
