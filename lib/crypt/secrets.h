/*
 * Functions of expressions that have to do with secrets: sha256, pseudonym, encrypt, decrypt.  The
 * keys are those of the file that ETL_KEY_FILE names.
 */
#ifndef ETL_CRYPT_SECRETS_H
#define ETL_CRYPT_SECRETS_H

#include <stdbool.h>

#include "expr/functions.h"
#include "mem.h"

/* A table like functions[], whose state is a struct keyring. */
extern const struct function secrets_functions[];
/* Reads the keys, an empty struct keyring until then, if f is the first that needs them. */
bool secrets_ready(void *keys, const struct function *f, struct buf *why);

#endif
