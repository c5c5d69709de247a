#include "unpack/sniff.h"

#include <string.h>

enum { SIGNATURE_MAX = 10, MAYBE_TEXT = 3 };

/* mask: the bits that count. */
struct signature {
	enum content content;
	const char *name;
	size_t len;
	const char *bytes;
	const char *mask;
};

#define WHOLE "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

static const struct signature signatures[] = {
	{CONTENT_GZ, "gz", 3, "\x1f\x8b\x08", WHOLE},
	{CONTENT_BZ2, "bz2", 10, "BZh01AY&SY", "\xff\xff\xff\xf0\xff\xff\xff\xff\xff\xff"},
	{CONTENT_BZ2, "bz2", 10, "BZh0\x17\x72\x45\x38\x50\x90",
		"\xff\xff\xff\xf0\xff\xff\xff\xff\xff\xff"},
	{CONTENT_XZ, "xz", 6, "\xfd\x37zXZ\0", WHOLE},
	{CONTENT_ZST, "zst", 4, "\x28\xb5\x2f\xfd", WHOLE},
	{CONTENT_ZST, "zst", 4, "\x50\x2a\x4d\x18", "\xf0\xff\xff\xff"},
	{CONTENT_ZIP, "zip", 4, "PK\3\4", WHOLE},
	{CONTENT_ZIP, "zip", 4, "PK\5\6", WHOLE},
	{CONTENT_FOREIGN, "zip in parts", 4, "PK\7\x8", WHOLE},
	{CONTENT_FOREIGN, "7z", 6, "7z\xbc\xaf\x27\x1c", WHOLE},
	{CONTENT_FOREIGN, "rar", 6, "Rar!\x1a\x07", WHOLE},
	{CONTENT_FOREIGN, "lz4", 4, "\x04\x22\x4d\x18", WHOLE},
	{CONTENT_FOREIGN, "lzip", 5, "LZIP\1", WHOLE},
	{CONTENT_FOREIGN, "compress (.Z)", 3, "\x1f\x9d\x90", WHOLE},
};

static int
bits_off(const struct signature *s, const char *text, size_t len)
{
	int bits = 0;
	for (size_t i = 0; i < len && i < s->len; i++)
		bits += __builtin_popcount((unsigned char)((text[i] ^ s->bytes[i]) & s->mask[i]));
	return bits;
}

static bool
is_printable(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	return true;
}

/* CONTENT_CUT: text is the beginning of a signature; CONTENT_UNDECIDED: it might be that of a
 * damaged one. */
static struct sniffed
sniff_signature(const char *text, size_t len)
{
	struct sniffed found = {CONTENT_PLAIN, NULL};
	for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
		const struct signature *s = &signatures[i];
		int bits = bits_off(s, text, len);
		if (bits > 1 || (bits == 1 && s->content == CONTENT_FOREIGN))
			continue;
		if (len >= s->len)
			return (struct sniffed){bits == 0 ? s->content : CONTENT_DAMAGED, s->name};
		if (bits == 0 && (len > MAYBE_TEXT || !is_printable(text, len)))
			found = (struct sniffed){CONTENT_CUT, s->name};
		else if (found.content == CONTENT_PLAIN)
			found.content = CONTENT_UNDECIDED;
	}
	return found;
}

/* Offsets in a header of tar: the name, then mode, uid, gid, size, mtime and checksum as octal
 * text. */
enum { TAR_NUMBERS = 100, TAR_SUM = 148, TAR_TYPE = 156, TAR_MAGIC = 257, TAR_BLOCK = 512 };

static const size_t number_end[] = {108, 116, 124, 136, 148, 156};

static bool
is_octal(char c)
{
	return (c >= '0' && c <= '7') || c == ' ' || c == '\0';
}

/* Counts bytes that cannot be where they are: behind the name's end, in the numbers. */
static int
count_misfits(const char *text, size_t len)
{
	int misfits = 0;
	size_t name = strnlen(text, len < TAR_NUMBERS ? len : TAR_NUMBERS);
	for (size_t i = name; i < len && i < TAR_NUMBERS; i++)
		misfits += text[i] != '\0';
	size_t at = TAR_NUMBERS;
	for (size_t n = 0; n < sizeof(number_end) / sizeof(number_end[0]); n++) {
		bool is_binary = at < len && (text[at] == '\x80' || text[at] == '\xff');
		for (; at < number_end[n] && at < len; at++)
			misfits += !is_binary && !is_octal(text[at]);
		at = number_end[n];
	}
	return misfits;
}

/* The checksum is the sum of the header's bytes with eight spaces in its own place. */
static bool
is_summed(const char *block)
{
	unsigned long sum = 0, told = 0;
	for (size_t i = 0; i < TAR_BLOCK; i++)
		sum += i >= TAR_SUM && i < TAR_TYPE ? ' ' : (unsigned char)block[i];
	size_t at = TAR_SUM;
	while (at < TAR_TYPE && block[at] == ' ')
		at++;
	for (; at < TAR_TYPE && block[at] >= '0' && block[at] <= '7'; at++)
		told = told * 8 + (unsigned long)(block[at] - '0');
	return told == sum;
}

static bool
is_zero(const char *at, size_t len)
{
	return len == 0 || (at[0] == 0 && memcmp(at, at + 1, len - 1) == 0);
}

static bool
is_tar_block(const char *block)
{
	if (is_summed(block) || is_zero(block, TAR_BLOCK))
		return true;
	/* A damaged header is still one, for the reader of tar to refuse; but text that happens to
	   say "ustar" there has no NUL in its numbers. */
	bool has_nul = memchr(block + TAR_NUMBERS, '\0', TAR_TYPE - TAR_NUMBERS) != NULL;
	return has_nul &&
	       (memcmp(block + TAR_MAGIC, "ustar", 5) == 0 || count_misfits(block, TAR_BLOCK) <= 1);
}

/* Less than a block: CONTENT_CUT if it can only be the beginning of a tar, CONTENT_UNDECIDED if it
 * may be. */
static enum content
sniff_tar_part(const char *text, size_t len)
{
	size_t name = strnlen(text, len < TAR_NUMBERS ? len : TAR_NUMBERS);
	int misfits = count_misfits(text, len);
	if (misfits > 1 || memchr(text, '\n', name) != NULL)
		return CONTENT_PLAIN;
	const char *nul = memchr(text, '\0', len);
	if (len >= TAR_TYPE && (nul == NULL || nul >= text + TAR_TYPE))
		return CONTENT_PLAIN;
	bool has_two = nul != NULL && nul > text && nul + 1 < text + len && misfits == 0;
	return has_two ? CONTENT_CUT : CONTENT_UNDECIDED;
}

static struct sniffed
sniff_tar(const char *text, size_t len)
{
	if (len >= TAR_BLOCK)
		return is_tar_block(text) ? (struct sniffed){CONTENT_TAR, "tar"}
					  : (struct sniffed){CONTENT_PLAIN, NULL};
	return (struct sniffed){sniff_tar_part(text, len), "tar"};
}

static bool
is_decided(struct sniffed s)
{
	return s.content != CONTENT_PLAIN && s.content != CONTENT_CUT &&
	       s.content != CONTENT_UNDECIDED;
}

struct sniffed
sniff(const char *text, size_t len, bool at_end)
{
	static const struct sniffed plain = {CONTENT_PLAIN, NULL};
	static const struct sniffed undecided = {CONTENT_UNDECIDED, NULL};
	struct sniffed packed = sniff_signature(text, len);
	if (is_decided(packed))
		return packed;
	struct sniffed tar = sniff_tar(text, len);
	if (tar.content == CONTENT_TAR)
		return tar;
	if (!at_end && (packed.content != CONTENT_PLAIN || tar.content != CONTENT_PLAIN))
		return undecided;
	if (packed.content == CONTENT_CUT)
		return packed;
	return tar.content == CONTENT_CUT ? tar : plain;
}
