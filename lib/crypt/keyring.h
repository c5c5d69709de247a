/*
 * The keys of a file (etl-expr(7), KEYS): each line has a name and 64 hexadecimal digits.
 */
#ifndef ETL_CRYPT_KEYRING_H
#define ETL_CRYPT_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

#include "mem.h"
#include "slice.h"

enum { KEY_BYTES = 32, KEY_NAME_MAX = 32 };

/* What is derived of a key of the file: what one is used for says nothing of the other. */
struct key {
	char name[KEY_NAME_MAX];
	size_t name_len;
	unsigned char seal[KEY_BYTES];      /* to encrypt with */
	unsigned char pseudonym[KEY_BYTES]; /* to make pseudonyms with */
};

/* {0} is a valid empty one. */
struct keyring {
	struct key *key; /* in the order of the file */
	size_t count;
};

/*
 * Reads the file, into an empty k.  false with the reason appended, which begins with path, and
 * with the line where it is about one, and has no byte of a key: a file that cannot be read, or
 * that others can; a line that is none; a name twice; no key.
 */
bool keyring_read(struct keyring *k, const char *path, struct buf *why);
/* The key of that name, or NULL. */
const struct key *keyring_find(const struct keyring *k, struct slice name);
/* Overwrites and frees all. */
void keyring_clear(struct keyring *k);

#endif
