/*
 * lib/unpack: every kind of content, whole, cut off at every byte, with bits flipped.
 *
 *	unpack [DIR]
 *
 * DIR is what tests/make-archives has filled: the same as tar, zip, gzip ... and Python write it.
 *Bits are flipped all over if ETL_TEST_ALL is set, else a few thousand of each.
 */
#include "unpack/unpack.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "mem.h"
#include "unit.h"
#include "unpack/sniff.h"

enum { WHOLE = 1 << 30 };

static const struct unpack_how one = {0};
static const struct unpack_how all = {.choice = UNPACK_ALL};
static const struct unpack_how list = {.choice = UNPACK_LIST};

struct source {
	struct slice rest;
	size_t piece; /* most bytes that a read gives */
	bool fails;   /* instead of ending */
};

static long
give(void *from, char *at, size_t max)
{
	struct source *s = from;
	size_t len = s->rest.len < s->piece ? s->rest.len : s->piece;
	if (len > max)
		len = max;
	if (len == 0)
		return s->fails ? -1 : 0;
	memcpy(at, s->rest.at, len);
	s->rest.at += len;
	s->rest.len -= len;
	return (long)len;
}

/* All that came out: the bytes, members as "name:type ", in a list "name:type:size ", notes as
 * "name:type ". */
struct result {
	struct buf bytes;
	struct buf names;
	struct buf notes;
	struct buf reason;
	enum unpack_fault fault;
	bool has_rest; /* of the source, after a clean end */
};

static void
clear(struct result *r)
{
	buf_clear(&r->bytes);
	buf_clear(&r->names);
	buf_clear(&r->notes);
	buf_clear(&r->reason);
}

static void
note(void *arg, const char *name, const char *type)
{
	buf_format(arg, "%s:%s ", name, type);
}

static void
add_member(struct result *r, const struct unpack_member *m, enum unpack_choice choice)
{
	if (m->name == NULL)
		return;
	buf_format(&r->names, "%s:%s", m->name, unpack_type_text(m->type));
	if (choice == UNPACK_LIST)
		buf_format(&r->names, ":%ld", m->has_size ? (long)m->size : -1L);
	buf_byte(&r->names, ' ');
}

/* Unpacks all of `in`, read in pieces. */
static struct result
unpack_pieces(struct slice in, struct unpack_how how, size_t piece)
{
	struct result r = {0};
	struct source source = {in, piece, false};
	how.skipped = note;
	how.arg = &r.notes;
	struct unpack *u = unpack_open(give, &source, &how);
	while (unpack_next(u)) {
		add_member(&r, unpack_member(u), how.choice);
		if (how.choice == UNPACK_LIST)
			continue;
		for (struct slice s; (s = unpack_read(u)).len != 0;)
			buf_add(&r.bytes, s.at, s.len);
	}
	r.fault = unpack_fault(u);
	r.has_rest = r.fault == UNPACK_OK && source.rest.len != 0;
	buf_add(&r.reason, unpack_reason(u), strlen(unpack_reason(u)) + 1);
	unpack_close(u);
	buf_byte(&r.names, '\0');
	buf_byte(&r.notes, '\0');
	return r;
}

static struct slice
slice_buf(const struct buf *b)
{
	return (struct slice){b->at, b->len};
}

/* Is the result clean, with these bytes and, if not NULL, these members? */
static bool
gives(struct slice in, struct unpack_how how, size_t piece, struct slice bytes, const char *names)
{
	struct result r = unpack_pieces(in, how, piece);
	bool good = r.fault == UNPACK_OK && !r.has_rest && slice_same(slice_buf(&r.bytes), bytes) &&
		    (names == NULL || strcmp(names, r.names.at) == 0);
	clear(&r);
	return good;
}

static bool
faults(struct slice in, struct unpack_how how, enum unpack_fault fault, const char *reason)
{
	struct result r = unpack_pieces(in, how, WHOLE);
	bool good = r.fault == fault && strstr(r.reason.at, reason) != NULL;
	if (!good)
		printf("# fault %d: %s\n", r.fault, r.reason.at);
	clear(&r);
	return good;
}

/* Random, the same every time (Marsaglia's xorshift). */
static uint64_t
draw(void)
{
	static uint64_t state = 88172645463325252u;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static struct buf
make_csv(size_t size)
{
	struct buf b = {0};
	buf_text(&b, "id,name,amount\n");
	for (unsigned i = 1; b.len < size; i++)
		buf_format(&b, "%u,vehicle %lu,%lu.%02lu\n", i, (unsigned long)(draw() % 1000),
			(unsigned long)(draw() % 100000), (unsigned long)(draw() % 100));
	return b;
}

static struct buf
make_gz(struct slice in)
{
	struct buf b = {0};
	z_stream z = {0};
	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	size_t max = deflateBound(&z, in.len) + 64;
	z.next_in = (z_const Bytef *)in.at;
	z.avail_in = (uInt)in.len;
	z.next_out = (Bytef *)buf_room(&b, max);
	z.avail_out = (uInt)max;
	deflate(&z, Z_FINISH);
	b.len = z.total_out;
	deflateEnd(&z);
	return b;
}

static struct buf
make_bz2(struct slice in)
{
	struct buf b = {0};
	unsigned len = (unsigned)(in.len + in.len / 50 + 1000);
	char *copy = xmalloc(in.len + 1);
	memcpy(copy, in.at, in.len);
	BZ2_bzBuffToBuffCompress(buf_room(&b, len), &len, copy, (unsigned)in.len, 9, 0, 0);
	b.len = len;
	free(copy);
	return b;
}

static struct buf
make_xz(struct slice in)
{
	struct buf b = {0};
	size_t max = lzma_stream_buffer_bound(in.len);
	uint8_t *at = (uint8_t *)buf_room(&b, max);
	lzma_easy_buffer_encode(
		6, LZMA_CHECK_CRC64, NULL, (const uint8_t *)in.at, in.len, at, &b.len, max);
	return b;
}

static struct buf
make_zst(struct slice in)
{
	struct buf b = {0};
	size_t max = ZSTD_compressBound(in.len);
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	b.len = ZSTD_compress2(z, buf_room(&b, max), max, in.at, in.len);
	ZSTD_freeCCtx(z);
	return b;
}

static const struct packer {
	const char *name;
	struct buf (*make)(struct slice in);
} packers[] = {{"gz", make_gz}, {"bz2", make_bz2}, {"xz", make_xz}, {"zst", make_zst}};

enum { PACKERS = sizeof(packers) / sizeof(packers[0]) };

static struct archive *
write_archive(struct buf *b, const char *format, size_t *used)
{
	enum { ROOM = 1 << 20 };
	struct archive *a = archive_write_new();
	archive_write_set_format_by_name(a, format);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open_memory(a, buf_room(b, ROOM), ROOM, used);
	return a;
}

static void
write_member(struct archive *a, const char *name, unsigned type, struct slice text)
{
	struct archive_entry *e = archive_entry_new();
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, 1700000000, 0);
	archive_entry_set_size(e, (la_int64_t)text.len);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(e, "a.csv");
	if (type == 0) {
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_hardlink(e, "a.csv");
	}
	archive_write_header(a, e);
	if (text.len != 0)
		archive_write_data(a, text.at, text.len);
	archive_entry_free(e);
}

/* An archive of files with these texts; a name of NULL ends the list. */
static struct buf
make_archive(const char *format, const char *const *names, struct slice text)
{
	struct buf b = {0};
	size_t used = 0;
	struct archive *a = write_archive(&b, format, &used);
	for (; *names != NULL; names++)
		write_member(a, *names, AE_IFREG, text);
	archive_write_free(a);
	b.len = used;
	return b;
}

/* `in` cut off after from..to - 1 bytes: all must be faults. */
static void
cut_everywhere(const char *name, struct slice in, struct unpack_how how, size_t from, size_t to)
{
	size_t wrong = 0;
	for (size_t len = from; len < to; len++) {
		struct result r = unpack_pieces((struct slice){in.at, len}, how, WHOLE);
		if (r.fault != UNPACK_DATA && wrong++ < 5)
			printf("# %s cut at %zu: fault %d %s\n", name, len, r.fault, r.reason.at);
		clear(&r);
	}
	ok(wrong == 0, "%s cut off after %zu to %zu bytes: all are faults", name, from, to - 1);
}

/* Flips single bits in bytes from..to - 1: each must be a fault or change nothing. */
static void
flip_bits(const char *name, struct slice in, struct unpack_how how, size_t from, size_t to)
{
	struct result good = unpack_pieces(in, how, WHOLE);
	char *copy = xmalloc(in.len);
	memcpy(copy, in.at, in.len);
	size_t bits = (to - from) * 8;
	size_t step = getenv("ETL_TEST_ALL") != NULL || bits < 2048 ? 1 : bits / 2048 | 1;
	size_t tried = 0, caught = 0, silent = 0;
	for (size_t bit = from * 8; bit < to * 8;
		bit += bit < (from + 16) * 8 ? 1 : step, tried++) {
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		struct result r = unpack_pieces((struct slice){copy, in.len}, how, WHOLE);
		bool same = slice_same(slice_buf(&r.bytes), slice_buf(&good.bytes)) &&
			    (how.choice != UNPACK_ALL || strcmp(r.names.at, good.names.at) == 0);
		caught += r.fault != UNPACK_OK;
		if (r.fault == UNPACK_OK && !same && silent++ < 5)
			printf("# %s bit %zu (byte %zu): silent\n", name, bit, bit / 8);
		clear(&r);
		copy[bit / 8] = in.at[bit / 8];
	}
	ok(silent == 0 && caught != 0, "%s: %zu bits flipped: %zu faults, %zu the same, %zu silent",
		name, tried, caught, tried - caught - silent, silent);
	free(copy);
	clear(&good);
}

static void
test_plain(struct slice csv)
{
	ok(gives((struct slice){"", 0}, one, WHOLE, slice_of(""), ""), "zero bytes");
	ok(gives(csv, one, WHOLE, csv, "") && gives(csv, one, 1, csv, "") &&
			gives(csv, all, 511, csv, ""),
		"plain in pieces of any size");
	struct unpack_how member = {.member = "a.csv"};
	ok(faults(csv, member, UNPACK_CHOICE, "not an archive: it has no member 'a.csv'"),
		"member of plain");
	ok(faults(csv, list, UNPACK_CHOICE, "not an archive"), "list of plain");
	struct unpack_how few = {.max_bytes = csv.len - 1}, enough = {.max_bytes = csv.len};
	ok(faults(csv, few, UNPACK_LIMIT, "--max-bytes") && gives(csv, enough, 100, csv, ""),
		"max_bytes");
}

static void
test_reader(struct slice csv)
{
	struct buf gz = make_gz(csv);
	struct source source = {{gz.at, gz.len / 2}, 100, true};
	struct unpack *u = unpack_open(give, &source, &one);
	while (unpack_next(u))
		while (unpack_read(u).len != 0)
			;
	ok(unpack_fault(u) == UNPACK_SOURCE, "reader fails: %s", unpack_reason(u));
	ok(!unpack_next(u) && unpack_read(u).len == 0 && unpack_fault(u) == UNPACK_SOURCE,
		"and it stays so");
	unpack_close(u);
	u = unpack_open(give, &source, &one);
	unpack_close(u);
	unpack_close(NULL);
	buf_clear(&gz);
}

/* A reader over an unpack over an unpack: gz within a tar. */
static void
test_copy(struct slice csv)
{
	struct buf gz = make_gz(csv);
	struct buf tar =
		make_archive("ustar", (const char *const[]){"a.csv.gz", NULL}, slice_buf(&gz));
	struct source source = {slice_buf(&tar), 1000, false};
	struct unpack *outer = unpack_open(give, &source, &one);
	struct unpack *inner = unpack_open(unpack_copy, outer, &one);
	struct buf out = {0};
	bool found = unpack_next(outer) && unpack_next(inner);
	for (long got; (got = unpack_copy(inner, buf_room(&out, 7), 7)) > 0;)
		out.len += (size_t)got;
	ok(found && slice_same(slice_buf(&out), csv), "gz within a tar through two of them");
	ok(!unpack_next(inner) && unpack_fault(inner) == UNPACK_OK && !unpack_next(outer) &&
			unpack_fault(outer) == UNPACK_OK,
		"both end well");
	unpack_close(inner);
	unpack_close(outer);
	buf_clear(&out);
	buf_clear(&tar);
	buf_clear(&gz);
}

static void
test_packed(struct slice csv)
{
	for (size_t i = 0; i < PACKERS; i++) {
		const char *name = packers[i].name;
		struct buf packed = packers[i].make(csv);
		struct slice p = slice_buf(&packed);
		ok(gives(p, one, WHOLE, csv, "") && gives(p, all, 1, csv, "") &&
				gives(p, one, 13, csv, ""),
			"%s in pieces of any size", name);
		/* Fewer bytes than that may be text: "BZh", "(". */
		size_t sure = i == 1 ? 4 : i == 3 ? 2 : 1;
		cut_everywhere(name, p, one, sure, p.len);
		flip_bits(name, p, one, 0, p.len);
		struct buf nothing = packers[i].make((struct slice){"", 0});
		ok(gives(slice_buf(&nothing), one, WHOLE, (struct slice){"", 0}, ""),
			"%s of nothing", name);
		buf_clear(&nothing);
		buf_clear(&packed);
	}
}

static void
test_joined(struct slice csv)
{
	struct buf twice = {0};
	buf_add(&twice, csv.at, csv.len);
	buf_add(&twice, csv.at, csv.len);
	for (size_t i = 0; i < PACKERS; i++) {
		const char *name = packers[i].name;
		struct buf b = packers[i].make(csv);
		size_t len = b.len;
		char *copy = xmalloc(len);
		memcpy(copy, b.at, len);
		buf_add(&b, copy, len);
		ok(gives(slice_buf(&b), one, WHOLE, slice_buf(&twice), "") &&
				gives(slice_buf(&b), one, 3, slice_buf(&twice), ""),
			"%s: two streams are joined", name);
		ok(faults((struct slice){b.at, len + 1}, one, UNPACK_DATA, "cut off") &&
				faults((struct slice){b.at, 2 * len - 1}, one, UNPACK_DATA,
					"cut off"),
			"%s: the second is cut off", name);
		b.len = len;
		buf_text(&b, "x,y\n");
		ok(faults(slice_buf(&b), one, UNPACK_DATA, "other bytes follow"),
			"%s: other bytes follow", name);
		b.len = len;
		buf_add(&b, "\0\0\0\0\0\0\0\0", 8);
		bool pads = i == 0 || i == 2;
		ok(pads == gives(slice_buf(&b), one, 1, csv, ""), "%s: zeros follow", name);
		b.len = len + 3;
		ok((i == 0) == gives(slice_buf(&b), one, WHOLE, csv, ""), "%s: three zeros follow",
			name);
		free(copy);
		buf_clear(&b);
	}
	buf_clear(&twice);
}

static void
test_nested(struct slice csv)
{
	struct buf gz = make_gz(csv), xz = make_xz(slice_buf(&gz));
	ok(faults(slice_buf(&xz), one, UNPACK_DATA, "gz in xz is not read"), "gz in xz");
	ok(faults(slice_of("7z\xbc\xaf\x27\x1c..."), one, UNPACK_DATA, "7z is not read"), "7z");
	buf_clear(&gz);
	buf_clear(&xz);
}

static const char *const tars[] = {"ustar", "pax", "gnutar", "v7tar"};

enum { TARS = sizeof(tars) / sizeof(tars[0]) };

/* The end marker's first block, from which on the archive is whole. */
static size_t
tar_end(const struct buf *tar)
{
	size_t end = tar->len;
	while (tar->at[end - 1] == '\0')
		end--;
	return (end + 511) / 512 * 512;
}

static void
test_tar(struct slice csv)
{
	const char *expected = "dir/data.csv:file ";
	char listed[64];
	snprintf(listed, sizeof(listed), "dir/data.csv:file:%zu ", csv.len);
	for (size_t i = 0; i < TARS; i++) {
		struct buf tar =
			make_archive(tars[i], (const char *const[]){"./dir/data.csv", NULL}, csv);
		struct slice t = slice_buf(&tar);
		ok(gives(t, one, WHOLE, csv, expected) && gives(t, one, 1, csv, expected) &&
				gives(t, list, 99, (struct slice){"", 0}, listed),
			"%s in pieces of any size", tars[i]);
		size_t end = tar_end(&tar);
		/* 17: the name and two zeros */
		cut_everywhere(tars[i], t, one, 17, end + 512);
		ok(gives((struct slice){t.at, end + 512}, one, WHOLE, csv, expected),
			"%s: one block of zeros", tars[i]);
		flip_bits(tars[i], t, all, 0, 512);
		flip_bits(tars[i], t, all, end, t.len);
		buf_text(&tar, "more");
		ok(faults(slice_buf(&tar), one, UNPACK_DATA, "follow its end"),
			"%s: other bytes follow", tars[i]);
		buf_clear(&tar);
	}
}

static void
test_packed_tar(struct slice csv)
{
	struct buf tar = make_archive("pax", (const char *const[]){"a.csv", "b.csv", NULL}, csv);
	struct buf twice = {0};
	buf_add(&twice, csv.at, csv.len);
	buf_add(&twice, csv.at, csv.len);
	char name[16];
	for (size_t i = 0; i < PACKERS; i++) {
		struct buf packed = packers[i].make(slice_buf(&tar));
		struct slice p = slice_buf(&packed);
		snprintf(name, sizeof(name), "tar.%s", packers[i].name);
		ok(gives(p, all, WHOLE, slice_buf(&twice), NULL) &&
				gives(p, all, 5, slice_buf(&twice), NULL),
			"%s whole", name);
		struct unpack_how first = {.member = "a.*"};
		ok(gives(p, first, WHOLE, csv, NULL), "%s: one member", name);
		cut_everywhere(name, p, first, i == 1 ? 4 : i == 3 ? 2 : 1, p.len);
		flip_bits(name, p, first, 0, p.len);
		flip_bits(name, p, all, 0, p.len);
		buf_clear(&packed);
	}
	/* Cut before it was packed: whole as a gz, not as a tar. */
	struct buf part = make_gz((struct slice){tar.at, tar_end(&tar)});
	ok(faults(slice_buf(&part), all, UNPACK_DATA, "no end-of-archive"),
		"tgz of a tar without its end");
	buf_clear(&part);
	part = make_gz((struct slice){tar.at, 300});
	ok(faults(slice_buf(&part), all, UNPACK_DATA, "tar: cut off"), "tgz of a part of a header");
	buf_clear(&part);
	buf_clear(&twice);
	buf_clear(&tar);
}

static void
test_zip(struct slice csv)
{
	struct buf zip = make_archive("zip", (const char *const[]){"a.csv", "b.csv", NULL}, csv);
	struct slice z = slice_buf(&zip);
	struct buf twice = {0};
	buf_add(&twice, csv.at, csv.len);
	buf_add(&twice, csv.at, csv.len);
	ok(gives(z, all, WHOLE, slice_buf(&twice), NULL) &&
			gives(z, all, 1, slice_buf(&twice), NULL) &&
			gives(z, all, 17, slice_buf(&twice), NULL),
		"zip in pieces of any size");
	struct unpack_how second = {.member = "b.csv"},
			  csvs = {.member = "*.csv", .choice = UNPACK_ALL};
	cut_everywhere("zip", z, second, 3, z.len);
	flip_bits("zip", z, csvs, 0, z.len);
	flip_bits("zip, second member", z, second, 0, z.len);
	buf_add(&zip, "\0\0", 2);
	ok(gives(slice_buf(&zip), second, 7, csv, NULL), "zip: zeros follow");
	buf_byte(&zip, 'x');
	ok(faults(slice_buf(&zip), second, UNPACK_DATA, "other bytes follow"),
		"zip: other bytes follow");
	buf_clear(&zip);
	buf_clear(&twice);
	zip = make_archive("zip", (const char *const[]){NULL}, csv);
	ok(faults(slice_buf(&zip), one, UNPACK_CHOICE, "no files"), "empty zip");
	buf_clear(&zip);
}

static struct buf
make_mixed(struct slice csv)
{
	struct buf b = {0};
	size_t used = 0;
	struct archive *a = write_archive(&b, "pax", &used);
	struct slice none = {0};
	write_member(a, "./._a.csv", AE_IFREG, csv);
	write_member(a, "./", AE_IFDIR, none);
	write_member(a, "./a.csv", AE_IFREG, csv);
	write_member(a, "__MACOSX/a.csv", AE_IFREG, csv);
	write_member(a, "x/__MACOSX/a.csv", AE_IFREG, csv);
	write_member(a, "link.csv", AE_IFLNK, none);
	write_member(a, "hard.csv", 0, none);
	write_member(a, "fifo.csv", AE_IFIFO, none);
	write_member(a, "device.csv", AE_IFCHR, none);
	write_member(a, "dir.csv", AE_IFDIR, none);
	write_member(a, "../../etc/b.csv", AE_IFREG, none);
	write_member(a, "/x/y.csv", AE_IFREG, slice_of("1\n"));
	write_member(a, "x/[1].txt", AE_IFREG, slice_of("2\n"));
	write_member(a, "d\xc3\xa4t\xc3\xa4/\xc3\xbc.csv", AE_IFREG, slice_of("3\n"));
	archive_write_free(a);
	b.len = used;
	return b;
}

static void
test_choice(struct slice csv)
{
	struct buf tar = make_mixed(csv);
	struct slice t = slice_buf(&tar);
	const struct case_ {
		const char *glob;
		const char *names; /* NULL: a fault */
		const char *say;
	} cases[] = {
		{"a.csv", "a.csv:file", NULL},
		{"./a.csv", "a.csv:file", NULL},
		{"b.csv", "../../etc/b.csv:file ", NULL},
		{"y.csv", "/x/y.csv:file ", NULL},
		{"/x/*", "/x/y.csv:file ", NULL},
		{"[1].txt", "x/[1].txt:file ", NULL},
		{"x/[1].txt", "x/[1].txt:file ", NULL},
		{"*.txt", "x/[1].txt:file ", NULL},
		{"\xc3\xbc.csv", "d\xc3\xa4t\xc3\xa4/\xc3\xbc.csv:file ", NULL},
		{"*.tsv", NULL,
			"no member matches '*.tsv'; the archive has 'a.csv', '../../etc/b.csv'"},
		{"*.csv", NULL, "two members match '*.csv' ('a.csv', '../../etc/b.csv'): --all"},
		{NULL, NULL, "several members ('a.csv', '../../etc/b.csv'): choose with --member"},
		{"x/*.csv", NULL, "no member matches"},
		{"link.csv", NULL, "no member matches"},
		{"._a.csv", NULL, "no member matches"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct unpack_how how = {.member = cases[i].glob};
		struct result r = unpack_pieces(t, how, WHOLE);
		const char *name = cases[i].glob != NULL ? cases[i].glob : "(none)";
		bool good = cases[i].names != NULL
				    ? r.fault == UNPACK_OK && strncmp(r.names.at, cases[i].names,
								      strlen(cases[i].names)) == 0
				    : r.fault == UNPACK_CHOICE &&
					      strstr(r.reason.at, cases[i].say) != NULL;
		ok(good, "member %s: %s%s", name, r.names.at, r.reason.at);
		clear(&r);
	}
	struct unpack_how csvs = {.member = "*.csv", .choice = UNPACK_ALL};
	struct result r = unpack_pieces(t, csvs, WHOLE);
	ok(r.fault == UNPACK_OK && r.bytes.len == csv.len + 4, "all that match: %s", r.names.at);
	ok(strcmp(r.notes.at,
		   "link.csv:symbolic link hard.csv:hard link fifo.csv:FIFO device.csv:device ") ==
			0,
		"notes: %s", r.notes.at);
	clear(&r);
	r = unpack_pieces(t, list, WHOLE);
	ok(r.fault == UNPACK_OK && strstr(r.names.at, "dir.csv/:directory:0 ") != NULL &&
			strstr(r.names.at, "hard.csv:hard link:") != NULL &&
			strstr(r.names.at, "._") == NULL,
		"list: %s", r.names.at);
	clear(&r);
	buf_clear(&tar);
}

static void
test_leave_early(struct slice csv)
{
	struct buf tar = make_archive("ustar", (const char *const[]){"a.csv", "b.csv", NULL}, csv);
	struct buf gz = make_gz(slice_buf(&tar));
	gz.at[gz.len - 5] ^= 1; /* in the checksum */
	struct source source = {slice_buf(&gz), WHOLE, false};
	struct unpack *u = unpack_open(give, &source, &all);
	int members = 0;
	while (unpack_next(u)) {
		members++;
		unpack_read(u);
	}
	ok(members <= 2 && unpack_fault(u) == UNPACK_DATA,
		"members left early are still verified: %s", unpack_reason(u));
	unpack_close(u);
	buf_clear(&gz);
	buf_clear(&tar);
}

/* Lines of x, which are not a tar as zeros would be. */
static struct buf
make_dense(size_t mib)
{
	struct buf b = {0};
	static char block[1 << 20];
	memset(block, 'x', sizeof(block));
	block[0] = '\n';
	ZSTD_CCtx *z = ZSTD_createCCtx();
	for (size_t i = 0; i < mib; i++) {
		ZSTD_inBuffer in = {block, sizeof(block), 0};
		bool is_last = i + 1 == mib;
		size_t left = 1;
		while (in.pos < in.size || (is_last && left != 0)) {
			ZSTD_outBuffer out = {buf_room(&b, 1 << 18), 1 << 18, 0};
			left = ZSTD_compressStream2(
				z, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
			b.len += out.pos;
		}
	}
	ZSTD_freeCCtx(z);
	return b;
}

static enum unpack_fault
drain(struct slice in, struct unpack_how how, uint64_t *bytes)
{
	struct source source = {in, WHOLE, false};
	struct unpack *u = unpack_open(give, &source, &how);
	*bytes = 0;
	while (unpack_next(u))
		for (struct slice s; (s = unpack_read(u)).len != 0;)
			*bytes += s.len;
	enum unpack_fault fault = unpack_fault(u);
	unpack_close(u);
	return fault;
}

static void
test_bomb(void)
{
	uint64_t bytes = 0, gib = 1 << 30;
	struct buf b = make_dense(1100);
	struct slice z = slice_buf(&b);
	ok(drain(z, one, &bytes) == UNPACK_LIMIT && bytes <= gib, "1.1 GiB from %zu bytes: a bomb",
		z.len);
	struct unpack_how more = {.max_bytes = gib * 2}, less = {.max_bytes = 1000000};
	ok(drain(z, more, &bytes) == UNPACK_OK && bytes == 1100u << 20, "max_bytes allows it");
	ok(drain(z, less, &bytes) == UNPACK_LIMIT && bytes <= 1000000,
		"max_bytes forbids it earlier");
	buf_clear(&b);
	b = make_dense(1000);
	ok(drain(slice_buf(&b), one, &bytes) == UNPACK_OK && bytes == 1000u << 20,
		"below 1 GiB all is allowed");
	buf_clear(&b);
}

/* The least bytes after which text is decided on; SNIFF_MAX + 1 if it is not. */
static size_t
decided_at(const char *text, size_t len, enum content *content)
{
	for (size_t n = 0; n <= len; n++) {
		*content = sniff(text, n, false).content;
		if (*content != CONTENT_UNDECIDED)
			return n;
	}
	return SNIFF_MAX + 1;
}

static void
test_sniff(void)
{
	enum content c = CONTENT_PLAIN;
	const char *texts[] = {
		"a,b\n1,2\n", "B\nx\n", "PK\n1\n", "BZh\n1\n", "(\n", "P\n1\n", "id\r\n1\r\n"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t at = decided_at(texts[i], strlen(texts[i]), &c);
		ok(c == CONTENT_PLAIN && at <= strcspn(texts[i], "\n") + 2,
			"text %zu is plain after %zu bytes", i, at);
	}
	char line[200];
	memset(line, 'x', sizeof(line));
	size_t at = decided_at(line, sizeof(line), &c);
	ok(c == CONTENT_PLAIN && at <= 102, "a long line is plain after %zu bytes", at);
	memset(line, '1', sizeof(line));
	at = decided_at(line, sizeof(line), &c);
	ok(c == CONTENT_PLAIN && at <= 157, "a long line of digits is plain after %zu bytes", at);
	const char *ends[] = {"", "B", "BZh", "P", "PK", "(", "a,b", "7z", "1", "\n"};
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		ok(sniff(ends[i], strlen(ends[i]), true).content == CONTENT_PLAIN,
			"'%s' and no more is plain", i == 9 ? "\\n" : ends[i]);
	int wrong = 0;
	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			char two[2] = {(char)a, (char)b};
			enum content found = sniff(two, 2, true).content;
			wrong += found != CONTENT_PLAIN && found != CONTENT_CUT;
		}
	ok(wrong == 0, "two bytes are plain or cut off");
	char text[600];
	memset(text, 'y', sizeof(text));
	memcpy(text + 257, "ustar", 5);
	ok(sniff(text, 512, false).content == CONTENT_PLAIN,
		"text that says ustar in the right place");
	char zero[512] = {0};
	ok(sniff(zero, 512, false).content == CONTENT_TAR, "an empty tar");
	ok(faults((struct slice){zero, 512}, one, UNPACK_CHOICE, "no files"),
		"an empty tar has no files");
}

/* Nothing crashes, whatever comes; bytes that begin as one of our kinds make it further in. */
static void
test_noise(void)
{
	static const char *const heads[] = {"", "\x1f\x8b\x08", "BZh91AY&SY", "\xfd\x37zXZ\0\0\4",
		"\x28\xb5\x2f\xfd", "PK\3\4\x14\0\0\0\x8\0", "PK\5\6"};
	static const size_t lens[] = {0, 3, 10, 8, 4, 10, 4};
	char noise[700];
	size_t clean = 0;
	for (size_t i = 0; i < 3000; i++) {
		for (size_t k = 0; k < sizeof(noise); k++)
			noise[k] = (char)draw();
		memcpy(noise, heads[i % 7], lens[i % 7]);
		struct result r =
			unpack_pieces((struct slice){noise, draw() % sizeof(noise)}, all, 64);
		clean += i % 7 != 0 && r.bytes.len > 10 && r.fault == UNPACK_OK;
		clear(&r);
	}
	ok(clean == 0, "noise behind a signature is a fault");
}

static struct buf
read_whole(const char *path)
{
	struct buf b = {0};
	FILE *f = fopen(path, "rb");
	if (f == NULL)
		return b;
	for (size_t got; (got = fread(buf_room(&b, 65536), 1, 65536, f)) != 0;)
		b.len += got;
	fclose(f);
	return b;
}

static void
test_one(const char *name, struct slice in, struct slice csv)
{
	ok(gives(in, one, WHOLE, csv, NULL) && gives(in, all, 1, csv, NULL), "%s", name);
	/* In a plain tar only the headers have a checksum. */
	bool has_checksum = strstr(name, ".tar") == NULL || strstr(name, ".tar.") != NULL;
	size_t end = in.len < 4000 ? in.len : 4000;
	if (has_checksum)
		flip_bits(name, in, one, 0, end);
}

static void
test_two(const char *name, struct slice in, struct slice csv)
{
	struct unpack_how first = {.member = "a.csv"}, path = {.member = "sub/*.csv"};
	ok(gives(in, first, WHOLE, csv, NULL) && gives(in, path, 1, csv, NULL), "%s", name);
	ok(faults(in, one, UNPACK_CHOICE, "several members"), "%s: two", name);
	struct result r = unpack_pieces(in, list, 100);
	char size[32];
	snprintf(size, sizeof(size), "a.csv:file:%zu ", csv.len);
	ok(r.fault == UNPACK_OK && strstr(r.names.at, size) != NULL &&
			strstr(r.names.at, ":-1") == NULL,
		"%s: %s", name, r.names.at);
	clear(&r);
	for (size_t cut = in.len > 3000 ? in.len - 3000 : 600; cut < in.len; cut += 7) {
		r = unpack_pieces((struct slice){in.at, cut}, first, 4096);
		if (r.fault != UNPACK_DATA && (strstr(name, ".tar") == NULL || in.at[cut] != '\0'))
			ok(false, "%s: cut off at %zu: %s", name, cut, r.reason.at);
		clear(&r);
	}
}

static void
test_bad(const char *name, struct slice in)
{
	struct result r = unpack_pieces(in, all, WHOLE);
	ok(r.fault == UNPACK_DATA, "%s: %s", name, r.reason.at);
	clear(&r);
}

/* By the first word of its name: one-, two- (a.csv and sub/b.csv, both the same as plain.csv),
 * sparse-, bad-. */
static void
test_file(const char *name, struct slice in, struct slice csv, struct slice sparse)
{
	if (strncmp(name, "one-", 4) == 0)
		test_one(name, in, csv);
	else if (strncmp(name, "two-", 4) == 0)
		test_two(name, in, csv);
	else if (strncmp(name, "sparse-", 7) == 0)
		ok(gives(in, one, WHOLE, sparse, NULL) && gives(in, one, 777, sparse, NULL), "%s",
			name);
	else if (strncmp(name, "bad-", 4) == 0)
		test_bad(name, in);
}

static void
test_files(const char *dir)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/plain.csv", dir);
	struct buf csv = read_whole(path);
	snprintf(path, sizeof(path), "%s/sparse.bin", dir);
	struct buf sparse = read_whole(path);
	DIR *d = opendir(dir);
	ok(csv.len != 0 && d != NULL, "%s has archives", dir);
	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] == '.')
			continue;
		struct buf in = read_whole(path);
		test_file(e->d_name, slice_buf(&in), slice_buf(&csv), slice_buf(&sparse));
		buf_clear(&in);
	}
	if (d != NULL)
		closedir(d);
	buf_clear(&sparse);
	buf_clear(&csv);
}

int
main(int argc, char **argv)
{
	struct buf csv = make_csv(20000), small = make_csv(700);
	struct slice large = slice_buf(&csv), little = slice_buf(&small);
	test_plain(large);
	test_reader(large);
	test_copy(large);
	test_packed(large);
	test_joined(little);
	test_nested(little);
	test_tar(little);
	test_packed_tar(little);
	test_zip(little);
	test_choice(little);
	test_leave_early(little);
	test_sniff();
	test_noise();
	if (getenv("ETL_TEST_QUICK") == NULL)
		test_bomb();
	if (argc > 1)
		test_files(argv[1]);
	buf_clear(&csv);
	buf_clear(&small);
	return done();
}
