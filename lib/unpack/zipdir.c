#include "unpack/zipdir.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "fnv.h"

enum {
	SIGNATURE_MEMBER = 0x02014b50,
	SIGNATURE_DIGITAL = 0x05054b50,
	SIGNATURE_END = 0x06054b50,
	SIGNATURE_END64 = 0x06064b50,
	SIGNATURE_LOCATOR = 0x07064b50,
	MADE_ON_UNIX = 3,
	LOCAL_FIXED = 30,
	LOCAL_SEARCH = 64 /* a data descriptor may come before the header */
};

/* The bytes still to be read, and what was found in them. */
struct walk {
	struct slice rest[2];
	struct feed *feed;
	struct reason *reason;
	bool (*wanted)(void *arg, const char *name);
	void *arg;
	struct zipdir found;
	bool has_total64;
	uint64_t total64;
	struct buf name;
};

static uint64_t
number(const char *at, int bytes)
{
	uint64_t n = 0;
	while (bytes-- > 0)
		n = n << 8 | (unsigned char)at[bytes];
	return n;
}

/* Copies len bytes from offset `from` of the two; false if they are not there. */
static bool
copy_part(const struct slice rest[2], size_t from, char *at, size_t len)
{
	if (from + len > rest[0].len + rest[1].len)
		return false;
	size_t first = 0;
	if (from < rest[0].len) {
		first = rest[0].len - from < len ? rest[0].len - from : len;
		memcpy(at, rest[0].at + from, first);
	}
	if (first < len)
		memcpy(at + first, rest[1].at + (from + first - rest[0].len), len - first);
	return true;
}

bool
zipdir_local_name(const struct slice rest[2], struct buf *name)
{
	char window[LOCAL_SEARCH] = {0};
	size_t have = rest[0].len + rest[1].len < sizeof(window) ? rest[0].len + rest[1].len
								 : sizeof(window);
	copy_part(rest, 0, window, have);
	const char *found = memmem(window, have, "PK\3\4", 4);
	char fixed[LOCAL_FIXED];
	if (found == NULL || !copy_part(rest, (size_t)(found - window), fixed, sizeof(fixed)))
		return false;
	size_t len = number(fixed + 26, 2);
	name->len = 0;
	char *at = buf_room(name, len + 1);
	at[len] = '\0';
	name->len = len;
	return copy_part(rest, (size_t)(found - window) + sizeof(fixed), at, len);
}

void
zipdir_mend_path(char *path)
{
	bool has_slash = strchr(path, '/') != NULL;
	for (; !has_slash && *path != '\0'; path++)
		if (*path == '\\')
			*path = '/';
}

void
zipdir_add_name(struct zipdir *z, const char *name)
{
	z->count++;
	z->names += fnv_add(FNV_START, slice_of(name));
}

void
zipdir_add_data(struct zipdir *z, uint32_t crc, uint64_t size)
{
	z->data += (crc ^ (size & UINT32_MAX) << 32) * UINT64_C(11400714819323198485);
}

/* Makes rest[0] the next bytes there are; false at the end. */
static bool
have_bytes(struct walk *w)
{
	if (w->rest[0].len == 0) {
		w->rest[0] = w->rest[1];
		w->rest[1] = (struct slice){0};
	}
	if (w->rest[0].len == 0)
		w->rest[0] = feed_take(w->feed);
	return w->rest[0].len != 0;
}

/* Copies len bytes to `at`, or passes over them if it is NULL. */
static bool
take(struct walk *w, char *at, uint64_t len)
{
	while (len != 0) {
		if (!have_bytes(w)) {
			blame(w->reason, UNPACK_DATA,
				"zip: cut off: the input ends within the directory");
			return false;
		}
		size_t part = w->rest[0].len < len ? w->rest[0].len : (size_t)len;
		if (at != NULL) {
			memcpy(at, w->rest[0].at, part);
			at += part;
		}
		w->rest[0].at += part;
		w->rest[0].len -= part;
		len -= part;
	}
	return true;
}

static bool
take_name(struct walk *w, uint64_t len)
{
	w->name.len = 0;
	char *at = buf_room(&w->name, (size_t)len + 1);
	at[len] = '\0';
	w->name.len = (size_t)len;
	return take(w, at, len);
}

static bool
damaged(struct walk *w)
{
	blame(w->reason, UNPACK_DATA, "zip: damaged directory");
	return false;
}

static bool
take_member(struct walk *w)
{
	char fixed[42]; /* the record's, behind its signature */
	if (!take(w, fixed, sizeof(fixed)) || !take_name(w, number(fixed + 24, 2)) ||
		!take(w, NULL, number(fixed + 26, 2) + number(fixed + 28, 2)))
		return false;
	zipdir_add_name(&w->found, w->name.at);
	size_t len = strlen(w->name.at);
	zipdir_mend_path(w->name.at);
	if ((len != 0 && w->name.at[len - 1] == '/') || !w->wanted(w->arg, w->name.at))
		return true;
	zipdir_add_data(&w->found, (uint32_t)number(fixed + 12, 4), number(fixed + 20, 4));
	if (fixed[1] == MADE_ON_UNIX && S_ISLNK(number(fixed + 36, 2)))
		blame(w->reason, UNPACK_DATA, "zip: member '%s' is a symbolic link", w->name.at);
	return w->reason->fault == UNPACK_OK;
}

static bool
take_end64(struct walk *w)
{
	char fixed[52];
	if (!take(w, fixed, sizeof(fixed)))
		return false;
	uint64_t len = number(fixed, 8);
	if (len < 44)
		return damaged(w);
	w->has_total64 = true;
	w->total64 = number(fixed + 28, 8);
	return take(w, NULL, len - 44);
}

/* The last record: its total is modulo 65536 unless there was one of 64 bits. */
static bool
take_end(struct walk *w)
{
	char fixed[18];
	if (!take(w, fixed, sizeof(fixed)) || !take(w, NULL, number(fixed + 16, 2)))
		return false;
	uint64_t total = number(fixed + 6, 2);
	bool agrees =
		w->has_total64 ? w->total64 == w->found.count : total == (w->found.count & 0xffff);
	return agrees ? true : damaged(w);
}

static bool
take_signed(struct walk *w)
{
	char len[2];
	return take(w, len, 2) && take(w, NULL, number(len, 2));
}

/* Reads records up to the last one. */
static bool
take_records(struct walk *w, uint64_t signature)
{
	for (;;) {
		bool good = false;
		switch (signature) {
		case SIGNATURE_MEMBER:
			good = take_member(w);
			break;
		case SIGNATURE_DIGITAL:
			good = take_signed(w);
			break;
		case SIGNATURE_END64:
			good = take_end64(w);
			break;
		case SIGNATURE_LOCATOR:
			good = take(w, NULL, 16);
			break;
		case SIGNATURE_END:
			return take_end(w);
		default:
			return damaged(w);
		}
		char next[4];
		if (!good || !take(w, next, sizeof(next)))
			return false;
		signature = number(next, 4);
	}
}

static bool
find_first(struct walk *w, uint64_t *signature)
{
	char window[4] = {0};
	do {
		memmove(window, window + 1, 3);
		if (!take(w, window + 3, 1))
			return false;
		*signature = number(window, 4);
	} while (*signature != SIGNATURE_MEMBER && *signature != SIGNATURE_END &&
		 *signature != SIGNATURE_END64);
	return true;
}

static bool
check(struct walk *w, const struct zipdir *seen)
{
	uint64_t signature = 0;
	if (!find_first(w, &signature) || !take_records(w, signature))
		return false;
	if (w->found.count != seen->count)
		blame(w->reason, UNPACK_DATA,
			"zip: damaged: %" PRIu64 " members are in the directory, %" PRIu64
			" before it",
			w->found.count, seen->count);
	else if (w->found.names != seen->names)
		blame(w->reason, UNPACK_DATA,
			"zip: damaged: the directory has other names than the members");
	else if (w->found.data != seen->data)
		blame(w->reason, UNPACK_DATA,
			"zip: damaged: the directory tells another CRC or size");
	if (w->reason->fault != UNPACK_OK)
		return false;
	while (have_bytes(w)) {
		char byte = 0;
		if (take(w, &byte, 1) && byte != '\0') {
			blame(w->reason, UNPACK_DATA, "zip: other bytes follow its end");
			return false;
		}
	}
	return w->reason->fault == UNPACK_OK;
}

bool
zipdir_check(const struct zipdir *seen, const struct slice rest[2], struct feed *feed,
	bool (*wanted)(void *arg, const char *name), void *arg, struct reason *reason)
{
	struct walk w = {.rest = {rest[0], rest[1]},
		.feed = feed,
		.reason = reason,
		.wanted = wanted,
		.arg = arg};
	bool good = check(&w, seen);
	buf_clear(&w.name);
	return good;
}
