/*
 * etl-split: split the stream into parts, by records
 *
 *	etl-split --rows N | --bytes N | --by COLS --to TEMPLATE [FILE...]
 *	etl-split --hash COLS -n N | --round-robin -n N | --copy -n N --to TEMPLATE [FILE...]
 *
 * Each part is a temporary beside the file that it is to be; at the clean end of the input all of
 * them are put in their places.  Memory: a block of each part, within --memory together, and some
 * 200 bytes and the value for each part.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "budget.h"
#include "csv/csv.h"
#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "split/files.h"
#include "split/name.h"
#include "split/split.h"
#include "stage.h"
#include "tool.h"

enum { DIGITS = 2, DIGITS_MOST = 20, PARTS_MOST = 1 << 20 };

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	uint64_t rows;
	uint64_t bytes;
	const char *by;
	const char *hash;
	bool round_robin;
	bool copy;
	uint64_t parts;
	const char *to;
	uint64_t digits;
	bool list;
	uint64_t memory;
	const char *stats;
} arg = {.csv = CSV_HOW, .digits = DIGITS, .memory = BUDGET_UNSET, .rows = UINT64_MAX, .bytes = UINT64_MAX,
	.parts = UINT64_MAX};

static const struct opt options[] = {
	{0, "rows", "N", "a part has N records, the last what is left", OPT_COUNT, &arg.rows, NULL},
	{0, "bytes", "N", "a part has as many whole records as fit into N bytes", OPT_BYTES, &arg.bytes, NULL},
	{0, "by", "COLS", "a part for each value of these columns", OPT_LIST, &arg.by, NULL},
	{0, "hash", "COLS", "of N parts, the one that the value of these columns belongs to", OPT_LIST,
		&arg.hash, NULL},
	{0, "round-robin", NULL, "of N parts one after the other, record by record", OPT_FLAG,
		&arg.round_robin, NULL},
	{0, "copy", NULL, "all records to each of N parts", OPT_FLAG, &arg.copy, NULL},
	{'n', "parts", "N", "how many parts, with --hash, --round-robin, --copy", OPT_COUNT, &arg.parts, NULL},
	{0, "to", "TEMPLATE", "the files; {} is a part's number, or its value with --by", OPT_TEXT, &arg.to, NULL},
	{0, "digits", "N", "numbers of files have at least N digits (2)", OPT_COUNT, &arg.digits, NULL},
	{0, "list", NULL, "print the files, and how many records each has", OPT_FLAG, &arg.list, NULL},
	OPT_MEMORY(arg.memory, "what waits to be written"),
	OPT_CSV_IN(arg.csv),
	OPT_CSV_OUT(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "etl-split",
	.synopsis = "--rows N | --bytes N | --by COLS | --hash COLS -n N | --round-robin -n N | --copy -n N "
		"--to TEMPLATE [FILE...]",
	.summary = "Split the stream into parts, by records.",
	.options = options,
};

struct work {
	struct csv_in *in;
	struct csv_out out;    /* the list */
	struct split_how how;
	struct split *split;
	struct sink sink;
	struct name name;
	struct files_how files_how;
	struct files *files;
	uint64_t *records;     /* of each part */
	size_t room;
	struct stage_end *stage;
	struct slice *value;   /* room for those of a part */
	struct arena arena;
};

static unsigned
digits_of(uint64_t n)
{
	char text[INTEGER_PRINT_MAX];
	return (unsigned)uint64_print(text, n);
}

/* Numbers are of one width, so that names are in order; how many there are is known at the end. */
static void
put_path(void *into, uint32_t part, struct buf *path)
{
	const struct work *w = into;
	if (w->how.kind == SPLIT_BY) {
		split_values(w->split, part, w->value);
		name_put_values(&w->name, w->value, split_columns(w->split)->count, path);
		return;
	}
	unsigned widest = digits_of(split_parts(w->split) - 1);
	unsigned digits = widest > arg.digits ? widest : (unsigned)arg.digits;
	name_put_number(&w->name, part, digits, path);
}

static void
check_path(const struct work *w, const struct batch *b, size_t row, const char *path)
{
	struct stat st;
	char text[SHOWN_MAX];
	if (b != NULL && w->how.kind == SPLIT_BY && !name_fits(path))
		csv_die(END_DATA, b, row, "a value of --by is too long for the name of a file: '%s'",
			shown(text, w->value[0].at, w->value[0].len));
	if (stat(path, &st) == 0)
		reject_keep_apart("output", path, &st);
}

static void
begin_file(void *into, const struct batch *b, size_t row)
{
	struct work *w = into;
	uint32_t part = split_parts(w->split) - 1;
	struct buf path = {0};
	if (part >= w->room) {
		w->room = w->room * 2 + 64;
		w->records = xrealloc(w->records, w->room, sizeof *w->records);
	}
	w->records[part] = 0;
	put_path(w, part, &path);
	check_path(w, b, row, path.at);
	files_add(w->files);
	buf_clear(&path);
}

static void
put_file(void *into, uint32_t part, struct slice text, uint64_t records)
{
	struct work *w = into;
	w->records[part] += records;
	w->stage->records += records;
	w->stage->bytes += text.len;
	files_put(w->files, part, text);
}

static void
end_file(void *into, uint32_t part)
{
	struct work *w = into;
	files_end(w->files, part);
}

static void
put_list(struct work *w)
{
	static const char *const names[] = {"file", "records"};
	struct csv_out *out = &w->out;
	out->columns = 2;
	csv_source(out, NULL);
	for (size_t i = 0; i < 2 && !arg.csv.no_header && !arg.csv.no_out_header; i++)
		csv_put_value(out, slice_of(names[i]));
	if (out->is_behind)
		csv_put_header_end(out);
	for (uint32_t part = 0; part < split_parts(w->split); part++) {
		char number[INTEGER_PRINT_MAX];
		struct buf path = {0};
		put_path(w, part, &path);
		csv_put_value(out, slice_of(path.at));
		csv_put_value(out, (struct slice){number, uint64_print(number, w->records[part])});
		csv_put_end(out);
		buf_clear(&path);
	}
	stage_counts()->made += split_parts(w->split);
}

/* Each record of the input is as many as there are parts that it goes to. */
static void
count_made(const struct work *w)
{
	if (w->how.kind == SPLIT_COPY)
		stage_counts()->made += w->stage->records - w->stage->records / w->how.parts;
}

static void
read_template(struct work *w)
{
	const struct columns *columns = split_columns(w->split);
	const struct header *header = csv_header(w->in);
	size_t count = w->how.kind == SPLIT_BY ? columns->count : 0;
	struct slice *names = arena_take(&w->arena, (count + 1) * sizeof *names);
	struct buf why = {0};
	w->value = arena_take(&w->arena, (count + 1) * sizeof *w->value);
	for (size_t i = 0; i < count; i++)
		names[i] = header->name[columns->at[i].index];
	if (name_parse(&w->name, arg.to, names, count, &w->arena, &why))
		return;
	buf_byte(&why, '\0');
	die(END_SETUP, "option --to: %s", why.at);
}

static void
split_to_files(struct work *w)
{
	w->sink = (struct sink){w, begin_file, put_file, end_file, NULL};
	w->split = split_new(&w->how, &w->sink, w->in, &w->out);
	read_template(w);
	w->files_how = (struct files_how){budget_bytes(arg.memory), &w->name, arg.to, put_path, w};
	w->files = files_new(&w->files_how);
	w->stage = stage_output(arg.to, -1);
	split_all(w->split);
	reject_finish(csv_records(w->in));
	files_publish(w->files);
	count_made(w);
	if (arg.list)
		put_list(w);
}

static struct split_how
read_kind(void)
{
	const struct split_how kinds[] = {
		{SPLIT_ROWS, arg.rows, 0, NULL, NULL},
		{SPLIT_BYTES, arg.bytes, 0, NULL, NULL},
		{SPLIT_BY, 0, 0, arg.by, "--by"},
		{SPLIT_HASH, 0, 0, arg.hash, "--hash"},
		{SPLIT_TURN, 0, 0, NULL, NULL},
		{SPLIT_COPY, 0, 0, NULL, NULL},
	};
	const bool given[] = {arg.rows != UINT64_MAX, arg.bytes != UINT64_MAX, arg.by != NULL,
		arg.hash != NULL, arg.round_robin, arg.copy};
	struct split_how how = {0};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (given[i] && how.kind != SPLIT_NONE)
			die(END_SETUP, "options --rows, --bytes, --by, --hash, --round-robin, --copy exclude each other");
		how = given[i] ? kinds[i] : how;
	}
	return how;
}

static void
check_options(struct split_how *how)
{
	bool is_fixed = how->kind == SPLIT_HASH || how->kind == SPLIT_TURN || how->kind == SPLIT_COPY;
	if (how->kind == SPLIT_NONE)
		die(END_SETUP, "how to split is missing: one of --rows, --bytes, --by, --hash, --round-robin, --copy");
	if (how->size == 0 && (how->kind == SPLIT_ROWS || how->kind == SPLIT_BYTES))
		die(END_SETUP, "option --%s: at least 1", how->kind == SPLIT_ROWS ? "rows" : "bytes");
	if (is_fixed && arg.parts == UINT64_MAX)
		die(END_SETUP, "option -n is missing: how many parts?");
	if (!is_fixed && arg.parts != UINT64_MAX)
		die(END_SETUP, "option -n: only with --hash, --round-robin and --copy");
	if (is_fixed && (arg.parts == 0 || arg.parts > PARTS_MOST))
		die(END_SETUP, "option -n: not within 1 and %d", PARTS_MOST);
	how->parts = is_fixed ? (uint32_t)arg.parts : 0;
	if (arg.to == NULL)
		die(END_SETUP, "option --to is missing: where do the parts go?");
	if (arg.digits == 0 || arg.digits > DIGITS_MOST)
		die(END_SETUP, "option --digits: not within 1 and %d", DIGITS_MOST);
	if (arg.csv.output != NULL && !arg.list)
		die(END_SETUP, "option -o: the parts go where --to says; it is for what --list prints");
}

int
main(int argc, char **argv)
{
	size_t count;
	struct work w = {0};
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	w.how = read_kind();
	check_options(&w.how);
	reject_start(&arg.rejects);
	csv_out_open(&w.out, &arg.csv);
	w.in = csv_open(&arg.csv, operands, count);
	split_to_files(&w);
	csv_finish(&w.out, w.in);
	files_free(w.files);
	split_free(w.split);
	free(w.records);
	csv_close(w.in);
	arena_clear(&w.arena);
	end(END_WELL);
}
