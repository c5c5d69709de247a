/*
 * Streams that share a file, and partitions of partitions.
 */
#include "spill/spill.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"
#include "spill/stream.h"
#include "unit.h"

enum { STREAMS = 5, PIECES = 4000, LONGEST = 3 * STREAM_BLOCK };

/* Piece n of a stream: mostly short, some longer than a block, some nothing at all. */
static size_t
length_of(size_t stream, size_t n)
{
	if (n % 997 == stream)
		return LONGEST - n;
	return n * 31 % 7 == 0 ? 0 : n * (stream + 3) % 211;
}

static char
byte_of(size_t stream, size_t n)
{
	return (char)(stream * 41 + n);
}

static void
put_pieces(struct stream *s, struct stream_file *f, size_t stream, size_t n)
{
	static char piece[LONGEST];
	size_t len = length_of(stream, n);
	memset(piece, byte_of(stream, n), len);
	stream_put_number(s, f, (uint64_t)n << n % 57);
	stream_put(s, f, piece, len);
}

static bool
take_piece(struct stream *s, struct stream_file *f, size_t stream, size_t n)
{
	size_t len = length_of(stream, n);
	bool good = stream_take_number(s, f) == (uint64_t)n << n % 57;
	const char *at = stream_take(s, f, len);
	for (size_t i = 0; i < len; i++)
		good &= at[i] == byte_of(stream, n);
	return good;
}

/* Bytes of the file, as blocks. */
static uint32_t
blocks_of(const struct stream_file *f)
{
	struct stat st;
	return fstat(f->fd, &st) == 0 ? (uint32_t)((st.st_size + STREAM_BLOCK - 1) / STREAM_BLOCK)
				      : 0;
}

static void
test_streams(void)
{
	struct stream_file f = {0};
	struct stream s[STREAMS] = {0};
	bool same = true;
	for (size_t n = 0; n < PIECES; n++)
		for (size_t i = 0; i < STREAMS; i++)
			put_pieces(&s[i], &f, i, n);
	for (size_t i = 0; i < STREAMS; i++)
		stream_end(&s[i], &f);
	uint32_t blocks = blocks_of(&f);
	for (size_t i = 0; i < STREAMS; i++)
		for (size_t n = 0; n < PIECES; n++)
			same &= take_piece(&s[i], &f, i, n);
	ok(blocks > 20, "%u blocks", (unsigned)blocks);
	ok(same, "streams that were written in turn are read as they were written");
	ok(s[0].bytes == 0 && s[4].bytes == 0, "and nothing is left");
	for (size_t i = 0; i < STREAMS; i++) {
		stream_clear(&s[i], &f);
		for (size_t n = 0; n < PIECES; n++)
			put_pieces(&s[i], &f, i, n);
		stream_end(&s[i], &f);
	}
	ok(blocks_of(&f) == blocks, "blocks that have been read are written again");
	for (size_t i = 0; i < STREAMS; i++)
		stream_clear(&s[i], &f);
	put_pieces(&s[0], &f, 0, 1);
	stream_end(&s[0], &f);
	ok(blocks_of(&f) == blocks, "and those that were let go");
	stream_clear(&s[0], &f);
	stream_file_close(&f);
}

enum { ITEMS = 20000, KEYS = 6007, ROOM = 50 /* keys that a pass has a place for */ };

/*
 * One pass: the first ROOM keys have their result, a count with the order of the first; the others
 * are put again.
 */
struct pass {
	uint32_t seen[KEYS];
	uint64_t order[ROOM];
	uint32_t key[ROOM];
	size_t keys;
	bool in_order;
};

static void
work_through(struct spill *s, struct pass *p, uint64_t *last)
{
	static struct spill_item item[SPILL_ITEMS];
	memset(p->seen, 0, sizeof p->seen);
	p->keys = 0;
	for (size_t count; (count = spill_take(s, item)) != 0;) {
		for (size_t i = 0; i < count; i++) {
			uint32_t key;
			memcpy(&key, item[i].key.at, sizeof key);
			p->in_order &= item[i].body.len == key % 100 && last[key] < item[i].order;
			if (p->seen[key] == 0 && p->keys == ROOM) {
				spill_put(s, &item[i]);
				continue;
			}
			last[key] = item[i].order;
			if (p->seen[key]++ == 0) {
				p->order[p->keys] = item[i].order;
				p->key[p->keys++] = key;
			}
		}
	}
	for (size_t i = 0; i < p->keys; i++) {
		uint32_t result[2] = {p->key[i], p->seen[p->key[i]]};
		spill_result(s, p->order[i], (struct slice){(const char *)result, sizeof result});
	}
}

static void
test_partitions(void)
{
	static struct pass p;
	static uint64_t last[KEYS];
	static char body[100];
	struct stream_file f = {0};
	struct spill *s = spill_new(&f);
	bool good = !spill_is_used(s);
	size_t passes = 0;
	p.in_order = true;
	for (int turn = 0; turn < 2; turn++) {
		memset(last, 0, sizeof last);
		for (uint64_t i = 1; i <= ITEMS; i++) {
			uint32_t key = (uint32_t)(i * 7919 % KEYS);
			spill_put(s, &(struct spill_item){i, {(const char *)&key, sizeof key},
					     {body, key % 100}});
		}
		good &= spill_is_used(s);
		while (spill_next(s)) {
			work_through(s, &p, last);
			passes++;
		}
		uint64_t order, results = 0;
		struct slice text;
		while (spill_merge(s, &order, &text)) {
			uint32_t result[2];
			memcpy(result, text.at, sizeof result);
			/* The first KEYS records have all keys, each once. */
			results++;
			good &= order == results && result[0] == order * 7919 % KEYS;
			good &= result[1] == (ITEMS - order) / KEYS + 1;
		}
		good &= results == KEYS;
	}
	ok(p.in_order,
		"the items of a key come in the order in which they were put, in every pass");
	ok(good, "the results of all passes come in order, twice");
	ok(passes > 2 * KEYS / ROOM && passes < 4 * 32 * 32, "%zu passes", passes);
	spill_free(s);
	stream_file_close(&f);
}

int
main(void)
{
	test_streams();
	test_partitions();
	return done();
}
