/*
 * The scanner: finds the bytes that end fields and records, 64 at a time, and the first byte that
 * breaks the rules of etl-csv(7).  It goes over each byte once, whatever pieces the text comes in.
 */
#ifndef ETL_SCAN_H
#define ETL_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCAN_PAD = 64 }; /* readable bytes that must follow the text */

enum scan_bad {
	SCAN_GOOD,
	SCAN_QUOTE_INSIDE, /* a quote in a field that does not begin with one */
	SCAN_AFTER_QUOTE,  /* text between a closing quote and the end of the field */
	SCAN_LONE_CR       /* CR in an unquoted field, not followed by LF */
};

struct scan {
	/* Set by the caller. */
	char delimiter;
	bool quotes;
	uint32_t *end;    /* offsets of field ends; end[-1] belongs to the scanner too */
	/* first[r]: number of the field that begins record r, over end; first[rows] is valid */
	uint32_t *first;
	size_t ends_max;  /* room in end, and less one in first; at least 128 */

	/* The result. */
	size_t ends;
	size_t rows;      /* whole records */
	size_t done;      /* bytes looked at */
	uint64_t newlines; /* LF among them, those in quotes included */
	bool has_cr;      /* a record ends in CR LF */
	/* not SCAN_GOOD: text[done] is at fault, all before it is as described */
	enum scan_bad bad;

	/* Carried from one block to the next. */
	uint64_t inside;  /* all ones within quotes */
	uint64_t before;  /* what the last byte was: BEFORE_* of scan.c */
};

typedef void scan_run_fn(struct scan *s, const char *text, size_t len);

/*
 * Begins at text[at], outside quotes, at the start of a record; the index is emptied.
 */
void scan_start(struct scan *s, size_t at);

/*
 * Goes on from text[done] to text[len], or until end is full (done < len) or a byte is bad.  len is
 * below 4 GiB; SCAN_PAD readable bytes follow.  No allocation, no I/O.
 */
scan_run_fn scan_portable;
scan_run_fn scan_avx2;

/*
 * Counts records and makes no index: goes from the start of a record at text[0] over records of
 * `width` fields in which is neither quote, where those count, nor CR.  Returns how many, and in
 * *stop where the last of them ends; may stop before one that it cannot be sure of, as it looks at
 * 64 bytes at a time.
 */
typedef size_t scan_count_fn(
	char delimiter, bool quotes, const char *text, size_t len, size_t width, size_t *stop);
scan_count_fn scan_count_portable;
scan_count_fn scan_count_avx2;
/* The one that goes with a scanner. */
scan_count_fn *scan_count_of(scan_run_fn *run);

/*
 * How many bytes from the start of a record at text[0] are whole records, if none of them is
 * malformed: nothing is looked at but whether the number of quotes is odd, and the last record.
 * SCAN_PAD bytes of zeros follow the text.
 */
size_t scan_whole(scan_run_fn *run, bool quotes, const char *text, size_t len);

/*
 * The fastest for this processor; or the one named "portable" or "avx2", NULL if it cannot run
 * here.
 */
scan_run_fn *scan_choose(const char *name);

/* Is text[done] within quotes? */
bool scan_is_inside(const struct scan *s);

/*
 * Takes `bytes` off the front of the text, whole delivered records, and their fields off the index,
 * which goes on in end and first: where it was, or in other memory of the same size.
 */
void scan_shift(struct scan *s, size_t bytes, uint32_t *end, uint32_t *first);

#endif
