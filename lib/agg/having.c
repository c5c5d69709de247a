#include "agg/having.h"

#include <stdlib.h>
#include <string.h>

#include "csv/scan.h"
#include "expr/vector.h"

enum { FULL = 64 << 20 }; /* bytes: with the next group still far below what an offset can be */

/* The columns of what leaves. */
static struct header
columns_of(const struct grouping *g, const struct program *p, struct arena *arena)
{
	size_t count;
	const struct program_aggregate *aggregate = program_aggregates(p, &count);
	size_t by = g->by.count;
	struct slice *name = arena_take(arena, (by + count) * sizeof *name);
	for (size_t i = 0; i < by; i++)
		name[i] = grouping_name(g, &g->by.at[i]);
	for (size_t i = 0; i < count; i++)
		name[by + i] = aggregate[i].name;
	return (struct header){by + count, name};
}

void
having_init(struct having *h, const struct formula *like, const char *condition,
	const struct grouping *g, const struct program *p, struct arena *arena)
{
	*h = (struct having){.formula = *like, .header = columns_of(g, p, arena)};
	h->formula.kind = PROGRAM_CONDITION;
	h->formula.file = NULL;
	h->formula.option = "--having";
	h->formula.aggregates = NULL;
	h->formula.explain = false;
	h->formula.schema = NULL;
	/* A group is no record of the input: there is nothing to reject or to skip. */
	if (h->formula.on_error != ON_ERROR_NULL)
		h->formula.on_error = ON_ERROR_FAIL;
	h->condition = formula_compile(
		&h->formula, slice_of(condition), PROGRAM_CONDITION, &h->header);
	h->end = xcalloc(AGG_ROWS * h->header.count + 1, sizeof *h->end);
	*h->end++ = UINT32_MAX;
}

void
having_clear(struct having *h)
{
	program_free(h->condition);
	buf_clear(&h->text);
	if (h->end != NULL)
		free(h->end - 1);
}

void
having_put(struct having *h, struct slice value)
{
	buf_add(&h->text, value.at, value.len);
	h->end[h->values++] = (uint32_t)h->text.len;
	/* Where a delimiter would be; what is in the values does not matter. */
	buf_byte(&h->text, ',');
}

bool
having_is_full(const struct having *h)
{
	return h->text.len > FULL;
}

void
having_judge(struct having *h, bool *keeps)
{
	uint16_t row[VECTOR_ROWS];
	_Static_assert((int)AGG_ROWS <= (int)VECTOR_ROWS, "a vector has a row for each group");
	memset(buf_room(&h->text, SCAN_PAD), 0, SCAN_PAD);
	const struct batch b = {
		.text = h->text.at,
		.end = h->end,
		.rows = h->values / h->header.count,
		.columns = h->header.count,
		.line = h->groups + 1,
		.record = h->groups + 1,
		.dialect = {.delimiter = ','},
		.file = "group",
	};
	memset(keeps, 0, b.rows * sizeof *keeps);
	size_t kept = formula_run(&h->formula, h->condition, &b, 0, b.rows, &h->header, row);
	const struct vector *condition = program_result(h->condition, 0);
	for (size_t i = 0; i < kept; i++)
		keeps[row[i]] = program_accepts(condition, row[i]);
	h->text.len = 0;
	h->values = 0;
	h->groups += b.rows;
}
