/*
 * Tokens: what was encrypted comes back; whatever is altered, cut or of another key does not.  What
 * pseudonyms and hashes are is held against other programs in tests/expr.bats.
 */
#include "crypt/token.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static struct key
make_key(const char *name)
{
	struct key k = {.name_len = strlen(name)};
	memcpy(k.name, name, k.name_len);
	randombytes_buf(k.seal, sizeof k.seal);
	randombytes_buf(k.pseudonym, sizeof k.pseudonym);
	return k;
}

/* What a token opens to, in bytes of its own; NULL with the fault. */
static char *
open_token(const struct keyring *keys, struct slice token, size_t *len, enum token_fault *fault)
{
	char *copy = xmalloc(token.len + 1);
	char *out = xmalloc(token_room(token.len));
	struct slice name;
	memcpy(copy, token.at, token.len);
	*fault = token_open(keys, (struct slice){copy, token.len}, out, len, &name);
	free(copy);
	if (*fault == TOKEN_OK)
		return out;
	free(out);
	return NULL;
}

static bool
refuses(const struct keyring *keys, struct slice token)
{
	enum token_fault fault;
	size_t len;
	char *text = open_token(keys, token, &len, &fault);
	free(text);
	return text == NULL && strlen(token_fault_text(fault)) != 0;
}

static void
round_trips(const struct keyring *keys)
{
	size_t wrong = 0;
	for (size_t n = 0; n < 300; n++) {
		char text[300];
		enum token_fault fault;
		size_t len = 0;
		randombytes_buf(text, n);
		char *token = xmalloc(token_room(n));
		size_t bytes = token_seal(&keys->key[0], (struct slice){text, n}, token);
		char *back = open_token(keys, (struct slice){token, bytes}, &len, &fault);
		wrong += back == NULL || len != n || memcmp(back, text, n) != 0 ||
			 strspn(token, "e1."
				       "k0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
				       "wxyz-_") < bytes;
		free(back);
		free(token);
	}
	ok(wrong == 0, "texts of 0 to 299 bytes come back");
}

static void
damages(const struct keyring *keys)
{
	static const char bytes[] = "e1.kAaz09-_\0 =+/\n";
	static const char text[] = "4111 1111 1111 1111";
	char *token = xmalloc(token_room(sizeof text));
	size_t len = token_seal(&keys->key[0], slice_of(text), token);
	size_t opened = 0;
	for (size_t n = 0; n < len; n++)
		opened += !refuses(keys, (struct slice){token, n});
	ok(opened == 0, "cut at each byte");
	for (size_t i = 0; i < len; i++) {
		char before = token[i];
		for (size_t k = 0; k < sizeof bytes; k++) {
			token[i] = bytes[k];
			opened += bytes[k] != before && !refuses(keys, (struct slice){token, len});
		}
		token[i] = before;
	}
	ok(opened == 0, "each byte altered");
	struct keyring swapped = {(struct key[]){keys->key[1], keys->key[0]}, 2};
	ok(!refuses(&swapped, (struct slice){token, len}), "keys are found by name");
	memcpy(swapped.key[1].seal, keys->key[1].seal, KEY_BYTES);
	ok(refuses(&swapped, (struct slice){token, len}), "another key of that name");
	free(token);
}

static void
faults(const struct keyring *keys)
{
	static const struct {
		const char *token;
		enum token_fault fault;
	} cases[] = {{"", TOKEN_NONE}, {"e", TOKEN_NONE}, {"e1", TOKEN_NONE}, {"e1.", TOKEN_NONE},
		{"Eva", TOKEN_NONE}, {"e.k.AAAA", TOKEN_NONE}, {"e1..AAAA", TOKEN_NONE},
		{"e2.k1.AAAA", TOKEN_VERSION}, {"e12.k1.AAAA", TOKEN_VERSION},
		{"e1.k1.", TOKEN_SHORT}, {"e1.k1.AAAA", TOKEN_SHORT}, {"e1.k1.A", TOKEN_SHORT},
		{"e1.k1.AA=A", TOKEN_NONE}, {"e1.k1.AA A", TOKEN_NONE},
		{"e1.k9.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", TOKEN_NAME},
		{"e1.123456789012345678901234567890123.AAAA", TOKEN_NONE}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum token_fault fault;
		size_t len;
		free(open_token(keys, slice_of(cases[i].token), &len, &fault));
		ok(fault == cases[i].fault, "'%s': %s", cases[i].token,
			token_fault_text(cases[i].fault));
	}
}

static void
hashes(void)
{
	char out[SHA256_LEN];
	token_sha256(slice_of("abc"), out);
	ok(memcmp(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		   SHA256_LEN) == 0,
		"SHA-256 of FIPS 180-4");
}

int
main(void)
{
	if (sodium_init() < 0)
		return 1;
	struct keyring keys = {(struct key[]){make_key("k1"), make_key("k2")}, 2};
	round_trips(&keys);
	damages(&keys);
	faults(&keys);
	hashes();
	return done();
}
