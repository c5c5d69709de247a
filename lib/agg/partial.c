#include "agg/partial.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/csv-parse.h"
#include "csv/reject.h"
#include "expr/lex.h"
#include "expr/program.h"
#include "fnv.h"
#include "msg.h"
#include "number.h"

#define MARK "etl_state"

enum { VERSION = 1, HEX_DIGITS = 16, POSITION_MAX = 65536 };

/* One number for one program, by which no harm can be done. */
static void
mix(uint64_t *hash, const char *at, size_t len)
{
	*hash = fnv_add(*hash, (struct slice){at, len});
}

static void
mix_number(uint64_t *hash, uint64_t n)
{
	char bytes[sizeof n];
	for (size_t i = 0; i < sizeof n; i++)
		bytes[i] = (char)(n >> 8 * i);
	mix(hash, bytes, sizeof bytes);
}

static void
mix_text(uint64_t *hash, struct slice text)
{
	mix_number(hash, text.len);
	mix(hash, text.at, text.len);
}

/* For a program that is one by its form. */
static struct lexer
begin(const struct formula *f, struct slice text, struct arena *arena, struct program_error *error)
{
	return (struct lexer){
		.text = text,
		.comments = f->file != NULL,
		.arena = arena,
		.error = error,
	};
}

static bool
next(struct lexer *lexer, struct token *token)
{
	return lexer_next(lexer, token) && token->kind != TOKEN_END;
}

/* More columns than a program has tokens need not be there. */
static size_t
count_tokens(struct lexer lexer, size_t *position)
{
	struct token token;
	size_t count = 0;
	uint64_t n;
	*position = 0;
	for (; next(&lexer, &token); count++)
		if (token.kind == TOKEN_POSITION && uint64_parse(token.text, &n) &&
			n <= POSITION_MAX && n > *position)
			*position = (size_t)n;
	return count;
}

struct header
partial_columns(const struct formula *f, struct slice text, struct arena *arena)
{
	struct program_error error = {0};
	struct lexer lexer = begin(f, text, arena, &error);
	struct token token;
	size_t positions;
	size_t tokens = count_tokens(lexer, &positions);
	struct slice *name = (struct slice *)arena_take(arena, (tokens + positions) * sizeof *name);
	size_t count = 0;
	while (next(&lexer, &token)) {
		size_t i = 0;
		while (i < count && !slice_same(name[i], token.text))
			i++;
		if (i == count && (token.kind == TOKEN_NAME || token.kind == TOKEN_BRACED))
			name[count++] = token.text;
	}
	while (count < positions)
		name[count++] = (struct slice){"", 0};
	return (struct header){count, name};
}

static bool
is_mark(const struct token *token, char mark)
{
	return token->kind == TOKEN_MARK && token->text.len == 1 && *token->text.at == mark;
}

/* The tokens of the program: neither blanks and comments nor what separates aggregates count. */
static void
mix_program(uint64_t *hash, const struct formula *f, struct slice text, struct arena *arena)
{
	struct program_error error = {0};
	struct lexer lexer = begin(f, text, arena, &error);
	struct token token;
	size_t depth = 0;
	while (next(&lexer, &token)) {
		depth += is_mark(&token, '(');
		depth -= is_mark(&token, ')');
		if (depth == 0 && (is_mark(&token, ',') || is_mark(&token, ';')))
			continue;
		char kind = (char)('0' + token.kind);
		mix(hash, &kind, 1);
		mix_text(hash, token.text);
	}
}

/* Which values are left out, in any order. */
static void
mix_missing(uint64_t *hash, const struct program *program)
{
	struct program_missing missing;
	for (size_t i = 0; program_missing(program, i, &missing); i++) {
		uint64_t sum = 0;
		for (size_t k = 0; k < missing.count; k++)
			sum += fnv_add(FNV_START, missing.at[k]);
		if (missing.count == 0)
			continue;
		mix_number(hash, i);
		mix_number(hash, sum);
	}
}

void
partial_init(struct partial *p, const struct formula *f, struct slice text,
	const struct program *program)
{
	size_t count;
	struct arena arena = {0};
	uint64_t hash = FNV_START;
	mix_program(&hash, f, text, &arena);
	for (size_t i = 0; i < f->variables; i++) {
		mix_text(&hash, f->variable[i].name);
		mix_text(&hash, f->variable[i].value);
	}
	mix(&hash, f->floats ? "f" : "d", 1);
	/* Of which types what they take is may be said elsewhere. */
	const struct program_aggregate *aggregate = program_aggregates(program, &count);
	for (size_t i = 0; i < count; i++)
		mix_text(&hash, slice_of(aggregate[i].function->args));
	mix_missing(&hash, program);
	arena_clear(&arena);
	*p = (struct partial){.of = program, .aggregate = aggregate, .program = hash};
}

void
partial_clear(struct partial *p)
{
	grouping_clear(&p->other);
	buf_clear(&p->text);
}

void
partial_put_header(struct partial *p, struct csv_out *out, const struct grouping *g)
{
	csv_put_value(out, slice_of(MARK));
	for (size_t i = 0; i < agg_states(g->agg); i++)
		csv_put_value(out, p->aggregate[agg_state_of(g->agg, i)].name);
}

void
partial_put_states(struct partial *p, struct csv_out *out, const struct grouping *g, uint32_t group)
{
	p->text.len = 0;
	buf_format(&p->text, "%d:%0*jx:%ju", VERSION, HEX_DIGITS, (uintmax_t)p->program,
		(uintmax_t)grouping_record(g, group));
	csv_put_value(out, (struct slice){p->text.at, p->text.len});
	for (size_t i = 0; i < agg_states(g->agg); i++) {
		p->text.len = 0;
		agg_write_state(g->agg, group, i, &p->text);
		csv_put_value(out, (struct slice){p->text.at, p->text.len});
	}
}

/* The column of that name, which is to be there; or what it may be if it is not. */
static size_t
find_column(const struct header *header, struct slice name, const char *guess)
{
	struct buf why = {0};
	size_t index;
	if (!columns_named(header, name, &index, &why))
		die(END_SETUP, "option --merge: %.*s; %s", (int)why.len, why.at, guess);
	return index;
}

static size_t
find_mark(const struct header *header)
{
	return find_column(header, slice_of(MARK), "states are what --partial writes");
}

void
partial_check_keys(const struct grouping *g)
{
	char text[SHOWN_MAX];
	size_t mark = find_mark(g->header);
	for (size_t i = 0; i < g->by.count; i++) {
		struct slice name = g->header->name[g->by.at[i].index];
		if (g->by.at[i].index >= mark)
			die(END_SETUP, "option -g: column '%s' is a state",
				shown(text, name.at, name.len));
	}
}

void
partial_open(struct partial *p, const struct grouping *g, struct arena *arena)
{
	struct program_error error = {0};
	p->mark = find_mark(g->header);
	p->states = agg_states(g->agg);
	p->column = (size_t *)arena_take(arena, p->states * sizeof *p->column);
	p->state = (struct slice *)arena_take(arena, p->states * sizeof *p->state);
	for (size_t i = 0; i < p->states; i++)
		p->column[i] = find_column(g->header, p->aggregate[agg_state_of(g->agg, i)].name,
			"are these states of other aggregates?");
	p->other = (struct grouping){
		.header = g->header,
		.by = g->by,
		.has_records = g->has_records,
	};
	bool good = grouping_start(&p->other, p->of, arena, &error);
	assert(good); /* as g was */
	(void)good;
}

/* Up to the next colon, which goes as well. */
static struct slice
take_part(struct slice *text)
{
	const char *colon = text->len != 0 ? memchr(text->at, ':', text->len) : NULL;
	struct slice part = {text->at, colon != NULL ? (size_t)(colon - text->at) : text->len};
	text->at += part.len + (colon != NULL);
	text->len -= part.len + (colon != NULL);
	return part;
}

/* What is wrong with the mark of a state; NULL: nothing, and *record is set. */
static const char *
read_mark(const struct partial *p, struct slice mark, uint64_t *record)
{
	char program[HEX_DIGITS + 1];
	struct slice version = take_part(&mark);
	struct slice made_by = take_part(&mark);
	uint64_t number;
	snprintf(program, sizeof program, "%0*jx", HEX_DIGITS, (uintmax_t)p->program);
	if (!uint64_parse(version, &number) || made_by.len != HEX_DIGITS ||
		!uint64_parse(mark, record))
		return "no state";
	if (number != VERSION)
		return "a state of another version of etl-agg";
	if (!slice_same(made_by, slice_of(program)))
		return "a state of other aggregates";
	return NULL;
}

static void
refuse(const struct batch *b, size_t row, const struct grouping *g, size_t column,
	const char *reason)
{
	char text[SHOWN_MAX];
	struct slice name = g->header->name[column];
	if (reject_is_allowed())
		reject_put_row(b, row, name, "state", reason);
	else
		csv_die(END_DATA, b, row, "column '%s': %s", shown(text, name.at, name.len),
			reason);
}

/* Makes p->other the group of a row; false: it is refused. */
static bool
take_row(struct partial *p, const struct batch *b, size_t row, struct arena *values)
{
	struct grouping *g = &p->other;
	uint64_t record;
	size_t bad;
	const struct slice empty = {"", 0};
	struct slice mark = batch_value(b, batch_cell(b, row, p->mark), values);
	const char *reason = read_mark(p, mark, &record);
	if (reason != NULL) {
		refuse(b, row, g, p->mark, reason);
		return false;
	}
	for (size_t i = 0; i < p->states; i++)
		p->state[i] = batch_value(b, batch_cell(b, row, p->column[i]), values);
	agg_empty(g->agg);
	grouping_take(g, b, row, 1);
	if (!agg_read_states(g->agg, g->by.count != 0 ? g->keys.key[0] : empty, p->state, &bad)) {
		refuse(b, row, g, p->column[bad], "no state");
		return false;
	}
	grouping_note_first(g, 0, record);
	return true;
}

void
partial_take(struct partial *p, struct results *r, const struct batch *b)
{
	struct arena values = {0};
	for (size_t row = 0; row < b->rows; row++) {
		arena_reset(&values);
		if (take_row(p, b, row, &values))
			results_merge(r, b, row, &p->other);
	}
	arena_clear(&values);
}
