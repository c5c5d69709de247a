#include "unpack/unpack.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>

#include "mem.h"
#include "unpack/decode.h"
#include "unpack/feed.h"
#include "unpack/members.h"
#include "unpack/reason.h"
#include "unpack/sniff.h"

enum { NAMES_MAX = 5 };

/* source -> [decoder -> decoded] -> [members] -> the caller */
struct unpack {
	const struct unpack_how *how;
	struct reason reason;
	struct feed source;
	struct decoder *decoder;
	struct feed decoded;
	struct feed *content; /* source or decoded, once it is known which; NULL before */
	struct members *members;
	bool ended;

	struct unpack_member member;
	struct buf name;
	struct slice rest; /* of the piece that unpack_copy() has begun */
	uint64_t given;
	uint64_t chosen;
	uint64_t files;   /* that could have been chosen */
	struct buf first; /* name of the first one chosen */
	struct buf names; /* of some files that were not */
};

static void
keep_name(struct buf *b, const char *name)
{
	b->len = 0;
	buf_add(b, name, strlen(name) + 1);
}

static const char *
without_dot(const char *path)
{
	while (path[0] == '.' && path[1] == '/')
		for (path += 2; *path == '/'; path++)
			;
	return path;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

/* Files in which macOS keeps what it knows about the other ones. */
static bool
is_apple(const char *name)
{
	return strncmp(last_part(name), "._", 2) == 0 || strncmp(name, "__MACOSX/", 9) == 0 ||
	       strstr(name, "/__MACOSX/") != NULL;
}

static bool
is_match(const char *glob, const char *name)
{
	if (glob == NULL)
		return true;
	glob = without_dot(glob);
	const char *part = strchr(glob, '/') != NULL ? name : last_part(name);
	return strcmp(glob, part) == 0 || fnmatch(glob, part, FNM_PATHNAME) == 0;
}

static bool
is_wanted(void *arg, const char *name)
{
	struct unpack *u = arg;
	name = without_dot(name);
	return u->how->choice != UNPACK_LIST && !is_apple(name) && is_match(u->how->member, name);
}

struct unpack *
unpack_open(unpack_reader *read, void *from, const struct unpack_how *how)
{
	struct unpack *u = xcalloc(1, sizeof(*u));
	u->how = how;
	feed_init(&u->source, read, from, &u->reason);
	return u;
}

static struct sniffed
look(struct feed *f)
{
	struct sniffed s = {CONTENT_UNDECIDED, NULL};
	while (s.content == CONTENT_UNDECIDED) {
		bool at_end = !feed_more(f);
		s = sniff(f->block, f->held, at_end);
	}
	return s;
}

/* Blames what cannot be read on; returns whether it can. */
static bool
is_readable(struct unpack *u, struct sniffed s)
{
	if (u->reason.fault != UNPACK_OK)
		return false;
	if (s.content == CONTENT_FOREIGN)
		blame(&u->reason, UNPACK_DATA, "%s is not read here: unpack it first", s.name);
	else if (s.content == CONTENT_DAMAGED)
		blame(&u->reason, UNPACK_DATA, "%s: damaged: one bit of its signature is wrong",
			s.name);
	else if (s.content == CONTENT_CUT)
		blame(&u->reason, UNPACK_DATA, "%s: cut off: the input ends within the header",
			s.name);
	return u->reason.fault == UNPACK_OK;
}

static bool
is_archive(enum content content)
{
	return content == CONTENT_TAR || content == CONTENT_ZIP;
}

static bool
is_packed(enum content content)
{
	return content >= CONTENT_GZ && content <= CONTENT_ZST;
}

/* Recognises the content and builds what it has to go through. */
static bool
start(struct unpack *u)
{
	u->content = &u->source;
	struct sniffed s = look(u->content);
	if (!is_readable(u, s))
		return false;
	if (is_packed(s.content)) {
		const char *outer = s.name;
		u->decoder = decoder_new(s.content, &u->source, u->how->max_bytes == 0, &u->reason);
		feed_init(&u->decoded, decoder_read, u->decoder, &u->reason);
		u->content = &u->decoded;
		s = look(u->content);
		if (is_packed(s.content))
			blame(&u->reason, UNPACK_DATA, "%s in %s is not read: unpack it first",
				s.name, outer);
		if (!is_readable(u, s))
			return false;
	}
	if (is_archive(s.content))
		u->members = members_new(s.content, u->content, is_wanted, u, &u->reason);
	return u->reason.fault == UNPACK_OK;
}

/* Content that is no archive is one member without a name. */
static bool
next_plain(struct unpack *u)
{
	if (u->how->member != NULL)
		blame(&u->reason, UNPACK_CHOICE, "not an archive: it has no member '%s'",
			u->how->member);
	else if (u->how->choice == UNPACK_LIST)
		blame(&u->reason, UNPACK_CHOICE, "not an archive: it has no members");
	if (u->reason.fault != UNPACK_OK)
		return false;
	if (u->chosen++ == 0)
		return true;
	while (feed_take(u->content).len != 0)
		;
	return false;
}

static void
remember_other(struct unpack *u, const char *name)
{
	if (u->files++ < NAMES_MAX)
		buf_format(&u->names, "%s'%s'", u->files > 1 ? ", " : "", name);
}

static void
blame_none(struct unpack *u)
{
	buf_byte(&u->names, '\0');
	const char *more = u->files > NAMES_MAX ? " ..." : "";
	if (u->files == 0)
		blame(&u->reason, UNPACK_CHOICE, "the archive has no files");
	else
		blame(&u->reason, UNPACK_CHOICE, "no member matches '%s'; the archive has %s%s",
			u->how->member, u->names.at, more);
}

static void
blame_two(struct unpack *u)
{
	if (u->how->member == NULL)
		blame(&u->reason, UNPACK_CHOICE,
			"several members ('%s', '%s'): choose with --member, or take --all",
			u->first.at, u->name.at);
	else
		blame(&u->reason, UNPACK_CHOICE,
			"two members match '%s' ('%s', '%s'): --all takes every one",
			u->how->member, u->first.at, u->name.at);
}

/* A file to be read: is it the only one? */
static bool
choose(struct unpack *u)
{
	if (u->chosen++ == 0)
		keep_name(&u->first, u->name.at);
	else if (u->how->choice == UNPACK_ONE)
		blame_two(u);
	return u->reason.fault == UNPACK_OK;
}

/* The size of a zip's member may be known only behind its data. */
static bool
measure(struct unpack *u)
{
	u->chosen++;
	if (u->member.has_size)
		return true;
	for (struct slice piece; (piece = members_read(u->members)).len != 0;)
		u->member.size += piece.len;
	u->member.has_size = true;
	return u->reason.fault == UNPACK_OK;
}

static bool
next_member(struct unpack *u)
{
	while (members_next(u->members, &u->member)) {
		keep_name(&u->name, without_dot(u->member.name));
		u->member.name = u->name.at;
		enum unpack_type type = u->member.type;
		if (is_apple(u->name.at))
			continue;
		if (!is_match(u->how->member, u->name.at)) {
			if (type == UNPACK_FILE)
				remember_other(u, u->name.at);
			continue;
		}
		if (u->how->choice == UNPACK_LIST)
			return measure(u);
		if (type == UNPACK_FILE)
			return choose(u);
		if (type != UNPACK_DIRECTORY && u->how->skipped != NULL)
			u->how->skipped(u->how->arg, u->name.at, unpack_type_text(type));
	}
	bool may_be_none = u->how->choice == UNPACK_LIST && u->how->member == NULL;
	if (u->chosen == 0 && !may_be_none)
		blame_none(u);
	return false;
}

bool
unpack_next(struct unpack *u)
{
	u->rest = (struct slice){0};
	u->member = (struct unpack_member){0};
	if (u->ended || u->reason.fault != UNPACK_OK || (u->content == NULL && !start(u)))
		return false;
	bool found = u->members != NULL ? next_member(u) : next_plain(u);
	u->ended = !found;
	return found;
}

const struct unpack_member *
unpack_member(const struct unpack *u)
{
	return &u->member;
}

/* Counts what is handed out against the limit. */
static bool
is_allowed(struct unpack *u, size_t len)
{
	u->given += len;
	if (u->how->max_bytes != 0 && u->given > u->how->max_bytes)
		blame(&u->reason, UNPACK_LIMIT, "more than %" PRIu64 " bytes (--max-bytes)",
			u->how->max_bytes);
	else if (u->how->max_bytes == 0 && is_bomb(u->given, u->source.taken))
		blame_bomb(&u->reason, u->given, u->source.taken);
	return u->reason.fault == UNPACK_OK;
}

struct slice
unpack_read(struct unpack *u)
{
	static const struct slice none = {0};
	if (u->rest.len != 0) {
		struct slice rest = u->rest;
		u->rest = none;
		return rest;
	}
	if (u->ended || u->content == NULL || u->reason.fault != UNPACK_OK)
		return none;
	struct slice piece = u->members != NULL ? members_read(u->members) : feed_take(u->content);
	if (piece.len == 0 || u->reason.fault != UNPACK_OK || !is_allowed(u, piece.len))
		return none;
	return piece;
}

long
unpack_copy(void *from, char *at, size_t max)
{
	struct unpack *u = from;
	struct slice piece = unpack_read(u);
	if (piece.len == 0)
		return u->reason.fault == UNPACK_OK ? 0 : -1;
	size_t len = piece.len < max ? piece.len : max;
	memcpy(at, piece.at, len);
	u->rest = (struct slice){piece.at + len, piece.len - len};
	return (long)len;
}

enum unpack_fault
unpack_fault(const struct unpack *u)
{
	return u->reason.fault;
}

const char *
unpack_reason(const struct unpack *u)
{
	return reason_text(&u->reason);
}

const char *
unpack_type_text(enum unpack_type type)
{
	static const char *const text[] = {
		[UNPACK_FILE] = "file",
		[UNPACK_DIRECTORY] = "directory",
		[UNPACK_SYMLINK] = "symbolic link",
		[UNPACK_HARDLINK] = "hard link",
		[UNPACK_DEVICE] = "device",
		[UNPACK_FIFO] = "FIFO",
		[UNPACK_OTHER] = "special file",
	};
	return text[type];
}

void
unpack_close(struct unpack *u)
{
	if (u == NULL)
		return;
	members_free(u->members);
	decoder_free(u->decoder);
	feed_clear(&u->source);
	feed_clear(&u->decoded);
	buf_clear(&u->name);
	buf_clear(&u->first);
	buf_clear(&u->names);
	buf_clear(&u->reason.text);
	free(u);
}
