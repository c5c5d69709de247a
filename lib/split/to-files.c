#include "split/to-files.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "csv/reject.h"
#include "file.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "split/files.h"
#include "split/name.h"
#include "stage.h"

struct work {
	const struct to_files_how *how;
	struct csv_in *in;
	struct csv_out *out;    /* the list */
	const struct split_how *split_how;
	struct split *split;
	struct sink sink;
	struct name name;
	struct files_how files_how;
	struct files *files;
	uint64_t *records;      /* of each part */
	size_t room;
	struct stage_end *stage;
	struct slice *value;    /* room for those of a part */
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
	if (w->split_how->kind == SPLIT_BY) {
		split_values(w->split, part, w->value);
		name_put_values(&w->name, w->value, split_columns(w->split)->count, path);
		return;
	}
	unsigned widest = digits_of(split_parts(w->split) - 1);
	unsigned digits = widest > w->how->digits ? widest : w->how->digits;
	name_put_number(&w->name, part, digits, path);
}

static void
check_path(const struct work *w, const struct batch *b, size_t row, const char *path)
{
	struct stat st;
	char text[SHOWN_MAX];
	if (b != NULL && w->split_how->kind == SPLIT_BY && !name_fits(path))
		csv_die(END_DATA, b, row,
			"a value of --by is too long for the name of a file: '%s'",
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

/* One of the two would be lost; all names are known now, and nothing is in its place. */
static void
keep_list_apart(struct work *w)
{
	const struct out *list = &w->out->out;
	for (uint32_t part = 0; part < split_parts(w->split); part++) {
		struct buf path = {0};
		put_path(w, part, &path);
		if (list->is_temporary ? file_is_same(list->name, path.at)
				       : file_has_open(path.at, list->fd))
			die(END_SETUP, "%s: output and a part are the same file", path.at);
		buf_clear(&path);
	}
}

static void
put_list(struct work *w)
{
	static const char *const names[] = {"file", "records"};
	struct csv_out *out = w->out;
	out->columns = 2;
	csv_source(out, NULL);
	for (size_t i = 0; i < 2 && w->how->has_names; i++)
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
	if (w->split_how->kind == SPLIT_COPY)
		stage_counts()->made += w->stage->records - w->stage->records / w->split_how->parts;
}

static void
read_template(struct work *w)
{
	const struct columns *columns = split_columns(w->split);
	const struct header *header = csv_header(w->in);
	size_t count = w->split_how->kind == SPLIT_BY ? columns->count : 0;
	struct slice *names = arena_take(&w->arena, (count + 1) * sizeof *names);
	struct buf why = {0};
	w->value = arena_take(&w->arena, (count + 1) * sizeof *w->value);
	for (size_t i = 0; i < count; i++)
		names[i] = header->name[columns->at[i].index];
	if (name_parse(&w->name, w->how->template, names, count, &w->arena, &why))
		return;
	buf_byte(&why, '\0');
	die(END_SETUP, "option --to: %s", why.at);
}

static void
run(struct work *w)
{
	w->sink = (struct sink){.arg = w, .begin = begin_file, .put = put_file, .end = end_file};
	w->split = split_new(w->split_how, &w->sink, w->in, w->out);
	read_template(w);
	w->files_how =
		(struct files_how){w->how->memory, &w->name, w->how->template, put_path, w};
	w->files = files_new(&w->files_how);
	w->stage = stage_output(w->how->template, -1);
	split_all(w->split);
	if (w->how->lists)
		keep_list_apart(w);
	reject_finish(csv_records(w->in));
	files_publish(w->files);
	count_made(w);
	if (w->how->lists)
		put_list(w);
}

void
to_files(const struct to_files_how *how, const struct split_how *split, struct csv_in *in,
	struct csv_out *out)
{
	struct work w = {.how = how, .split_how = split, .in = in, .out = out};
	run(&w);
	files_free(w.files);
	split_free(w.split);
	free(w.records);
	arena_clear(&w.arena);
}
