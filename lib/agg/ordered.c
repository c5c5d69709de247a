#include "agg/ordered.h"

#include "csv/csv.h"
#include "msg.h"

static bool
has_column(const struct columns *columns, size_t index)
{
	for (size_t i = 0; i < columns->count; i++)
		if (columns->at[i].index == index)
			return true;
	return false;
}

void
ordered_init(struct ordered *o, const char *list, const struct grouping *g, struct arena *arena)
{
	char text[SHOWN_MAX];
	*o = (struct ordered){.grouping = g};
	o->by = csv_columns(list, "--sorted", g->header, 0, arena);
	for (size_t i = 0; i < o->by.count; i++) {
		struct slice name = g->header->name[o->by.at[i].index];
		if (!has_column(&g->by, o->by.at[i].index))
			die(END_SETUP, "option --sorted: column '%s' is none of -g",
				shown(text, name.at, name.len));
	}
	sorted_init(&o->sorted, &o->by, arena);
}

static _Noreturn void
die_ended(const struct ordered *o, size_t row)
{
	const struct grouping *g = o->grouping;
	struct buf group = {0};
	grouping_describe(g, &o->by, o->sorted.keys.key[row], &group);
	csv_die(END_DATA, g->batch, g->first + row, "%sthis group has ended before (--sorted)",
		group.at);
}

void
ordered_add(struct ordered *o, struct results *r, const uint16_t *row, size_t rows)
{
	const struct grouping *g = o->grouping;
	sorted_take(&o->sorted, g->batch, g->first, (size_t)row[rows - 1] + 1);
	while (rows > 0) {
		enum sorted_step step;
		size_t count = sorted_next(&o->sorted, row, rows, &step);
		if (step == SORTED_BACK)
			die_ended(o, row[0]);
		if (step == SORTED_NEW) {
			results_settle(r);
			results_put(r);
		}
		results_add(r, row, count);
		row += count;
		rows -= count;
	}
}
