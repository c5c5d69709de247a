#include "split/aside.h"

#include <stdlib.h>

#include "mem.h"
#include "out.h"

struct piece {
	uint64_t at; /* in the file */
	uint64_t len;
};

struct part {
	struct buf text;     /* behind all pieces */
	struct piece *piece;
	size_t pieces;
	uint64_t records;
};

struct aside {
	struct part *part;
	uint32_t parts, room;
	uint64_t memory;
	uint64_t waits;  /* bytes of memory that texts have */
	struct out file; /* made when the first piece is written */
};

struct aside *
aside_new(uint64_t memory)
{
	struct aside *a = xcalloc(1, sizeof *a);
	*a = (struct aside){.memory = memory};
	return a;
}

void
aside_add(struct aside *a)
{
	if (a->parts == a->room) {
		a->room = a->room * 2 + 64;
		a->part = xrealloc(a->part, a->room, sizeof *a->part);
	}
	a->part[a->parts++] = (struct part){0};
}

uint32_t
aside_parts(const struct aside *a)
{
	return a->parts;
}

uint64_t
aside_records(const struct aside *a, uint32_t part)
{
	return a->part[part].records;
}

/* All that waits goes to the file, a piece of each part. */
static void
write_all(struct aside *a)
{
	if (a->file.name == NULL)
		out_open_spool(&a->file);
	for (uint32_t i = 0; i < a->parts; i++) {
		struct part *p = &a->part[i];
		if (p->text.len == 0)
			continue;
		p->piece = xrealloc(p->piece, p->pieces + 1, sizeof *p->piece);
		p->piece[p->pieces++] =
			(struct piece){a->file.bytes + a->file.len, p->text.len};
		out_add(&a->file, p->text.at, p->text.len);
		buf_clear(&p->text);
	}
	a->waits = 0;
}

void
aside_put(struct aside *a, uint32_t part, struct slice text, uint64_t records)
{
	struct part *p = &a->part[part];
	size_t before = p->text.cap;
	p->records += records;
	buf_add(&p->text, text.at, text.len);
	a->waits += p->text.cap - before;
	if (a->waits > a->memory)
		write_all(a);
}

void
aside_take(struct aside *a, uint32_t part,
	void (*take)(void *arg, uint32_t part, struct slice text), void *arg)
{
	enum { AT_ONCE = 64 * 1024 };
	struct part *p = &a->part[part];
	char *text = xmalloc(AT_ONCE);
	if (a->file.name != NULL)
		out_flush(&a->file);
	for (size_t i = 0; i < p->pieces; i++)
		for (uint64_t at = 0; at < p->piece[i].len; at += AT_ONCE) {
			uint64_t left = p->piece[i].len - at;
			size_t len = left < AT_ONCE ? (size_t)left : AT_ONCE;
			out_read_spool(&a->file, p->piece[i].at + at, text, len);
			take(arg, part, (struct slice){text, len});
		}
	if (p->text.len != 0)
		take(arg, part, (struct slice){p->text.at, p->text.len});
	free(text);
}

void
aside_free(struct aside *a)
{
	if (a == NULL)
		return;
	for (uint32_t i = 0; i < a->parts; i++) {
		buf_clear(&a->part[i].text);
		free(a->part[i].piece);
	}
	if (a->file.name != NULL)
		out_close_spool(&a->file);
	free(a->part);
	free(a);
}
