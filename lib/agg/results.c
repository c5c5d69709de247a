#include "agg/results.h"

#include <string.h>

#include "agg/having.h"
#include "agg/partial.h"
#include "agg/pivot.h"
#include "msg.h"

/* `plaza_id '4856': column 'sum_amount': number out of range` */
static void
describe(const struct results *r, const struct agg_fault *fault, struct buf *out)
{
	const struct grouping *g = r->grouping;
	char text[SHOWN_MAX];
	struct slice name = r->aggregate[fault->aggregate].name;
	out->len = 0;
	grouping_describe(g, &g->by, agg_key(g->agg, fault->group), out);
	out->len--;
	buf_format(out, "column '%s': %s", shown(text, name.at, name.len), fault->reason);
	buf_byte(out, '\0');
}

/*
 * A result that cannot be is null where that is wanted, else the end: at once, unless others come
 * before it.
 */
static void
judge(struct results *r, size_t faults, const struct agg_fault *fault, uint64_t order)
{
	bool is_behind = r->fault.len != 0 && order > r->fault_order;
	r->formula->faults += faults;
	if (faults == 0 || r->formula->on_error == ON_ERROR_NULL || is_behind)
		return;
	describe(r, fault, &r->fault);
	r->fault_order = order;
	if (!overflow_is_used(&r->overflow))
		die(END_DATA, "%s", r->fault.at);
}

/* A key leaves as it first came: in quotes if it had them. */
static void
put_group(const struct results *r, struct csv_out *out, uint32_t group, size_t row)
{
	for (size_t i = 0; i < r->grouping->by.count; i++) {
		bool is_quoted;
		struct slice value = grouping_value(r->grouping, group, i, &is_quoted);
		if (is_quoted)
			csv_put_quoted(out, value);
		else
			csv_put_value(out, value);
	}
	if (r->partial != NULL)
		partial_put_states(r->partial, out, r->grouping, group);
	for (size_t i = 0; i < r->aggregates && r->partial == NULL; i++)
		csv_put_value(out, agg_text(r->grouping->agg, i, row));
	csv_put_end(out);
}

/* Such a record as bytes, for put_text(). */
static struct slice
group_text(struct results *r, uint32_t group, size_t row)
{
	r->text.len = 0;
	if (r->pivot != NULL) {
		pivot_write(r->pivot, group, row, &r->text);
	} else {
		put_group(r, &r->ready, group, row);
		out_flush(&r->ready.out);
	}
	return (struct slice){r->text.at, r->text.len};
}

static void
put_text(struct results *r, struct slice text)
{
	if (r->pivot != NULL)
		pivot_add(r->pivot, text);
	else
		csv_put_rest(r->out, text);
}

/* Which of the groups leave, of which the results have been computed. */
static void
choose(const struct results *r, const uint32_t *group, size_t count, bool *leaves)
{
	size_t judged = 0;
	memset(leaves, true, count * sizeof *leaves);
	for (size_t row = 0; row < count && r->having != NULL; row++) {
		bool is_quoted;
		for (size_t i = 0; i < r->grouping->by.count; i++)
			having_put(r->having,
				grouping_value(r->grouping, group[row], i, &is_quoted));
		for (size_t i = 0; i < r->aggregates; i++)
			having_put(r->having, agg_text(r->grouping->agg, i, row));
		if (row + 1 < count && !having_is_full(r->having))
			continue;
		having_judge(r->having, leaves + judged);
		judged = row + 1;
	}
}

/* Computes the results of the groups from number `first` on, in order; returns of how many. */
static size_t
answer(struct results *r, size_t first, uint32_t *group)
{
	struct agg_fault fault;
	uint64_t order = 0;
	size_t count = overflow_groups(&r->overflow, first, group);
	if (r->partial != NULL)
		return count;
	size_t faults = agg_answer(r->grouping->agg, group, count, &fault);
	for (size_t i = 0; faults != 0 && i < count; i++)
		if (group[i] == fault.group)
			order = overflow_order(&r->overflow, first + i);
	judge(r, faults, &fault, order);
	return count;
}

/* Nothing is written where not all can be. */
static void
check_groups(struct results *r)
{
	uint32_t group[AGG_ROWS];
	if (!agg_can_fail(r->grouping->agg) || r->formula->on_error == ON_ERROR_NULL ||
		r->partial != NULL)
		return;
	for (size_t first = 0; first < agg_groups(r->grouping->agg); first += AGG_ROWS)
		answer(r, first, group);
}

static void
put_groups(struct results *r)
{
	uint32_t group[AGG_ROWS];
	bool leaves[AGG_ROWS];
	csv_source(r->out, NULL);
	for (size_t first = 0; first < agg_groups(r->grouping->agg); first += AGG_ROWS) {
		size_t count = answer(r, first, group);
		choose(r, group, count, leaves);
		for (size_t row = 0; row < count; row++)
			if (leaves[row] && r->pivot != NULL)
				put_text(r, group_text(r, group[row], row));
			else if (leaves[row])
				put_group(r, r->out, group[row], row);
	}
}

/* The results of the groups that are there, as they are to leave. */
static void
keep_results(struct results *r)
{
	uint32_t group[AGG_ROWS];
	bool leaves[AGG_ROWS];
	for (size_t first = 0; first < agg_groups(r->grouping->agg); first += AGG_ROWS) {
		size_t count = answer(r, first, group);
		choose(r, group, count, leaves);
		for (size_t row = 0; row < count; row++)
			if (leaves[row])
				overflow_result(&r->overflow, first + row,
					group_text(r, group[row], row));
	}
}

static _Noreturn void
die_one_group(const struct results *r)
{
	struct buf group = {0};
	const struct grouping *g = r->grouping;
	grouping_describe(g, &g->by, agg_key(g->agg, 0), &group);
	die(END_SETUP, "%smore than --memory %ju: 1 group (allow more)", group.at,
		(uintmax_t)r->memory);
}

/* Works through what has waited, to the results of all groups. */
static void
work_through(struct results *r)
{
	enum overflow_step step;
	csv_out_memory(&r->ready, r->out, &r->text);
	keep_results(r);
	while ((step = overflow_next(&r->overflow)) == OVERFLOW_PASS)
		keep_results(r);
	if (step == OVERFLOW_TOO_LARGE)
		die_one_group(r);
	csv_out_memory_clear(&r->ready);
	if (r->fault.len != 0)
		die(END_DATA, "%s", r->fault.at);
}

static void
put_kept(struct results *r)
{
	struct slice text;
	while (overflow_take(&r->overflow, &text))
		put_text(r, text);
}

/* All groups, in order. */
static void
put_all(struct results *r)
{
	if (overflow_is_used(&r->overflow))
		put_kept(r);
	else
		put_groups(r);
	overflow_restart(&r->overflow);
}

void
results_init(struct results *r, struct formula *formula, const struct program *p,
	struct csv_out *out, struct grouping *grouping, uint64_t memory)
{
	*r = (struct results){.formula = formula, .out = out, .grouping = grouping,
		.memory = memory};
	r->aggregate = program_aggregates(p, &r->aggregates);
	out->columns = grouping->by.count + r->aggregates;
	overflow_init(&r->overflow, grouping, memory);
}

void
results_clear(struct results *r)
{
	overflow_clear(&r->overflow);
	buf_clear(&r->text);
	buf_clear(&r->fault);
}

void
results_be_partial(struct results *r, struct partial *partial)
{
	r->partial = partial;
}

void
results_have(struct results *r, struct having *having)
{
	r->having = having;
}

void
results_pivot(struct results *r, struct pivot *pivot)
{
	r->pivot = pivot;
	r->overflow.memory = r->memory / 2;
	r->out->columns = pivot_columns(pivot);
}

uint64_t
results_memory(const struct results *r)
{
	return r->overflow.memory;
}

static _Noreturn void
die_too_large(const struct results *r, const struct batch *b, size_t row)
{
	csv_die(END_SETUP, b, row, "more than --memory %ju: 1 group (allow more)",
		(uintmax_t)r->memory);
}

void
results_add(struct results *r, const uint16_t *row, size_t rows)
{
	const struct grouping *g = r->grouping;
	if (!overflow_add(&r->overflow, row, rows))
		die_too_large(r, g->batch, g->first + row[rows - 1]);
}

void
results_merge(struct results *r, const struct batch *b, size_t row, struct grouping *other)
{
	if (!overflow_merge(&r->overflow, other))
		die_too_large(r, b, row);
}

void
results_settle(struct results *r)
{
	if (overflow_is_used(&r->overflow))
		work_through(r);
	else
		check_groups(r);
	if (r->pivot == NULL)
		return;
	put_all(r);
	pivot_settle(r->pivot);
	r->out->columns = pivot_columns(r->pivot);
}

void
results_put_header(struct results *r, const struct batch *row)
{
	const struct grouping *g = r->grouping;
	struct csv_out *out = r->out;
	size_t keys = g->by.count - (r->pivot != NULL);
	csv_source(out, row);
	for (size_t i = 0; i < keys; i++) {
		const struct column *column = &g->by.at[i];
		if (column->name.at != NULL)
			csv_put_value(out, column->name);
		else
			csv_put_run(out, 0, column->index, column->index);
	}
	if (r->partial != NULL)
		partial_put_header(r->partial, out, g);
	else if (r->pivot != NULL)
		pivot_put_header(r->pivot, out);
	else
		for (size_t i = 0; i < r->aggregates; i++)
			csv_put_value(out, r->aggregate[i].name);
	csv_put_header_end(out);
}

void
results_put(struct results *r)
{
	if (r->pivot != NULL)
		pivot_put(r->pivot, r->out);
	else
		put_all(r);
}
