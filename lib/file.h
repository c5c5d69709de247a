/*
 * A small regular file as a whole, for who can do without it: where it cannot be read that is a
 * reason, and no end of the program.
 */
#ifndef ETL_FILE_H
#define ETL_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "mem.h"

/*
 * Appends the bytes of a file of at most max bytes, in room that is made once; st is what fstat(2)
 * says of it.  Returns 0, or what errno would be: EFBIG where there are more, EISDIR where it is no
 * regular file.
 */
int file_read(const char *path, size_t max, struct buf *bytes, struct stat *st);

#endif
