#include "join/unique.h"

#include <stdlib.h>
#include <string.h>

#include "spill/spill.h"
#include "spill/stream.h"
#include "table/table.h"

struct unique {
	uint64_t memory;
	struct table *seen; /* the payload of a key is its line */
	bool is_full;       /* it takes no more keys in this pass */
	struct spill *spill; /* those that wait; NULL: none so far */
	struct stream_file file;
	struct buf key;     /* of the pair that was found on disk */
};

struct unique *
unique_new(uint64_t memory)
{
	struct unique *u = xcalloc(1, sizeof *u);
	u->memory = memory;
	u->seen = table_new(sizeof(uint64_t));
	return u;
}

void
unique_free(struct unique *u)
{
	if (u == NULL)
		return;
	table_free(u->seen);
	spill_free(u->spill);
	stream_file_close(&u->file);
	buf_clear(&u->key);
	free(u);
}

static uint64_t *
line_of(const struct unique *u, uint32_t number)
{
	return table_payload(u->seen, number);
}

static void
put_aside(struct unique *u, struct slice key, uint64_t line)
{
	if (u->spill == NULL)
		u->spill = spill_new(&u->file);
	spill_put(u->spill, &(struct spill_item){.order = line, .key = key});
}

/* An empty table has a place for some keys always, so that each pass leaves fewer to the next. */
static void
check_room(struct unique *u, const struct slice *key, size_t count)
{
	if (!u->is_full && table_count(u->seen) != 0)
		u->is_full = table_bytes_with(u->seen, key, count) > u->memory;
}

/* False: one is known, or there before it in key[]; where there are several, the first. */
static bool
take(struct unique *u, const struct slice *key, const uint64_t *line, size_t count,
	struct unique_pair *pair)
{
	uint32_t number[UNIQUE_ROWS];
	check_room(u, key, count);
	uint32_t next = table_count(u->seen);
	if (u->is_full)
		table_find(u->seen, key, count, number);
	else
		table_put(u->seen, key, count, number);
	for (size_t i = 0; i < count; i++) {
		if (number[i] == TABLE_NONE) {
			put_aside(u, key[i], line[i]);
		} else if (number[i] == next && !u->is_full) {
			*line_of(u, next++) = line[i];
		} else {
			*pair = (struct unique_pair){*line_of(u, number[i]), line[i], key[i]};
			return false;
		}
	}
	return true;
}

/*
 * A pass over a partition; lines ascend in it, so that behind the first pair there is no earlier
 * one.
 */
static bool
work_through(struct unique *u, struct unique_pair *pair)
{
	struct spill_item item[SPILL_ITEMS];
	struct slice key[SPILL_ITEMS];
	uint64_t line[SPILL_ITEMS];
	_Static_assert((int)SPILL_ITEMS <= (int)UNIQUE_ROWS, "what waits comes as it can be taken");
	table_empty(u->seen);
	u->is_full = false;
	for (size_t count; (count = spill_take(u->spill, item)) != 0;) {
		for (size_t i = 0; i < count; i++) {
			key[i] = item[i].key;
			line[i] = item[i].order;
		}
		if (!take(u, key, line, count, pair))
			return false;
	}
	return true;
}

bool
unique_end(struct unique *u, struct unique_pair *pair)
{
	struct unique_pair found;
	bool is_unique = true;
	while (u->spill != NULL && spill_next(u->spill)) {
		if (work_through(u, &found) || (!is_unique && found.second > pair->second))
			continue;
		is_unique = false;
		u->key.len = 0;
		buf_add(&u->key, found.key.at, found.key.len);
		*pair = (struct unique_pair){found.first, found.second, {u->key.at, u->key.len}};
	}
	return is_unique;
}

bool
unique_take(struct unique *u, const struct slice *key, const uint64_t *line, size_t count,
	struct unique_pair *pair)
{
	struct unique_pair waiting;
	if (take(u, key, line, count, pair))
		return true;
	if (!unique_end(u, &waiting) && waiting.second < pair->second)
		*pair = waiting;
	return false;
}
