/*
 * What etl-sort is made of: keys of numbers, entries by radix, sorted sources merged.
 */
#include "sort/sort.h"

#include <stdlib.h>
#include <string.h>

#include "decimal/decimal.h"
#include "mem.h"
#include "sort/merge.h"
#include "sort/number-key.h"
#include "sort/pile.h"
#include "unit.h"

enum { ROUNDS = 200000, MANY = 50000 };

static uint64_t
next_random(void)
{
	static uint64_t x = 88172645463325252u;
	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

/* A number of up to 30 digits with a point somewhere, few of them different; returns its length. */
static size_t
make_number(char *out)
{
	char *at = out;
	int digits = (int)(next_random() % (next_random() % 8 == 0 ? 30 : 4)) + 1;
	int point = (int)(next_random() % 6);
	if (next_random() % 3 == 0)
		*at++ = '-';
	for (int i = 0; i < digits; i++) {
		if (i == point)
			*at++ = '.';
		*at++ = (char)('0' + (next_random() % 3 == 0 ? next_random() % 10 : 0));
	}
	return (size_t)(at - out);
}

struct key {
	uint64_t first;
	struct buf more;
};

static bool
make_key(struct slice text, struct key *key)
{
	key->more.len = 0;
	return number_key_short(text, &key->first) ||
	       number_key_long(text, &key->first, &key->more) == NUMBER_OK;
}

static int
sign_of(int order)
{
	return (order > 0) - (order < 0);
}

static int
order_keys(const struct key *a, const struct key *b)
{
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return sign_of(slice_order(
		(struct slice){a->more.at, a->more.len}, (struct slice){b->more.at, b->more.len}));
}

/*
 * Does a key begin with another, so that what follows it would be compared with a part of that one?
 */
static bool
is_prefix(const struct key *a, const struct key *b)
{
	return a->first == b->first && a->more.len < b->more.len &&
		(a->more.len == 0 || memcmp(a->more.at, b->more.at, a->more.len) == 0);
}

static void
test_numbers(void)
{
	char text[2][64];
	struct key key[2] = {0}, by_long = {0};
	bool is_read = true, is_ordered = true, is_alone = true, is_same = true;
	for (int round = 0; round < ROUNDS; round++) {
		struct decimal d[2];
		for (int i = 0; i < 2; i++) {
			struct slice t = {text[i], make_number(text[i])};
			is_read &= decimal_parse(t, &d[i]) == NUMBER_OK && make_key(t, &key[i]);
			by_long.more.len = 0;
			is_read &= number_key_long(t, &by_long.first, &by_long.more) == NUMBER_OK;
			is_same &= order_keys(&key[i], &by_long) == 0;
		}
		is_ordered &= sign_of(decimal_order(d[0], d[1])) == order_keys(&key[0], &key[1]);
		is_alone &= !is_prefix(&key[0], &key[1]);
	}
	ok(is_read, "numbers have keys");
	ok(is_ordered, "which order as the numbers do");
	ok(is_same, "the short way and the long one give the same");
	ok(is_alone, "none begins with another");
	buf_clear(&key[0].more);
	buf_clear(&key[1].more);
	buf_clear(&by_long.more);
}

static void
test_no_numbers(void)
{
	static const char *const text[] = {"", "-", "+", ".", "5.", "1e", "1e+", "0x1", " 1", "1 ",
		"1_0", "1,5", "nan", "inf", "--1", "1.2.3", "e5"};
	struct buf more = {0};
	uint64_t key;
	bool is_refused = true;
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		struct slice t = slice_of(text[i]);
		is_refused &=
			!number_key_short(t, &key) && number_key_long(t, &key, &more) == NUMBER_NOT;
	}
	ok(is_refused && more.len == 0, "what is no number has none");
	ok(number_key_long(slice_of("1e9999999999999999999"), &key, &more) == NUMBER_RANGE,
		"nor has one too far away");
	ok(number_key_long(slice_of("0e9999999999999999999"), &key, &more) == NUMBER_OK &&
			key == NUMBER_KEY_ZERO,
		"but zero is zero");
	buf_clear(&more);
}

/*
 * A record whose text is its number; its key has up to 40 bytes, few of them different, and an end.
 */
static void
add_record(struct pile *p, uint32_t number)
{
	char key[48];
	size_t len = 0;
	for (size_t max = next_random() % 40; len < max; len++)
		key[len] = (char)('a' + (next_random() % 16 == 0));
	memset(key + len, 0, RECORD_KEY);
	len++;
	size_t first = len < RECORD_KEY ? len : RECORD_KEY;
	pile_add(p, record_key(key, len), (struct slice){key + first, len - first},
		(struct slice){(const char *)&number, sizeof number});
}

/* Are all records there once, in order, and equal ones by number? */
static bool
is_sorted(struct merge *m, size_t count)
{
	struct buf before = {0};
	struct record last = {0};
	uint32_t last_number = 0;
	bool good = true;
	size_t seen = 0;
	for (const struct record *r; (r = merge_next(m)) != NULL; seen++) {
		uint32_t number;
		memcpy(&number, r->text.at, sizeof number);
		int order = seen != 0 ? record_order(&last, r) : -1;
		good &= r->text.len == sizeof number + 1 &&
			(order < 0 || (order == 0 && last_number < number));
		before.len = 0;
		buf_add(&before, r->tail.at, r->tail.len);
		last = (struct record){.key = r->key, .tail = {before.at, before.len}};
		last_number = number;
	}
	buf_clear(&before);
	return good && seen == count;
}

static void
test_piles(size_t piles, uint32_t each)
{
	struct pile pile[5];
	struct merge m;
	uint32_t number = 0;
	merge_init(&m, piles);
	for (size_t i = 0; i < piles; i++) {
		pile_init(&pile[i], 64 << 20);
		for (uint32_t n = 0; n < each; n++)
			add_record(&pile[i], number++);
		pile_sort(&pile[i]);
		merge_add_pile(&m, &pile[i]);
	}
	ok(is_sorted(&m, number), "%zu times %u records are one in order, equal ones as they came",
		piles, each);
	merge_clear(&m);
	for (size_t i = 0; i < piles; i++)
		pile_clear(&pile[i]);
}

int
main(void)
{
	test_numbers();
	test_no_numbers();
	for (size_t piles = 1; piles <= 5; piles++)
		for (uint32_t each = 0; each <= MANY; each = each * 7 + 1)
			test_piles(piles, each);
	return done();
}
