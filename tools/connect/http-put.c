#include "http-put.h"

#include <string.h>

#include "http-progress.h"
#include "http-send.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "stage.h"

static const char *const content_types[] = {
	[KEEP_JSON] = "application/json",
	[KEEP_NDJSON] = "application/x-ndjson",
	[KEEP_CSV] = "text/csv",
};

static bool
is_put(const struct put_how *how)
{
	return strcmp(how->method, "PUT") == 0;
}

/*
 * TYPE/SUBTYPE and perhaps parameters (RFC 9110, 8.3.1), as far as it matters that no other header
 * begins in it.
 */
static void
check_content_type(const char *type)
{
	size_t len = strlen(type);
	bool good = strchr(type, '/') != NULL && *type != '/' && type[len - 1] != '/';
	for (size_t i = 0; i < len; i++)
		good = good && (unsigned char)type[i] >= 0x20 && type[i] != 0x7f;
	if (!good)
		die(END_SETUP, "option --content-type: '%s' is not TYPE/SUBTYPE", type);
}

static void
check_options(const struct put_how *how)
{
	bool is_csv = how->keep.form == KEEP_CSV;
	bool cuts = how->limits.records != 0 || how->limits.bytes != 0;
	if (strcmp(how->method, "POST") != 0 && !is_put(how))
		die(END_SETUP, "option --method: '%s' is none of POST, PUT", how->method);
	if (is_put(how) && cuts)
		die(END_SETUP, "options --batch-rows and --batch-bytes: "
			"each PUT replaces what the one before has put there");
	if (is_csv && (how->keep.schema != NULL || how->keep.infer || *how->keep.null != '\0'))
		die(END_SETUP,
			"options --schema, --infer and --null: CSV has neither types nor null");
	if (how->content_type != NULL)
		check_content_type(how->content_type);
}

/* What a batch is called in messages: where it is one of several, by its place. */
static void
name_batch(struct buf *name, const struct progress *p, uint64_t records)
{
	char number[INTEGER_GROUPED_MAX], first[INTEGER_GROUPED_MAX], last[INTEGER_GROUPED_MAX];
	name->len = 0;
	buf_text(name, p->shown);
	if (records != p->total && records == 1)
		buf_format(name, ": batch %s (record %s)", uint64_grouped(number, p->batches + 1),
			uint64_grouped(first, p->records + 1));
	else if (records != p->total)
		buf_format(name, ": batch %s (records %s to %s)",
			uint64_grouped(number, p->batches + 1),
			uint64_grouped(first, p->records + 1),
			uint64_grouped(last, p->records + records));
	buf_byte(name, '\0');
}

static void
send_all(const struct put_how *how, struct keep *k, struct sender *s, struct stage_end *out)
{
	struct progress *p = s->progress;
	struct batches batches;
	struct buf name = {0};
	char key[UPLOAD_KEY_MAX];
	batches_open(&batches, k, how->limits);
	/* A PUT of no records empties the resource; a POST of none would add nothing. */
	while (p->records < k->records || (is_put(how) && p->batches == 0)) {
		struct upload upload = batches_next(&batches);
		if (!is_put(how))
			upload_key(key, &upload, s->home->at, how->load, p->batches + 1);
		name_batch(&name, p, batches.records);
		send_upload(s, &upload, batches.records, is_put(how) ? NULL : key, name.at);
		out->records = p->records;
		out->bytes += upload_size(&upload);
	}
	batches_close(&batches);
	buf_clear(&name);
}

void
put(struct put_how *how, const struct terms *terms, const struct url *u, char *const *files,
	size_t count)
{
	struct keep keep;
	struct progress progress;
	struct sender sender;
	struct send_how send = {
		.method = how->method,
		.content_type = how->content_type != NULL ? how->content_type
							  : content_types[how->keep.form],
		.is_idempotent = is_put(how) || how->is_idempotent,
	};
	check_options(how);
	reject_start(&how->rejects);
	how->keep.csv.replaces = is_put(how);
	keep_all(&keep, &how->keep, files, count);
	csv_must_count(csv_records(keep.in), how->expect_rows);
	reject_finish(csv_records(keep.in));
	struct stage_end *out = stage_output(xstrdup(u->shown), -1);
	stage_committing();
	progress_start(&progress, u->shown, keep.records);
	send_open(&sender, terms, &send, u, &progress);
	send_all(how, &keep, &sender, out);
	progress_finish(&progress);
	send_close(&sender);
	keep_clear(&keep);
}
