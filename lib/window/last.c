#include "window/last.h"

#include <unistd.h>

#include "in.h"
#include "mem.h"
#include "stage.h"
#include "window/admit.h"
#include "window/store.h"
#include "window/window.h"

/* What the records go through. */
struct work {
	const struct last_how *how;
	const struct batch *header_row;
	struct admit admit;
	struct window *window;
	struct arena arena;
};

/* The store is neither an input nor the output: it would be read twice, or written twice. */
static void
check_files(const struct last_how *how, const struct store *store, char *const *operands,
	size_t count)
{
	for (size_t i = 0; i < count; i++)
		store_refuse(store, in_is_stdin(operands[i]) ? NULL : operands[i], STDIN_FILENO);
	if (count == 0)
		store_refuse(store, NULL, STDIN_FILENO);
	if (how->csv->output != NULL)
		store_refuse(store, how->csv->output, -1);
}

/* The store has the header of its first input. */
static void
choose_header(struct work *work, const struct store *store, struct csv_in *in)
{
	const struct header *header = csv_header(in);
	work->admit.header = header;
	work->header_row = csv_header_row(in);
	if (store == NULL || store->in == NULL)
		return;
	if (header->count != 0)
		csv_must_match(store->name, csv_header(store->in), header, true);
	work->admit.header = csv_header(store->in);
	work->header_row = csv_header_row(store->in);
}

static void
start_window(struct work *work)
{
	const struct last_how *how = work->how;
	struct admit *admit = &work->admit;
	if (how->key != NULL && admit->header->count != 0) {
		struct columns key = csv_columns(how->key, "--key", admit->header, 0, &work->arena);
		admit->key = columns_indices(&key, &work->arena);
		admit->key_columns = key.count;
	}
	if (how->time != NULL && admit->header->count != 0)
		admit_find_time(admit, how->time, &work->arena);
	work->window = window_new(&(struct window_how){
		.rows = how->rows,
		.key = admit->key,
		.key_columns = admit->key_columns,
		.has_time = admit->has_time,
		.span = how->span,
	});
}

static void
take_records(struct work *work, struct csv_in *in, bool is_state)
{
	for (const struct batch *b; in != NULL && (b = csv_read(in)) != NULL;)
		admit_batch(&work->admit, work->window, b, is_state);
}

static void
put_window(const struct work *work, struct csv_out *out, bool with_header)
{
	const void *at = NULL;
	out->columns = work->admit.header->count;
	csv_put_header(out, with_header ? work->header_row : NULL);
	for (const struct batch *b; (b = window_next(work->window, &at)) != NULL;) {
		csv_source(out, b);
		csv_put_rows(out, 0, b->rows);
	}
}

static void
finish(struct work *work)
{
	window_free(work->window);
	admit_clear(&work->admit);
	arena_clear(&work->arena);
}

/* store is NULL where there is none: the window is then of the input alone. */
static void
run(const struct last_how *how, struct store *store, char *const *operands, size_t count)
{
	struct work work = {.how = how};
	struct csv_out out;
	struct csv_how csv = *how->csv;
	csv.no_out_header = false; /* the store has one all the same */
	if (how->time_format != NULL)
		work.admit.format = admit_format(how->time_format);
	csv_out_open(&out, how->csv);
	if (store != NULL) {
		store_open(store, how->store, how->csv, how->lock_wait);
		check_files(how, store, operands, count);
	}
	struct csv_in *in = csv_open(&csv, operands, count);
	choose_header(&work, store, in);
	start_window(&work);
	if (store != NULL)
		take_records(&work, store->in, true);
	take_records(&work, in, false);
	window_settle(work.window);
	stage_counts()->filtered += window_dropped(work.window);
	if (store != NULL && work.admit.header->count != 0) {
		put_window(&work, store_rewrite(store), true);
		store_commit(store, in);
	}
	put_window(&work, &out, !how->csv->no_out_header);
	csv_finish(&out, in);
	if (store != NULL)
		store_close(store);
	csv_close(in);
	finish(&work);
}

void
last(const struct last_how *how, char *const *operands, size_t count)
{
	struct store store;
	run(how, how->store != NULL ? &store : NULL, operands, count);
}
