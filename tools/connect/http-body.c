#include "http-body.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "msg.h"

enum { PIECE = 256 * 1024, GZIP_WINDOW = 15 + 16 };

void
body_open(struct body *b, bool stream, uint64_t max_bytes)
{
	*b = (struct body){.is_spooled = !stream, .max = max_bytes};
	sigaction(SIGPIPE, NULL, &b->pipe);
	out_open(&b->out, NULL);
	if (!stream)
		out_open_spool(&b->spool);
}

void
body_gunzip(struct body *b)
{
	if (b->is_gzip)
		return;
	b->gzip = (z_stream){0};
	if (inflateInit2(&b->gzip, GZIP_WINDOW) != Z_OK)
		die(END_SETUP, "out of memory");
	b->piece = xmalloc(PIECE);
	b->is_gzip = true;
	b->member_ended = false;
}

/*
 * A reader that left must end us as it ends any filter, whatever libcurl does with SIGPIPE
 * meanwhile.
 */
static void
pass_on(struct body *b, const char *at, size_t len)
{
	struct sigaction theirs;
	sigaction(SIGPIPE, &b->pipe, &theirs);
	out_add(&b->out, at, len);
	out_flush(&b->out);
	sigaction(SIGPIPE, &theirs, NULL);
}

static bool
give(struct body *b, const char *at, size_t len)
{
	if (b->max != 0 && len > b->max - b->given) {
		b->fault = "larger than --max-bytes";
		return false;
	}
	b->given += len;
	if (b->is_spooled)
		out_add(&b->spool, at, len);
	else
		pass_on(b, at, len);
	return true;
}

static bool
inflate_piece(struct body *b)
{
	int code = b->member_ended ? inflateReset(&b->gzip) : Z_OK;
	b->gzip.next_out = (Bytef *)b->piece;
	b->gzip.avail_out = PIECE;
	if (code == Z_OK)
		code = inflate(&b->gzip, Z_NO_FLUSH);
	b->member_ended = code == Z_STREAM_END;
	if (code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR)
		return give(b, b->piece, PIECE - b->gzip.avail_out);
	b->fault = "the gzip encoding is damaged";
	return false;
}

static bool
inflate_all(struct body *b, const char *at, size_t len)
{
	bool ok = true;
	b->gzip.next_in = (const Bytef *)at;
	b->gzip.avail_in = (uInt)len;
	/* A piece that was filled may have more behind it, though no input is left. */
	while (ok && (b->gzip.avail_in > 0 || (!b->member_ended && b->gzip.avail_out == 0)))
		ok = inflate_piece(b);
	return ok;
}

static void
end_gzip(struct body *b)
{
	if (!b->is_gzip)
		return;
	inflateEnd(&b->gzip);
	free(b->piece);
	b->is_gzip = false;
}

bool
body_add(struct body *b, const char *at, size_t len)
{
	b->taken += len;
	return b->is_gzip ? inflate_all(b, at, len) : give(b, at, len);
}

bool
body_is_out(const struct body *b)
{
	return !b->is_spooled && b->given > 0;
}

bool
body_restart(struct body *b)
{
	if (body_is_out(b))
		return false;
	if (b->is_spooled)
		out_restart_spool(&b->spool);
	end_gzip(b);
	b->taken = 0;
	b->given = 0;
	return true;
}

bool
body_end(struct body *b)
{
	if (!b->is_gzip || b->member_ended || b->taken == 0)
		return true;
	b->fault = "the gzip encoding ends too early";
	return false;
}

static void
copy_spool(struct body *b)
{
	char *piece = xmalloc(PIECE);
	out_flush(&b->spool);
	for (uint64_t from = 0; from < b->given;) {
		ssize_t n = pread(b->spool.fd, piece, PIECE, (off_t)from);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			die(END_SETUP, "%s: %s", b->spool.name,
				n < 0 ? strerror(errno) : "was cut");
		out_add(&b->out, piece, (size_t)n);
		from += (uint64_t)n;
	}
	free(piece);
	out_close_spool(&b->spool);
}

void
body_finish(struct body *b)
{
	if (b->is_spooled)
		copy_spool(b);
	out_finish(&b->out);
	end_gzip(b);
	free(b->out.at);
}
