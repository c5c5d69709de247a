#include "window/cutter.h"

#include <string.h>

#include "csv/reject.h"
#include "mem.h"
#include "msg.h"
#include "stage.h"
#include "table/keys.h"
#include "window/admit.h"
#include "window/outlet.h"

/* What the records go through. */
struct work {
	const struct cutter_how *how;
	struct slice name[2]; /* of the columns in front */
	struct csv_in *in;
	struct csv_out out;
	struct admit admit;
	struct keys keys;
	struct cut cut;
	struct csv_out single; /* a record that is not as it is to leave */
	struct buf record;
	struct outlet outlet;
	struct arena arena;
};

/* The names of the columns in front. */
static void
read_names(const char *names, struct slice name[2])
{
	const char *comma = strchr(names, ',');
	if (comma == NULL || comma == names || comma[1] == '\0' ||
		strpbrk(comma + 1, ",\"") != NULL)
		die(END_SETUP, "option --names: '%s' is not two names: START,END", names);
	name[0] = (struct slice){names, (size_t)(comma - names)};
	name[1] = slice_of(comma + 1);
	if (slice_same(name[0], name[1]))
		die(END_SETUP, "option --names: '%s' is the same name twice", names);
}

/* The input has columns of other names. */
static void
check_names(const struct header *header, const struct slice name[2])
{
	for (size_t i = 0; i < 2 * header->count; i++) {
		char text[SHOWN_MAX];
		struct slice column = header->name[i / 2];
		if (slice_same(column, name[i % 2]))
			die(END_SETUP,
				"the input has a column '%s' already: --names START,END chooses "
				"other names",
				shown(text, column.at, column.len));
	}
}

static void
put_header(struct work *w)
{
	const struct batch *row = csv_header_row(w->in);
	if (row == NULL)
		return;
	check_names(w->admit.header, w->name);
	outlet_header(&w->outlet, w->name, row);
}

static void
start(struct work *w)
{
	const struct cutter_how *how = w->how;
	w->out.columns = w->admit.header->count + 2;
	if (how->time != NULL)
		admit_find_time(&w->admit, how->time, &w->arena);
	if (how->by != NULL) {
		struct columns by = csv_columns(how->by, "--by", w->admit.header, 0, &w->arena);
		keys_init_columns(&w->keys, &by, &w->arena);
	}
	cut_init(&w->cut, &how->cut);
	csv_out_memory(&w->single, &w->out, &w->record);
	w->outlet.is_counted = how->cut.kind == CUT_COUNTS;
	w->outlet.key_columns = w->keys.columns;
	outlet_open(&w->outlet, &w->out, how->each, how->csv, w->in);
}

/* The windows that close by now. */
static void
leave(struct work *w)
{
	struct cut_window window;
	while (cut_close(&w->cut, &window))
		outlet_window(&w->outlet, &w->cut, &window);
}

/* A row as it is to leave, behind the bounds; valid until the next one. */
static struct slice
take_record(struct work *w, const struct batch *b, size_t row)
{
	if (w->single.is_verbatim)
		return batch_run(b, row, 0, b->columns - 1);
	w->record.len = 0;
	csv_put_run(&w->single, row, 0, b->columns - 1);
	csv_put_end(&w->single);
	out_flush(&w->single.out);
	return (struct slice){w->record.at, w->record.len - 1};
}

static void
describe(const struct work *w, const struct batch *b, size_t row, const struct cut_place *place,
	struct buf *to)
{
	char text[SHOWN_MAX], end[DATE_PRINT_MAX];
	struct slice name = w->admit.header->name[w->admit.time];
	struct cell cell = batch_cell(b, row, w->admit.time);
	buf_format(to, "column '%s': ", shown(text, name.at, name.len));
	if (place->verdict == CUT_RANGE)
		buf_text(to, "its window is not within the years 1 to 9999");
	else if (place->verdict == CUT_LATE)
		buf_text(to, "too late, its window closed at ");
	else
		buf_format(to, "too late for %ju of %ju windows, which closed up to ",
			(uintmax_t)place->closed, (uintmax_t)(place->windows + place->closed));
	if (place->verdict != CUT_RANGE)
		buf_add(to, end, date_print(end, place->closed_end));
	buf_format(to, ": '%s'", shown(text, b->text + cell.at, cell.len));
	buf_byte(to, '\0');
}

/* The run may end here: windows that have closed have left whole by then. */
static void
reject(struct work *w, const struct batch *b, size_t row, const struct cut_place *place)
{
	struct buf reason = {0};
	out_flush(&w->out.out);
	describe(w, b, row, place, &reason);
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "%s", reason.at);
	reject_put_row(b, row, w->admit.header->name[w->admit.time],
		place->verdict == CUT_RANGE ? "time" : "late", reason.at);
	buf_clear(&reason);
}

static void
check_memory(const struct work *w)
{
	size_t bytes = cut_bytes(&w->cut);
	if (bytes > w->how->memory)
		die(END_SETUP, "the open windows need more than %ju bytes; --memory allows more",
			(uintmax_t)w->how->memory);
}

static void
take_row(struct work *w, const struct batch *b, size_t row, struct slice key)
{
	bool is_counted = w->how->cut.kind == CUT_COUNTS;
	struct moment time = is_counted ? (struct moment){0} : w->admit.moment[row];
	if (!is_counted && cut_advance(&w->cut, time))
		leave(w);
	struct cut_place place = cut_place(&w->cut, key, time);
	if (place.verdict != CUT_IN)
		reject(w, b, row, &place);
	/* What leaves several times, or leaves and is rejected as well, has been made by us. */
	stage_counts()->made += place.windows - (place.verdict == CUT_IN);
	if (place.pane == NULL)
		return;
	bool closes = cut_put(&w->cut, &place, b->record + row, take_record(w, b, row));
	check_memory(w);
	if (closes)
		leave(w);
}

static void
drop(struct work *w, const struct batch *b, size_t row)
{
	out_flush(&w->out.out);
	admit_drop(&w->admit, b, row, false);
}

static void
take_batch(struct work *w, const struct batch *b)
{
	static const struct slice no_key = {"", 0};
	admit_judge(&w->admit, b);
	csv_source(&w->single, b);
	for (size_t first = 0; first < b->rows; first += KEYS_ROWS) {
		size_t rows = b->rows - first < KEYS_ROWS ? b->rows - first : KEYS_ROWS;
		if (w->keys.columns != 0)
			keys_take(&w->keys, b, first, rows);
		for (size_t i = 0; i < rows; i++) {
			if (admit_is_fault(&w->admit, first + i))
				drop(w, b, first + i);
			else
				take_row(w, b, first + i,
					w->keys.columns != 0 ? w->keys.key[i] : no_key);
		}
	}
}

static void
finish(struct work *w)
{
	outlet_finish(&w->outlet);
	cut_clear(&w->cut);
	keys_clear(&w->keys);
	admit_clear(&w->admit);
	csv_out_memory_clear(&w->single);
	buf_clear(&w->record);
	arena_clear(&w->arena);
}

void
cutter(const struct cutter_how *how, char *const *operands, size_t count)
{
	struct work w = {.how = how};
	read_names(how->names, w.name);
	if (how->time_format != NULL)
		w.admit.format = admit_format(how->time_format);
	csv_out_open(&w.out, how->csv);
	w.in = csv_open(how->csv, operands, count);
	w.admit.header = csv_header(w.in);
	/* Without a byte of input there are no columns. */
	if (w.admit.header->count != 0) {
		start(&w);
		csv_flush_before_wait(w.in, &w.out);
		put_header(&w);
		for (const struct batch *b; (b = csv_read(w.in)) != NULL;) {
			take_batch(&w, b);
			out_flush(&w.out.out);
		}
		cut_finish(&w.cut);
		leave(&w);
		finish(&w);
	}
	csv_finish(&w.out, w.in);
	csv_close(w.in);
}
