/*
 * Texts that are made with a key (etl-expr(7), KEYS): pseudonyms, and tokens that can be undone.
 *
 *	e1.NAME.DATA	version, name of the key, and in the base64 of URLs (RFC 4648 5), without =,
 *			24 bytes of nonce, the encrypted text, 16 bytes of authentication
 *			(XChaCha20-Poly1305); what stands before DATA is authenticated too
 */
#ifndef ETL_CRYPT_TOKEN_H
#define ETL_CRYPT_TOKEN_H

#include <stddef.h>

#include "crypt/keyring.h"
#include "slice.h"

/* 64 digits of SHA-256; 26 of the letters a-z and digits 2-7 for the 128 bits of a pseudonym. */
enum { SHA256_LEN = 64, PSEUDONYM_LEN = 26 };

void token_sha256(struct slice text, char out[SHA256_LEN]);

/* The key for the pseudonyms of a domain. */
void token_domain(const struct key *key, struct slice domain, unsigned char out[KEY_BYTES]);
/* Of a text, which may be empty: keyed BLAKE2b. */
void token_pseudonym(
	const unsigned char domain_key[KEY_BYTES], struct slice text, char out[PSEUDONYM_LEN]);

/* The most bytes that token_seal() writes for a text of len bytes, and token_open() for a token. */
size_t token_room(size_t len);
/* Returns the length. */
size_t token_seal(const struct key *key, struct slice text, char *out);

enum token_fault {
	TOKEN_OK,
	TOKEN_NONE,    /* not of this form */
	TOKEN_VERSION, /* of another version */
	TOKEN_SHORT,   /* it ends too early */
	TOKEN_NAME,    /* no key of its name: *name is set */
	TOKEN_ALTERED  /* of another key of that name, or not as it was written */
};

/* "not a token of encrypt()" */
const char *token_fault_text(enum token_fault fault);
/* The text that a token was made of: *len bytes in out. */
enum token_fault token_open(
	const struct keyring *k, struct slice token, char *out, size_t *len, struct slice *name);

#endif
