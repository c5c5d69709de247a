#include "load/load-json.h"

#include <string.h>

#include "csv/reject.h"
#include "in.h"
#include "json/json-out.h"
#include "json/nest.h"
#include "load/append.h"
#include "msg.h"
#include "tmp.h"

/* The objects: of an array, or a line each. */
static void
put_objects(struct csv_out *w, struct keep *k)
{
	bool is_array = k->how->form == KEEP_JSON;
	struct csv_in *in = keep_reopen(k);
	if (is_array)
		out_byte(&w->out, '[');
	for (const struct batch *b; in != NULL && (b = csv_read(in)) != NULL;) {
		for (size_t row = 0; row < b->rows; row++) {
			if (is_array && w->records != 0)
				out_add(&w->out, ",\n", 2);
			json_out_row(&k->json, b, row, &w->out);
			if (!is_array)
				out_byte(&w->out, '\n');
			w->records++;
		}
	}
	if (is_array)
		out_add(&w->out, "]\n", 2);
	if (in != NULL)
		csv_close(in);
}

static void
nest_names(struct keep *k, const char *file)
{
	struct buf why = {0};
	if (nest(&k->json, csv_header(k->in), &why))
		return;
	buf_byte(&why, '\0');
	die(END_DATA, "%s: %s", file, why.at);
}

/* An array ends with its bracket: nothing can be put behind it. */
static void
refuse_array(const struct load_how *load, const struct keep_how *keep, const char *name)
{
	if (keep->form == KEEP_JSON && load->appends && load_has_content(name))
		die(END_SETUP,
			"%s: nothing can be appended to an array of JSON (--to ndjson can, --mode "
			"replace starts anew)",
			name);
}

uint64_t
load_json(const struct load_how *load, struct keep_how *keep, const char *name,
	char *const *operands, size_t count)
{
	struct csv_out out;
	struct append append;
	struct keep kept;
	struct cleanup failed;
	bool is_stdout = strcmp(name, "-") == 0;
	char *path = is_stdout ? NULL : tmp_follow(name);
	bool is_plain = !is_stdout && tmp_can_replace(path);
	if (is_plain)
		load_protect(&failed, name, path);
	refuse_array(load, keep, is_stdout ? "stdout" : path);
	keep->csv.output = path;
	keep_all(&kept, keep, operands, count);
	if (keep->nests)
		nest_names(&kept, in_name(count != 0 ? operands[0] : NULL));
	csv_must_count(csv_records(kept.in), load->expect_rows);
	reject_finish(csv_records(kept.in));
	if (is_plain)
		append_lock(&append, path, load->lock_wait);
	bool appends = is_plain && load->appends && load_has_content(path);
	refuse_array(load, keep, is_stdout ? "stdout" : path);
	csv_out_open(&out, &keep->csv);
	put_objects(&out, &kept);
	if (appends)
		append_output(&append, &out);
	else
		csv_finish(&out, kept.in);
	if (is_plain)
		cleanup_drop(&failed);
	keep_clear(&kept);
	return out.records;
}
