#include "unpack/members.h"

#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include "unpack/zipdir.h"

enum { TAIL_MAX = 192 * 1024, TAR_BLOCK = 512, HOLE_PIECE = 64 * 1024, ZIP_PIECE = 64 * 1024 };

struct members {
	enum content content;
	struct feed *in;
	struct reason *reason;
	bool (*wanted)(void *arg, const char *name);
	void *arg;
	struct archive *archive;
	struct archive_entry *entry;
	locale_t utf8;
	bool ended;

	/* What libarchive was given: the piece, the bytes before it, and the end of the last one
	 * not zero. */
	struct slice piece;
	char *tail; /* for a zip: at least the longest local header */
	size_t tail_len;
	uint64_t given;
	uint64_t filled;

	/* The current member: bytes given, and a block that waits behind a hole. */
	const char *name;
	uint64_t at;
	struct slice block;
	uint64_t block_at;
	bool block_ended;
	bool is_checked; /* against the zip's directory */
	uint32_t crc;

	struct zipdir seen;
	struct buf name_there; /* as the directory has it */
	struct buf path;
};

static const char zeros[HOLE_PIECE];

static const char *
format_name(const struct members *m)
{
	return m->content == CONTENT_ZIP ? "zip" : "tar";
}

static void
keep_tail(struct members *m)
{
	struct slice s = m->piece;
	if (m->tail == NULL)
		return;
	if (s.len >= TAIL_MAX) {
		memcpy(m->tail, s.at + s.len - TAIL_MAX, TAIL_MAX);
		m->tail_len = TAIL_MAX;
		return;
	}
	size_t old = m->tail_len < TAIL_MAX - s.len ? m->tail_len : TAIL_MAX - s.len;
	memmove(m->tail, m->tail + m->tail_len - old, old);
	if (s.len != 0)
		memcpy(m->tail + old, s.at, s.len);
	m->tail_len = old + s.len;
}

static void
note_filled(struct members *m)
{
	const char *at = m->piece.at;
	size_t len = m->piece.len;
	bool is_zero = at[0] == '\0' && memcmp(at, at + 1, len - 1) == 0;
	while (!is_zero && at[len - 1] == '\0')
		len--;
	if (!is_zero)
		m->filled = m->given + len;
}

static bool
take_piece(struct members *m)
{
	keep_tail(m);
	m->piece = feed_take(m->in);
	if (m->piece.len == 0)
		return false;
	note_filled(m);
	m->given += m->piece.len;
	return true;
}

/*
 * libarchive's read callback.  A zip comes in larger pieces: with small ones libarchive 3.6 fails
 * on lzma when the last bytes of a member come alone.
 */
static la_ssize_t
give(struct archive *a, void *arg, const void **at)
{
	struct members *m = arg;
	while (m->content == CONTENT_ZIP && m->in->held < ZIP_PIECE && feed_more(m->in))
		;
	if (!take_piece(m) && m->reason->fault != UNPACK_OK) {
		archive_set_error(a, EIO, "%s", reason_text(m->reason));
		return ARCHIVE_FATAL;
	}
	*at = m->piece.at;
	return (la_ssize_t)m->piece.len;
}

/* Ends at libarchive's error; name is NULL between members. */
static bool
fail(struct members *m, const char *name)
{
	const char *text = archive_error_string(m->archive);
	if (archive_errno(m->archive) == ENOMEM)
		blame(m->reason, UNPACK_SYSTEM, "%s: out of memory", format_name(m));
	else if (name != NULL)
		blame(m->reason, UNPACK_DATA, "%s: member '%s': %s", format_name(m), name,
			text != NULL ? text : "damaged");
	else
		blame(m->reason, UNPACK_DATA, "%s: %s, at byte %" PRId64, format_name(m),
			text != NULL ? text : "damaged", archive_read_header_position(m->archive));
	m->ended = true;
	return false;
}

struct members *
members_new(enum content content, struct feed *in, bool (*wanted)(void *arg, const char *name),
	void *arg, struct reason *reason)
{
	struct members *m = xcalloc(1, sizeof(*m));
	m->content = content;
	m->in = in;
	m->wanted = wanted;
	m->arg = arg;
	m->reason = reason;
	m->archive = archive_read_new();
	if (m->archive == NULL) {
		blame(reason, UNPACK_SYSTEM, "out of memory");
		m->ended = true;
		return m;
	}
	if (content == CONTENT_ZIP)
		m->tail = xmalloc(TAIL_MAX);
	if (content == CONTENT_ZIP)
		archive_read_support_format_zip_streamable(m->archive);
	else
		archive_read_support_format_tar(m->archive);
	/* libarchive turns names into the locale's charset, and in C fails for all but ASCII. */
	m->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (archive_read_open(m->archive, m, NULL, give, NULL) != ARCHIVE_OK)
		fail(m, NULL);
	return m;
}

/*
 * A tar ends with a block of zeros, and zeros follow it.  libarchive takes any end between two
 * members for the end: then a file that was cut there would pass for whole.
 */
static void
check_tar_end(struct members *m)
{
	uint64_t end = (uint64_t)archive_read_header_position(m->archive);
	while (take_piece(m))
		;
	if (m->given < end + TAR_BLOCK)
		blame(m->reason, UNPACK_DATA,
			"tar: cut off: no end-of-archive mark at byte %" PRIu64, end);
	else if (m->filled > end)
		blame(m->reason, UNPACK_DATA, "tar: other bytes follow its end at byte %" PRIu64,
			end);
}

/* What libarchive was given from where it began to look for the header: in the last piece, or
 * before it. */
static void
find_rest(const struct members *m, struct slice rest[2])
{
	uint64_t from = (uint64_t)archive_read_header_position(m->archive);
	uint64_t start = m->given - m->piece.len;
	rest[0] = (struct slice){0};
	rest[1] = m->piece;
	if (from < start) {
		size_t back = start - from < m->tail_len ? (size_t)(start - from) : m->tail_len;
		rest[0] = (struct slice){m->tail + m->tail_len - back, back};
	} else {
		rest[1].at += from - start;
		rest[1].len -= from - start;
	}
}

static void
check_zip_end(struct members *m)
{
	struct slice rest[2];
	find_rest(m, rest);
	zipdir_check(&m->seen, rest, m->in, m->wanted, m->arg, m->reason);
}

static void
check_end(struct members *m)
{
	if (m->reason->fault != UNPACK_OK)
		return;
	if (m->content == CONTENT_ZIP)
		check_zip_end(m);
	else
		check_tar_end(m);
}

static enum unpack_type
type_of(struct archive_entry *entry)
{
	if (archive_entry_hardlink(entry) != NULL)
		return UNPACK_HARDLINK;
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		return UNPACK_FILE;
	case AE_IFDIR:
		return UNPACK_DIRECTORY;
	case AE_IFLNK:
		return UNPACK_SYMLINK;
	case AE_IFCHR:
	case AE_IFBLK:
		return UNPACK_DEVICE;
	case AE_IFIFO:
		return UNPACK_FIFO;
	default:
		return UNPACK_OTHER;
	}
}

static struct unpack_member
describe(struct archive_entry *entry)
{
	return (struct unpack_member){
		.name = archive_entry_pathname(entry),
		.type = type_of(entry),
		.has_size = archive_entry_size_is_set(entry),
		.size = (uint64_t)archive_entry_size(entry),
		.has_mtime = archive_entry_mtime_is_set(entry),
		.mtime = archive_entry_mtime(entry),
	};
}

static int
next_header(struct members *m)
{
	locale_t before = m->utf8 != (locale_t)0 ? uselocale(m->utf8) : (locale_t)0;
	int result = archive_read_next_header(m->archive, &m->entry);
	if (before != (locale_t)0)
		uselocale(before);
	return result;
}

/* Some text of a header is not in its charset: the name is there all the same. */
static bool
is_about_charset(const struct members *m)
{
	const char *text = archive_error_string(m->archive);
	return text != NULL && strstr(text, "be converted") != NULL;
}

/* Behind the last block: a sparse file may end in a hole; else the length must be the one told
 * before. */
static bool
end_member(struct members *m)
{
	uint64_t size = (uint64_t)archive_entry_size(m->entry);
	bool has_size = archive_entry_size_is_set(m->entry);
	m->block_ended = true;
	m->block_at = m->at;
	if (has_size && size > m->at && archive_entry_sparse_count(m->entry) != 0)
		m->block_at = size;
	else if (has_size && size != m->at) {
		archive_set_error(m->archive, EINVAL, "not as long as its header says");
		return fail(m, m->name);
	}
	if (m->is_checked)
		zipdir_add_data(&m->seen, m->crc, m->at);
	return true;
}

static bool
take_block(struct members *m)
{
	if (archive_entry_is_data_encrypted(m->entry)) {
		archive_set_error(m->archive, EINVAL, "encrypted");
		return fail(m, m->name);
	}
	const void *at = NULL;
	size_t len = 0;
	la_int64_t offset = 0;
	int result = archive_read_data_block(m->archive, &at, &len, &offset);
	if (result == ARCHIVE_EOF)
		return end_member(m);
	if (result != ARCHIVE_OK)
		return fail(m, m->name);
	if ((uint64_t)offset < m->at) {
		archive_set_error(m->archive, EINVAL, "parts overlap");
		return fail(m, m->name);
	}
	m->block = (struct slice){at, len};
	m->block_at = (uint64_t)offset;
	return true;
}

static struct slice
take_hole(struct members *m)
{
	uint64_t hole = m->block_at - m->at;
	size_t len = hole < sizeof(zeros) ? (size_t)hole : sizeof(zeros);
	m->at += len;
	return (struct slice){zeros, len};
}

struct slice
members_read(struct members *m)
{
	static const struct slice none = {0};
	if (m->ended)
		return none;
	while (m->block.len == 0 && m->at == m->block_at && !m->block_ended)
		if (!take_block(m))
			return none;
	if (m->at < m->block_at)
		return take_hole(m);
	struct slice piece = m->block;
	m->at += piece.len;
	m->block_at = m->at;
	m->block = none;
	if (m->is_checked)
		m->crc = (uint32_t)crc32_z(m->crc, (const Bytef *)piece.at, piece.len);
	return piece;
}

static void
keep(struct buf *b, const char *text)
{
	b->len = 0;
	buf_add(b, text, strlen(text) + 1);
}

/*
 * Notes what the directory must have too.  libarchive changes names (composes accents, takes
 * another one from an extra field), so that is the name in the header.
 */
static void
note_member(struct members *m, struct unpack_member *member)
{
	keep(&m->path, member->name);
	zipdir_mend_path(m->path.at);
	member->name = m->path.at;
	struct slice rest[2];
	find_rest(m, rest);
	if (!zipdir_local_name(rest, &m->name_there))
		keep(&m->name_there, member->name);
	zipdir_add_name(&m->seen, m->name_there.at);
	zipdir_mend_path(m->name_there.at);
	m->is_checked = member->type == UNPACK_FILE && m->wanted(m->arg, m->name_there.at);
}

bool
members_next(struct members *m, struct unpack_member *member)
{
	while (m->is_checked && !m->block_ended && !m->ended)
		members_read(m);
	if (m->ended)
		return false;
	m->is_checked = false;
	m->crc = 0;
	m->at = m->block_at = 0;
	m->block = (struct slice){0};
	m->block_ended = false;
	int result = next_header(m);
	if (result == ARCHIVE_EOF) {
		m->ended = true;
		check_end(m);
		return false;
	}
	if (result != ARCHIVE_OK && !(result == ARCHIVE_WARN && is_about_charset(m)))
		return fail(m, NULL);
	*member = describe(m->entry);
	if (member->name == NULL)
		return fail(m, NULL);
	if (m->content == CONTENT_ZIP)
		note_member(m, member);
	m->name = member->name;
	return true;
}

void
members_free(struct members *m)
{
	if (m == NULL)
		return;
	archive_read_free(m->archive);
	if (m->utf8 != (locale_t)0)
		freelocale(m->utf8);
	free(m->tail);
	buf_clear(&m->name_there);
	buf_clear(&m->path);
	free(m);
}
