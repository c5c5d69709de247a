#include "sort/entries.h"

#include <string.h>

#include "sort/record.h"

enum {
	DIGIT = 8, /* bits that a pass goes by */
	VALUES = 1 << DIGIT,
	DIGITS = 64 / DIGIT,
	FEW = 32,              /* so many are compared with each other */
	INSERTED = 8,          /* and of so many each is put in its place */
	OFFSET_MAX = 256,      /* bytes of a tail that are taken as digits */
	AHEAD = 12
};

static inline unsigned
digit_of(uint64_t key, int shift)
{
	return (unsigned)(key >> shift) & (VALUES - 1);
}

/* The bits in which keys differ; 0 also where the entries are in order already. */
static uint64_t
find_varying(const struct entry *entry, size_t count)
{
	uint64_t varying = 0;
	bool is_ordered = true;
	for (size_t i = 1; i < count; i++) {
		varying |= entry[i].key ^ entry->key;
		is_ordered &= entry[i - 1].key <= entry[i].key;
	}
	return is_ordered ? 0 : varying;
}

/* Passes over the bits that vary, the lowest first; returns how many. */
static size_t
choose_digits(uint64_t varying, int shift[DIGITS])
{
	size_t digits = 0;
	int at = 0;
	while (at < 64 && varying >> at != 0) {
		at += __builtin_ctzll(varying >> at);
		shift[digits++] = at;
		at += DIGIT;
	}
	return digits;
}

static void
count_values(const struct entry *entry, size_t count, const int *shift, size_t digits,
	uint64_t seen[][VALUES])
{
	memset(seen, 0, digits * sizeof *seen);
	for (size_t i = 0; i < count; i++)
		for (size_t d = 0; d < digits; d++)
			seen[d][digit_of(entry[i].key, shift[d])]++;
}

/* From how many there are of each value to where the first of each goes. */
static void
add_up(uint64_t seen[VALUES])
{
	uint64_t sum = 0;
	for (size_t i = 0; i < VALUES; i++) {
		uint64_t n = seen[i];
		seen[i] = sum;
		sum += n;
	}
}

static void
distribute(const struct entry *from, struct entry *to, size_t count, int shift,
	uint64_t next[VALUES])
{
	for (size_t i = 0; i < count; i++)
		to[next[digit_of(from[i].key, shift)]++] = from[i];
}

/*
 * By the keys that the entries hold.  noinline: its counts shall not stand on the stack while runs
 * are settled.
 */
static __attribute__((noinline)) void
sort_by_key(struct entry *entry, struct entry *scratch, size_t count)
{
	int shift[DIGITS];
	uint64_t seen[DIGITS][VALUES];
	size_t digits = choose_digits(find_varying(entry, count), shift);
	struct entry *from = entry, *to = scratch;
	count_values(entry, count, shift, digits, seen);
	for (size_t d = 0; d < digits; d++) {
		add_up(seen[d]);
		distribute(from, to, count, shift[d], seen[d]);
		struct entry *swap = from;
		from = to;
		to = swap;
	}
	if (from != entry)
		memcpy(entry, from, count * sizeof *entry);
}

/* What of a record's tail stands behind offset. */
static struct slice
tail_from(const struct entry *e, size_t offset)
{
	struct record r;
	record_read(e->at, &r);
	return offset < r.tail.len ? (struct slice){r.tail.at + offset, r.tail.len - offset}
		: (struct slice){"", 0};
}

static void
insert(struct entry *entry, size_t count, size_t offset)
{
	for (size_t i = 1; i < count; i++) {
		struct entry e = entry[i];
		struct slice tail = tail_from(&e, offset);
		size_t to = i;
		for (; to > 0 && slice_order(tail_from(&entry[to - 1], offset), tail) > 0; to--)
			entry[to] = entry[to - 1];
		entry[to] = e;
	}
}

/* By comparing tails: halves sorted, then merged. */
static void
sort_by_tail(struct entry *entry, struct entry *scratch, size_t count, size_t offset)
{
	if (count <= INSERTED) {
		insert(entry, count, offset);
		return;
	}
	size_t half = count / 2;
	sort_by_tail(entry, scratch, half, offset);
	sort_by_tail(entry + half, scratch, count - half, offset);
	memcpy(scratch, entry, half * sizeof *entry);
	for (size_t left = 0, right = half, to = 0; left < half; to++) {
		bool is_right = right < count &&
			slice_order(tail_from(&entry[right], offset),
				tail_from(&scratch[left], offset)) < 0;
		entry[to] = is_right ? entry[right++] : scratch[left++];
	}
}

static void
load_keys(struct entry *entry, size_t count, size_t offset)
{
	for (size_t i = 0; i < count; i++) {
		if (i + AHEAD < count)
			__builtin_prefetch(entry[i + AHEAD].at);
		struct slice tail = tail_from(&entry[i], offset);
		entry[i].key = record_key(tail.at, tail.len);
	}
}

static size_t
run_length(const struct entry *entry, size_t count)
{
	size_t n = 1;
	while (n < count && entry[n].key == entry->key)
		n++;
	return n;
}

/*
 * Sorts entries that are equal as far as offset by what follows: again by radix, 8 bytes at a time,
 * while there are many.  No key begins with another, so where one has ended all have.
 */
static void
settle(struct entry *entry, struct entry *scratch, size_t count, size_t offset)
{
	uint64_t key = entry->key;
	size_t left = count;
	while (left == count && tail_from(entry, offset).len != 0) {
		if (count <= FEW || offset >= OFFSET_MAX) {
			sort_by_tail(entry, scratch, count, offset);
			break;
		}
		load_keys(entry, count, offset);
		sort_by_key(entry, scratch, count);
		offset += RECORD_KEY;
		for (struct entry *run = entry; run < entry + count; run += left) {
			left = run_length(run, (size_t)(entry + count - run));
			if (left > 1 && left < count)
				settle(run, scratch, left, offset);
		}
	}
	for (size_t i = 0; i < count; i++)
		entry[i].key = key;
}

void
entries_sort(struct entry *entry, struct entry *scratch, size_t count, bool has_tails)
{
	sort_by_key(entry, scratch, count);
	for (size_t i = 0, run; has_tails && i < count; i += run) {
		run = run_length(entry + i, count - i);
		if (run > 1)
			settle(entry + i, scratch, run, 0);
	}
}
