#include "json/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "csv/reject.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "schema/schema-file.h"

/* Why a row cannot be sent. */
struct fault {
	const char *code;
	const char *reason;
	size_t column;
	struct slice value; /* valid until the next row is looked at */
};

bool
keep_form_parse(const char *name, enum keep_form *out)
{
	static const char *const names[] = {
		[KEEP_JSON] = "json", [KEEP_NDJSON] = "ndjson", [KEEP_CSV] = "csv"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i], name) != 0)
			continue;
		*out = (enum keep_form)i;
		return true;
	}
	return false;
}

static bool
is_string(enum schema_type type)
{
	return type != SCHEMA_INTEGER && type != SCHEMA_DECIMAL && type != SCHEMA_NUMBER &&
		type != SCHEMA_BOOLEAN;
}

static struct slice
name_of(const struct keep *k, size_t column)
{
	return csv_header(k->in)->name[column];
}

/* A schema that does not fit the input is more likely the wrong one than a loose one. */
static void
check_schema(const struct schema *schema, const bool *is_met, const char *file)
{
	for (size_t i = 0; i < schema->count; i++) {
		char text[SHOWN_MAX];
		struct slice name = schema->field[i].name;
		if (!is_met[i])
			die(END_DATA, "%s: there is no column '%s', which the schema has", file,
				shown(text, name.at, name.len));
	}
}

/* What is known of the types before the first record. */
static void
plan(struct keep *k, const char *file)
{
	struct schema schema = {0};
	struct buf why = {0};
	if (k->how->schema != NULL)
		schema = schema_read(k->how->schema, &k->arena);
	if (!json_out_init(&k->json, csv_header(k->in), slice_of(k->how->null), &why)) {
		buf_byte(&why, '\0');
		die(END_DATA, "%s: %s", file, why.at);
	}
	bool *is_met = arena_take(&k->arena, (schema.count + 1) * sizeof *is_met);
	memset(is_met, false, schema.count * sizeof *is_met);
	k->is_guessed = arena_take(&k->arena, k->json.columns * sizeof *k->is_guessed);
	for (size_t i = 0; i < k->json.columns; i++) {
		struct json_column *c = &k->json.column[i];
		const struct schema_field *field = schema_find(&schema, name_of(k, i));
		if (field != NULL)
			is_met[field - schema.field] = true;
		k->is_guessed[i] = field == NULL && k->how->infer;
		c->type = k->is_guessed[i] ? SCHEMA_NONE : SCHEMA_TEXT;
		if (field != NULL)
			c->type = field->type;
		if (field != NULL)
			c->missing = schema_read_missing(k->how->schema, &schema, field, &k->arena);
		k->needs_look |= k->is_guessed[i] || !is_string(c->type);
	}
	check_schema(&schema, is_met, file);
}

/* Holds the values against their types, and widens those that are guessed.  false: see fault. */
static bool
look_at(struct keep *k, const struct batch *b, size_t row, bool is_clean, struct fault *fault)
{
	arena_reset(&k->values);
	for (size_t i = 0; i < b->columns; i++) {
		enum schema_type type = k->is_guessed[i] ? SCHEMA_TEXT : k->json.column[i].type;
		if (is_clean && is_string(type))
			continue;
		struct cell cell = batch_cell(b, row, i);
		struct slice value = batch_value(b, cell, &k->values);
		const char *reason = json_out_fault(type, value);
		if (reason == NULL || json_out_is_null(&k->json, &k->json.column[i], cell, value))
			continue;
		*fault = (struct fault){is_string(type) ? "utf8" : "type", reason, i, value};
		return false;
	}
	return true;
}

/* A row that is kept says more of what the columns can be. */
static void
learn(struct keep *k, const struct batch *b, size_t row)
{
	arena_reset(&k->values);
	for (size_t i = 0; i < b->columns; i++) {
		struct json_column *c = &k->json.column[i];
		if (!k->is_guessed[i] || c->type == SCHEMA_TEXT)
			continue;
		struct cell cell = batch_cell(b, row, i);
		struct slice value = batch_value(b, cell, &k->values);
		if (!json_out_is_null(&k->json, c, cell, value))
			c->type = schema_widen(c->type, value);
	}
}

static void
refuse(const struct keep *k, const struct batch *b, size_t row, const struct fault *fault)
{
	char name[SHOWN_MAX], value[SHOWN_MAX];
	struct buf reason = {0};
	struct slice column = name_of(k, fault->column);
	buf_format(&reason, "%s: '%s'", fault->reason,
		shown(value, fault->value.at, fault->value.len));
	buf_byte(&reason, '\0');
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "column '%s': %s", shown(name, column.at, column.len),
			reason.at);
	reject_put_row(b, row, column, fault->code, reason.at);
	buf_clear(&reason);
}

/* Rows from..to-1 as they stand, with their ends. */
static void
keep_rows(struct keep *k, const struct batch *b, size_t from, size_t to)
{
	if (from == to)
		return;
	const char *start = batch_run(b, from, 0, 0).at;
	const char *stop = b->text + b->end[to * b->columns - 1] + 1;
	out_add(&k->spool, start, (size_t)(stop - start));
	k->records += to - from;
}

static void
take_batch(struct keep *k, const struct batch *b)
{
	bool is_clean = k->how->form == KEEP_CSV || batch_is_utf8(b);
	bool looks = k->how->form != KEEP_CSV && (k->needs_look || !is_clean);
	size_t from = 0;
	for (size_t row = 0; row < b->rows && looks; row++) {
		struct fault fault;
		if (look_at(k, b, row, is_clean, &fault)) {
			learn(k, b, row);
			continue;
		}
		refuse(k, b, row, &fault);
		keep_rows(k, b, from, row);
		from = row + 1;
	}
	keep_rows(k, b, from, b->rows);
}

void
keep_all(struct keep *k, const struct keep_how *how, char *const *files, size_t count)
{
	*k = (struct keep){.how = how};
	out_open_spool(&k->spool);
	k->in = csv_open(&how->csv, files, count);
	if (how->form != KEEP_CSV)
		plan(k, in_name(count != 0 ? files[0] : NULL));
	for (const struct batch *b; (b = csv_read(k->in)) != NULL;)
		take_batch(k, b);
	out_flush(&k->spool);
}

static bool
open_spool(void *arg, struct in *source, uint64_t records)
{
	struct keep *k = arg;
	(void)records;
	if (k->is_reopened)
		return false;
	k->is_reopened = true;
	*source = (struct in){.name = k->spool.name, .is_file = true};
	source->fd = fcntl(k->spool.fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (source->fd < 0 || lseek(source->fd, 0, SEEK_SET) != 0)
		die(END_SETUP, "%s: %s", k->spool.name, strerror(errno));
	return true;
}

struct csv_in *
keep_reopen(struct keep *k)
{
	const struct csv_how *how = &k->how->csv;
	if (k->records == 0)
		return NULL;
	k->again = (struct csv_how){
		.no_header = true,
		.tsv = how->tsv,
		.tsv_escape = how->tsv_escape,
		.delimiter = how->delimiter,
		.max_field = how->max_field,
		.max_record = how->max_record,
		.max_columns = how->max_columns,
		.is_kept = true,
		.next = open_spool,
		.next_arg = k,
	};
	return csv_open(&k->again, NULL, 0);
}

void
keep_clear(struct keep *k)
{
	out_close_spool(&k->spool);
	json_out_clear(&k->json);
	arena_clear(&k->arena);
	arena_clear(&k->values);
	csv_close(k->in);
}
