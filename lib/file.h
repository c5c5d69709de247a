/*
 * A small regular file as a whole, for who can do without it: where it cannot be read that is a
 * reason, and no end of the program.  And whether two names are of one file.
 */
#ifndef ETL_FILE_H
#define ETL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "mem.h"

/*
 * Appends the bytes of a file of at most max bytes, in room that is made once; st is what fstat(2)
 * says of it.  Returns 0, or what errno would be: EFBIG where there are more, EISDIR where it is no
 * regular file.
 */
int file_read(const char *path, size_t max, struct buf *bytes, struct stat *st);

/* Are two paths the same regular file, or would they be, where neither is there yet? */
bool file_is_same(const char *a, const char *b);
/* Is that path the regular file that fd has open? */
bool file_has_open(const char *path, int fd);

#endif
