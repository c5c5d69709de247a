/*
 * The table of keys, and how keys are made of the columns of a record.
 */
#include "table/table.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "table/hash.h"
#include "table/keys.h"
#include "unit.h"

enum { MANY = 300000, LONGEST = 40 };

/* Key n: its digits, then a filling that makes keys of all lengths; NUL bytes among it. */
static struct slice
key_of(char *room, uint32_t n)
{
	int len = snprintf(room, 16, "%u", n);
	size_t more = n % 7 == 0 ? n / 7 % (LONGEST - 10) : 0;
	memset(room + len, (int)(n % 2) * 'x', more);
	return (struct slice){room, (size_t)len + more};
}

static void
test_numbers(void)
{
	static char room[MANY][LONGEST];
	static struct slice key[MANY];
	static uint32_t number[MANY];
	struct table *t = table_new(8);
	bool in_order = true, same = true, found = true, zeros = true;
	for (uint32_t i = 0; i < MANY; i++)
		key[i] = key_of(room[i], i);
	/* Each thousand again together with the next one. */
	for (uint32_t at = 0; at < MANY; at += 1000) {
		size_t count = at + 2000 <= MANY ? 2000 : 1000;
		table_put(t, key + at, count, number + at);
		for (size_t i = at; i < at + count; i++)
			in_order &= number[i] == i;
	}
	ok(in_order && table_count(t) == MANY, "numbers are given in order of first appearance");
	for (uint32_t i = 0; i < MANY; i++) {
		same &= slice_same(table_key(t, i), key[i]);
		uint64_t *payload = table_payload(t, i);
		zeros &= *payload == 0;
		*payload = i;
	}
	ok(same, "keys of all lengths are kept");
	ok(zeros, "a payload begins as zeros");
	memset(number, 0, sizeof number);
	table_find(t, key, MANY, number);
	for (uint32_t i = 0; i < MANY; i++)
		found &= number[i] == i && *(uint64_t *)table_payload(t, i) == i;
	ok(found, "all are found again, with their payloads");
	struct slice absent[] = {slice_of("absent"), slice_of(""), {"1\0", 2}};
	table_find(t, absent, 3, number);
	ok(number[0] == TABLE_NONE && number[1] == TABLE_NONE && number[2] == TABLE_NONE,
		"what was not put is not found");
	table_put(t, absent, 3, number);
	ok(number[0] == MANY && number[1] == MANY + 1 && number[2] == MANY + 2,
		"the empty key, and one with NUL");
	size_t bytes = table_bytes(t);
	ok(bytes > MANY * 40 && bytes < MANY * 100, "it holds %zu bytes", bytes);
	table_empty(t);
	table_find(t, key, 1, number);
	ok(table_count(t) == 0 && number[0] == TABLE_NONE, "emptied");
	table_put(t, key + 5, 1, number);
	ok(number[0] == 0 && *(uint64_t *)table_payload(t, 0) == 0, "and filled again");
	/* Few keys in many slots, with neighbours among them: none may remain. */
	bool gone = true;
	for (size_t turn = 0; turn < 50; turn++) {
		table_put(t, key + turn * 1000, 5000, number);
		table_empty(t);
		table_find(t, key + turn * 1000, 5000, number);
		for (size_t i = 0; i < 5000; i++)
			gone &= number[i] == TABLE_NONE;
	}
	table_put(t, key, MANY, number);
	ok(gone && table_count(t) == MANY && number[MANY - 1] == MANY - 1,
		"emptied of a few keys, again and again");
	table_restart(t);
	table_find(t, key, 1, number);
	ok(table_bytes(t) < 16384 && number[0] == TABLE_NONE,
		"begun anew, it holds next to nothing");
	/*
	 * What it says that it may come to hold is as much as it does, doubling included, and not
	 * much more.
	 */
	bool enough = true;
	size_t most = 0;
	for (size_t at = 0; at < MANY; at += 1000) {
		size_t with = table_bytes_with(t, key + at, 1000);
		most = with > most ? with : most;
		table_put(t, key + at, 1000, number);
		enough &= table_bytes(t) <= with;
	}
	ok(enough && most < 2 * table_bytes(t),
		"what keys will take is known before: %zu, %zu bytes", most, table_bytes(t));
	table_free(t);
}

/*
 * Pairs of keys of one length that differ in one or two bytes: the short forms must keep them
 * apart.
 */
static void
test_hash(void)
{
	struct hash_secret secret = {0x123456789abcdef, 0};
	size_t met = 0;
	for (size_t len = 1; len <= 24; len++) {
		char a[24] = {0}, b[24] = {0};
		for (size_t i = 0; i < len; i++) {
			for (size_t j = 0; j < len; j++) {
				memset(b, 0, sizeof b);
				b[i] ^= 1;
				b[j] ^= 3;
				met += hash_of(&secret, (struct slice){a, len}) ==
				       hash_of(&secret, (struct slice){b, len});
			}
		}
	}
	ok(met == 0, "bytes in any place of a key change its hash");
	/*
	 * Of sequential numbers the highest bits, which say where they belong, must be spread as if
	 * at random.
	 */
	static uint8_t taken[1 << 16];
	size_t places = 0;
	for (uint32_t n = 0; n < 1 << 16; n++) {
		char text[16];
		size_t len = (size_t)snprintf(text, sizeof text, "%u", 1000000 + n);
		uint64_t home = hash_of(&secret, (struct slice){text, len}) >> 48;
		places += !taken[home];
		taken[home] = 1;
	}
	/* 1 - 1/e of 65,536 is 41,427, give or take 100. */
	ok(places > 41000 && places < 41900, "65,536 numbers in a row go to %zu places", places);
}

/* A batch of the rows of a text without quotes that hold anything but quotes. */
static struct batch
batch_of(const char *text, size_t columns, uint32_t *end)
{
	size_t k = 0;
	end[-1] = (uint32_t)-1;
	for (uint32_t i = 0; text[i] != '\0'; i++)
		if (text[i] == ',' || text[i] == '\n')
			end[k++] = i;
	return (struct batch){.text = text,
		.end = end,
		.rows = k / columns,
		.columns = columns,
		.dialect = dialect_csv};
}

static void
test_keys(void)
{
	static const char text[] = "a,b,c\nab,,c\n\"a\"\"\",b,c\na,bc,\n"
		"                                                                ";
	uint32_t room[32];
	struct batch b = batch_of(text, 3, room + 1);
	size_t one[] = {0}, two[] = {0, 1}, three[] = {2, 1, 0};
	struct keys k;
	keys_init(&k, one, 1);
	keys_take(&k, &b, 0, 4);
	ok(slice_is(k.key[0], "a") && slice_is(k.key[1], "ab") && slice_is(k.key[2], "a\"") &&
			slice_is(k.key[3], "a"),
		"of one column: its values, unquoted");
	ok(!k.is_null[0] && !k.is_null[2], "which are not empty");
	keys_clear(&k);
	keys_init(&k, two, 2);
	keys_take(&k, &b, 0, 4);
	ok(!slice_same(k.key[0], k.key[1]) && !slice_same(k.key[0], k.key[3]),
		"what one has at its end is not the next's");
	ok(!k.is_null[0] && k.is_null[1] && !k.is_null[3], "one is empty");
	ok(slice_is(keys_value(k.key[1], 2, 0), "ab") && slice_is(keys_value(k.key[1], 2, 1), ""),
		"two values again");
	keys_take(&k, &b, 2, 2);
	ok(slice_is(keys_value(k.key[0], 2, 0), "a\"") &&
			slice_is(keys_value(k.key[1], 2, 1), "bc"),
		"of later rows");
	keys_clear(&k);
	keys_init(&k, three, 3);
	keys_take(&k, &b, 0, 4);
	ok(slice_is(keys_value(k.key[3], 3, 0), "") && slice_is(keys_value(k.key[3], 3, 1), "bc") &&
		slice_is(keys_value(k.key[3], 3, 2), "a"), "three, in the order asked for");
	ok(k.is_null[3] && !k.is_null[2], "and one of them empty");
	keys_clear(&k);
}

/*
 * Three tables, some of whose keys are long, in an order that mixes them: back to front, or as one.
 */
static void
test_take_over(uint32_t count, uint32_t step)
{
	enum { TABLES = 3 };
	static char room[MANY][LONGEST];
	struct table *t = table_new(24);
	struct table *from[TABLES];
	struct table_place *order = xcalloc(count, sizeof *order);
	bool same = true, found = true;
	for (size_t i = 0; i < TABLES; i++)
		from[i] = table_new_beside(t);
	for (uint32_t i = 0; i < count; i++) {
		/* The last one has none where there are few. */
		uint32_t which = i * 7 % (count < 10 ? 2 : TABLES);
		struct slice key = key_of(room[i], i);
		struct table_place *place = &order[(uint64_t)i * step % count];
		place->table = which;
		table_put(from[which], &key, 1, &place->number);
		*(uint32_t *)table_payload(from[which], place->number) = i;
	}
	table_take_over(t, from, TABLES, order);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t number;
		struct slice key = key_of(room[i], i);
		table_find(t, &key, 1, &number);
		found &= number == (uint64_t)i * step % count;
		same &= number != TABLE_NONE && slice_same(table_key(t, number), key) &&
			*(uint32_t *)table_payload(t, number) == i;
	}
	ok(table_count(t) == count && found && same, "%u keys are taken over in an order", count);
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t number;
		struct slice key = key_of(room[i], MANY + i);
		table_put(t, &key, 1, &number);
		same &= number == count + i;
		table_put(from[1], &key, 1, &number);
		same &= number == i && *(uint32_t *)table_payload(from[1], number) == 0;
	}
	ok(same, "and others come to it, and to those that are empty");
	for (size_t i = 0; i < TABLES; i++)
		table_free(from[i]);
	table_free(t);
	free(order);
}

int
main(void)
{
	test_numbers();
	test_take_over(0, 1);
	test_take_over(5, 3);
	test_take_over(1000, 999);
	test_take_over(1001, 1);
	test_take_over(MANY, 77773);
	test_hash();
	test_keys();
	return done();
}
