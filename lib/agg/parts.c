#include "agg/parts.h"

#include <stdlib.h>

#include "agg/pool.h"
#include "csv/jobs.h"
#include "mem.h"

enum {
	OWN_GROUPS = 16 * 1024, /* of a job: what stays in its caches */
	TRY_EVERY = 16          /* vectors */
};

/* What a job has for itself. */
struct part {
	struct grouping groups; /* the first that came, among which are those that come often, */
	bool are_hit;           /* if there are such */
	unsigned vectors;       /* since they were all, modulo TRY_EVERY */
};

struct parts {
	struct formula *formula;
	struct program **program; /* of each job */
	struct part *part;
	struct pool *pool; /* of groups that come when these are many; NULL: there is none */
	size_t jobs;
	uint64_t memory; /* that all may take */
	bool is_full;    /* they take more */
};

static void
start(struct parts *p, struct slice text, const struct grouping *g, size_t jobs,
	struct arena *arena)
{
	struct program_error error = {0};
	p->program = formula_compile_jobs(p->formula, text, PROGRAM_AGGREGATES, g->header, jobs);
	p->part = xcalloc(jobs, sizeof *p->part);
	for (size_t i = 0; i < jobs; i++) {
		struct grouping *groups = &p->part[i].groups;
		*groups = (struct grouping){.header = g->header, .by = g->by, .has_records = true};
		if (!grouping_start(groups, p->program[i], arena, &error))
			formula_die(p->formula, text, &error);
	}
}

/* From then on those that are new go to the pool. */
static bool
is_many(const struct parts *p, const struct grouping *own)
{
	return p->pool != NULL && agg_groups(own->agg) >= OWN_GROUPS;
}

/* What one job has of its own is as much as what another one has, or about. */
static void
check_memory(struct parts *p, const struct grouping *own)
{
	uint64_t bytes = agg_bytes(own->agg) * p->jobs;
	if (is_many(p, own))
		bytes += pool_bytes(p->pool);
	if (bytes > p->memory)
		__atomic_store_n(&p->is_full, true, __ATOMIC_RELAXED);
}

/*
 * A group that has very many records is added to here, not where each job waits for the others.
 * Returns how many rows are left in key[] and row[].
 */
static size_t
add_own(struct part *own, struct slice *key, uint16_t *row, size_t rows)
{
	uint16_t left[VECTOR_ROWS];
	bool is_turn = own->vectors++ % TRY_EVERY == 0;
	if (!own->are_hit && !is_turn)
		return rows;
	size_t count = agg_add_known(own->groups.agg, key, row, rows, left);
	for (size_t i = 0; i < count; i++) {
		row[i] = row[left[i]];
		key[i] = key[left[i]];
	}
	own->are_hit = count < rows / 4 * 3;
	return count;
}

static void
add_to_pool(struct parts *p, size_t job, uint16_t *row, size_t rows)
{
	struct part *own = &p->part[job];
	struct slice key[VECTOR_ROWS];
	for (size_t i = 0; i < rows; i++)
		key[i] = own->groups.keys.key[row[i]];
	rows = add_own(own, key, row, rows);
	pool_add(p->pool, job, &own->groups, key, row, rows);
}

static void
add_batch(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	struct parts *p = shared;
	struct grouping *g = &p->part[job].groups;
	(void)out;
	for (size_t first = 0; first < b->rows; first += VECTOR_ROWS) {
		uint16_t row[VECTOR_ROWS];
		size_t rows = b->rows - first < VECTOR_ROWS ? b->rows - first : VECTOR_ROWS;
		size_t kept = formula_run(p->formula, p->program[job], b, first, rows, g->header,
			row);
		if (kept == 0)
			continue;
		grouping_take(g, b, first, rows);
		if (is_many(p, g))
			add_to_pool(p, job, row, kept);
		else
			grouping_add(g, row, kept);
	}
	check_memory(p, g);
}

/* All groups to g. */
static void
bring_together(struct parts *p, struct grouping *g)
{
	struct grouping **own = xcalloc(p->jobs, sizeof *own);
	bool are_many = false;
	for (size_t i = 0; i < p->jobs; i++) {
		own[i] = &p->part[i].groups;
		are_many |= is_many(p, own[i]);
	}
	if (!are_many)
		grouping_merge(g, own, p->jobs);
	for (size_t i = 0; are_many && i < p->jobs; i++)
		pool_merge(p->pool, own[i]);
	if (are_many)
		pool_give(p->pool, g);
	free(own);
}

void
parts_take(struct formula *formula, struct slice text, struct grouping *g, size_t jobs,
	uint64_t memory, struct csv_in *in, struct csv_out *out)
{
	struct arena arena = {0};
	struct parts p = {.formula = formula, .jobs = jobs, .memory = memory};
	start(&p, text, g, jobs, &arena);
	if (g->by.count != 0 && agg_can_move(g->agg))
		p.pool = pool_new(g, p.program[0], jobs);
	jobs_run_until(jobs, add_batch, &p, in, out, &p.is_full);
	bring_together(&p, g);
	for (size_t i = 0; i < jobs; i++)
		grouping_clear(&p.part[i].groups);
	if (p.pool != NULL)
		pool_free(p.pool);
	formula_free(p.program, jobs);
	free(p.part);
	arena_clear(&arena);
}
