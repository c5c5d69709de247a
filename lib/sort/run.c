#include "sort/run.h"

#include <string.h>

enum { HEAD = RECORD_KEY + RECORD_HEAD_MAX };

void
run_put(struct out *file, const struct record *r)
{
	char head[HEAD];
	record_put_key(head, r->key);
	out_add(file, head,
		(size_t)(record_put_head(head + RECORD_KEY, r->tail.len, r->text.len) - head));
	if (r->tail.len != 0)
		out_add(file, r->tail.at, r->tail.len);
	out_padded(file, r->text.at, r->text.len);
}

void
run_open(struct run_reader *reader, struct out *file, struct run run, size_t piece)
{
	*reader = (struct run_reader){.file = file, .left = run, .piece = piece};
}

void
run_close(struct run_reader *reader)
{
	buf_clear(&reader->text);
}

/* Reads on, so that `need` bytes are there where the run has as many. */
static void
fill(struct run_reader *reader, size_t need)
{
	struct buf *text = &reader->text;
	size_t kept = text->len - reader->at;
	size_t want = need > reader->piece ? need : reader->piece;
	uint64_t left = reader->left.to - reader->left.from;
	if (text->cap < want + OUT_PAD) {
		struct buf larger = {.at = xmalloc(want + OUT_PAD), .len = kept,
			.cap = want + OUT_PAD};
		if (kept != 0)
			memcpy(larger.at, text->at + reader->at, kept);
		buf_clear(text);
		*text = larger;
	} else {
		memmove(text->at, text->at + reader->at, kept);
		text->len = kept;
	}
	reader->at = 0;
	size_t more = want - kept < left ? want - kept : (size_t)left;
	out_read_spool(reader->file, reader->left.from, text->at + kept, more);
	reader->left.from += more;
	text->len += more;
}

bool
run_next(struct run_reader *reader, struct record *r)
{
	struct buf *text = &reader->text;
	if (text->len - reader->at < HEAD)
		fill(reader, HEAD);
	if (text->len == reader->at)
		return false;
	record_read(text->at + reader->at + RECORD_KEY, r);
	size_t size = (size_t)(r->text.at - text->at) - reader->at + r->text.len;
	if (text->len - reader->at < size) {
		fill(reader, size);
		record_read(text->at + reader->at + RECORD_KEY, r);
	}
	r->key = record_key(text->at + reader->at, RECORD_KEY);
	reader->at += size;
	return true;
}
