#include "join/match-parts.h"

#include <stdlib.h>

#include "csv/jobs.h"
#include "join/held.h"
#include "msg.h"
#include "stage.h"

/* Some rows of a side that is being read. */
struct probe {
	struct keys keys;
	uint32_t key[KEYS_ROWS]; /* numbers of their keys */
	struct match_alone alone;
	uint64_t made, filtered; /* what has become of them: counts for the record of the run */
};

struct hash {
	struct match *m;
	struct held held;    /* RIGHT */
	struct match_spill *spill; /* NULL: it fits */
	struct probe *probe; /* of each job */
};

static void
hold_rows(struct hash *h, struct probe *p, size_t first, size_t rows)
{
	const struct match *m = h->m;
	held_number(&h->held, &p->keys, rows, p->key);
	for (size_t i = 0; i < rows; i++)
		if (m->keeps_right || (m->kind->pairs && p->key[i] != HELD_NONE))
			match_hold(h->m, &h->held, first + i, p->key[i]);
	if (held_bytes(&h->held) <= m->memory)
		return;
	h->spill = match_spill_new(h->m, &h->held);
	held_clear(&h->held);
}

static void
hold(struct hash *h)
{
	struct match *m = h->m;
	struct probe p = {0};
	held_init(&h->held);
	keys_init_columns(&p.keys, &m->pairs.right, &m->arena);
	for (const struct batch *b; (b = match_read_right(m)) != NULL;)
		for (size_t first = 0; first < b->rows; first += KEYS_ROWS) {
			size_t rows = match_next_rows(b, first);
			keys_take(&p.keys, b, first, rows);
			if (h->spill == NULL)
				hold_rows(h, &p, first, rows);
			else
				match_spill_right(h->spill, &p.keys, first, rows);
		}
	keys_clear(&p.keys);
}

/* That its key had a match any job may say, and none asks before all are done. */
static void
note_matches(const struct hash *h, const struct probe *p, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		if (p->key[i] != HELD_NONE)
			__atomic_store_n(&held_chain(&h->held, p->key[i])->is_matched, true,
				__ATOMIC_RELAXED);
}

static void
note_alone(const struct hash *h, struct probe *p, size_t first, size_t rows)
{
	for (size_t i = 0; i < rows; i++)
		if (p->key[i] == HELD_NONE)
			match_note_alone(h->m, &p->alone, first + i);
}

static void
put_pairs(const struct hash *h, struct probe *p, struct csv_out *out, size_t row, uint32_t key)
{
	const struct match *m = h->m;
	const struct held_row *r = &h->held.row[held_chain(&h->held, key)->first];
	for (;; r = &h->held.row[r->next]) {
		csv_put_run(out, row, 0, m->last);
		csv_put_rest(out, held_text(r, r->before));
		if (r->next == HELD_NONE)
			break;
		p->made++;
	}
}

static void
join_rows(const struct hash *h, struct probe *p, struct csv_out *out, size_t first, size_t rows)
{
	for (size_t i = 0; i < rows; i++) {
		if (p->key[i] != HELD_NONE)
			put_pairs(h, p, out, first + i, p->key[i]);
		else if (h->m->kind->left_alone)
			match_put_alone(h->m, out, first + i);
		else
			p->filtered++;
	}
}

/* Neighbours that stay leave in one copy. */
static void
keep_rows(const struct hash *h, struct probe *p, struct csv_out *out, size_t first, size_t rows)
{
	const struct match_kind *kind = h->m->kind;
	size_t from = 0;
	for (size_t i = 0; i < rows; i++) {
		if (p->key[i] != HELD_NONE ? kind->with_match : kind->left_alone)
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
	const struct hash *h = shared;
	struct probe *p = &h->probe[job];
	csv_source(out, b);
	for (size_t first = 0; first < b->rows; first += KEYS_ROWS) {
		size_t rows = match_next_rows(b, first);
		keys_take(&p->keys, b, first, rows);
		held_find(&h->held, &p->keys, rows, p->key);
		if (h->m->keeps_right)
			note_matches(h, p, rows);
		if (h->m->left_unpaired.is_open)
			note_alone(h, p, first, rows);
		if (h->m->kind->pairs)
			join_rows(h, p, out, first, rows);
		else
			keep_rows(h, p, out, first, rows);
	}
	match_left_done(h->m, b, &p->alone);
	stage_count(&stage_counts()->made, p->made);
	stage_count(&stage_counts()->filtered, p->filtered);
	p->made = p->filtered = 0;
}

static void
stream(struct hash *h, size_t jobs)
{
	struct match *m = h->m;
	h->probe = xcalloc(jobs, sizeof *h->probe);
	for (size_t i = 0; i < jobs; i++)
		keys_init_columns(&h->probe[i].keys, &m->pairs.left, &m->arena);
	jobs_run(jobs, match_batch, h, m->left, &m->out);
	for (size_t i = 0; i < jobs; i++) {
		keys_clear(&h->probe[i].keys);
		free(h->probe[i].alone.row);
	}
	free(h->probe);
}

/* What is held and had no match, in RIGHT's order. */
static void
put_right_alone(struct hash *h)
{
	for (size_t i = 0; i < h->held.rows; i++) {
		const struct held_row *r = &h->held.row[i];
		if (r->key == HELD_NONE || !held_chain(&h->held, r->key)->is_matched)
			match_put_right_alone(h->m, held_text(r, 0));
	}
}

void
match_by_hash(struct match *m, size_t jobs)
{
	struct hash h = {.m = m};
	hold(&h);
	match_put_header(m);
	if (h.spill != NULL) {
		match_spill_join(h.spill);
		return;
	}
	stream(&h, jobs);
	if (m->keeps_right)
		put_right_alone(&h);
	held_clear(&h.held);
}
