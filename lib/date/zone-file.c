/* A zone's file: TZif, RFC 9636 3.  Whatever it holds, nothing is read behind its end. */
#include <stdlib.h>
#include <string.h>

#include "date/zone-table.h"

enum { HEADER = 44, KIND_SIZE = 6, TIME_SIZE = 8, KINDS_MAX = 256, CHANGES_MAX = 100000 };

/* The counts of a header, in their order there. */
enum { UT, STANDARD, LEAP, CHANGE, KIND, NAME, COUNTS };

struct head {
	char version;
	uint32_t count[COUNTS];
};

static uint32_t
big32(const char *at)
{
	const unsigned char *b = (const unsigned char *)at;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static int64_t
big64(const char *at)
{
	return (int64_t)((uint64_t)big32(at) << 32 | big32(at + 4));
}

/* Takes bytes off the front; NULL where there are not so many. */
static const char *
take(struct slice *s, uint64_t len)
{
	if (len > s->len)
		return NULL;
	const char *at = s->at;
	s->at += len;
	s->len -= len;
	return at;
}

static bool
take_head(struct slice *s, struct head *h)
{
	const char *at = take(s, HEADER);
	if (at == NULL || memcmp(at, "TZif", 4) != 0)
		return false;
	h->version = at[4];
	for (size_t i = 0; i < COUNTS; i++)
		h->count[i] = big32(at + 20 + 4 * i);
	return true;
}

/* Bytes of the data behind a header, whose times take so many each. */
static uint64_t
data_size(const struct head *h, uint64_t time_size)
{
	const uint32_t *n = h->count;
	return n[CHANGE] * (time_size + 1) + (uint64_t)n[KIND] * KIND_SIZE + n[NAME] +
	       n[LEAP] * (time_size + 4) + n[STANDARD] + n[UT];
}

uint16_t
zone_add_kind(struct zone *z, int offset, struct slice name)
{
	z->kind = xrealloc(z->kind, z->kinds + 1, sizeof *z->kind);
	z->kind[z->kinds] = (struct zone_kind){offset, z->names.len};
	buf_add(&z->names, name.at, name.len);
	buf_byte(&z->names, '\0');
	return (uint16_t)z->kinds++;
}

void
zone_add_change(struct zone *z, int64_t at, uint16_t kind)
{
	if ((z->changes & (z->changes - 1)) == 0)
		z->change = xrealloc(
			z->change, z->changes == 0 ? 1 : z->changes * 2, sizeof *z->change);
	z->change[z->changes++] = (struct zone_change){at, kind};
}

static bool
add_kinds(struct zone *z, const char *at, const struct head *h)
{
	struct slice names = {at + (size_t)h->count[KIND] * KIND_SIZE, h->count[NAME]};
	for (size_t i = 0; i < h->count[KIND]; i++, at += KIND_SIZE) {
		int64_t offset = (int32_t)big32(at);
		size_t name = (unsigned char)at[5];
		const char *end = name < names.len
			? memchr(names.at + name, '\0', names.len - name) : NULL;
		if (offset < -ZONE_OFFSET_MAX || offset > ZONE_OFFSET_MAX ||
			(unsigned char)at[4] > 1 || end == NULL ||
			end - names.at > (ptrdiff_t)name + ZONE_NAME_MAX)
			return false;
		zone_add_kind(z, (int)offset,
			(struct slice){names.at + name, (size_t)(end - names.at) - name});
	}
	return true;
}

static bool
add_changes(struct zone *z, const char *at, size_t count)
{
	const char *kind = at + count * TIME_SIZE;
	int64_t before = INT64_MIN;
	for (size_t i = 0; i < count; i++) {
		int64_t seconds = big64(at + i * TIME_SIZE);
		unsigned char number = (unsigned char)kind[i];
		if ((i != 0 && seconds <= before) || number >= z->kinds)
			return false;
		before = seconds;
		/* Old files begin with one at the Big Bang. */
		zone_add_change(z, seconds < ZONE_FIRST ? ZONE_FIRST : seconds, number);
	}
	return true;
}

/* LF, the rule, LF, and no more. */
static bool
add_footer(struct zone *z, struct slice s)
{
	if (s.len < 2 || s.at[0] != '\n' || s.at[s.len - 1] != '\n')
		return false;
	struct slice rule = {s.at + 1, s.len - 2};
	return rule.len == 0 || zone_add_rule(z, rule);
}

static const char *
read_zone(struct zone *z, struct slice s)
{
	struct head h;
	if (!take_head(&s, &h))
		return "not a time zone (TZif)";
	if (h.version < '2')
		return "without 64-bit times (TZif version 1)";
	if (take(&s, data_size(&h, 4)) == NULL || !take_head(&s, &h))
		return "damaged: its 64-bit times are missing";
	if (h.count[LEAP] != 0)
		return "it counts leap seconds, which no time has here";
	if (h.count[KIND] == 0 || h.count[KIND] > KINDS_MAX || h.count[CHANGE] > CHANGES_MAX)
		return "damaged: its counts are out of range";
	const char *changes = take(&s, (uint64_t)h.count[CHANGE] * (TIME_SIZE + 1));
	const char *kinds = take(&s, (uint64_t)h.count[KIND] * KIND_SIZE + h.count[NAME]);
	if (changes == NULL || kinds == NULL ||
		take(&s, (uint64_t)h.count[STANDARD] + h.count[UT]) == NULL)
		return "damaged: it ends too early";
	if (!add_kinds(z, kinds, &h))
		return "damaged: an offset or a name is out of range";
	if (!add_changes(z, changes, h.count[CHANGE]))
		return "damaged: its changes are not in order";
	return add_footer(z, s) ? NULL : "damaged: the rule at its end";
}

struct zone *
zone_new(struct slice name, struct slice file, struct buf *why)
{
	struct zone *z = xcalloc(1, sizeof *z);
	struct buf skipped = {0};
	buf_format(&skipped, "no such time in %.*s", (int)name.len, name.at);
	buf_byte(&skipped, '\0');
	z->skipped = skipped.at;
	z->name = (struct slice){skipped.at + skipped.len - 1 - name.len, name.len};
	z->repeats = ZONE_LAST;
	const char *reason = read_zone(z, file);
	if (reason == NULL)
		return z;
	buf_text(why, reason);
	zone_free(z);
	return NULL;
}

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->skipped);
	free(z->kind);
	free(z->change);
	buf_clear(&z->names);
	free(z);
}

struct slice
zone_name(const struct zone *z)
{
	return z->name;
}

const char *
zone_skipped_text(const struct zone *z)
{
	return z->skipped;
}
