/*
 * Aggregates: the integers under them against 128 bits, and the property that everything else
 * stands on: states of parts, merged, are the states of the whole.
 */
#include "agg/agg.h"

#include <stdlib.h>
#include <string.h>

#include "agg/exact.h"
#include "table/sorted.h"
#include "unit.h"

static uint64_t
draw(uint64_t below)
{
	static uint64_t seed = 88172645463325252;
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

/* Of any size. */
static int128
draw_wide(void)
{
	int128 n = ((int128)draw(UINT64_MAX) - INT64_MAX) * INT64_MAX * 2;
	n += (int128)draw(UINT64_MAX);
	return n >> draw(127);
}

static int128
narrow(const struct exact *x)
{
	int128 n = 0;
	ok(exact_fits(x, &n), "it fits in 128 bits");
	return n;
}

static void
test_exact(void)
{
	bool sums = true, products = true, quotients = true, fits = true;
	for (int i = 0; i < 20000; i++) {
		int128 a = draw_wide() >> 2, b = draw_wide() >> 2, out;
		struct exact x = exact_of(a), y = exact_of(b);
		exact_add(&x, &y);
		fits &= exact_fits(&x, &out);
		sums &= out == a + b;
		exact_negate(&x);
		sums &= exact_fits(&x, &out) && out == -a - b;
		int64_t c = (int64_t)draw_wide(), d = (int64_t)draw_wide();
		x = exact_of(c);
		y = exact_of(d);
		x = exact_product(&x, &y);
		products &= exact_fits(&x, &out) && out == (int128)c * d;
		uint64_t by = draw(UINT64_MAX - 1) + 1;
		int128 n = a < 0 ? -a : a;
		x = exact_of(n);
		uint64_t rest = exact_divide(&x, by);
		quotients &= exact_fits(&x, &out) && out == n / by && rest == (uint64_t)(n % by);
	}
	ok(fits && sums, "sums and negatives of 128 bits");
	ok(products, "products of 64 bits, with their signs");
	ok(quotients, "quotients and rests");
	struct exact x = exact_of(-1), y;
	exact_raise(&x, 130);
	y = exact_product(&x, &x);
	for (int i = 0; i < 260; i++)
		quotients &= exact_divide(&y, 10) == 0;
	ok(quotients && narrow(&y) == 1 && exact_is_negative(&x), "10^260 and back");
	int128 largest = (((int128)1 << 126) - 1) * 2 + 1;
	int128 n;
	x = exact_of(largest);
	y = exact_of(1);
	exact_add(&x, &y);
	ok(!exact_fits(&x, &n), "2^127 does not fit in 128 bits");
	exact_negate(&x);
	ok(exact_fits(&x, &n) && n == -largest - 1, "-2^127 does");
}

static void
test_quotient(void)
{
	bool same = true, raised = true;
	for (int i = 0; i < 20000; i++) {
		/* Of two integers that a double holds the machine's division is rounded once. */
		uint64_t a = draw(UINT64_MAX) >> (11 + draw(53));
		uint64_t b = (draw(UINT64_MAX) >> (11 + draw(53))) + 1;
		struct exact x = exact_of(a), y = exact_of(b);
		same &= exact_quotient(x, y) == (double)a / (double)b;
		exact_raise(&x, 150);
		exact_raise(&y, 150);
		raised &= exact_quotient(x, y) == (double)a / (double)b;
	}
	ok(same, "quotients are rounded once, half to even");
	ok(raised, "those of long integers too");
	struct exact x = exact_of((int128)1 << 53), y = exact_of(1), one = exact_of(1);
	exact_add(&x, &one);
	ok(exact_quotient(x, y) == 0x1p53, "2^53 + 1: half, down to even");
	exact_times(&x, 2);
	exact_add(&x, &one);
	exact_times(&y, 2);
	ok(exact_quotient(x, y) == 0x1p53 + 2, "2^53 + 1.5: up");
	ok(exact_quotient(exact_of(0), y) == 0, "0");
}

static void
test_decimal(void)
{
	struct decimal d;
	struct exact x = exact_of(125);
	exact_raise(&x, 40);
	const struct decimal good = {125, 1}, bad = {-125, 1};
	ok(exact_to_decimal(x, 41, &d) == NUMBER_OK && d.scale == 36 && decimal_order(d, good) == 0,
		"zeros behind the point go where there are too many digits");
	ok(exact_to_decimal(x, 3, &d) == NUMBER_RANGE, "43 digits before the point are too many");
	exact_negate(&x);
	ok(exact_to_decimal(x, 41, &d) == NUMBER_OK && decimal_order(d, bad) == 0, "negative");
}

/* Records of two columns, k and x, with no quotes; each batch is some of them. */
enum { ROWS = 900, COLUMNS = 2, PARTS = 6 };

static struct {
	char text[ROWS * 96];
	uint32_t end[ROWS * COLUMNS + 1];
	struct program *program;
} with;

static const struct slice names[COLUMNS] = {{"k", 1}, {"x", 1}};

static void
put_value(char *at, int kind)
{
	static const char *const awkward[] = {"99999999999999999999999999999999999999",
		"-99999999999999999999999999999999999999",
		"0.00000000000000000000000000000000000001", "-0", "0.00", "1e37",
		"9223372036854775807", "-9223372036854775808", "0.9223372036854775807", "12.50",
		"12.5"};
	switch (kind) {
	case 0:
		sprintf(at, "%d", (int)draw(2000) - 1000);
		return;
	case 1:
		sprintf(at, "%d.%02d", (int)draw(90) - 30, (int)draw(100));
		return;
	case 2:
		sprintf(at, "%.*f", (int)draw(10), (double)draw(1000000) / 1000 - 500);
		return;
	case 3:
		strcpy(at, awkward[draw(sizeof awkward / sizeof *awkward)]);
		return;
	default:
		sprintf(at, "%d", (int)draw(9));
	}
}

/* kinds: how many ways of writing numbers there are among the values; a tenth of them are empty. */
static void
make_rows(int kinds)
{
	char *at = with.text;
	uint32_t *end = with.end + 1;
	end[-1] = UINT32_MAX;
	for (size_t row = 0; row < ROWS; row++) {
		at += sprintf(at, "g%d", (int)draw(7));
		*end++ = (uint32_t)(at++ - with.text);
		*at = '\0';
		if (draw(10) != 0)
			put_value(at, kinds == 0 ? 4 : (int)draw((uint64_t)kinds));
		at += strlen(at);
		*end++ = (uint32_t)(at++ - with.text);
	}
	for (size_t i = 0; i < ROWS; i++) {
		with.text[with.end[1 + i * 2]] = ',';
		with.text[with.end[2 + i * 2]] = '\n';
	}
}

static void
compile(const char *text, bool floats)
{
	struct program_error error = {0};
	struct program_setting setting = {
		.header = {COLUMNS, names}, .floats = floats, .aggregates = aggregate_functions};
	with.program = program_compile(slice_of(text), PROGRAM_AGGREGATES, &setting, &error);
	if (with.program == NULL)
		ok(false, "compiles: %s: %.*s", text, (int)error.reason.len, error.reason.at);
	buf_clear(&error.reason);
}

/* Adds rows from .. to - 1 to a new agg. */
static struct agg *
aggregate(size_t from, size_t to)
{
	struct program_error error = {0};
	struct agg *a = agg_new(with.program, 0, &error);
	struct batch b = {.text = with.text, .end = with.end + 1, .rows = ROWS, .columns = COLUMNS,
		.dialect = dialect_csv};
	struct slice key[VECTOR_ROWS];
	uint16_t row[VECTOR_ROWS];
	if (from == to)
		return a;
	if (program_run(with.program, &b, from, to - from) != 0)
		ok(false, "no faults: %s", program_faults(with.program)->reason);
	for (size_t i = 0; i < to - from; i++) {
		row[i] = (uint16_t)i;
		key[i] = batch_run(&b, from + i, 0, 0);
	}
	agg_add(a, key, row, to - from);
	return a;
}

/* All results of a group as one text; "fault" stands for all where there is one. */
static void
print_group(struct agg *a, struct slice key, struct buf *out)
{
	size_t count;
	struct agg_fault fault;
	program_aggregates(with.program, &count);
	for (uint32_t g = 0; g < agg_groups(a); g++) {
		if (!slice_same(agg_key(a, g), key))
			continue;
		buf_format(out, "%.*s", (int)key.len, key.at);
		size_t faults = agg_answer(a, &g, 1, &fault);
		for (size_t i = 0; i < count; i++) {
			struct slice text = agg_text(a, i, 0);
			buf_format(out, ",%.*s", (int)text.len, text.at);
		}
		buf_format(out, " %zu\n", faults);
	}
}

/* All groups, in their order or in that of another. */
static struct buf
print(struct agg *a, const struct agg *order)
{
	struct buf out = {0};
	for (uint32_t g = 0; g < agg_groups(order); g++)
		print_group(a, agg_key(order, g), &out);
	buf_byte(&out, '\0');
	return out;
}

static bool
is_same(struct agg *a, struct agg *whole, bool in_order)
{
	struct buf x = print(a, in_order ? a : whole);
	struct buf y = print(whole, whole);
	bool same = strcmp(x.at, y.at) == 0;
	if (!same)
		printf("# merged:\n%s# whole:\n%s", x.at, y.at);
	buf_clear(&x);
	buf_clear(&y);
	return same;
}

/*
 * Merges parts of random sizes, some of them empty, in order or not, and holds it against the
 * whole.
 */
static bool
merges(bool in_order)
{
	size_t cut[PARTS + 1] = {0};
	struct agg *part[PARTS];
	for (size_t i = 1; i < PARTS; i++)
		cut[i] = cut[i - 1] + draw(ROWS - cut[i - 1]) / (draw(2) + 1);
	cut[PARTS] = ROWS;
	for (size_t i = 0; i < PARTS; i++)
		part[i] = aggregate(cut[i], cut[i + 1]);
	struct agg *whole = aggregate(0, ROWS);
	struct agg *merged = aggregate(0, 0);
	size_t turn = in_order ? 0 : draw(PARTS);
	for (size_t i = 0; i < PARTS; i++)
		agg_merge(merged, part[(i + turn) % PARTS]);
	bool same = is_same(merged, whole, in_order);
	/*
	 * What was merged is as it was, and a state that has been merged into takes further values.
	 */
	struct agg *again = aggregate(0, 0);
	agg_merge(again, part[0]);
	struct agg *first = aggregate(0, cut[1]);
	same &= is_same(again, first, true);
	for (size_t i = 0; i < PARTS; i++)
		agg_free(part[i]);
	agg_free(whole);
	agg_free(merged);
	agg_free(again);
	agg_free(first);
	return same;
}

static void
test_merge(const char *text, bool floats, bool in_order, const char *name)
{
	bool same = true;
	compile(text, floats);
	for (int kinds = 0; kinds <= 4 && same; kinds++) {
		for (int i = 0; i < 40 && same; i++) {
			make_rows(kinds);
			same &= merges(in_order);
		}
	}
	ok(same, "merged, %s: %s", in_order ? "in order" : "in any order", name);
	program_free(with.program);
}

static const char in_any_order[] =
	"count(); count(x); count_if(x > 5); sum(x); sum_if(x, x > 5); mean(x); min(x); max(x); "
	"a = min(text(x)); b = max(text(x)); distinct(x); c = distinct(num(x)); median(x); "
	"quantile(x, 0.95); var(x); stddev(x); var_pop(x); stddev_pop(x)";
static const char in_order[] =
	"first(x); last(x); any(x); mode(x); a = mode(num(x)); b = mode(x > 5)";
static const char doubles[] = "min(x); max(x); median(x); quantile(x, 0.95); distinct(num(x))";

/* Values added one by one, in any order of the groups, are what they are at once. */
static void
test_steps(void)
{
	compile(in_any_order, false);
	make_rows(4);
	struct agg *whole = aggregate(0, ROWS);
	struct agg *merged = aggregate(0, 0);
	for (size_t i = 0; i < ROWS; i++) {
		struct agg *one = aggregate(i, i + 1);
		agg_merge(merged, one);
		agg_free(one);
	}
	ok(is_same(merged, whole, true), "records merged one by one");
	size_t bytes = agg_bytes(whole);
	ok(bytes > ROWS * sizeof(int64_t), "it holds %zu bytes", bytes);
	agg_empty(whole);
	ok(agg_groups(whole) == 0 && agg_bytes(whole) < bytes, "emptied");
	struct agg *nothing = aggregate(0, 0);
	agg_merge(whole, nothing);
	ok(agg_groups(whole) == 0, "nothing merged into nothing");
	agg_free(whole);
	agg_free(merged);
	agg_free(nothing);
	program_free(with.program);
}

/* A sum exists or not, whatever the order of its values. */
static void
test_range(void)
{
	static const char *const values[] = {"99999999999999999999999999999999999999",
		"99999999999999999999999999999999999999", "0.5",
		"-99999999999999999999999999999999999999",
		"-99999999999999999999999999999999999998"};
	enum { VALUES = sizeof values / sizeof *values };
	bool exact = true;
	compile("sum(x)", false);
	for (size_t turn = 0; turn < VALUES; turn++) {
		char *at = with.text;
		uint32_t *end = with.end + 1;
		end[-1] = UINT32_MAX;
		for (size_t i = 0; i < VALUES; i++) {
			at += sprintf(at, "k,%s\n", values[(turn + i) % VALUES]);
			*end++ = (uint32_t)(strrchr(with.text, ',') - with.text);
			*end++ = (uint32_t)(at - 1 - with.text);
		}
		struct agg *a = aggregate(0, VALUES);
		struct agg_fault fault;
		exact &= agg_answer(a, &(uint32_t){0}, 1, &fault) == 0 &&
			 slice_is(agg_text(a, 0, 0), "1.5");
		agg_free(a);
		a = aggregate(0, 2);
		exact &= turn != 0 || agg_answer(a, &(uint32_t){0}, 1, &fault) == 1;
		agg_free(a);
	}
	ok(exact, "a sum on whose way are 39 digits is exact; as the sum they are a fault");
	program_free(with.program);
}

/* Steps through the groups of rows whose first column is one letter each. */
static void
test_sorted(void)
{
	static const char letters[] = "aabbbca";
	static const struct {
		size_t count;
		enum sorted_step step;
	} expected[] = {{2, SORTED_ON}, {3, SORTED_NEW}, {1, SORTED_NEW}, {1, SORTED_BACK}};
	uint16_t row[sizeof letters - 1];
	struct column first = {.index = 0};
	struct arena arena = {0};
	uint32_t *end = with.end + 1;
	for (uint16_t i = 0; letters[i] != '\0'; i++) {
		memcpy(with.text + i * 4, (char[]){letters[i], ',', '1', '\n'}, 4);
		end[i * 2] = i * 4u + 1;
		end[i * 2 + 1] = i * 4u + 3;
		row[i] = i;
	}
	end[-1] = UINT32_MAX;
	struct batch b = {
		.text = with.text,
		.end = end,
		.rows = sizeof row / sizeof *row,
		.columns = COLUMNS,
		.dialect = dialect_csv,
	};
	struct sorted s;
	sorted_init(&s, &(struct columns){&first, 1}, &arena);
	sorted_take(&s, &b, 0, b.rows);
	size_t at = 0;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		enum sorted_step step;
		size_t count = sorted_next(&s, row + at, b.rows - at, &step);
		ok(count == expected[i].count && step == expected[i].step,
			"sorted: group %zu: %zu rows, step %d", i + 1, count, (int)step);
		at += count;
	}
	sorted_clear(&s);
	arena_clear(&arena);
}

int
main(void)
{
	test_exact();
	test_quotient();
	test_decimal();
	test_merge(in_any_order, false, true, "all that may be in any order");
	test_merge(in_any_order, false, false, "the same records");
	test_merge(in_order, false, true, "what depends on the order");
	test_merge(doubles, true, false, "doubles that are not added");
	test_steps();
	test_range();
	test_sorted();
	return done();
}
