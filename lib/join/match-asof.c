#include "join/match-parts.h"

#include <stdlib.h>

#include "csv/jobs.h"
#include "join/asof.h"
#include "join/held.h"
#include "join/instants.h"
#include "join/timeline.h"
#include "msg.h"
#include "stage.h"

/* Some rows of a side that is being read. */
struct probe {
	struct keys keys;
	uint32_t key[KEYS_ROWS]; /* numbers of their keys; HELD_NONE: there is none like it */
	struct instants times;
	struct match_alone alone;
	uint64_t filtered;
};

struct asof {
	struct match *m;
	struct asof_how *how;
	int128 tolerance;
	bool has_key;             /* else all rows have the same */
	struct held held;         /* RIGHT */
	struct timeline timeline; /* numbers of its rows */
	bool *is_matched;         /* of each; NULL: nobody asks */
	struct probe *probe;      /* of each job */
};

static struct probe *
new_probes(const struct asof *a, size_t count, bool is_left)
{
	const struct match *m = a->m;
	const struct columns *key = is_left ? &m->pairs.left : &m->pairs.right;
	const struct columns *time = is_left ? &m->times.left : &m->times.right;
	const struct header *header = csv_header(is_left ? m->left : m->right);
	struct probe *probe = xcalloc(count, sizeof *probe);
	for (size_t i = 0; i < count && time->count != 0; i++) {
		struct probe *p = &probe[i];
		p->times.how = &a->how->times;
		p->times.column = time->at->index;
		p->times.name = header->name[time->at->index];
		p->times.is_beside = !is_left;
		if (a->has_key)
			keys_init_columns(&p->keys, key, &a->m->arena);
	}
	return probe;
}

static void
free_probes(struct probe *probe, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		instants_clear(&probe[i].times);
		keys_clear(&probe[i].keys);
		free(probe[i].alone.row);
	}
	free(probe);
}

static void
hold_row(struct asof *a, const struct probe *p, size_t row, size_t i)
{
	struct match *m = a->m;
	bool can_match = p->times.is[i] == INSTANTS_THERE && p->key[i] != HELD_NONE;
	if (p->times.is[i] == INSTANTS_DROPPED || !(can_match || m->keeps_right))
		return;
	if (can_match)
		timeline_add(&a->timeline, p->key[i], (uint32_t)a->held.rows, p->times.at[i]);
	match_hold(m, &a->held, row, HELD_NONE);
}

static void
hold_rows(struct asof *a, struct probe *p, const struct batch *b, size_t first, size_t rows)
{
	const struct match *m = a->m;
	for (size_t i = 0; i < rows && !a->has_key; i++)
		p->key[i] = 0;
	if (a->has_key) {
		keys_take(&p->keys, b, first, rows);
		held_number(&a->held, &p->keys, rows, p->key);
	}
	instants_take(&p->times, b, first, rows);
	for (size_t i = 0; i < rows; i++)
		hold_row(a, p, first + i, i);
	if (held_bytes(&a->held) + timeline_bytes(&a->timeline) > m->memory)
		match_die_memory(m, b->record - 1 + first + rows);
}

static void
hold(struct asof *a)
{
	struct match *m = a->m;
	struct probe *p = new_probes(a, 1, false);
	held_init(&a->held);
	for (const struct batch *b; (b = match_read_right(m)) != NULL;)
		for (size_t first = 0; first < b->rows; first += KEYS_ROWS)
			hold_rows(a, p, b, first, match_next_rows(b, first));
	free_probes(p, 1);
	timeline_settle(&a->timeline, a->has_key ? table_count(a->held.table) : 1);
	if (m->keeps_right)
		a->is_matched = xcalloc(a->held.rows + 1, sizeof *a->is_matched);
}

/* The row of RIGHT that is put beside row i of those of LEFT; HELD_NONE: there is none. */
static uint32_t
find(const struct asof *a, const struct probe *p, size_t i)
{
	if (p->times.is[i] != INSTANTS_THERE || p->key[i] == HELD_NONE)
		return HELD_NONE;
	return timeline_find(&a->timeline, p->key[i], p->times.at[i], a->how->direction,
		a->tolerance);
}

static void
put_row(const struct asof *a, struct probe *p, struct csv_out *out, size_t row, uint32_t found)
{
	const struct match *m = a->m;
	if (found != HELD_NONE) {
		const struct held_row *r = &a->held.row[found];
		if (a->is_matched != NULL)
			__atomic_store_n(&a->is_matched[found], true, __ATOMIC_RELAXED);
		csv_put_run(out, row, 0, m->last);
		csv_put_rest(out, held_text(r, r->before));
		return;
	}
	match_note_alone(m, &p->alone, row);
	if (m->kind->left_alone)
		match_put_alone(m, out, row);
	else
		p->filtered++;
}

static void
match_rows(const struct asof *a, struct probe *p, const struct batch *b, size_t first,
	struct csv_out *out)
{
	size_t rows = match_next_rows(b, first);
	for (size_t i = 0; i < rows && !a->has_key; i++)
		p->key[i] = 0;
	if (a->has_key) {
		keys_take(&p->keys, b, first, rows);
		held_find(&a->held, &p->keys, rows, p->key);
	}
	instants_take(&p->times, b, first, rows);
	for (size_t i = 0; i < rows; i++)
		if (p->times.is[i] != INSTANTS_DROPPED)
			put_row(a, p, out, first + i, find(a, p, i));
}

static void
match_batch(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	const struct asof *a = shared;
	struct probe *p = &a->probe[job];
	csv_source(out, b);
	for (size_t first = 0; first < b->rows; first += KEYS_ROWS)
		match_rows(a, p, b, first, out);
	match_left_done(a->m, b, &p->alone);
	stage_count(&stage_counts()->filtered, p->filtered);
	p->filtered = 0;
}

static void
put_right_alone(const struct asof *a)
{
	for (size_t i = 0; i < a->held.rows; i++)
		if (!a->is_matched[i])
			match_put_right_alone(a->m, held_text(&a->held.row[i], 0));
}

void
match_by_time(struct match *m, size_t jobs)
{
	struct asof a = {
		.m = m,
		.how = m->how->asof,
		.tolerance = asof_tolerance(m->how->asof),
		.has_key = m->how->keys != NULL,
	};
	hold(&a);
	match_put_header(m);
	a.probe = new_probes(&a, jobs, true);
	jobs_run(jobs, match_batch, &a, m->left, &m->out);
	free_probes(a.probe, jobs);
	if (m->keeps_right)
		put_right_alone(&a);
	instants_report(&a.how->times);
	free(a.is_matched);
	timeline_clear(&a.timeline);
	held_clear(&a.held);
}
