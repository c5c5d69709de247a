/*
 * A version, or a name with numbers in it, as a key: bytes that order as sort -V does, where 1.9
 * comes before 1.10 and foo-1.2.tar.gz before foo-1.2.1.tar.gz (etl-sort(1)).
 */
#ifndef ETL_VERSION_KEY_H
#define ETL_VERSION_KEY_H

#include "mem.h"
#include "slice.h"

/*
 * Appends the key of a text, at most VERSION_KEY_ROOM(text.len) bytes.  No key begins with another;
 * texts that differ in zeros before a number alone have the same.
 */
void version_key(struct slice text, struct buf *key);

#define VERSION_KEY_ROOM(len) (6 * (len) + 8)

#endif
