#include "join/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { ROWS_FIRST = 1024 };

void
timeline_clear(struct timeline *t)
{
	free(t->added);
	free(t->added_key);
	free(t->added_row);
	free(t->time);
	free(t->row);
	free(t->start);
	*t = (struct timeline){0};
}

void
timeline_add(struct timeline *t, uint32_t key, uint32_t row, int128 time)
{
	if (t->rows == t->room) {
		t->room = t->room != 0 ? t->room * 2 : ROWS_FIRST;
		t->added = xrealloc(t->added, t->room, sizeof *t->added);
		t->added_key = xrealloc(t->added_key, t->room, sizeof *t->added_key);
		t->added_row = xrealloc(t->added_row, t->room, sizeof *t->added_row);
	}
	t->added[t->rows] = time;
	t->added_key[t->rows] = key;
	t->added_row[t->rows++] = row;
}

/* Those of a key one behind the other, in the order in which they were added. */
static void
gather(struct timeline *t, uint32_t keys)
{
	t->start = xcalloc((size_t)keys + 2, sizeof *t->start);
	uint32_t *next = t->start + 1;
	for (size_t i = 0; i < t->rows; i++)
		next[t->added_key[i] + 1]++;
	for (size_t k = 1; k <= keys; k++)
		next[k] += next[k - 1];
	/* next[k] moves from where k begins to where it ends, which is where k + 1 begins. */
	for (size_t i = 0; i < t->rows; i++) {
		uint32_t to = next[t->added_key[i]]++;
		t->time[to] = t->added[i];
		t->row[to] = t->added_row[i];
	}
}

/* Two neighbouring runs that are in order become one; of equal times the left one's come first. */
static void
merge(const struct timeline *t, size_t first, size_t middle, size_t stop, int128 *time,
	uint32_t *row)
{
	size_t a = first, b = middle, to = 0;
	while (to < stop - first) {
		size_t from = b == stop || (a < middle && t->time[a] <= t->time[b]) ? a++ : b++;
		time[to] = t->time[from];
		row[to++] = t->row[from];
	}
	memcpy(t->time + first, time, to * sizeof *time);
	memcpy(t->row + first, row, to * sizeof *row);
}

static bool
is_in_order(const struct timeline *t, size_t first, size_t stop)
{
	for (size_t i = first + 1; i < stop; i++)
		if (t->time[i - 1] > t->time[i])
			return false;
	return true;
}

static void
sort(const struct timeline *t, size_t first, size_t stop)
{
	if (is_in_order(t, first, stop))
		return;
	int128 *time = xmalloc((stop - first) * sizeof *time);
	uint32_t *row = xmalloc((stop - first) * sizeof *row);
	for (size_t run = 1; run < stop - first; run *= 2)
		for (size_t at = first; at + run < stop; at += 2 * run) {
			size_t end = stop - at > 2 * run ? at + 2 * run : stop;
			merge(t, at, at + run, end, time, row);
		}
	free(time);
	free(row);
}

void
timeline_settle(struct timeline *t, uint32_t keys)
{
	t->time = xmalloc((t->rows + 1) * sizeof *t->time);
	t->row = xmalloc((t->rows + 1) * sizeof *t->row);
	gather(t, keys);
	free(t->added);
	free(t->added_key);
	free(t->added_row);
	t->added = NULL;
	t->added_key = t->added_row = NULL;
	for (uint32_t k = 0; k < keys; k++)
		sort(t, t->start[k], t->start[k + 1]);
}

size_t
timeline_bytes(const struct timeline *t)
{
	size_t added = sizeof *t->added + sizeof *t->added_key + sizeof *t->added_row;
	return t->room * added + t->rows * (sizeof *t->time + sizeof *t->row);
}

/* The first of a key from which times are not less, or, where equal ones do not count, greater. */
static uint32_t
first_behind(const struct timeline *t, uint32_t key, int128 time, bool with_equal)
{
	uint32_t at = t->start[key];
	uint32_t left = t->start[key + 1] - at;
	int128 limit = with_equal ? time : time + 1;
	while (left > 0) {
		uint32_t half = left / 2;
		bool is_before = t->time[at + half] < limit;
		at = is_before ? at + half + 1 : at;
		left = is_before ? left - half - 1 : half;
	}
	return at;
}

uint32_t
timeline_find(const struct timeline *t, uint32_t key, int128 time,
	enum timeline_direction direction, int128 tolerance)
{
	uint32_t behind = first_behind(t, key, time, direction == TIMELINE_FORWARD);
	bool has_earlier = direction != TIMELINE_FORWARD && behind > t->start[key];
	bool has_later = direction != TIMELINE_BACKWARD && behind < t->start[key + 1];
	if (has_earlier && has_later)
		has_later = t->time[behind] - time < time - t->time[behind - 1];
	if (!has_later && !has_earlier)
		return TIMELINE_NONE;
	uint32_t found = has_later ? behind : behind - 1;
	int128 distance = has_later ? t->time[found] - time : time - t->time[found];
	return distance <= tolerance ? t->row[found] : TIMELINE_NONE;
}
