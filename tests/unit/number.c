/*
 * Whole numbers: the grammar, the limits, printing.
 */
#include "number.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static void
test_uint64(void)
{
	uint64_t n = 0;
	ok(uint64_parse(slice_of("18446744073709551615"), &n) && n == UINT64_MAX, "largest uint64");
	ok(uint64_parse(slice_of("00000000000000000000000042"), &n) && n == 42, "zeros in front");
	static const char *const wrong[] = {"", "-1", "+1", "1.0", "1e3", " 1", "1 ", "0x1", "1_0",
		"18446744073709551616", "18446744073709551620", "99999999999999999999999"};
	int bad = 0;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		bad += uint64_parse(slice_of(wrong[i]), &n);
	ok(bad == 0 && n == 42, "what is no uint64 leaves the old value");
}

static void
test_packed(void)
{
	static const uint64_t numbers[] = {0, 1, 127, 128, 16383, 16384, 1ULL << 35, UINT64_MAX};
	char packed[UINT64_PACKED_MAX];
	int bad = 0;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		uint64_t n;
		const char *end = uint64_pack(packed, numbers[i]);
		bad += uint64_unpack(packed, &n) != end || n != numbers[i] ||
		       end > packed + sizeof packed;
	}
	ok(bad == 0, "what is packed comes back, and ends where it did");
	ok(uint64_pack(packed, 127) == packed + 1 && uint64_pack(packed, 128) == packed + 2,
		"in as few bytes as it needs");
}

static void
test_int64(void)
{
	int64_t n = 0;
	ok(int64_parse(slice_of("-9223372036854775808"), &n) && n == INT64_MIN, "smallest int64");
	ok(int64_parse(slice_of("+9223372036854775807"), &n) && n == INT64_MAX, "largest int64");
	ok(int64_parse(slice_of("-0"), &n) && n == 0, "-0");
	static const char *const wrong[] = {"", "-", "+", "--1", "-+1", "1-", "- 1", "1.0",
		"9223372036854775808", "-9223372036854775809", "18446744073709551617"};
	int bad = 0;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		bad += int64_parse(slice_of(wrong[i]), &n);
	ok(bad == 0 && n == 0, "what is no int64 leaves the old value");
}

static bool
prints_as_libc(uint64_t n)
{
	char ours[INTEGER_PRINT_MAX + 1], theirs[INTEGER_PRINT_MAX + 1];
	ours[uint64_print(ours, n)] = '\0';
	snprintf(theirs, sizeof theirs, "%llu", (unsigned long long)n);
	if (strcmp(ours, theirs) != 0)
		return false;
	ours[int64_print(ours, (int64_t)n)] = '\0';
	snprintf(theirs, sizeof theirs, "%lld", (long long)n);
	return strcmp(ours, theirs) == 0;
}

static void
test_integer_print(void)
{
	bool good = prints_as_libc(0) && prints_as_libc(UINT64_MAX) &&
		    prints_as_libc((uint64_t)1 << 63);
	for (uint64_t n = 1; n <= UINT64_MAX / 10; n *= 10)
		good = good && prints_as_libc(n) && prints_as_libc(n - 1) &&
		       prints_as_libc(n + 1) && prints_as_libc(-n);
	for (int bit = 0; bit < 64; bit++)
		good = good && prints_as_libc((uint64_t)1 << bit) &&
		       prints_as_libc(((uint64_t)1 << bit) - 1);
	ok(good, "integers around powers of ten and two");
}

static void
test_grouped(void)
{
	char text[INTEGER_GROUPED_MAX];
	ok(strcmp(uint64_grouped(text, 0), "0") == 0 &&
			strcmp(uint64_grouped(text, 999), "999") == 0 &&
			strcmp(uint64_grouped(text, 1000), "1,000") == 0 &&
			strcmp(uint64_grouped(text, 12345678), "12,345,678") == 0 &&
			strcmp(uint64_grouped(text, UINT64_MAX), "18,446,744,073,709,551,615") == 0,
		"integers in groups of three digits");
}

int
main(void)
{
	test_uint64();
	test_packed();
	test_int64();
	test_integer_print();
	test_grouped();
	return done();
}
