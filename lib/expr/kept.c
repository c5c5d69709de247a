#include "expr/kept.h"

#include <stdlib.h>
#include <string.h>

#include "expr/vector.h"

enum { ROOM_MIN = 4, CHANGES_FIRST = 64 };

void
kept_note(struct keeper *k, struct kept *place, size_t row)
{
	if (k->changes == k->change_room) {
		k->change_room = k->change_room == 0 ? CHANGES_FIRST : k->change_room * 2;
		k->change = xrealloc(k->change, k->change_room, sizeof *k->change);
	}
	k->change[k->changes++] = (struct change){place, row, *place};
}

struct kept *
kept_ring(struct keeper *k, size_t count)
{
	struct kept *ring = arena_take(&k->arena, count * sizeof *ring);
	memset(ring, 0, count * sizeof *ring);
	return ring;
}

void
kept_take_back(struct keeper *k, size_t row)
{
	size_t left = 0;
	for (size_t i = k->changes; i-- > 0;)
		if (k->change[i].row >= row)
			*k->change[i].place = k->change[i].was;
	for (size_t i = 0; i < k->changes; i++)
		if (k->change[i].row < row)
			k->change[left++] = k->change[i];
	k->changes = left;
}

/* A power of two, so that what one value has outgrown fits another. */
static uint8_t
room_for(size_t len)
{
	uint8_t room = ROOM_MIN;
	while (((size_t)1 << room) < len)
		room++;
	return room;
}

static char *
take_bytes(struct keeper *k, uint8_t room)
{
	char *at = k->spare[room];
	if (at != NULL) {
		memcpy(&k->spare[room], at, sizeof k->spare[room]);
		return at;
	}
	k->text_bytes += (size_t)1 << room;
	return arena_take(&k->arena, (size_t)1 << room);
}

static void
give_bytes(struct keeper *k, char *at, uint8_t room)
{
	memcpy(at, &k->spare[room], sizeof k->spare[room]);
	k->spare[room] = at;
}

static void
own_text(struct keeper *k, struct kept *place)
{
	size_t len = place->text.len;
	if (len != 0 && (place->own == NULL || ((size_t)1 << place->room) < len)) {
		if (place->own != NULL)
			give_bytes(k, place->own, place->room);
		place->room = room_for(len);
		place->own = take_bytes(k, place->room);
	}
	if (len != 0)
		memcpy(place->own, place->text.at, len);
	place->text.at = place->own;
}

void
kept_settle(struct keeper *k)
{
	for (size_t i = 0; i < k->changes; i++) {
		struct kept *place = k->change[i].place;
		if (place->type == VECTOR_TEXT && place->text.at != place->own)
			own_text(k, place);
	}
	k->changes = 0;
}

void
kept_clear(struct keeper *k)
{
	free(k->change);
	arena_clear(&k->arena);
	*k = (struct keeper){0};
}
