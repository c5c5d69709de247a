#include "source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "csv/foreign.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "source/recode.h"
#include "unpack/unpack.h"

enum { PIECE = 64 * 1024 };

struct sources {
	const struct source_how *how;
	char *const *operand;
	size_t operands;
	size_t opened;
	struct arena arena; /* names: messages and records keep them */

	/* The operand that is open. */
	struct in raw;
	struct mark_source mark;
	struct connect_child child;
	bool has_ended;     /* the operand's bytes have been read to their end */
	bool is_connected;
	struct unpack_how unpack_how;
	struct unpack *unpack; /* NULL: none is open */
	uint64_t given;        /* bytes out of unpack */

	/* The member that is open. */
	const char *name;
	struct recode *recode;
	struct foreign *foreign;
	struct buf made; /* of foreign, from made_at */
	size_t made_at;
	bool foreign_ended;
};

struct sources *
sources_new(const struct source_how *how, char *const *operands, size_t count)
{
	struct sources *s = xcalloc(1, sizeof *s);
	*s = (struct sources){.how = how, .operand = operands, .operands = count};
	for (size_t i = 0; i < count; i++) {
		const char *scheme = connect_scheme(operands[i], &s->arena);
		char *file = (char *)(uintptr_t)operands[i];
		if (scheme != NULL && strcmp(scheme, "file") == 0)
			file = connect_file(operands[i]);
		else if (scheme != NULL)
			continue;
		in_check(&file, 1);
	}
	return s;
}

static void
warn_skipped(void *arg, const char *name, const char *type)
{
	const struct sources *s = arg;
	warn("%s:%s: skipped: it is a %s", s->mark.name, name, type);
}

/* Did what wrote the bytes end well?  A connector's status says so, a mark for all others. */
static void
judge(struct sources *s, uint64_t records)
{
	if (!s->is_connected) {
		csv_judge(s->how->csv, &s->mark, records, s->raw.bytes == 0);
		return;
	}
	int status = connect_wait(&s->child);
	if (status != END_WELL)
		end(status);
	s->is_connected = false;
	s->raw.fd = -1;
}

static long
read_raw(void *arg, char *at, size_t max)
{
	struct sources *s = arg;
	bool first = s->raw.bytes == 0;
	size_t n = s->has_ended ? 0 : in_read(&s->raw, at, max);
	if (first && n != 0)
		mark_source_began(&s->mark);
	/*
	 * That the text is torn, or that there is none, is the fault of what failed before us, if
	 * that did.
	 */
	if (n == 0 && !s->has_ended)
		judge(s, MARK_UNCOUNTED);
	s->has_ended |= n == 0;
	return (long)n;
}

static void
connect(struct sources *s, const char *scheme, const char *uri)
{
	connect_start(&s->child, scheme, "get", uri, s->how->words, -1);
	s->is_connected = true;
	/* Its status says how it ended, so that there is no mark to look at. */
	s->raw = (struct in){.fd = s->child.from, .name = connect_shown(uri)};
	mark_source_open(&s->mark, -1, s->raw.name);
}

/* false: there is no further operand. */
static bool
open_operand(struct sources *s, enum unpack_choice choice)
{
	if (s->opened > 0 && s->opened >= s->operands)
		return false;
	const char *operand = s->operands != 0 ? s->operand[s->opened] : "-";
	const char *scheme = connect_scheme(operand, &s->arena);
	s->opened++;
	s->is_connected = false;
	s->has_ended = false;
	s->given = 0;
	if (scheme == NULL || strcmp(scheme, "file") == 0) {
		in_open(&s->raw, scheme == NULL ? operand : connect_file(operand));
		mark_source_open(&s->mark, s->raw.fd, s->raw.name);
	} else {
		connect(s, scheme, operand);
	}
	s->unpack_how = (struct unpack_how){
		.member = s->how->member,
		.choice = choice,
		.max_bytes = s->how->max_bytes,
		.skipped = warn_skipped,
		.arg = s,
	};
	s->unpack = unpack_open(read_raw, s, &s->unpack_how);
	return true;
}

static void
check_unpacked(struct sources *s)
{
	enum unpack_fault fault = unpack_fault(s->unpack);
	if (fault != UNPACK_OK)
		die(fault == UNPACK_SYSTEM ? END_SETUP : END_DATA, "%s: %s", s->mark.name,
			unpack_reason(s->unpack));
}

/*
 * All of it has been read: was it whole?  Where nothing was changed on the way, and it was read as
 * records, they are counted.
 */
static void
close_operand(struct sources *s, uint64_t records)
{
	check_unpacked(s);
	bool is_plain = s->given == s->raw.bytes && s->how->quote == 0 && !s->how->trim &&
			!s->how->csv->is_lines;
	judge(s, is_plain ? records : MARK_UNCOUNTED);
	unpack_close(s->unpack);
	s->unpack = NULL;
	in_close(&s->raw);
}

static size_t
read_member(void *arg, char *at, size_t max)
{
	struct sources *s = arg;
	long n = unpack_copy(s->unpack, at, max);
	if (n < 0)
		check_unpacked(s);
	s->given += (uint64_t)n;
	return (size_t)n;
}

static size_t
read_recoded(struct sources *s, char *at, size_t max)
{
	if (s->recode == NULL)
		return read_member(s, at, max);
	size_t n = recode_read(s->recode, at, max);
	if (n == SIZE_MAX)
		die(END_DATA, "%s: byte %ju: not valid in %s", s->name,
			(uintmax_t)recode_position(s->recode) + 1, s->how->encoding);
	return n;
}

static size_t
read_newlines(struct sources *s, char *at, size_t max)
{
	size_t n = read_recoded(s, at, max);
	for (size_t i = 0; i < n && s->how->newline_is_cr; i++)
		if (at[i] == '\r')
			at[i] = '\n';
	return n;
}

/* Lets libcsv take pieces until it has made a record of them. */
static void
make_foreign(struct sources *s)
{
	char piece[PIECE];
	s->made.len = 0;
	s->made_at = 0;
	while (s->made.len == 0 && !s->foreign_ended) {
		size_t n = read_newlines(s, piece, sizeof piece);
		s->foreign_ended = n == 0;
		bool good = n != 0 ? foreign_feed(s->foreign, piece, n, &s->made) :
			foreign_end(s->foreign, &s->made);
		if (!good)
			die(END_DATA, "%s:%ju: malformed record", s->name,
				(uintmax_t)foreign_line(s->foreign));
	}
}

static size_t
read_text(void *arg, char *at, size_t max)
{
	struct sources *s = arg;
	if (s->foreign == NULL)
		return read_newlines(s, at, max);
	if (s->made_at == s->made.len)
		make_foreign(s);
	size_t left = s->made.len - s->made_at;
	size_t n = left < max ? left : max;
	if (n != 0)
		memcpy(at, s->made.at + s->made_at, n);
	s->made_at += n;
	return n;
}

static void
close_member(struct sources *s)
{
	recode_free(s->recode);
	foreign_free(s->foreign);
	s->recode = NULL;
	s->foreign = NULL;
	s->made.len = 0;
	s->made_at = 0;
	s->foreign_ended = false;
}

static void
open_member(struct sources *s, struct in *source)
{
	const struct source_how *how = s->how;
	const char *member = unpack_member(s->unpack)->name;
	char delimiter = how->csv->tsv              ? '\t'
			 : how->csv->delimiter != 0 ? how->csv->delimiter
						    : ',';
	struct buf name = {0};
	buf_format(&name, "%s%s%s", s->mark.name, member != NULL ? ":" : "",
		member != NULL ? member : "");
	s->name = arena_keep(&s->arena, name.at, name.len);
	buf_clear(&name);
	if (how->encoding != NULL &&
		(s->recode = recode_new(how->encoding, read_member, s)) == NULL)
		die(END_SETUP,
			"option --encoding: '%s' is not known here (iconv -l lists those that are)",
			how->encoding);
	if (how->quote != 0 || how->trim)
		s->foreign = foreign_new(&(struct foreign_how){
			delimiter, how->quote != 0 ? how->quote : '"', how->trim});
	/*
	 * The operand's end is judged here, not at the end of each member: no descriptor to look
	 * at.
	 */
	*source = (struct in){
		.fd = -1,
		.name = s->name,
		.is_file = s->raw.is_file,
		.read = read_text,
		.from = s,
	};
}

bool
sources_next(void *arg, struct in *source, uint64_t records)
{
	struct sources *s = arg;
	for (;;) {
		close_member(s);
		if (s->unpack == NULL && !open_operand(s, s->how->all ? UNPACK_ALL : UNPACK_ONE))
			return false;
		if (unpack_next(s->unpack)) {
			open_member(s, source);
			return true;
		}
		close_operand(s, records);
	}
}

static void
print_member(const struct unpack_member *m)
{
	char when[32] = "-";
	struct tm tm;
	time_t t = (time_t)m->mtime;
	if (m->has_mtime && gmtime_r(&t, &tm) != NULL)
		strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	printf("%12ju  %-20s  %-13s  %s\n", (uintmax_t)m->size, when, unpack_type_text(m->type),
		m->name);
}

void
sources_list_members(struct sources *s)
{
	while (open_operand(s, UNPACK_LIST)) {
		while (unpack_next(s->unpack))
			print_member(unpack_member(s->unpack));
		close_operand(s, MARK_UNCOUNTED);
	}
}
