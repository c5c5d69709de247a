#include "pattern/pattern-in.h"

#include <stdlib.h>

#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "pattern/pattern.h"
#include "text/lines.h"

static struct pattern *
compile(const struct pattern_in_how *how)
{
	struct buf why = {0};
	bool needs_names = how->csv->header == NULL && !how->csv->no_out_header;
	struct pattern_how pattern = {slice_of(how->text), how->is_bytes, needs_names};
	struct pattern *p = pattern_new(&pattern, &why);
	if (p != NULL)
		return p;
	buf_byte(&why, '\0');
	die(END_SETUP, "option --from regex: %s", why.at);
}

/* What no group took part in is nothing, an empty text is one. */
static void
put_record(struct csv_out *out, const struct slice *value)
{
	for (size_t i = 0; i < out->columns; i++) {
		if (value[i].len != 0)
			csv_put_value(out, value[i]);
		else if (value[i].at != NULL)
			csv_put_quoted(out, (struct slice){"", 0});
		else
			csv_put_value(out, (struct slice){"", 0});
	}
	csv_put_end(out);
}

static void
refuse(const struct batch *b, size_t row, struct slice line, enum regex_result result)
{
	char text[SHOWN_MAX];
	bool is_limit = result == REGEX_LIMIT;
	const char *reason = is_limit ? "the pattern takes too long or too much memory here"
				      : "the line does not match the pattern";
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "%s: '%s'", reason, shown(text, line.at, line.len));
	reject_put_row(b, row, (struct slice){"", 0}, is_limit ? "effort" : "pattern", reason);
}

static void
take_batch(struct pattern *p, const struct batch *b, struct csv_out *out, struct slice *value)
{
	uint64_t blanks = 0;
	bool is_utf8 = batch_is_utf8(b);
	csv_source(out, b);
	for (size_t row = 0; row < b->rows; row++) {
		struct slice line = batch_run(b, row, 0, 0);
		enum regex_result result = pattern_match(p, line, is_utf8, value);
		out->row = row;
		if (result == REGEX_FOUND)
			put_record(out, value);
		else if (line.len == 0)
			blanks++;
		else
			refuse(b, row, line, result);
	}
	stage_count(&stage_counts()->filtered, blanks);
}

void
pattern_in_copy(const struct pattern_in_how *how)
{
	struct pattern *p = compile(how);
	struct slice *value = xcalloc(pattern_columns(p), sizeof *value);
	struct csv_out out;
	csv_out_open(&out, how->csv);
	struct csv_in *in = csv_open(how->csv, NULL, 0);
	csv_flush_before_wait(in, &out);
	out.columns = pattern_columns(p);
	lines_put_header(&out, how->csv, in, pattern_names(p));
	for (const struct batch *b; (b = csv_read(in)) != NULL;)
		take_batch(p, b, &out, value);
	csv_finish(&out, in);
	csv_close(in);
	free(value);
	pattern_free(p);
}
