#include "unpack/decode.h"

#include <inttypes.h>
#include <stdlib.h>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
	GZ_WINDOW = 15 + 16, /* the largest, gzip's header and trailer expected and verified */
	ZST_WINDOW_LOG = 27, /* 128 MiB, zstd's own default */
	XZ_MEMORY_MIB = 256
};

enum step { STEP_MORE, STEP_END, STEP_BAD };

/*
 * start: at the first byte of a stream.  step: takes from d->in, puts at most max bytes at `at` and
 * their number in *made; STEP_END behind the last byte of a stream; STEP_BAD sets d->what.
 */
struct codec {
	const char *name;
	size_t padding; /* zero bytes may follow a stream, a multiple of this; 0: none */
	bool (*starts)(unsigned char first);
	bool (*start)(struct decoder *d);
	enum step (*step)(struct decoder *d, char *at, size_t max, size_t *made);
	void (*stop)(struct decoder *d);
};

struct decoder {
	const struct codec *codec;
	struct feed *feed;
	struct reason *reason;
	bool guarded;
	struct slice in;
	bool ended;     /* the feed */
	bool inside;    /* a stream */
	bool is_filled; /* the last step used all the room: it may hold more */
	bool is_set_up;
	size_t zeros; /* of padding, since the last stream */
	uint64_t made;
	const char *what; /* is wrong */
	bool no_memory;
	union {
		z_stream gz;
		bz_stream bz2;
		lzma_stream xz;
		ZSTD_DCtx *zst;
	} state;
};

static enum step
bad(struct decoder *d, const char *what)
{
	d->what = what;
	return STEP_BAD;
}

static enum step
no_memory(struct decoder *d)
{
	d->no_memory = true;
	return STEP_BAD;
}

static void
eat(struct decoder *d, size_t bytes)
{
	d->in.at += bytes;
	d->in.len -= bytes;
}

static bool
gz_starts(unsigned char first)
{
	return first == 0x1f;
}

static bool
gz_start(struct decoder *d)
{
	if (d->is_set_up)
		return inflateReset(&d->state.gz) == Z_OK;
	return inflateInit2(&d->state.gz, GZ_WINDOW) == Z_OK;
}

static enum step
gz_step(struct decoder *d, char *at, size_t max, size_t *made)
{
	z_stream *z = &d->state.gz;
	z->next_in = (z_const Bytef *)d->in.at;
	z->avail_in = (uInt)d->in.len;
	z->next_out = (Bytef *)at;
	z->avail_out = (uInt)max;
	int result = inflate(z, Z_NO_FLUSH);
	eat(d, d->in.len - z->avail_in);
	*made = max - z->avail_out;
	switch (result) {
	case Z_OK:
	case Z_BUF_ERROR:
		return STEP_MORE;
	case Z_STREAM_END:
		return STEP_END;
	case Z_MEM_ERROR:
		return no_memory(d);
	default:
		return bad(d, z->msg != NULL ? z->msg : "damaged data");
	}
}

static void
gz_stop(struct decoder *d)
{
	inflateEnd(&d->state.gz);
}

static bool
bz2_starts(unsigned char first)
{
	return first == 'B';
}

static bool
bz2_start(struct decoder *d)
{
	if (d->is_set_up)
		BZ2_bzDecompressEnd(&d->state.bz2);
	d->state.bz2 = (bz_stream){0};
	return BZ2_bzDecompressInit(&d->state.bz2, 0, 0) == BZ_OK;
}

static enum step
bz2_step(struct decoder *d, char *at, size_t max, size_t *made)
{
	bz_stream *z = &d->state.bz2;
	z->next_in = (char *)(uintptr_t)d->in.at;
	z->avail_in = (unsigned)d->in.len;
	z->next_out = at;
	z->avail_out = (unsigned)max;
	int result = BZ2_bzDecompress(z);
	eat(d, d->in.len - z->avail_in);
	*made = max - z->avail_out;
	switch (result) {
	case BZ_OK:
		return STEP_MORE;
	case BZ_STREAM_END:
		return STEP_END;
	case BZ_MEM_ERROR:
		return no_memory(d);
	case BZ_DATA_ERROR_MAGIC:
		return bad(d, "incorrect header");
	default:
		return bad(d, "damaged data");
	}
}

static void
bz2_stop(struct decoder *d)
{
	BZ2_bzDecompressEnd(&d->state.bz2);
}

static bool
xz_starts(unsigned char first)
{
	return first == 0xfd;
}

static bool
xz_start(struct decoder *d)
{
	if (!d->is_set_up)
		d->state.xz = (lzma_stream)LZMA_STREAM_INIT;
	uint64_t limit = (uint64_t)XZ_MEMORY_MIB << 20;
	return lzma_stream_decoder(&d->state.xz, limit, LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
}

static enum step
xz_step(struct decoder *d, char *at, size_t max, size_t *made)
{
	lzma_stream *z = &d->state.xz;
	z->next_in = (const uint8_t *)d->in.at;
	z->avail_in = d->in.len;
	z->next_out = (uint8_t *)at;
	z->avail_out = max;
	lzma_ret result = lzma_code(z, LZMA_RUN);
	eat(d, d->in.len - z->avail_in);
	*made = max - z->avail_out;
	switch (result) {
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return STEP_MORE;
	case LZMA_STREAM_END:
		return STEP_END;
	case LZMA_MEM_ERROR:
		return no_memory(d);
	case LZMA_MEMLIMIT_ERROR:
		return bad(d, "needs more than 256 MiB of memory");
	case LZMA_UNSUPPORTED_CHECK:
		return bad(d, "unknown kind of checksum");
	case LZMA_OPTIONS_ERROR:
		return bad(d, "unknown options in a header");
	case LZMA_FORMAT_ERROR:
		return bad(d, "incorrect header");
	default:
		return bad(d, "damaged data");
	}
}

static void
xz_stop(struct decoder *d)
{
	lzma_end(&d->state.xz);
}

static bool
zst_starts(unsigned char first)
{
	return first == 0x28 || (first & 0xf0) == 0x50;
}

static bool
zst_start(struct decoder *d)
{
	if (!d->is_set_up)
		d->state.zst = ZSTD_createDCtx();
	if (d->state.zst == NULL)
		return false;
	ZSTD_DCtx_reset(d->state.zst, ZSTD_reset_session_only);
	return !ZSTD_isError(
		ZSTD_DCtx_setParameter(d->state.zst, ZSTD_d_windowLogMax, ZST_WINDOW_LOG));
}

static enum step
zst_step(struct decoder *d, char *at, size_t max, size_t *made)
{
	ZSTD_inBuffer in = {d->in.at, d->in.len, 0};
	ZSTD_outBuffer out = {at, max, 0};
	size_t result = ZSTD_decompressStream(d->state.zst, &out, &in);
	eat(d, in.pos);
	*made = out.pos;
	if (!ZSTD_isError(result))
		return result == 0 ? STEP_END : STEP_MORE;
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_memory_allocation:
		return no_memory(d);
	case ZSTD_error_frameParameter_windowTooLarge:
		return bad(d, "needs a window of more than 128 MiB (zstd --long=28 or more)");
	case ZSTD_error_dictionary_wrong:
		return bad(d, "needs a dictionary");
	default:
		return bad(d, ZSTD_getErrorName(result));
	}
}

static void
zst_stop(struct decoder *d)
{
	ZSTD_freeDCtx(d->state.zst);
}

static const struct codec codecs[] = {
	[CONTENT_GZ] = {"gz", 1, gz_starts, gz_start, gz_step, gz_stop},
	[CONTENT_BZ2] = {"bz2", 0, bz2_starts, bz2_start, bz2_step, bz2_stop},
	[CONTENT_XZ] = {"xz", 4, xz_starts, xz_start, xz_step, xz_stop},
	[CONTENT_ZST] = {"zst", 0, zst_starts, zst_start, zst_step, zst_stop},
};

struct decoder *
decoder_new(enum content content, struct feed *in, bool guarded, struct reason *reason)
{
	struct decoder *d = xcalloc(1, sizeof(*d));
	d->codec = &codecs[content];
	d->feed = in;
	d->guarded = guarded;
	d->reason = reason;
	return d;
}

static uint64_t
offset(const struct decoder *d)
{
	return d->feed->taken - d->in.len;
}

static bool
fail(struct decoder *d, const char *what)
{
	if (d->no_memory)
		blame(d->reason, UNPACK_SYSTEM, "%s: out of memory", d->codec->name);
	else
		blame(d->reason, UNPACK_DATA, "%s: %s, byte %" PRIu64, d->codec->name, what,
			offset(d));
	return false;
}

static bool
take_input(struct decoder *d)
{
	d->in = feed_take(d->feed);
	d->ended = d->in.len == 0;
	return d->reason->fault == UNPACK_OK;
}

/* Behind a stream: eats padding, starts the next one if there is one. */
static bool
go_inside(struct decoder *d)
{
	const struct codec *codec = d->codec;
	for (; codec->padding != 0 && d->in.len != 0 && *d->in.at == '\0'; eat(d, 1))
		d->zeros++;
	if (d->in.len == 0 && !d->ended)
		return true;
	if (codec->padding != 0 && d->zeros % codec->padding != 0)
		return fail(d, "padding of a wrong length behind the end");
	if (d->ended)
		return true;
	if (!codec->starts((unsigned char)*d->in.at))
		return fail(d, "other bytes follow its end");
	if (!codec->start(d)) {
		d->no_memory = true;
		return fail(d, NULL);
	}
	d->is_set_up = d->inside = true;
	d->zeros = 0;
	return true;
}

static bool
take_step(struct decoder *d, char *at, size_t max, size_t *made)
{
	size_t before = d->in.len;
	enum step step = d->codec->step(d, at, max, made);
	d->is_filled = *made == max;
	d->made += *made;
	if (step == STEP_BAD)
		return fail(d, d->what);
	if (step == STEP_END) {
		d->inside = d->is_filled = false;
		return true;
	}
	bool is_stuck = *made == 0 && d->in.len == before;
	if (is_stuck && d->ended)
		return fail(d, "cut off: the input ends within the data");
	if (is_stuck && before != 0)
		return fail(d, "damaged data");
	return true;
}

long
decoder_read(void *decoder, char *at, size_t max)
{
	struct decoder *d = decoder;
	for (;;) {
		if (d->in.len == 0 && !d->ended && !d->is_filled && !take_input(d))
			return -1;
		if (!d->inside && !go_inside(d))
			return -1;
		if (!d->inside && d->ended)
			return 0;
		size_t made = 0;
		if (d->inside && !take_step(d, at, max, &made))
			return -1;
		if (d->guarded && is_bomb(d->made, d->feed->taken)) {
			blame_bomb(d->reason, d->made, d->feed->taken);
			return -1;
		}
		if (made != 0)
			return (long)made;
	}
}

void
decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	if (d->is_set_up)
		d->codec->stop(d);
	free(d);
}
