/*
 * The body of a request: bytes in memory around bytes in a file, read as often as it takes.
 */
#ifndef ETL_HTTP_UPLOAD_H
#define ETL_HTTP_UPLOAD_H

#include <stddef.h>
#include <stdint.h>

#include "slice.h"

struct upload {
	struct slice head;    /* borrowed */
	int fd;               /* of a file whose first `len` bytes are the middle */
	const char *fd_name;  /* for messages */
	uint64_t len;
	struct slice tail;    /* borrowed */
	uint64_t at;          /* the next byte to be read */
};

/* Bytes of the whole body. */
uint64_t upload_size(const struct upload *u);
/* The next bytes, 0 at the end.  Ends the program if the file cannot be read. */
size_t upload_read(struct upload *u, char *at, size_t max);

enum { UPLOAD_KEY_MAX = 37 };

/*
 * What this body is known by: a UUID (RFC 9562, version 8) of the SHA-256 of the URI, the load's
 * name (which may be empty), the number of its part and the body itself, so that the same part of
 * the same load has the same one whenever it is sent.  With a NUL behind; returns out.  Leaves u at
 * its beginning.
 */
const char *upload_key(char out[UPLOAD_KEY_MAX], struct upload *u, const char *uri,
	const char *load, uint64_t number);

#endif
