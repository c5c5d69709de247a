#include "csv/csv-in.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "csv/csv-parse.h"
#include "csv/reject.h"
#include "msg.h"

enum { WARNINGS_SHOWN = 10 };

static void
warn_capped(struct csv_in *in, uint64_t line, const char *reason)
{
	if (++in->warnings <= WARNINGS_SHOWN)
		warn("%s:%ju: mended: %s", in->text.source.name, (uintmax_t)line, reason);
}

void
csv_mend_index(struct csv_in *in, struct dialect dialect)
{
	size_t max = in->text.scan.ends_max;
	buf_byte(&in->mended, '\n');
	memset(buf_room(&in->mended, SCAN_PAD), 0, SCAN_PAD);
	if (in->mended_room == NULL)
		in->mended_room = xcalloc(2 * max + 2, sizeof *in->mended_room);
	in->mended_scan = (struct scan){
		.delimiter = dialect.delimiter,
		.quotes = dialect.quotes,
		.end = in->mended_room + 1,
		.first = in->mended_room + 1 + max,
		.ends_max = max,
	};
	scan_start(&in->mended_scan, 0);
	in->text.run(&in->mended_scan, in->mended.at, in->mended.len);
}

/* The record that stands in mended, held against the limits; returns how many fields it has. */
static size_t
index_mended(struct csv_in *in, uint64_t line)
{
	struct scan *s = &in->mended_scan;
	const char *from = in->mended.at;
	if (in->mended.len > in->how->max_record)
		csv_text_die_long(&in->text, line, CSV_LIMIT_RECORD, from);
	csv_mend_index(in, in->dialect);
	enum csv_limit broken = csv_text_limit(in->how, in->mended.at, s->end, s->ends, &from);
	if (broken != CSV_LIMIT_NONE)
		csv_text_die_long(&in->text, line, broken, from);
	csv_rows_check_width(in, s->ends, line);
	assert(s->rows == 1 && s->bad == SCAN_GOOD);
	return s->ends;
}

static const struct batch *
deliver_mended(struct csv_in *in, uint64_t line)
{
	return csv_rows_deliver(in, in->mended.at, in->mended_scan.end, 1, line, false);
}

/* A header that cannot be read leaves nothing to go on with: it is never a reject. */
static bool
can_reject(const struct csv_in *in)
{
	return reject_is_allowed() && !in->in_header && !in->how->is_state;
}

static void
reject_row(struct csv_in *in, uint64_t line, size_t byte, const char *code, const char *reason,
	struct slice record)
{
	csv_rows_count(in, 1);
	stage_count(&stage_counts()->made, in->how->is_beside);
	reject_put(&(struct reject){
		.file = in->text.source.name,
		.line = line,
		.byte = byte,
		.column = {"", 0},
		.code = code,
		.reason = reason,
		.record = record,
	});
}

/*
 * The reason for which the program is about to end: was the header read with another delimiter than
 * it has?
 */
static const char *
with_hint(const struct csv_in *in, const char *reason)
{
	struct buf why = {0};
	buf_text(&why, reason);
	(void)columns_suspect(&in->header, &why);
	buf_byte(&why, '\0');
	return why.at;
}

const struct batch *
csv_mend_ragged(struct csv_in *in, struct slice record, const uint32_t *end, size_t fields,
	uint64_t line)
{
	char reason[96];
	size_t want = in->columns;
	unsigned mend = fields < want ? RAGGED_FILL : RAGGED_TRUNCATE;
	snprintf(reason, sizeof reason, "%zu field%s where there %s %zu column%s", fields,
		plural(fields), want == 1 ? "is" : "are", want, plural(want));
	if ((in->how->ragged & mend) == 0) {
		if (!can_reject(in))
			csv_text_die(&in->text, line, "%s", with_hint(in, reason));
		reject_row(in, line, 0, "ragged", reason, record);
		return NULL;
	}
	/* The record may stand in the mended text itself: it is only ever made longer or cut. */
	size_t keep = fields < want ? record.len : (uint32_t)(end[want - 1] - end[-1] - 1);
	if (record.at != in->mended.at) {
		in->mended.len = 0;
		buf_add(&in->mended, record.at, keep);
	}
	in->mended.len = keep;
	for (size_t i = fields; i < want; i++)
		buf_byte(&in->mended, in->dialect.delimiter);
	index_mended(in, line);
	return deliver_mended(in, line);
}

bool
csv_mend_can(const struct csv_in *in)
{
	return in->how->lenient && in->text.scan.bad != SCAN_LONE_CR;
}

bool
csv_mend(struct csv_in *in, struct slice record, uint64_t line, size_t *fields)
{
	in->mended.len = 0;
	if (!csv_parse_mend(record, in->dialect.delimiter, &in->mended))
		return false;
	*fields = index_mended(in, line);
	return true;
}

static const struct batch *
take_mended(struct csv_in *in, size_t fields, uint64_t line)
{
	if (in->in_header)
		in->columns = fields;
	if (fields == in->columns)
		return deliver_mended(in, line);
	struct slice record = {in->mended.at, in->mended.len - 1};
	return csv_mend_ragged(in, record, in->mended_scan.end, fields, line);
}

const struct batch *
csv_mend_malformed(struct csv_in *in)
{
	struct csv_text *t = &in->text;
	struct slice record = csv_text_bad(t);
	size_t at = csv_text_bad_at(t);
	uint64_t line = csv_text_line_of(t, csv_text_start(t, t->scan.rows));
	uint64_t bad_line = csv_text_line_of(t, at);
	const char *reason = csv_parse_bad_text(t->scan.bad);
	const struct batch *b = NULL;
	size_t fields;
	if (csv_mend_can(in) && csv_mend(in, record, line, &fields)) {
		warn_capped(in, bad_line, reason);
		b = take_mended(in, fields, line);
	} else if (can_reject(in)) {
		reject_row(in, bad_line, csv_text_byte_of(t, at), csv_parse_bad_code(t->scan.bad),
			reason, record);
	} else if (csv_mend_can(in)) {
		csv_text_die(t, bad_line, "unterminated quote (behind byte %zu: %s)",
			csv_text_byte_of(t, at), reason);
	} else {
		csv_text_die_at(t, at, with_hint(in, reason));
	}
	csv_text_restart(t, t->bad_end);
	return b;
}

void
csv_mend_finish(struct csv_in *in)
{
	if (in->warnings > WARNINGS_SHOWN)
		warn("%ju records mended in all", (uintmax_t)in->warnings);
	in->warnings = 0;
}
