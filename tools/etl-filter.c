/*
 * etl-filter: keep the records for which a condition is true
 *
 *	etl-filter [-i] [-v NAME=VALUE] EXPR [FILE...]
 *	etl-filter [-i] [-v NAME=VALUE] --program FILE [FILE...]
 *	etl-filter -q EXPR [FILE...]
 *
 * The condition is computed for some rows of a batch at a time; neighbours that stay leave in one
 * copy.  A batch of records and the program's vectors are all the memory needed.
 */
#include <string.h>
#include <unistd.h>

#include "csv/csv.h"
#include "csv/jobs.h"
#include "csv/reject.h"
#include "expr/formula.h"
#include "msg.h"
#include "stage.h"
#include "tool.h"

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct formula formula;
	bool invert;
	bool quiet;
	uint64_t jobs;
	const char *stats;
} arg = {.csv = CSV_HOW};

static const struct opt options[] = {
	{'i', "invert", NULL, "keep the records for which it is not true", OPT_FLAG, &arg.invert,
		NULL},
	{'q', "quiet", NULL, "write nothing: status 0 if a record stays, 1 if none, 2 on errors",
		OPT_FLAG, &arg.quiet, NULL},
	OPT_JOBS(arg.jobs),
	OPT_FORMULA(arg.formula),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-filter",
	.synopsis = "[-i] [-q] EXPR [FILE...] | [-i] [-q] --program FILE [FILE...]",
	.summary = "Keep the records for which a condition is true.",
	.options = options,
};

enum { NONE_STAYS = 1 }; /* grep's status */

/* What the condition says of some rows of a batch. */
struct choice {
	size_t first; /* row of the batch that stays[0] is about */
	size_t rows;
	bool stays[VECTOR_ROWS];
};

static void
choose(struct choice *c, struct program *p, const struct batch *b, const struct header *header)
{
	uint16_t row[VECTOR_ROWS];
	size_t stay = 0;
	size_t kept = formula_run(&arg.formula, p, b, c->first, c->rows, header, row);
	const struct vector *condition = program_result(p, 0);
	memset(c->stays, 0, c->rows * sizeof *c->stays);
	for (size_t i = 0; i < kept; i++) {
		bool stays = program_accepts(condition, row[i]) != arg.invert;
		c->stays[row[i]] = stays;
		stay += stays;
	}
	stage_count(&stage_counts()->filtered, kept - stay);
}

/* Neighbours that stay go together; where they begin and end is found without a branch. */
static void
put_chosen(struct csv_out *out, const struct choice *c)
{
	uint16_t edge[VECTOR_ROWS + 2];
	size_t edges = 0;
	bool stays = false;
	for (size_t row = 0; row < c->rows; row++) {
		edge[edges] = (uint16_t)row;
		edges += c->stays[row] != stays;
		stays = c->stays[row];
	}
	edge[edges] = (uint16_t)c->rows;
	for (size_t i = 0; i < edges; i += 2)
		csv_put_rows(out, c->first + edge[i], (size_t)(edge[i + 1] - edge[i]));
}

/* The condition, compiled for each job. */
struct sieve {
	const struct header *header;
	struct program **condition;
};

/* Writes the records of a batch that stay. */
static void
filter_batch(void *shared, size_t job, const struct batch *b, struct csv_out *out)
{
	const struct sieve *sieve = shared;
	struct choice c;
	csv_source(out, b);
	for (c.first = 0; c.first < b->rows; c.first += c.rows) {
		c.rows = b->rows - c.first < VECTOR_ROWS ? b->rows - c.first : VECTOR_ROWS;
		choose(&c, sieve->condition[job], b, sieve->header);
		put_chosen(out, &c);
	}
}

static void
filter(struct slice text, char *const *operands, size_t count)
{
	struct csv_out out;
	csv_out_open(&out, &arg.csv);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	struct sieve sieve = {.header = csv_header(in)};
	if (sieve.header->count != 0) {
		size_t jobs = jobs_choose(arg.jobs, operands, count, &out);
		sieve.condition = formula_compile_jobs(
			&arg.formula, text, PROGRAM_CONDITION, sieve.header, jobs);
		out.columns = sieve.header->count;
		csv_put_header(&out, csv_header_row(in));
		jobs_run(jobs, filter_batch, &sieve, in, &out);
		formula_free(sieve.condition, jobs);
	}
	formula_finish(&arg.formula);
	csv_finish(&out, in);
	csv_close(in);
}

/* Is there a record in the batch that stays? */
static bool
has_chosen(struct program *condition, const struct batch *b, const struct header *header)
{
	struct choice c;
	bool found = false;
	for (c.first = 0; !found && c.first < b->rows; c.first += c.rows) {
		c.rows = b->rows - c.first < VECTOR_ROWS ? b->rows - c.first : VECTOR_ROWS;
		choose(&c, condition, b, header);
		found = memchr(c.stays, true, c.rows) != NULL;
	}
	return found;
}

static bool
find(struct csv_in *in, struct slice text)
{
	const struct header *header = csv_header(in);
	bool found = false;
	if (header->count == 0)
		return false;
	struct program *condition = formula_compile(&arg.formula, text, PROGRAM_CONDITION, header);
	for (const struct batch *b; !found && (b = csv_read(in)) != NULL;)
		found = has_chosen(condition, b, header);
	program_free(condition);
	return found;
}

/* As grep -q: 1 is an answer, so bad data is 2. */
static _Noreturn void
ask(struct slice text, char *const *operands, size_t count)
{
	if (arg.csv.output != NULL)
		die(END_SETUP, "options -q and -o exclude each other");
	end_data_as(END_SETUP);
	struct csv_in *in = csv_open(&arg.csv, operands, count);
	bool found = find(in, text);
	formula_finish(&arg.formula);
	reject_finish(csv_records(in));
	csv_close(in);
	if (found)
		end(END_WELL);
	/* The pipe that stdout may be is to carry no mark: nothing has failed. */
	close(STDOUT_FILENO);
	end_data_as(NONE_STAYS);
	end(NONE_STAYS);
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	reject_start(&arg.rejects);
	struct slice text = formula_start(&arg.formula, &operands, &count);
	if (arg.quiet)
		ask(text, operands, count);
	filter(text, operands, count);
	end(END_WELL);
}
