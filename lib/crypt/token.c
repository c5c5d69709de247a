#include "crypt/token.h"

#include <sodium.h>
#include <string.h>

#include "digits.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	DIGEST = 16,
	BASE64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING
};

static const unsigned char *
bytes_of(const char *at)
{
	return (const unsigned char *)at;
}

void
token_sha256(struct slice text, char out[SHA256_LEN])
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char hex[SHA256_LEN + 1];
	crypto_hash_sha256(digest, bytes_of(text.at), text.len);
	sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	memcpy(out, hex, SHA256_LEN);
}

void
token_domain(const struct key *key, struct slice domain, unsigned char out[KEY_BYTES])
{
	crypto_generichash(
		out, KEY_BYTES, bytes_of(domain.at), domain.len, key->pseudonym, KEY_BYTES);
}

void
token_pseudonym(
	const unsigned char domain_key[KEY_BYTES], struct slice text, char out[PSEUDONYM_LEN])
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char digest[DIGEST];
	unsigned bits = 0;
	unsigned have = 0;
	size_t next = 0;
	crypto_generichash(digest, DIGEST, bytes_of(text.at), text.len, domain_key, KEY_BYTES);
	for (size_t i = 0; i < PSEUDONYM_LEN; i++) {
		if (have < 5) {
			/* The last letter has three bits of the digest. */
			bits = bits << 8 | (next < DIGEST ? digest[next++] : 0);
			have += 8;
		}
		have -= 5;
		out[i] = alphabet[bits >> have & 31];
	}
}

size_t
token_room(size_t len)
{
	return 4 + KEY_NAME_MAX + sodium_base64_ENCODED_LEN(NONCE + len + TAG, BASE64) + NONCE +
	       len + TAG;
}

/* `e1.NAME.`; returns its length. */
static size_t
put_lead(const struct key *key, char *out)
{
	memcpy(out, "e1.", 3);
	memcpy(out + 3, key->name, key->name_len);
	out[3 + key->name_len] = '.';
	return 4 + key->name_len;
}

size_t
token_seal(const struct key *key, struct slice text, char *out)
{
	size_t lead = put_lead(key, out);
	size_t len = NONCE + text.len + TAG;
	size_t room = sodium_base64_ENCODED_LEN(len, BASE64);
	/* The bytes are made behind their base64, which is longer. */
	unsigned char *bytes = (unsigned char *)out + lead + room;
	randombytes_buf(bytes, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + NONCE, NULL, bytes_of(text.at), text.len,
		bytes_of(out), lead, NULL, bytes, key->seal);
	sodium_bin2base64(out + lead, room, bytes, len, BASE64);
	return lead + room - 1;
}

const char *
token_fault_text(enum token_fault fault)
{
	switch (fault) {
	case TOKEN_OK:
		return "no fault";
	case TOKEN_NONE:
		return "not a token of encrypt()";
	case TOKEN_VERSION:
		return "a token of another version of encrypt()";
	case TOKEN_SHORT:
		return "a token that ends too early";
	case TOKEN_NAME:
		return "no key of this name in ETL_KEY_FILE";
	case TOKEN_ALTERED:
		return "the token was altered, or its key is another one of that name";
	}
	return "unknown fault";
}

/* Takes `e1.NAME.` off the front. */
static enum token_fault
take_lead(struct slice *token, struct slice *name)
{
	size_t n = 1;
	while (n < token->len && digits_is(token->at[n]))
		n++;
	if (token->len < 2 || token->at[0] != 'e' || n == 1 || n == token->len ||
		token->at[n] != '.')
		return TOKEN_NONE;
	if (n != 2 || token->at[1] != '1')
		return TOKEN_VERSION;
	const char *from = token->at + 3;
	const char *point = memchr(from, '.', token->len - 3);
	if (point == NULL || point == from || point - from > KEY_NAME_MAX)
		return TOKEN_NONE;
	*name = (struct slice){from, (size_t)(point - from)};
	size_t lead = name->len + 4;
	*token = (struct slice){token->at + lead, token->len - lead};
	return TOKEN_OK;
}

enum token_fault
token_open(const struct keyring *k, struct slice token, char *out, size_t *len, struct slice *name)
{
	const unsigned char *lead = bytes_of(token.at);
	unsigned char *bytes = (unsigned char *)out;
	enum token_fault fault = take_lead(&token, name);
	if (fault != TOKEN_OK)
		return fault;
	/* A text that is no token at all is not shown as the name of a key. */
	if (sodium_base642bin(bytes, token.len, token.at, token.len, NULL, len, NULL, BASE64) != 0)
		return token.len % 4 == 1 ? TOKEN_SHORT : TOKEN_NONE;
	if (*len < NONCE + TAG)
		return TOKEN_SHORT;
	const struct key *key = keyring_find(k, *name);
	if (key == NULL)
		return TOKEN_NAME;
	unsigned long long opened;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes + NONCE, &opened, NULL, bytes + NONCE,
		    *len - NONCE, lead, name->len + 4, bytes, key->seal) != 0)
		return TOKEN_ALTERED;
	memmove(bytes, bytes + NONCE, opened);
	*len = opened;
	return TOKEN_OK;
}
