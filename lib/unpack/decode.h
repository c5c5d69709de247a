/*
 * A decoder: compressed bytes of a feed in, plain bytes out, every checksum and length verified by
 * the codec's own library.  Streams may follow one another (gzip members, zstd frames ...): they
 * are joined.
 */
#ifndef ETL_UNPACK_DECODE_H
#define ETL_UNPACK_DECODE_H

#include "unpack/feed.h"
#include "unpack/sniff.h"

struct decoder;

/* content is one of CONTENT_GZ .. CONTENT_ZST.  Keeps in and reason; guarded: a bomb is a fault. */
struct decoder *decoder_new(
	enum content content, struct feed *in, bool guarded, struct reason *reason);
/*
 * An unpack_reader over a struct decoder.  Gives what it has before it asks for more input.  0 only
 * when the last stream is whole and nothing but the padding that its format allows follows.
 */
long decoder_read(void *decoder, char *at, size_t max);
void decoder_free(struct decoder *d);

#endif
