/*
 * The body of an answer on its way to standard output: kept in a file without a name until it is
 * whole, or passed on as it comes; decoded, counted, and able to begin again or go on where a
 * connection was lost.
 */
#ifndef ETL_HTTP_BODY_H
#define ETL_HTTP_BODY_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZLIB_CONST /* zlib reads its input only */
#include <zlib.h>

#include "out.h"

struct body {
	struct out out;
	struct out spool;
	bool is_spooled;
	uint64_t taken;    /* bytes as transferred: a resume goes on behind them */
	uint64_t given;    /* bytes after decoding */
	uint64_t max;      /* of given; 0 is none */
	const char *fault; /* what is wrong with the data */
	bool is_gzip;
	bool member_ended;
	z_stream gzip;
	char *piece;
	struct sigaction pipe; /* what SIGPIPE did when we started; libcurl ignores it */
};

/* Spools unless `stream`.  max_bytes 0 is no limit. */
void body_open(struct body *b, bool stream, uint64_t max_bytes);
/* From here on what comes is gzip (RFC 1952), one member or several. */
void body_gunzip(struct body *b);
/* Takes the next bytes.  False: see fault.  Ends the program if they cannot be written. */
bool body_add(struct body *b, const char *at, size_t len);
/* Is something out that cannot be taken back? */
bool body_is_out(const struct body *b);
/* Forgets what came.  False if some of it is out. */
bool body_restart(struct body *b);
/* The transfer is complete.  False: the encoded bytes are not whole, see fault. */
bool body_end(struct body *b);
/* Passes on what was spooled. */
void body_finish(struct body *b);

#endif
