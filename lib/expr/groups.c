#include "expr/groups.h"

#include "csv/csv.h"
#include "msg.h"

_Static_assert((int)KEYS_ROWS == (int)VECTOR_ROWS, "keys are taken of as many rows as are run");

void
groups_open(struct groups *g, const struct groups_how *how, struct program *p,
	const struct header *header, struct arena *arena)
{
	*g = (struct groups){.how = how, .program = p, .memory_max = budget_bytes(how->memory)};
	if (how->by == NULL)
		return;
	struct columns by = csv_columns(how->by, "--by", header, 0, arena);
	if (program_group_size(p) == 0)
		return;
	keys_init_columns(&g->keys, &by, arena);
	g->table = table_new(program_group_size(p));
}

static void
check_memory(const struct groups *g)
{
	uint64_t groups = g->table != NULL ? table_count(g->table) : 1;
	uint64_t bytes = g->table != NULL ? table_bytes(g->table) : 0;
	if (bytes + program_kept_bytes(g->program, groups) <= g->memory_max)
		return;
	if (g->table == NULL)
		die(END_SETUP,
			"what is kept of the records before needs more than %ju bytes; "
			"--memory allows more",
			(uintmax_t)g->memory_max);
	die(END_SETUP, "%ju group%s of --by=%s need%s more than %ju bytes; --memory allows more",
		(uintmax_t)groups, plural(groups), g->how->by, groups == 1 ? "s" : "",
		(uintmax_t)g->memory_max);
}

void
groups_take(struct groups *g, const struct batch *b, size_t first, size_t rows)
{
	if (program_group_size(g->program) == 0)
		return;
	if (g->table != NULL) {
		keys_take(&g->keys, b, first, rows);
		table_put(g->table, g->keys.key, rows, g->number);
		for (size_t row = 0; row < rows; row++)
			g->memory[row] = table_payload(g->table, g->number[row]);
	}
	check_memory(g);
}

void
groups_use(struct groups *g, size_t row)
{
	if (g->table != NULL)
		program_set_groups(g->program, g->memory + row);
}

void
groups_close(struct groups *g)
{
	keys_clear(&g->keys);
	table_free(g->table);
	*g = (struct groups){0};
}
