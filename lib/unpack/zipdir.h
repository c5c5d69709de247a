/*
 * The central directory of a zip, read behind the members of a stream (APPNOTE 6.3, 4.3.12 and on).
 *
 * A reader of the stream alone takes a member with a damaged header for filler or for empty, and a
 * deleted one or a symbolic link for a file; so what the stream gave is held against what the
 * directory says.
 */
#ifndef ETL_UNPACK_ZIPDIR_H
#define ETL_UNPACK_ZIPDIR_H

#include "unpack/feed.h"
#include "unpack/reason.h"

/* What has been seen: how many members, the sums of what their names and their data hash to.  {0}
 * is nothing. */
struct zipdir {
	uint64_t count;
	uint64_t names;
	uint64_t data;
};

/*
 * Puts the name that the directory has for the member in *name, with a NUL: the one in the local
 * header that begins in the first bytes of rest[2].  Returns false if there is none.
 */
bool zipdir_local_name(const struct slice rest[2], struct buf *name);
/* The backslashes of a path without slashes are slashes. */
void zipdir_mend_path(char *path);
void zipdir_add_name(struct zipdir *z, const char *name);
/* Of a file that is wanted: CRC-32 and size. */
void zipdir_add_data(struct zipdir *z, uint32_t crc, uint64_t size);

/*
 * Reads the directory to the source's end: rest[2], then what the feed brings; what is before its
 * first record in rest is passed over.  Returns false, with the reason, if it is damaged, differs
 * from `seen`, is followed by anything but zeros, or says that a member that wanted(arg, name) is a
 * link.
 */
bool zipdir_check(const struct zipdir *seen, const struct slice rest[2], struct feed *feed,
	bool (*wanted)(void *arg, const char *name), void *arg, struct reason *reason);

#endif
