#include "csv/csv-in.h"

#include <string.h>

#include "csv/reject.h"
#include "msg.h"

void
csv_set_ragged(const struct opt *opt, const char *value)
{
	static const struct {
		const char *name;
		unsigned bit;
	} ways[] = {{"fill", RAGGED_FILL}, {"truncate", RAGGED_TRUNCATE},
		{"reject", RAGGED_REJECT}};
	unsigned *ragged = opt->into;
	for (const char *at = value;; at++) {
		size_t len = strcspn(at, ",");
		unsigned bit = 0;
		for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
			if (strlen(ways[i].name) == len && memcmp(ways[i].name, at, len) == 0)
				bit = ways[i].bit;
		if (bit == 0)
			die(END_SETUP, "option --ragged: '%s' is none of fill, truncate, reject",
				value);
		*ragged |= bit;
		at += len;
		if (*at == '\0')
			return;
	}
}

bool
csv_how_has_header(const struct csv_how *how)
{
	return !how->no_header && how->header == NULL;
}

struct dialect
csv_how_dialect(const struct csv_how *how)
{
	if (how->tsv && how->delimiter != 0)
		die(END_SETUP, "options --tsv and --delimiter exclude each other");
	if (how->is_lines && (how->tsv || how->delimiter != 0))
		die(END_SETUP, "options --tsv and --delimiter: a line is no record of fields");
	/* The end of a line is then the end of its only field as well. */
	if (how->is_lines)
		return (struct dialect){'\n', false, false};
	if (how->tsv)
		return (struct dialect){'\t', false, how->tsv_escape};
	struct dialect d = dialect_csv;
	if (how->delimiter != 0)
		d.delimiter = how->delimiter;
	if (d.delimiter == '"' || d.delimiter == '\n' || d.delimiter == '\r')
		die(END_SETUP,
			"option --delimiter: a quote or the end of a line cannot be the delimiter");
	return d;
}

void
csv_how_check(const struct csv_how *how)
{
	if (how->max_field > CELL_LEN_MAX)
		die(END_SETUP, "option --max-field: more than %d", CELL_LEN_MAX);
	if (how->max_record > (uint64_t)3 << 30)
		die(END_SETUP, "option --max-record: more than 3G");
	if (how->max_columns == 0 || how->max_columns > 1 << 24)
		die(END_SETUP, "option --max-columns: not within 1 and %d", 1 << 24);
	if ((how->ragged & RAGGED_REJECT) != 0 && !reject_is_allowed())
		die(END_SETUP, "option --ragged=reject needs --rejects or --max-rejects");
	if (how->rename_header != NULL && !csv_how_has_header(how))
		die(END_SETUP, "option --rename-header: there is no header to rename");
}

void
csv_judge(const struct csv_how *how, const struct mark_source *mark, uint64_t records,
	bool is_empty)
{
	int status;
	char why[MARK_WHY_MAX];
	enum mark_verdict verdict = mark_judge(mark, records, &status, why);
	if (verdict == MARK_FAILED)
		die(status, "%s", why);
	if (verdict == MARK_UNKNOWN && how->require_clean)
		die(END_AGAIN,
			"%s: nothing says that the program upstream finished (--require-clean)",
			mark->name);
	bool replaces = how->output != NULL || how->replaces;
	if (verdict == MARK_UNKNOWN && is_empty && replaces && !how->allow_empty)
		die(END_AGAIN,
			"%s: nothing came, and nothing says that this is all (--allow-empty "
			"accepts it)",
			mark->name);
}

struct columns
csv_columns(const char *list, const char *option, const struct header *header, unsigned forms,
	struct arena *arena)
{
	struct columns columns;
	struct buf why = {0};
	if (columns_parse(&columns, list, header, forms, arena, &why))
		return columns;
	buf_byte(&why, '\0');
	die(END_SETUP, "option %s: %s", option, why.at);
}

void
csv_must_count(uint64_t records, uint64_t wanted)
{
	if (wanted != CSV_ANY_COUNT && records != wanted)
		die(END_DATA, "%ju record%s came, %ju %s expected (--expect-rows)",
			(uintmax_t)records,
			plural(records), (uintmax_t)wanted, was_or_were(wanted));
}

void
csv_must_match(const char *path, const struct header *file, const struct header *input,
	bool by_name)
{
	if (file->count != input->count)
		die(END_DATA, "%s has %zu column%s, the input has %zu", path, file->count,
			plural(file->count), input->count);
	for (size_t i = 0; i < file->count && by_name; i++) {
		char a[SHOWN_MAX], b[SHOWN_MAX];
		if (!slice_same(file->name[i], input->name[i]))
			die(END_DATA, "column %zu is '%s' in %s, '%s' in the input", i + 1,
				shown(a, file->name[i].at, file->name[i].len), path,
				shown(b, input->name[i].at, input->name[i].len));
	}
}
