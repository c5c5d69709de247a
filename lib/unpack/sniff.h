/*
 * Recognition of content by its first bytes, never by a name (gzip: RFC 1952; bzip2; xz: The .xz
 * File Format 1.1; zstd: RFC 8878; zip: APPNOTE 6.3; tar: POSIX pax, ustar Interchange Format).
 *
 * A signature with one bit flipped is recognised as damaged: else a damaged file would pass for
 * text.
 */
#ifndef ETL_UNPACK_SNIFF_H
#define ETL_UNPACK_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

enum { SNIFF_MAX = 512 };

enum content {
	CONTENT_PLAIN,
	CONTENT_GZ,
	CONTENT_BZ2,
	CONTENT_XZ,
	CONTENT_ZST,
	CONTENT_TAR,
	CONTENT_ZIP,
	CONTENT_FOREIGN,  /* a known kind that is not read */
	CONTENT_DAMAGED,  /* a signature with a flipped bit */
	CONTENT_CUT,      /* ends within its signature */
	CONTENT_UNDECIDED /* needs more bytes, SNIFF_MAX at most */
};

struct sniffed {
	enum content content;
	const char *name; /* "gz"; NULL for plain and undecided */
};

/*
 * text[len] is how the content begins, at_end says that nothing follows.  Decides as soon as it
 * can: text is plain at its first line end, or at the first bytes that no header of tar has.  What
 * ends as a few printable bytes ("B", "PK") is plain, although a bz2 or zip begins so.
 */
struct sniffed sniff(const char *text, size_t len, bool at_end);

#endif
