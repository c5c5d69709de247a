#include "join/match-parts.h"

#include <string.h>

#include "csv/jobs.h"
#include "csv/reject.h"
#include "in.h"
#include "join/names.h"
#include "msg.h"
#include "stage.h"

const struct match_kind *
match_kind(const char *name)
{
	static const struct match_kind kinds[] = {
		{"inner", true, true, false, false},
		{"left", true, true, true, false},
		{"right", true, true, false, true},
		{"full", true, true, true, true},
		{"semi", false, true, false, false},
		{"anti", false, false, true, false},
	};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct match_rule *
match_rule(const char *name)
{
	static const struct match_rule rules[] = {
		{"one-to-one", true, true},
		{"one-to-many", true, false},
		{"many-to-one", false, true},
		{"many-to-many", false, false},
	};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].name, name) == 0)
			return &rules[i];
	return NULL;
}

static void
open_inputs(struct match *m, char *const *operands)
{
	csv_out_open(&m->out, m->how->csv);
	unpaired_open(&m->left_unpaired, m->how->unpaired_left, m->how->csv);
	unpaired_open(&m->right_unpaired, m->how->unpaired_right, m->how->csv);
	m->keeps_right = m->kind->right_alone || m->right_unpaired.is_open;
	m->beside = *m->how->csv;
	m->beside.is_beside = true;
	m->left_name = in_name(operands[0]);
	m->right_name = in_name(operands[1]);
	m->left = csv_open(m->how->csv, operands, 1);
	m->right = csv_open(&m->beside, operands + 1, 1);
	unpaired_start(&m->left_unpaired, m->left);
	unpaired_start(&m->right_unpaired, m->right);
}

static struct columns
all_but(const struct columns *chosen, const struct header *header, struct arena *arena)
{
	struct columns rest = {
		.at = arena_take(arena, (header->count + 1) * sizeof *rest.at),
		.count = chosen->count,
	};
	for (size_t i = 0; i < rest.count; i++)
		rest.at[i] = chosen->at[i];
	columns_invert(&rest, header, arena);
	return rest;
}

/* Pairs of columns as an option gives them. */
static struct pairs
choose_pairs(struct match *m, const char *option, const char *text, unsigned forms)
{
	struct pairs pairs = {{0}, {0}};
	struct buf why = {0};
	struct pairs_side left = {m->left_name, csv_header(m->left)};
	struct pairs_side right = {m->right_name, csv_header(m->right)};
	if (!pairs_parse(&pairs, text, forms, &left, &right, &m->arena, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "option %s: %s", option, why.at);
	}
	return pairs;
}

/* The modifier that a column of --asof has; false where it has none. */
static bool
is_number(const struct columns *columns)
{
	if (columns->count == 0 || columns->at->modifiers.at == NULL)
		return false;
	if (!slice_same(columns->at->modifiers, slice_of("n")))
		die(END_SETUP, "option --asof: no such modifier: '%.*s'; there is n (number)",
			(int)columns->at->modifiers.len, columns->at->modifiers.at);
	return true;
}

static void
choose_times(struct match *m)
{
	struct asof_how *asof = m->how->asof;
	m->times = choose_pairs(m, "--asof", asof->time, COLUMNS_MODIFIERS);
	if (m->times.left.count > 1 || m->times.right.count > 1)
		die(END_SETUP, "option --asof: '%s' is more than one column", asof->time);
	bool left = is_number(&m->times.left), right = is_number(&m->times.right);
	asof->times.is_number = left || right;
	if (asof->times.is_number && asof->format != NULL)
		die(END_SETUP, "option --time-format: not with numbers (--asof %s)", asof->time);
}

static void
choose_columns(struct match *m)
{
	const struct header *left = csv_header(m->left), *right = csv_header(m->right);
	if (m->how->keys != NULL)
		m->pairs = choose_pairs(m, "-k", m->how->keys, 0);
	if (m->how->asof != NULL)
		choose_times(m);
	m->last = left->count - 1;
	if (m->kind->pairs)
		m->rest = all_but(&m->pairs.right, right, &m->arena);
	m->out.columns = left->count + m->rest.count;
}

/* What both inputs have gets the suffix in RIGHT, and must then be a name of its own. */
static void
name_columns(struct match *m)
{
	const struct header *left = csv_header(m->left), *right = csv_header(m->right);
	const struct column *clash;
	char a[SHOWN_MAX], b[SHOWN_MAX];
	if (names_part(&m->rest, left, right, m->how->suffix, &m->arena, &clash))
		return;
	struct slice old = right->name[clash->index], new = clash->name;
	die(END_SETUP, "column '%s' of %s would be called '%s', a name that is taken: "
		"choose another --suffix, or rename it before, with etl-cut",
		shown(a, old.at, old.len), m->right_name, shown(b, new.at, new.len));
}

void
match_put_header(struct match *m)
{
	const struct batch *left = csv_header_row(m->left);
	const struct batch *right = csv_header_row(m->right);
	if (left == NULL)
		return;
	csv_source(&m->out, left);
	csv_put_run(&m->out, 0, 0, m->last);
	if (right != NULL)
		csv_put_names(&m->out, right, &m->rest);
	csv_put_header_end(&m->out);
}

const struct batch *
match_read_right(struct match *m)
{
	const struct batch *b = csv_read(m->right);
	if (b == NULL) {
		once_end(&m->right_once);
		return NULL;
	}
	if (m->right_once.unique != NULL)
		once_take(&m->right_once, b);
	ready_source(&m->ready, b);
	return b;
}

struct slice
match_ready(struct match *m, size_t row, size_t *before)
{
	struct slice text = ready_row(&m->ready, row, before);
	if (text.len > UINT32_MAX)
		csv_die(END_SETUP, m->ready.out.source, row, "a record of more than 4 GiB to hold");
	return text;
}

void
match_hold(struct match *m, struct held *h, size_t row, uint32_t key)
{
	size_t before;
	struct slice text = match_ready(m, row, &before);
	held_add(h, key, text, before);
}

_Noreturn void
match_die_memory(const struct match *m, uint64_t records)
{
	die(END_SETUP,
		"%s: its first %ju records need more than the %ju bytes of --memory",
		m->right_name, (uintmax_t)records, (uintmax_t)m->memory);
}

void
match_note_alone(const struct match *m, struct match_alone *alone, size_t row)
{
	if (!m->left_unpaired.is_open)
		return;
	if (alone->count == alone->room) {
		alone->room = alone->room != 0 ? alone->room * 2 : KEYS_ROWS;
		alone->row = xrealloc(alone->row, alone->room, sizeof *alone->row);
	}
	alone->row[alone->count++] = row;
}

/* Neighbours leave in one copy. */
static void
put_left_unpaired(struct csv_out *out, const struct batch *b, const struct match_alone *alone)
{
	csv_source(out, b);
	for (size_t i = 0; i < alone->count;) {
		size_t first = i++;
		while (i < alone->count && alone->row[i] == alone->row[i - 1] + 1)
			i++;
		csv_put_rows(out, alone->row[first], i - first);
	}
}

void
match_left_done(struct match *m, const struct batch *b, struct match_alone *alone)
{
	if (m->left_once.unique == NULL && alone->count == 0)
		return;
	msg_take_turn();
	if (m->left_once.unique != NULL)
		once_take(&m->left_once, b);
	put_left_unpaired(&m->left_unpaired.out, b, alone);
	alone->count = 0;
}

void
match_put_right_alone(struct match *m, struct slice text)
{
	if (m->right_unpaired.is_open)
		csv_put_rest(&m->right_unpaired.out, ready_take_own(&text));
	if (!m->kind->right_alone)
		return;
	csv_put_rest(&m->out, text);
	stage_counts()->made++;
}

static void
start_ready(struct match *m)
{
	ready_init(&m->ready, &m->out, &m->rest, &m->arena);
	if (m->kind->right_alone)
		ready_add_left(&m->ready, &m->pairs, m->last + 1, &m->arena);
	if (m->right_unpaired.is_open)
		ready_add_own(&m->ready, &m->out, csv_header(m->right)->count);
	m->nothing = ready_nothing(&m->ready, &m->arena);
}

/* A side that must have each key once takes a quarter of the memory to know them. */
static void
start_once(struct match *m)
{
	const struct match_rule *rule = m->how->rule;
	const struct header *right = csv_header(m->right);
	uint64_t memory = m->how->memory / 4;
	m->memory = m->how->memory;
	if (m->how->is_sorted)
		return; /* what comes twice comes in a row */
	if (rule->left_once) {
		once_init(&m->left_once, &m->pairs.left, csv_header(m->left), rule->name, memory,
			&m->arena);
		m->memory -= memory;
	}
	if (rule->right_once && right->count != 0) {
		once_init(&m->right_once, &m->pairs.right, right, rule->name, memory, &m->arena);
		m->memory -= memory;
	}
}

/* LEFT has no columns: there was no byte of it, and that is allowed. */
static void
join_nothing(struct match *m)
{
	for (const struct batch *b; (b = csv_read(m->right)) != NULL;) {
		if (m->kind->right_alone)
			die(END_DATA,
				"%s: empty: it has no columns that the records of %s could go with "
				"(--kind %s)", m->left_name, m->right_name, m->kind->name);
		if (m->right_unpaired.is_open) {
			csv_source(&m->right_unpaired.out, b);
			csv_put_rows(&m->right_unpaired.out, 0, b->rows);
		}
	}
}

static void
join(struct match *m, size_t jobs)
{
	choose_columns(m);
	if (csv_header_row(m->left) != NULL)
		name_columns(m);
	start_ready(m);
	start_once(m);
	if (m->how->asof != NULL && m->how->is_sorted)
		match_by_step(m);
	else if (m->how->asof != NULL)
		match_by_time(m, jobs);
	else if (m->how->is_sorted)
		match_by_merge(m);
	else
		match_by_hash(m, jobs);
	once_end(&m->left_once);
	ready_clear(&m->ready);
}

/* All of them are written before the first appears. */
static void
finish_outputs(struct match *m)
{
	m->out.beside = csv_records(m->right);
	reject_finish(csv_records(m->left) + m->out.beside);
	out_flush(&m->out.out);
	unpaired_flush(&m->left_unpaired);
	unpaired_flush(&m->right_unpaired);
	unpaired_finish(&m->left_unpaired);
	unpaired_finish(&m->right_unpaired);
	csv_finish(&m->out, m->left);
}

void
match(const struct match_how *how, char *const *operands)
{
	struct match m = {.how = how, .kind = how->kind};
	open_inputs(&m, operands);
	if (csv_header(m.left)->count != 0)
		join(&m, jobs_choose(how->jobs, operands, 1, &m.out));
	else
		join_nothing(&m);
	finish_outputs(&m);
	csv_close(m.left);
	csv_close(m.right);
	arena_clear(&m.arena);
}
