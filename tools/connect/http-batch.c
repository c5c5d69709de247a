#include "http-batch.h"

#include "csv/csv-parse.h"

/* What stands around the records of a body, and between two of them. */
static const struct {
	const char *head, *between, *tail;
} forms[] = {
	[KEEP_JSON] = {"[", ",\n", "]\n"},
	[KEEP_NDJSON] = {"", "", ""},
	[KEEP_CSV] = {"", "", ""},
};

/* The header as it came, or in our own dialect. */
static void
put_header(struct buf *out, const struct csv_in *in)
{
	const struct batch *row = csv_header_row(in);
	const struct header *header = csv_header(in);
	if (row == NULL)
		return;
	if (row->dialect.quotes && row->dialect.delimiter == ',') {
		struct slice run = batch_run(row, 0, 0, row->columns - 1);
		buf_add(out, run.at, run.len);
	} else {
		for (size_t i = 0; i < header->count; i++) {
			buf_add(out, ",", i != 0);
			csv_parse_quote(out, header->name[i], ',');
		}
	}
	buf_byte(out, '\n');
}

void
batches_open(struct batches *s, struct keep *k, struct batch_limits limits)
{
	*s = (struct batches){.keep = k, .limits = limits, .in = keep_reopen(k)};
	s->body = (struct csv_out){.dialect = dialect_csv, .columns = csv_header(k->in)->count};
	out_open_spool(&s->body.out);
	buf_text(&s->head, forms[k->how->form].head);
	if (k->how->form == KEEP_CSV)
		put_header(&s->head, k->in);
}

static bool
has_next(struct batches *s)
{
	if (s->block != NULL && s->row < s->block->rows)
		return true;
	s->row = 0;
	s->block = s->in != NULL ? csv_read(s->in) : NULL;
	csv_source(&s->body, s->block);
	return s->block != NULL;
}

static void
put_record(struct batches *s)
{
	struct keep *k = s->keep;
	struct out *o = &s->body.out;
	const char *between = forms[k->how->form].between;
	if (s->records != 0)
		out_add(o, between, strlen(between));
	if (k->how->form == KEEP_CSV) {
		csv_put_run(&s->body, s->row, 0, s->block->columns - 1);
		csv_put_end(&s->body);
		return;
	}
	json_out_row(&k->json, s->block, s->row, o);
	if (k->how->form == KEEP_NDJSON)
		out_byte(o, '\n');
}

/* Is the body too large with the record that was put last?  It then waits for the next one. */
static bool
is_beyond(const struct batches *s, uint64_t size)
{
	uint64_t whole = s->head.len + size + strlen(forms[s->keep->how->form].tail);
	return s->limits.bytes != 0 && s->records != 0 && whole > s->limits.bytes;
}

struct upload
batches_next(struct batches *s)
{
	struct out *o = &s->body.out;
	out_restart_spool(o);
	s->size = 0;
	s->records = 0;
	while ((s->limits.records == 0 || s->records < s->limits.records) && has_next(s)) {
		put_record(s);
		if (is_beyond(s, o->bytes + o->len))
			break;
		s->size = o->bytes + o->len;
		s->records++;
		s->row++;
	}
	out_flush(o);
	return (struct upload){
		.head = {s->head.at, s->head.len},
		.fd = o->fd,
		.fd_name = o->name,
		.len = s->size,
		.tail = slice_of(forms[s->keep->how->form].tail),
	};
}

void
batches_close(struct batches *s)
{
	if (s->in != NULL)
		csv_close(s->in);
	out_close_spool(&s->body.out);
	buf_clear(&s->body.scratch);
	buf_clear(&s->head);
}
