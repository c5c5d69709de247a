#include "complete/asked.h"

#include <string.h>

#include "digits.h"

static struct slice
take_field(const char **at)
{
	struct slice field = {*at, strcspn(*at, "\t\n")};
	*at += field.len;
	*at += **at == '\t';
	return field;
}

struct table
asked_table(const char *text, struct arena *arena)
{
	struct table table = {.row = arena_take(arena, (strlen(text) / 4 + 1) * sizeof *table.row)};
	while (*text != '\0') {
		struct slice letter = take_field(&text);
		struct row row = {.letter = letter.len == 1 ? letter.at[0] : '-'};
		row.name = take_field(&text);
		row.arg = take_field(&text);
		row.help = take_field(&text);
		if (row.name.len > 2)
			table.row[table.count++] = row;
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return table;
}

/* While the words are read. */
struct reading {
	const struct table *table;
	struct asked *asked;
	const struct row *waits; /* for its value */
	bool is_ended;           /* by -- */
	bool is_here;
};

static const struct row *
find_long(const struct table *table, struct slice name)
{
	for (size_t i = 0; i < table->count; i++)
		if (slice_same(table->row[i].name, name))
			return &table->row[i];
	return NULL;
}

static const struct row *
find_letter(const struct table *table, char letter)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->row[i].letter == letter && letter != '-')
			return &table->row[i];
	return NULL;
}

static void
take_value(struct reading *r, const struct row *row, const char *word, size_t before)
{
	struct asked *asked = r->asked;
	if (r->is_here) {
		asked->what = ASKED_VALUE;
		asked->row = row;
		asked->before = before;
	} else {
		asked->given[asked->givens++] = (struct asked_given){row, word + before};
	}
}

static void
take_flag(struct reading *r, const struct row *row)
{
	r->asked->given[r->asked->givens++] = (struct asked_given){row, NULL};
}

static void
take_long(struct reading *r, const char *word)
{
	size_t len = strcspn(word, "=");
	const struct row *row = find_long(r->table, (struct slice){word, len});
	if (word[len] != '=' && r->is_here)
		r->asked->what = ASKED_OPTION;
	else if (row != NULL && row->arg.len == 0)
		take_flag(r, row);
	else if (row != NULL && word[len] == '=')
		take_value(r, row, word, len + 1);
	else
		r->waits = row;
}

static void
take_letters(struct reading *r, const char *word)
{
	for (size_t i = 1; word[i] != '\0'; i++) {
		const struct row *row = find_letter(r->table, word[i]);
		if (row == NULL)
			return;
		if (row->arg.len == 0) {
			take_flag(r, row);
			continue;
		}
		if (word[i + 1] != '\0')
			take_value(r, row, word, i + 1);
		else if (!r->is_here)
			r->waits = row;
		return;
	}
}

static void
take_word(struct reading *r, char *word)
{
	const struct row *waits = r->waits;
	bool is_option = !r->is_ended && word[0] == '-';
	r->waits = NULL;
	if (waits != NULL)
		take_value(r, waits, word, 0);
	else if (r->is_here && (!is_option || strcmp(word, "-") == 0))
		r->asked->what = is_option ? ASKED_OPTION : ASKED_OPERAND;
	else if (!is_option || word[1] == '\0')
		r->asked->operand[r->asked->operands++] = word;
	else if (strcmp(word, "--") == 0 && !r->is_here)
		r->is_ended = true;
	else if (word[1] == '-')
		take_long(r, word);
	else
		take_letters(r, word);
}

struct asked
asked_read(const struct table *table, char *const *word, size_t count, size_t here,
	struct arena *arena)
{
	struct asked asked = {0};
	struct reading r = {.table = table, .asked = &asked};
	size_t room = 1;
	for (size_t i = 0; i < count; i++)
		room += strlen(word[i]) + 1;
	asked.given = arena_take(arena, room * sizeof *asked.given);
	asked.operand = arena_take(arena, (count + 1) * sizeof *asked.operand);
	for (size_t i = 0; i < count; i++) {
		r.is_here = i == here;
		take_word(&r, word[i]);
	}
	return asked;
}

static size_t
word_len(struct slice text)
{
	size_t n = 0;
	while (n < text.len && ((unsigned)((text.at[n] | 0x20) - 'a') < 26 ||
		(n > 0 && (text.at[n] == '-' || digits_is(text.at[n])))))
		n++;
	return n;
}

static void
skip(struct slice *text, size_t len)
{
	text->at += len;
	text->len -= len;
}

/*
 * Takes `word`, or `word (any remark)`, off the front; an empty one where there is something else.
 */
static struct slice
take_listed(struct slice *text)
{
	struct slice word = {text->at, word_len(*text)};
	skip(text, word.len);
	if (text->len > 2 && text->at[0] == ' ' && text->at[1] == '(') {
		const char *end = memchr(text->at, ')', text->len);
		skip(text, end != NULL ? (size_t)(end - text->at) + 1 : 0);
	}
	return word;
}

/*
 * The n-th of several words with this between; empty: no such, or there is something else among
 * them.
 */
static struct slice
listed(struct slice text, const char *between, size_t n)
{
	struct slice found = {0};
	size_t gap = strlen(between);
	for (size_t i = 0;; i++) {
		struct slice word = take_listed(&text);
		if (word.len == 0)
			return (struct slice){0};
		if (i == n)
			found = word;
		if (text.len == 0)
			return i > 0 ? found : (struct slice){0};
		if (text.len < gap || memcmp(text.at, between, gap) != 0)
			return (struct slice){0};
		skip(&text, gap);
	}
}

/* What is behind the last colon of a text, else all of it. */
static struct slice
behind_colon(struct slice text)
{
	for (size_t i = text.len; i > 1; i--)
		if (text.at[i - 2] == ':' && text.at[i - 1] == ' ')
			return (struct slice){text.at + i, text.len - i};
	return text;
}

struct slice
asked_word(const struct row *row, size_t n)
{
	/* In small letters it stands for itself. */
	if (row->arg.len != 0 && row->arg.at[0] >= 'a')
		return word_len(row->arg) == row->arg.len &&
			n == 0 ? row->arg : listed(row->arg, "|", n);
	return listed(behind_colon(row->help), ", ", n);
}
