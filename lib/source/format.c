#include "source/format.h"

#include <string.h>

#include "check/fit-file.h"
#include "json/json-in.h"
#include "msg.h"
#include "pattern/pattern-in.h"
#include "pattern/presets.h"
#include "source/rejected.h"
#include "text/lines.h"

/* What a form is read with. */
struct reading {
	const struct format_how *how;
	struct csv_how *csv;
	struct source_how *source;
	struct fit_file schema;
};

static bool
is_from(const struct format_how *how, const char *format)
{
	return strcmp(how->from, format) == 0;
}

static bool
is_json(const struct format_how *how)
{
	return is_from(how, "json") || is_from(how, "ndjson");
}

/* For struct csv_how: the columns, as they are called where they have names. */
static void
hold(void *schema, const struct header *header)
{
	fit_file_hold(schema, header, header->name != NULL);
}

/* Are there quotes and delimiters that only CSV has? */
static bool
asks_for_csv(const struct reading *r)
{
	return r->csv->lenient || r->csv->ragged != RAGGED_ERROR || r->source->quote != 0 ||
		r->source->trim;
}

static void
copy_records(struct reading *r)
{
	struct csv_how *csv = r->csv;
	struct csv_out out;
	csv->tsv |= is_from(r->how, "tsv");
	csv_out_open(&out, csv);
	struct csv_in *in = csv_open(csv, NULL, 0);
	bool has_names = !csv->no_header || csv->header != NULL || csv->rename_header != NULL;
	if (r->how->schema != NULL && csv_header(in)->count != 0)
		fit_file_hold(&r->schema, csv_header(in), has_names);
	csv_flush_before_wait(in, &out);
	csv_copy(in, &out, true);
	csv_finish(&out, in);
	csv_close(in);
}

static void
cut_fixed(struct reading *r)
{
	const struct format_how *how = r->how;
	bool is_bytes = how->bytes != NULL;
	if (is_bytes == (how->characters != NULL))
		die(END_SETUP, "option --from fixed needs the places of the fields: -b or -c");
	if (r->csv->header != NULL)
		die(END_SETUP, "option --header: fixed-width fields are named in -b or -c");
	bool trim = r->source->trim;
	r->source->trim = false;
	lines_set(r->csv);
	lines_cut(r->csv, NULL, 0, is_bytes ? how->bytes : how->characters, !is_bytes, trim);
}

static void
copy_lines(struct reading *r)
{
	struct csv_how *csv = r->csv;
	const char *name = csv->header != NULL ? csv->header : "line";
	csv->no_out_header |= csv->no_header && csv->header == NULL;
	csv->header = NULL;
	lines_set(csv);
	lines_copy(csv, NULL, 0, name);
}

static void
copy_pattern(struct reading *r)
{
	struct csv_how *csv = r->csv;
	const struct preset *preset = preset_find(r->how->from);
	const char *pattern = preset != NULL ? preset->pattern : r->how->pattern;
	if (asks_for_csv(r))
		die(END_SETUP, "option --from %s: a line has neither quotes nor a width to choose",
			r->how->from);
	csv->no_out_header |= csv->no_header && csv->header == NULL;
	lines_set(csv);
	pattern_in_copy(&(struct pattern_in_how){csv, pattern, preset != NULL});
}

static void
copy_json(struct reading *r)
{
	const struct csv_how *csv = r->csv;
	bool is_lines = is_from(r->how, "ndjson");
	if (csv->no_header || csv->header != NULL || csv->rename_header != NULL || csv->tsv ||
		csv->delimiter != 0 || asks_for_csv(r))
		die(END_SETUP,
			"option --from %s: JSON has neither header nor delimiter nor quotes to "
			"choose",
			r->how->from);
	if (is_lines && r->how->path != NULL)
		die(END_SETUP, "option --path goes with --from json");
	struct json_in_how how = {csv, is_lines, r->how->path, r->how->columns, false};
	if (r->how->schema != NULL && how.columns == NULL) {
		how.columns = fit_file_columns(&r->schema);
		how.is_strict = !fit_file_allows_more(&r->schema);
	}
	json_in_copy(&how);
}

static void
give_back(struct reading *r)
{
	const char *header = r->csv->header;
	r->csv->header = NULL;
	rejected_give_back(r->csv, header);
}

/* Options that only some forms have. */
static void
check(const struct format_how *how)
{
	if (!is_from(how, "fixed") && (how->bytes != NULL || how->characters != NULL))
		die(END_SETUP, "options -b and -c go with --from fixed");
	if (is_from(how, "rejects") && how->schema != NULL)
		die(END_SETUP, "option --schema: what --from rejects gives back is not looked at");
	if (!is_json(how) && how->path != NULL)
		die(END_SETUP, "option --path goes with --from json");
	if (!is_json(how) && how->columns != NULL)
		die(END_SETUP, "option --columns goes with --from json and --from ndjson");
}

void
format_take_pattern(struct format_how *how, char ***operands, size_t *count)
{
	if (!is_from(how, "regex"))
		return;
	if (*count == 0)
		die(END_SETUP, "option --from regex: the pattern is missing, which is the first "
			       "operand");
	how->pattern = *(*operands)++;
	--*count;
}

void
format_copy(const struct format_how *how, struct csv_how *csv, struct source_how *source)
{
	struct reading r = {.how = how, .csv = csv, .source = source};
	check(how);
	if (how->schema != NULL) {
		fit_file_read(&r.schema, how->schema);
		csv->named = hold;
		csv->named_arg = &r.schema;
	}
	if (is_from(how, "csv") || is_from(how, "tsv"))
		copy_records(&r);
	else if (is_from(how, "fixed"))
		cut_fixed(&r);
	else if (is_from(how, "lines"))
		copy_lines(&r);
	else if (is_from(how, "regex") || preset_find(how->from) != NULL)
		copy_pattern(&r);
	else if (is_json(how))
		copy_json(&r);
	else if (is_from(how, "rejects"))
		give_back(&r);
	else
		die(END_SETUP, "option --from: '%s' is none of csv, " FORMATS, how->from);
}
