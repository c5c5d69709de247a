#include "csv/scan.h"

#include <endian.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define SCAN_HAS_AVX2 1
#else
#define SCAN_HAS_AVX2 0
#endif

enum {
	BEFORE_END = 1,   /* the last byte ended a field, or there was none */
	BEFORE_CLOSE = 2, /* it closed a quoted field, or is the first of a doubled quote */
	BEFORE_CR = 4     /* it was a CR outside quotes */
};

/* What is written for a block at most: 64 ends, and what goes behind them eight at a time. */
enum { ENDS_ROOM = 72 };

/* One bit a byte of a block of 64, the first byte lowest. */
struct masks {
	uint64_t delimiter;
	uint64_t newline;
	uint64_t quote;
	uint64_t cr;
};

void
scan_start(struct scan *s, size_t at)
{
	s->ends = 0;
	s->rows = 0;
	s->done = at;
	s->newlines = 0;
	s->has_cr = false;
	s->bad = SCAN_GOOD;
	s->inside = 0;
	s->before = BEFORE_END;
	s->end[-1] = (uint32_t)at - 1;
	s->first[0] = 0;
}

bool
scan_is_inside(const struct scan *s)
{
	return s->inside != 0;
}

void
scan_shift(struct scan *s, size_t bytes, uint32_t *end, uint32_t *first)
{
	size_t gone = s->first[s->rows];
	s->ends -= gone;
	for (size_t i = 0; i < s->ends; i++)
		end[i] = s->end[i + gone] - (uint32_t)bytes;
	s->end = end;
	s->first = first;
	s->end[-1] = (uint32_t)-1;
	s->first[0] = 0;
	s->rows = 0;
	s->done -= bytes;
	s->newlines = 0;
}

/*
 * Each bit becomes the xor of itself and all lower ones: the bytes between an odd and an even
 * quote.
 */
static inline uint64_t
prefix_xor(uint64_t bits)
{
	for (int shift = 1; shift < 64; shift *= 2)
		bits ^= bits << shift;
	return bits;
}

/*
 * Of each record's end the number of the field behind it.  The first bit is taken whether it is
 * there or not: a loop that ends after one round or none is badly predicted.
 */
static inline uint32_t *
put_rows(uint32_t *row, uint64_t newlines, uint64_t ends, size_t before)
{
	do {
		uint64_t lower = newlines ^ (newlines - 1);
		row[1] = (uint32_t)(before + (size_t)__builtin_popcountll(ends & lower));
		row += newlines != 0;
		newlines &= newlines - 1;
	} while (newlines != 0);
	return row;
}

static inline void
take_rows(struct scan *s, uint64_t newlines, uint64_t ends)
{
	uint32_t *row = s->first + s->rows;
	s->rows += (size_t)(put_rows(row, newlines, ends, s->ends) - row);
}

static enum scan_bad
name_bad(uint64_t bit, uint64_t after_cr, uint64_t after_close)
{
	if (bit & after_cr)
		return SCAN_LONE_CR;
	return bit & after_close ? SCAN_AFTER_QUOTE : SCAN_QUOTE_INSIDE;
}

/*
 * Which bits of a block end fields; those of records among them go to the index.  A quote may open
 * only where a field begins or, as the second of a doubled quote, right behind one that closed;
 * behind a closing quote comes the end of the field, or a CR, which comes only before LF.  At a bad
 * byte s->done is there, and nothing behind it ends a field.  strings: the bits between an odd and
 * an even quote.
 */
static inline __attribute__((always_inline)) uint64_t
take_strings(struct scan *s, struct masks m, uint64_t valid, uint64_t strings)
{
	uint64_t inside = strings ^ s->inside;
	uint64_t ends = (m.delimiter | m.newline) & ~inside;
	uint64_t cr = m.cr & ~inside;
	uint64_t close = m.quote & ~inside;
	uint64_t after_end = ends << 1 | (s->before & BEFORE_END);
	uint64_t after_close = close << 1 | (s->before & BEFORE_CLOSE) >> 1;
	uint64_t after_cr = cr << 1 | (s->before & BEFORE_CR) >> 2;
	uint64_t bad = (m.quote & inside & ~(after_end | after_close)) |
		(after_close & ~(ends | m.quote | cr)) | (after_cr & ~m.newline);
	bad &= valid;
	s->has_cr |= cr != 0;
	if (bad != 0) {
		uint64_t bit = bad & -bad;
		valid = bit - 1;
		s->bad = name_bad(bit, after_cr, after_close);
		ends &= valid;
	}
	take_rows(s, m.newline & ends, ends);
	s->newlines += (uint64_t)__builtin_popcountll(m.newline & valid);
	if (bad != 0) {
		s->done += (size_t)__builtin_popcountll(valid);
		s->inside = 0;
		return ends;
	}
	int last = 63 - __builtin_clzll(valid);
	s->inside = (uint64_t)0 - (inside >> last & 1);
	s->before = (ends >> last & 1) | (close >> last & 1) << 1 | (cr >> last & 1) << 2;
	s->done += (size_t)last + 1;
	return ends;
}

/* Can a block without quotes and CR have nothing within quotes, or wrong? */
static inline bool
is_outside(const struct scan *s)
{
	return (s->inside | (s->before & (BEFORE_CLOSE | BEFORE_CR))) == 0;
}

static inline bool
is_plain(const struct scan *s, struct masks m)
{
	return (m.quote | m.cr) == 0 && is_outside(s);
}

/* As take_strings(), of a whole block that is plain: most are. */
static inline uint64_t
take_plain(struct scan *s, struct masks m)
{
	uint64_t ends = m.delimiter | m.newline;
	take_rows(s, m.newline, ends);
	s->newlines += (uint64_t)__builtin_popcountll(m.newline);
	s->before = ends >> 63;
	s->done += 64;
	return ends;
}

static inline uint64_t
valid_bits(size_t left)
{
	return left >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << left) - 1;
}

static inline void
masks_cut(struct masks *m, uint64_t valid)
{
	m->delimiter &= valid;
	m->newline &= valid;
	m->quote &= valid;
	m->cr &= valid;
}

/* 0x80 in each byte of word that equals the byte repeated in same, gathered to eight bits. */
static inline uint64_t
equal_bits(uint64_t word, uint64_t same)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7f;
	uint64_t x = word ^ same;
	uint64_t zero = ~(((x & low) + low) | x | low);
	return ((zero >> 7) * 0x0102040810204080) >> 56;
}

static inline struct masks
masks_portable(const char *at, const struct scan *s)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t delimiter = ones * (unsigned char)s->delimiter;
	struct masks m = {0};
	for (int i = 0; i < 8; i++) {
		uint64_t word;
		memcpy(&word, at + 8 * i, 8);
		word = le64toh(word);
		m.delimiter |= equal_bits(word, delimiter) << 8 * i;
		m.newline |= equal_bits(word, ones * '\n') << 8 * i;
		m.quote |= equal_bits(word, ones * '"') << 8 * i;
		m.cr |= equal_bits(word, ones * '\r') << 8 * i;
	}
	return m;
}

/*
 * Writes eight at a time: fewer, badly predicted loop ends; what is too much is overwritten by the
 * next.
 */
static inline size_t
put_ends(uint32_t *end, uint64_t bits, uint32_t at)
{
	size_t count = (size_t)__builtin_popcountll(bits);
	for (size_t n = 0; n < count; n += 8) {
		for (size_t i = 0; i < 8; i++) {
			end[n + i] = at + (uint32_t)(bits != 0 ? __builtin_ctzll(bits) : 64);
			bits &= bits - 1;
		}
	}
	return count;
}

static inline bool
can_go_on(const struct scan *s, size_t len)
{
	return s->bad == SCAN_GOOD && s->done < len && s->ends + ENDS_ROOM < s->ends_max;
}

void
scan_portable(struct scan *scan, const char *text, size_t len)
{
	/* where no write to the index can change it: it stays in registers */
	struct scan s = *scan;
	uint64_t quotes = (uint64_t)0 - s.quotes;
	while (can_go_on(&s, len)) {
		uint64_t valid = valid_bits(len - s.done);
		uint32_t at = (uint32_t)s.done;
		struct masks m = masks_portable(text + at, &s);
		m.quote &= quotes;
		uint64_t ends;
		if (valid == ~(uint64_t)0 && is_plain(&s, m)) {
			ends = take_plain(&s, m);
		} else {
			masks_cut(&m, valid);
			ends = take_strings(&s, m, valid, prefix_xor(m.quote));
		}
		s.ends += put_ends(s.end + s.ends, ends, at);
	}
	*scan = s;
}

/* Records counted so far, the end of the last one, and the delimiters behind it. */
struct count {
	size_t records;
	size_t stop;
	size_t delimiters;
};

/* Takes the records that end in a block at `at`; false where one has another width. */
static inline bool
count_block(struct count *c, uint64_t delimiters, uint64_t newlines, size_t width, size_t at)
{
	for (; newlines != 0; newlines &= newlines - 1) {
		uint64_t before = delimiters & ((newlines & -newlines) - 1);
		if (c->delimiters + (size_t)__builtin_popcountll(before) + 1 != width)
			return false;
		delimiters ^= before;
		c->delimiters = 0;
		c->records++;
		c->stop = at + (size_t)__builtin_ctzll(newlines) + 1;
	}
	c->delimiters += (size_t)__builtin_popcountll(delimiters);
	return true;
}

size_t
scan_count_portable(
	char delimiter, bool quotes, const char *text, size_t len, size_t width, size_t *stop)
{
	struct count c = {0};
	const struct scan s = {.delimiter = delimiter};
	for (size_t at = 0; at + 64 <= len; at += 64) {
		struct masks m = masks_portable(text + at, &s);
		if (((m.quote & ((uint64_t)0 - quotes)) | m.cr) != 0 ||
			!count_block(&c, m.delimiter, m.newline, width, at))
			break;
	}
	*stop = c.stop;
	return c.records;
}

/* Is the number of quotes odd?  Zeros behind the text are none. */
static bool
is_odd_portable(const char *text, size_t len)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7f, quotes = 0x2222222222222222;
	uint64_t odd = 0;
	for (size_t at = 0; at < len; at += 8) {
		uint64_t word;
		memcpy(&word, text + at, 8);
		uint64_t x = word ^ quotes;
		odd ^= ~(((x & low) + low) | x | low);
	}
	return __builtin_parityll(odd);
}

#if SCAN_HAS_AVX2

/*
 * A byte in all places, of which the compiler does not know that it could make it again in each
 * round.
 */
__attribute__((target("avx2"))) static inline __m256i
all_bytes(char byte)
{
	__m256i same = _mm256_set1_epi8(byte);
	__asm__("" : "+x"(same));
	return same;
}

__attribute__((target("avx2"))) static inline uint64_t
equal_avx2(__m256i low, __m256i high, __m256i same)
{
	uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, same));
	uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, same));
	return a | (uint64_t)b << 32;
}

__attribute__((target("avx2"))) static inline bool
has_either_avx2(__m256i low, __m256i high, __m256i a, __m256i b)
{
	__m256i any = _mm256_or_si256(
		_mm256_or_si256(_mm256_cmpeq_epi8(low, a), _mm256_cmpeq_epi8(high, a)),
		_mm256_or_si256(_mm256_cmpeq_epi8(low, b), _mm256_cmpeq_epi8(high, b)));
	return _mm256_testz_si256(any, any) == 0;
}

__attribute__((target("pclmul,sse2"))) static inline uint64_t
prefix_xor_clmul(uint64_t bits)
{
	__m128i product = _mm_clmulepi64_si128(
		_mm_set_epi64x(0, (int64_t)bits), _mm_set1_epi8(-1), 0);
	return (uint64_t)_mm_cvtsi128_si64(product);
}

/* The places of the bits of a byte, a byte each, the lowest first. */
#define PLACE(b, i) \
	((uint64_t)((b) >> (i) & 1 ? (i) : 0) << 8 * __builtin_popcount((b) & ((1 << (i)) - 1)))
#define PLACES(b) \
	(PLACE(b, 0) | PLACE(b, 1) | PLACE(b, 2) | PLACE(b, 3) | PLACE(b, 4) | PLACE(b, 5) | \
		PLACE(b, 6) | PLACE(b, 7))
#define PLACES_4(b) PLACES(b), PLACES((b) + 1), PLACES((b) + 2), PLACES((b) + 3)
#define PLACES_16(b) PLACES_4(b), PLACES_4((b) + 4), PLACES_4((b) + 8), PLACES_4((b) + 12)
#define PLACES_64(b) PLACES_16(b), PLACES_16((b) + 16), PLACES_16((b) + 32), PLACES_16((b) + 48)

static const uint64_t places[256] = {PLACES_64(0), PLACES_64(64), PLACES_64(128), PLACES_64(192)};

/*
 * The places of a byte's bits to *to: always eight, of which it is moved behind those that there
 * are.
 */
__attribute__((target("avx2,popcnt"))) static inline void
put_byte(uint32_t **to, unsigned byte, __m256i base)
{
	__m128i place = _mm_loadl_epi64((const __m128i *)(const void *)&places[byte]);
	_mm256_storeu_si256(
		(__m256i *)(void *)*to, _mm256_add_epi32(base, _mm256_cvtepu8_epi32(place)));
	*to += __builtin_popcount(byte);
}

/* As put_ends(), without a branch.  eight: in each place. */
__attribute__((target("avx2,popcnt"))) static inline __attribute__((always_inline)) size_t
put_ends_avx2(uint32_t *end, uint64_t bits, uint32_t at, __m256i eight)
{
	uint32_t *to = end;
	__m256i base = _mm256_set1_epi32((int)at);
	put_byte(&to, bits & 255, base);
	put_byte(&to, bits >> 8 & 255, base = _mm256_add_epi32(base, eight));
	put_byte(&to, bits >> 16 & 255, base = _mm256_add_epi32(base, eight));
	put_byte(&to, bits >> 24 & 255, base = _mm256_add_epi32(base, eight));
	put_byte(&to, bits >> 32 & 255, base = _mm256_add_epi32(base, eight));
	put_byte(&to, bits >> 40 & 255, base = _mm256_add_epi32(base, eight));
	put_byte(&to, bits >> 48 & 255, base = _mm256_add_epi32(base, eight));
	put_byte(&to, (unsigned)(bits >> 56), base = _mm256_add_epi32(base, eight));
	return (size_t)(to - end);
}

/* What each block is held against. */
struct wanted {
	__m256i delimiter, newline, quote, cr;
	__m256i eight; /* numbers, for put_ends_avx2() */
};

__attribute__((target("avx2"))) static inline struct wanted
wanted_of(char delimiter, bool quotes)
{
	return (struct wanted){
		.delimiter = all_bytes(delimiter),
		.newline = all_bytes('\n'),
		.quote = all_bytes(quotes ? '"' : '\r'),
		.cr = all_bytes('\r'),
		.eight = _mm256_srli_epi32(all_bytes(8), 24),
	};
}

/*
 * Whole blocks, up to one that is not plain: what most text consists of, with nothing in the loop
 * that only others need.
 */
__attribute__((target("avx2,bmi,popcnt"))) static inline __attribute__((always_inline)) void
take_plain_blocks(struct scan *s, const char *text, size_t len, const struct wanted *wanted)
{
	const struct wanted w = *wanted;
	uint32_t *const start = s->end, *const stop = s->end + s->ends_max - ENDS_ROOM;
	uint32_t *end = s->end + s->ends, *row = s->first + s->rows;
	uint64_t ends = s->before;
	size_t at = s->done;
	for (; at + 64 <= len && end < stop; at += 64) {
		__m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
		__m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + at + 32));
		if (has_either_avx2(low, high, w.quote, w.cr))
			break;
		uint64_t newlines = equal_avx2(low, high, w.newline);
		ends = equal_avx2(low, high, w.delimiter) | newlines;
		row = put_rows(row, newlines, ends, (size_t)(end - start));
		end += put_ends_avx2(end, ends, (uint32_t)at, w.eight);
	}
	if (at != s->done)
		s->before = ends >> 63;
	s->newlines += (size_t)(row - s->first) - s->rows;
	s->rows = (size_t)(row - s->first);
	s->ends = (size_t)(end - start);
	s->done = at;
}

__attribute__((target("avx2,pclmul,bmi,popcnt"))) void
scan_avx2(struct scan *scan, const char *text, size_t len)
{
	struct scan s = *scan; /* as above */
	uint64_t quotes = (uint64_t)0 - s.quotes;
	const struct wanted w = wanted_of(s.delimiter, s.quotes);
	bool was_plain = true;
	while (can_go_on(&s, len)) {
		if (was_plain && is_outside(&s))
			take_plain_blocks(&s, text, len, &w);
		if (!can_go_on(&s, len))
			break;
		uint64_t valid = valid_bits(len - s.done);
		uint32_t at = (uint32_t)s.done;
		__m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
		__m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + at + 32));
		struct masks m = {
			.delimiter = equal_avx2(low, high, w.delimiter),
			.newline = equal_avx2(low, high, w.newline),
			.quote = equal_avx2(low, high, w.quote) & quotes,
			.cr = equal_avx2(low, high, w.cr),
		};
		was_plain = (m.quote | m.cr) == 0;
		masks_cut(&m, valid);
		uint64_t ends =
			take_strings(&s, m, valid, m.quote != 0 ? prefix_xor_clmul(m.quote) : 0);
		s.ends += put_ends_avx2(s.end + s.ends, ends, at, w.eight);
	}
	*scan = s;
}

__attribute__((target("avx2,bmi,popcnt"))) size_t
scan_count_avx2(
	char delimiter, bool quotes, const char *text, size_t len, size_t width, size_t *stop)
{
	struct count c = {0};
	const struct wanted w = wanted_of(delimiter, quotes);
	for (size_t at = 0; at + 64 <= len; at += 64) {
		__m256i low = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
		__m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(text + at + 32));
		if (has_either_avx2(low, high, w.quote, w.cr) ||
			!count_block(&c, equal_avx2(low, high, w.delimiter),
				equal_avx2(low, high, w.newline), width, at))
			break;
	}
	*stop = c.stop;
	return c.records;
}

__attribute__((target("avx2"))) static bool
is_odd_avx2(const char *text, size_t len)
{
	const __m256i quote = all_bytes('"');
	__m256i odd = _mm256_setzero_si256();
	for (size_t at = 0; at < len; at += 32) {
		__m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
		odd = _mm256_xor_si256(odd, _mm256_cmpeq_epi8(bytes, quote));
	}
	return __builtin_parity((unsigned)_mm256_movemask_epi8(odd));
}

static bool
has_avx2(void)
{
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
		__builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt");
}

#else

void
scan_avx2(struct scan *s, const char *text, size_t len)
{
	scan_portable(s, text, len);
}

size_t
scan_count_avx2(
	char delimiter, bool quotes, const char *text, size_t len, size_t width, size_t *stop)
{
	return scan_count_portable(delimiter, quotes, text, len, width, stop);
}

static bool
is_odd_avx2(const char *text, size_t len)
{
	return is_odd_portable(text, len);
}

static bool
has_avx2(void)
{
	return false;
}

#endif

scan_count_fn *
scan_count_of(scan_run_fn *run)
{
	return run == scan_avx2 ? scan_count_avx2 : scan_count_portable;
}

size_t
scan_whole(scan_run_fn *run, bool quotes, const char *text, size_t len)
{
	bool is_odd = quotes && (run == scan_avx2 ? is_odd_avx2 : is_odd_portable)(text, len);
	for (; len > 0 && (text[len - 1] != '\n' || is_odd); len--)
		is_odd ^= quotes && text[len - 1] == '"';
	return len;
}

scan_run_fn *
scan_choose(const char *name)
{
	if (name != NULL && strcmp(name, "portable") == 0)
		return scan_portable;
	if (name != NULL && strcmp(name, "avx2") != 0)
		return NULL;
	if (has_avx2())
		return scan_avx2;
	return name != NULL ? NULL : scan_portable;
}
