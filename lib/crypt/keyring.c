#include "crypt/keyring.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "file.h"
#include "msg.h"

enum { FILE_MAX_BYTES = 1 << 16, COUNT_MAX = 1000 };

/* What is derived of a key: numbers of crypto_kdf(3). */
enum { FOR_SEAL = 1, FOR_PSEUDONYM = 2 };
static const char context[] = "etlutils";

static bool
fail(struct buf *why, const char *path, size_t line, const char *reason)
{
	buf_format(why, "%s:%zu: %s", path, line, reason);
	return false;
}

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct slice
take_word(struct slice *line)
{
	size_t from = 0;
	while (from < line->len && is_blank(line->at[from]))
		from++;
	size_t to = from;
	while (to < line->len && !is_blank(line->at[to]))
		to++;
	struct slice word = {line->at + from, to - from};
	*line = (struct slice){line->at + to, line->len - to};
	return word;
}

/* Letters, digits, _ and -: it is a part of tokens, whose parts are separated by points. */
static bool
is_name(struct slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		char byte = name.at[i];
		if ((unsigned char)((byte | 0x20) - 'a') >= 26 && (byte < '0' || byte > '9') &&
			byte != '_' && byte != '-')
			return false;
	}
	return name.len != 0 && name.len <= KEY_NAME_MAX;
}

static void
add_key(struct keyring *k, struct slice name, const unsigned char *bytes)
{
	struct key *key = &k->key[k->count++];
	memcpy(key->name, name.at, name.len);
	key->name_len = name.len;
	crypto_kdf_derive_from_key(key->seal, KEY_BYTES, FOR_SEAL, context, bytes);
	crypto_kdf_derive_from_key(key->pseudonym, KEY_BYTES, FOR_PSEUDONYM, context, bytes);
}

/* NULL, or what is wrong with the line; no word of it, since any may be a key. */
static const char *
read_line(struct keyring *k, struct slice line)
{
	unsigned char bytes[KEY_BYTES];
	size_t len;
	struct slice name = take_word(&line);
	if (name.len == 0 || name.at[0] == '#')
		return NULL;
	struct slice digits = take_word(&line);
	if (digits.len == 0 || take_word(&line).len != 0)
		return "not a name and a key, with a blank between";
	if (!is_name(name))
		return "the name of a key has at most 32 letters, digits, _ and -";
	if (digits.len < (size_t)KEY_BYTES * 2)
		return "too short: a key has 64 hexadecimal digits";
	if (digits.len > (size_t)KEY_BYTES * 2 ||
		sodium_hex2bin(bytes, sizeof bytes, digits.at, digits.len, NULL, &len, NULL) != 0 ||
		len != KEY_BYTES)
		return "a key has 64 hexadecimal digits, and nothing else";
	if (keyring_find(k, name) != NULL)
		return "a name for the second time";
	if (k->count == COUNT_MAX)
		return "more than 1000 keys";
	add_key(k, name, bytes);
	sodium_memzero(bytes, sizeof bytes);
	return NULL;
}

static bool
read_lines(struct keyring *k, const char *path, struct slice text, struct buf *why)
{
	k->key = xcalloc(COUNT_MAX, sizeof *k->key);
	for (size_t number = 1; text.len != 0; number++) {
		const char *end = memchr(text.at, '\n', text.len);
		struct slice line = {text.at, end != NULL ? (size_t)(end - text.at) : text.len};
		const char *reason = read_line(k, line);
		if (reason != NULL)
			return fail(why, path, number, reason);
		size_t used = line.len + (end != NULL);
		text = (struct slice){text.at + used, text.len - used};
	}
	if (k->count == 0)
		buf_format(why, "%s: there is no key in it", path);
	return k->count != 0;
}

/* As ssh(1) has it: a key that others can read is none. */
static bool
check_mode(const char *path, const struct stat *st, struct buf *why)
{
	if ((st->st_mode & 077) == 0)
		return true;
	buf_format(why, "%s: others can read or write it (mode %04o); chmod 600 %s", path,
		(unsigned)st->st_mode & 07777, path);
	return false;
}

bool
keyring_read(struct keyring *k, const char *path, struct buf *why)
{
	struct buf text = {0};
	struct stat st;
	const struct rlimit no_core = {0, 0};
	if (sodium_init() < 0) {
		buf_text(why, "libsodium finds no source of random numbers");
		return false;
	}
	/* The memory of a crash would have the keys. */
	setrlimit(RLIMIT_CORE, &no_core);
	int error = file_read(path, FILE_MAX_BYTES, &text, &st);
	bool good = error == 0 && check_mode(path, &st, why);
	if (error != 0)
		buf_format(why, "%s: %s", path,
			error == EISDIR ? "not a regular file" : strerror(error));
	good = good && read_lines(k, path, (struct slice){text.at, text.len}, why);
	if (text.at != NULL)
		sodium_memzero(text.at, text.cap);
	buf_clear(&text);
	return good;
}

const struct key *
keyring_find(const struct keyring *k, struct slice name)
{
	for (size_t i = 0; i < k->count; i++)
		if (slice_same(name, (struct slice){k->key[i].name, k->key[i].name_len}))
			return &k->key[i];
	return NULL;
}

void
keyring_clear(struct keyring *k)
{
	if (k->key != NULL)
		sodium_memzero(k->key, COUNT_MAX * sizeof *k->key);
	free(k->key);
	*k = (struct keyring){0};
}
