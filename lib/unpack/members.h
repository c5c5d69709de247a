/*
 * The members of an archive in the order of the stream, by libarchive, which is given one format
 * only; and what libarchive does not verify: the archive's end.
 */
#ifndef ETL_UNPACK_MEMBERS_H
#define ETL_UNPACK_MEMBERS_H

#include "unpack/feed.h"
#include "unpack/sniff.h"

struct members;

/*
 * content is CONTENT_TAR or CONTENT_ZIP.  Keeps in, reason and arg.  wanted(arg, name): would a
 * member of this name be read?  A zip tells only at its end that it is a link.
 */
struct members *members_new(enum content content, struct feed *in,
	bool (*wanted)(void *arg, const char *name), void *arg, struct reason *reason);
/* Goes to the next member and describes it; its name is valid until the next call.  False at the
   end (when the archive's end has been verified and the source was read to its own) or at a fault.
 */
bool members_next(struct members *m, struct unpack_member *member);
/* The next bytes of the member, holes as zeros; len 0 at its end or at a fault. */
struct slice members_read(struct members *m);
void members_free(struct members *m);

#endif
