/*
 * The engines of a join: rows by time against a search through all of them, keys that come twice
 * with and without memory.
 */
#include "join/timeline.h"
#include "join/unique.h"

#include <stdio.h>

#include "unit.h"

enum { ROWS = 3000, KEYS = 7, TRIES = 4000, SPAN = 500 };

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*state >> 33);
}

struct row {
	uint32_t key;
	int128 time;
};

static int128
distance(int128 a, int128 b)
{
	return a < b ? b - a : a - b;
}

/* Is row a nearer to the time than b? */
static bool
is_better(const struct row *row, uint32_t a, uint32_t b, int128 time,
	enum timeline_direction direction)
{
	int128 x = distance(row[a].time, time);
	int128 y = distance(row[b].time, time);
	if (x != y)
		return x < y;
	if (row[a].time != row[b].time)
		return row[a].time < row[b].time;
	bool is_first = direction == TIMELINE_FORWARD || row[a].time > time;
	return is_first ? a < b : a > b;
}

static uint32_t
search(const struct row *row, uint32_t key, int128 time, enum timeline_direction direction,
	int128 tolerance)
{
	uint32_t best = TIMELINE_NONE;
	for (uint32_t i = 0; i < ROWS; i++) {
		bool is_out = row[i].key != key || distance(row[i].time, time) > tolerance ||
			(direction == TIMELINE_BACKWARD && row[i].time > time) ||
			(direction == TIMELINE_FORWARD && row[i].time < time);
		if (!is_out && (best == TIMELINE_NONE || is_better(row, i, best, time, direction)))
			best = i;
	}
	return best;
}

static void
check_timeline(int128 scale, const char *name)
{
	static struct row row[ROWS];
	struct timeline t = {0};
	uint64_t state = 7;
	int differ = 0;
	for (uint32_t i = 0; i < ROWS; i++) {
		/* The last key has none, the one before it comes in order. */
		row[i].key = next_random(&state) % (KEYS - 1);
		row[i].time = row[i].key == KEYS - 2
				      ? i / 10 * scale
				      : ((int)(next_random(&state) % SPAN) - 100) * scale;
		timeline_add(&t, row[i].key, i, row[i].time);
	}
	timeline_settle(&t, KEYS);
	for (int i = 0; i < TRIES; i++) {
		uint32_t key = next_random(&state) % KEYS;
		int128 time = ((int)(next_random(&state) % (2 * SPAN)) - 200) * scale / 2;
		enum timeline_direction direction =
			(enum timeline_direction)(next_random(&state) % 3);
		int128 tolerance = i % 2 != 0 ? scale * 1000 : next_random(&state) % 4 * scale;
		differ += timeline_find(&t, key, time, direction, tolerance) !=
			search(row, key, time, direction, tolerance);
	}
	timeline_clear(&t);
	ok(differ == 0, "the nearest row is found, %s: %d of %d differ", name, differ, TRIES);
}

/*
 * Keys 0 .. count - 1, and again those in twice[], on lines from 1 on; a NUL and more behind each.
 */
static bool
are_unique(uint64_t memory, unsigned count, const unsigned *twice, unsigned twices,
	struct unique_pair *pair)
{
	struct unique *u = unique_new(memory);
	bool result = true;
	for (unsigned i = 0; i < count + twices && result; i++) {
		char text[32];
		unsigned n = i < count ? i : twice[i - count];
		int len = snprintf(text, sizeof text, "%u%cthe rest of it", n, '\0');
		struct slice key = {text, (size_t)len};
		uint64_t line = i + 1;
		result = unique_take(u, &key, &line, 1, pair);
	}
	result = result && unique_end(u, pair);
	unique_free(u);
	return result;
}

int
main(void)
{
	static const uint64_t memories[] = {0, 100000, 1 << 30};
	check_timeline(1, "small times");
	check_timeline((int128)1 << 80, "times beyond 64 bits");
	for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
		struct unique_pair pair;
		uint64_t memory = memories[i];
		ok(are_unique(memory, 20000, NULL, 0, &pair), "unique, %ju bytes",
			(uintmax_t)memory);
		bool is_unique = are_unique(
			memory, 20000, (const unsigned[]){15000, 9, 15000, 19999}, 4, &pair);
		ok(!is_unique && pair.first == 15001 && pair.second == 20001,
			"the first that comes twice, %ju bytes: lines %ju and %ju",
			(uintmax_t)memory, (uintmax_t)pair.first, (uintmax_t)pair.second);
	}
	return done();
}
