#include "agg/parts.h"

#include <stdlib.h>

#include "csv/jobs.h"
#include "mem.h"

struct parts {
	struct formula *formula;
	struct program **program; /* of each job */
	struct grouping *part;
	uint64_t memory; /* that a part may take */
	bool is_full;    /* one of them takes more */
};

static void
start(struct parts *p, struct slice text, const struct grouping *g, size_t jobs,
	struct arena *arena)
{
	struct program_error error = {0};
	p->program = formula_compile_jobs(p->formula, text, PROGRAM_AGGREGATES, g->header, jobs);
	p->part = xcalloc(jobs, sizeof *p->part);
	for (size_t i = 0; i < jobs; i++) {
		p->part[i] = (struct grouping){.header = g->header, .by = g->by,
			.has_records = true};
		if (!grouping_start(&p->part[i], p->program[i], arena, &error))
			formula_die(p->formula, text, &error);
	}
}

static void
add_batch(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	struct parts *p = shared;
	struct grouping *g = &p->part[job];
	(void)out;
	for (size_t first = 0; first < b->rows; first += VECTOR_ROWS) {
		uint16_t row[VECTOR_ROWS];
		size_t rows = b->rows - first < VECTOR_ROWS ? b->rows - first : VECTOR_ROWS;
		size_t kept = formula_run(p->formula, p->program[job], b, first, rows, g->header,
			row);
		if (kept == 0)
			continue;
		grouping_take(g, b, first, rows);
		grouping_add(g, row, kept);
	}
	if (agg_bytes(g->agg) > p->memory)
		__atomic_store_n(&p->is_full, true, __ATOMIC_RELAXED);
}

void
parts_take(struct formula *formula, struct slice text, struct grouping *g, size_t jobs,
	uint64_t memory, struct csv_in *in, struct csv_out *out)
{
	struct arena arena = {0};
	struct parts p = {.formula = formula, .memory = memory / jobs};
	start(&p, text, g, jobs, &arena);
	jobs_run_until(jobs, add_batch, &p, in, out, &p.is_full);
	grouping_merge(g, p.part, jobs);
	for (size_t i = 0; i < jobs; i++)
		grouping_clear(&p.part[i]);
	formula_free(p.program, jobs);
	free(p.part);
	arena_clear(&arena);
}
