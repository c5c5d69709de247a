#include "join/match.h"

#include <stdlib.h>
#include <string.h>

#include "csv/jobs.h"
#include "in.h"
#include "join/held.h"
#include "join/names.h"
#include "join/pairs.h"
#include "join/ready.h"
#include "mem.h"
#include "msg.h"
#include "stage.h"

struct match {
	const struct match_how *how;
	const struct match_kind *kind;
	struct csv_how beside; /* RIGHT's */
	struct csv_in *left, *right;
	const char *left_name, *right_name;
	struct csv_out out;
	struct arena arena;

	struct pairs pairs;
	size_t last;          /* column of LEFT */
	struct columns rest;  /* RIGHT's without its key */
	struct ready ready;
	struct slice nothing; /* the rest of a record of LEFT that leaves alone */
	struct held held;
	struct probe *probe;  /* of each job */
};

/* Some rows of a side that is being read. */
struct probe {
	struct keys keys;
	uint32_t key[KEYS_ROWS]; /* numbers of their keys */
	uint64_t made, filtered; /* what has become of them: counts for the record of the run */
};

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

static void
open_inputs(struct match *m, char *const *operands)
{
	csv_out_open(&m->out, m->how->csv);
	m->beside = *m->how->csv;
	m->beside.is_beside = true;
	m->left_name = in_name(operands[0]);
	m->right_name = in_name(operands[1]);
	m->left = csv_open(m->how->csv, operands, 1);
	m->right = csv_open(&m->beside, operands + 1, 1);
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

static void
choose_columns(struct match *m)
{
	const struct header *left = csv_header(m->left), *right = csv_header(m->right);
	struct buf why = {0};
	if (!pairs_parse(&m->pairs, m->how->keys, &(struct pairs_side){m->left_name, left},
			&(struct pairs_side){m->right_name, right}, &m->arena, &why)) {
		buf_byte(&why, '\0');
		die(END_SETUP, "option -k: %s", why.at);
	}
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

static void
put_header(struct match *m)
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

static void
hold_row(struct match *m, size_t row, uint32_t key)
{
	size_t before;
	struct slice text = ready_row(&m->ready, row, &before);
	if (text.len > UINT32_MAX)
		csv_die(END_SETUP, m->ready.out.source, row, "a record of more than 4 GiB to hold");
	held_add(&m->held, key, text, before);
}

/* Keys are taken of so many rows at a time. */
static size_t
next_rows(const struct batch *b, size_t first)
{
	return b->rows - first < KEYS_ROWS ? b->rows - first : KEYS_ROWS;
}

static void
hold_rows(struct match *m, struct probe *p, const struct batch *b, size_t first, size_t rows)
{
	keys_take(&p->keys, b, first, rows);
	held_number(&m->held, &p->keys, rows, p->key);
	for (size_t i = 0; i < rows && m->kind->pairs; i++)
		if (p->key[i] != HELD_NONE || m->kind->right_alone)
			hold_row(m, first + i, p->key[i]);
	uintmax_t records = b->record - 1 + first + rows;
	if (held_bytes(&m->held) > m->how->memory)
		die(END_SETUP,
			"%s: its first %ju records need more than the %ju bytes of --memory: "
			"allow more, or swap the inputs if the other is smaller",
			m->right_name, records, (uintmax_t)m->how->memory);
}

static void
hold(struct match *m)
{
	struct probe p = {0};
	held_init(&m->held);
	ready_init(&m->ready, &m->out, &m->rest, &m->arena);
	if (m->kind->right_alone)
		ready_add_left(&m->ready, &m->pairs, m->last + 1, &m->arena);
	keys_init_columns(&p.keys, &m->pairs.right, &m->arena);
	for (const struct batch *b; (b = csv_read(m->right)) != NULL;) {
		csv_source(&m->ready.out, b);
		for (size_t first = 0; first < b->rows; first += KEYS_ROWS)
			hold_rows(m, &p, b, first, next_rows(b, first));
	}
	keys_clear(&p.keys);
	m->nothing = ready_nothing(&m->ready, &m->arena);
	ready_clear(&m->ready);
}

static void
put_alone(const struct match *m, struct csv_out *out, size_t row)
{
	csv_put_run(out, row, 0, m->last);
	csv_put_rest(out, m->nothing);
}

/* That its key had a match any job may say, and none asks before all are done. */
static void
put_pairs(const struct match *m, struct probe *p, struct csv_out *out, size_t row, uint32_t key)
{
	struct held_chain *chain = held_chain(&m->held, key);
	const struct held_row *r = &m->held.row[chain->first];
	if (m->kind->right_alone)
		__atomic_store_n(&chain->is_matched, true, __ATOMIC_RELAXED);
	for (;; r = &m->held.row[r->next]) {
		csv_put_run(out, row, 0, m->last);
		csv_put_rest(out, held_text(r, r->before));
		if (r->next == HELD_NONE)
			break;
		p->made++;
	}
}

static void
join_rows(const struct match *m, struct probe *p, struct csv_out *out, size_t first, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		if (p->key[i] != HELD_NONE)
			put_pairs(m, p, out, first + i, p->key[i]);
		else if (m->kind->left_alone)
			put_alone(m, out, first + i);
		else
			p->filtered++;
	}
}

/* Neighbours that stay leave in one copy. */
static void
keep_rows(const struct match *m, struct probe *p, struct csv_out *out, size_t first, size_t rows)
{
	size_t from = 0;
	for (size_t i = 0; i < rows; i++) {
		if (p->key[i] != HELD_NONE ? m->kind->with_match : m->kind->left_alone)
			continue;
		csv_put_rows(out, first + from, i - from);
		p->filtered++;
		from = i + 1;
	}
	csv_put_rows(out, first + from, rows - from);
}

static void
match_batch(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	const struct match *m = shared;
	struct probe *p = &m->probe[job];
	csv_source(out, b);
	for (size_t first = 0; first < b->rows; first += KEYS_ROWS) {
		size_t rows = next_rows(b, first);
		keys_take(&p->keys, b, first, rows);
		held_find(&m->held, &p->keys, rows, p->key);
		if (m->kind->pairs)
			join_rows(m, p, out, first, rows);
		else
			keep_rows(m, p, out, first, rows);
	}
	stage_count(&stage_counts()->made, p->made);
	stage_count(&stage_counts()->filtered, p->filtered);
	p->made = p->filtered = 0;
}

static void
stream(struct match *m, size_t jobs)
{
	m->probe = xcalloc(jobs, sizeof *m->probe);
	for (size_t i = 0; i < jobs; i++)
		keys_init_columns(&m->probe[i].keys, &m->pairs.left, &m->arena);
	jobs_run(jobs, match_batch, m, m->left, &m->out);
	for (size_t i = 0; i < jobs; i++)
		keys_clear(&m->probe[i].keys);
	free(m->probe);
}

/* What is held and had no match, in RIGHT's order. */
static void
put_right_alone(struct match *m)
{
	for (size_t i = 0; i < m->held.rows; i++) {
		const struct held_row *r = &m->held.row[i];
		if (r->key != HELD_NONE && held_chain(&m->held, r->key)->is_matched)
			continue;
		csv_put_rest(&m->out, held_text(r, 0));
		stage_counts()->made++;
	}
}

/* LEFT has no columns: there was no byte of it, and that is allowed. */
static void
join_nothing(struct match *m)
{
	while (csv_read(m->right) != NULL)
		if (m->kind->right_alone)
			die(END_DATA,
				"%s: empty: it has no columns that the records of %s could go with "
				"(--kind %s)", m->left_name, m->right_name, m->kind->name);
}

static void
join(struct match *m, size_t jobs)
{
	choose_columns(m);
	if (csv_header_row(m->left) != NULL)
		name_columns(m);
	hold(m);
	put_header(m);
	stream(m, jobs);
	if (m->kind->right_alone)
		put_right_alone(m);
	held_clear(&m->held);
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
	m.out.beside = csv_records(m.right);
	csv_finish(&m.out, m.left);
	csv_close(m.left);
	csv_close(m.right);
	arena_clear(&m.arena);
}
