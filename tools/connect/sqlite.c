/*
 * sqlite: the connector for SQLite databases (etl-connect(7)).
 *
 *	sqlite describe
 *	sqlite put sqlite:PATH --table TABLE [OPTION...] [FILE...]
 *
 * Records become rows in one transaction, which is committed when all input has come to a clean
 * end; memory is a batch of records and SQLite's cache.  sqlite-db.c keeps the transaction,
 * sqlite-table.c the table.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "csv/csv.h"
#include "csv/reject.h"
#include "in.h"
#include "mem.h"
#include "msg.h"
#include "schema/schema-file.h"
#include "sqlite-db.h"
#include "sqlite-table.h"
#include "stage.h"
#include "tool.h"

static void set_mode(const struct opt *opt, const char *value);

static struct {
	struct csv_how csv;
	struct reject_how rejects;
	struct table_how table;
	const char *key;
	const char *schema;
	const char *null;
	const char *after;
	uint64_t expect_rows;
	uint64_t lock_wait;
	const char *stats;
} arg = {.csv = CSV_HOW, .null = "", .expect_rows = CSV_ANY_COUNT, .lock_wait = 5};

static const struct opt options[] = {
	{0, "table", "TABLE", "the table, created where it is missing", OPT_TEXT, &arg.table.name,
		NULL},
	{0, "mode", "MODE", "append (default), replace, upsert, insert-only", OPT_DO,
		&arg.table.mode, set_mode},
	{'k', "key", "COLS", "the primary key of a new table; what upsert and insert-only go by",
		OPT_LIST, &arg.key, NULL},
	{0, "schema", "FILE", "take types from this Table Schema (JSON)", OPT_TEXT, &arg.schema,
		NULL},
	{0, "as-text", NULL, "all columns of a new table are TEXT", OPT_FLAG, &arg.table.as_text,
		NULL},
	{0, "null", "TEXT", "an unquoted field of this text is NULL, instead of an empty one",
		OPT_TEXT, &arg.null, NULL},
	{0, "after", "FILE", "run this SQL in the same transaction, behind the rows", OPT_TEXT,
		&arg.after, NULL},
	{0, "expect-rows", "N", "commit nothing unless there are N records", OPT_COUNT,
		&arg.expect_rows, NULL},
	{0, "lock-wait", "SECONDS", "wait as long for another program's lock (5)", OPT_COUNT,
		&arg.lock_wait, NULL},
	OPT_CSV_IN(arg.csv),
	OPT_REJECTS(arg.rejects),
	OPT_EVERY(arg.stats),
	{0},
};

static const struct tool tool = {
	.name = "sqlite",
	.synopsis = "put sqlite:PATH --table TABLE [OPTION...] [FILE...] | describe",
	.summary = "Load records into a table of a SQLite database, all or none.",
	.options = options,
	.is_connector = true,
	.never_marks = true,
};

static void
set_mode(const struct opt *opt, const char *value)
{
	static const char *const names[] = {
		[TABLE_APPEND] = "append",
		[TABLE_REPLACE] = "replace",
		[TABLE_UPSERT] = "upsert",
		[TABLE_INSERT_ONLY] = "insert-only",
	};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i], value) != 0)
			continue;
		*(enum table_mode *)opt->into = (enum table_mode)i;
		return;
	}
	die(END_SETUP, "option --mode: '%s' is none of append, replace, upsert, insert-only",
		value);
}

static void
describe(void)
{
	printf("schemes sqlite\ndirections put\nunit records\nfiles yes\ncommits whole\n");
	opt_list(options);
	if (fflush(stdout) != 0 || ferror(stdout) != 0)
		die(END_SETUP, "stdout: %s", strerror(errno));
}

static struct slice
read_script(const char *path, struct buf *text)
{
	in_read_all(path, text);
	buf_byte(text, '\0'); /* for SQLite */
	text->len--;
	if (!table_is_text(text->at, text->len))
		die(END_SETUP, "%s: not UTF-8 text", path);
	return (struct slice){text->at, text->len};
}

/* The file of `sqlite:PATH`, `sqlite:///PATH`. */
static const char *
path_of(const char *uri)
{
	static const char scheme[] = "sqlite:";
	if (strncmp(uri, scheme, sizeof scheme - 1) != 0)
		die(END_SETUP, "%s: not of the form sqlite:PATH", uri);
	const char *path = uri + sizeof scheme - 1;
	if (*path == '\0')
		die(END_SETUP, "%s names no file: write sqlite:PATH, such as sqlite:data.db", uri);
	if (strncmp(path, "//", 2) == 0 && path[2] != '/')
		die(END_SETUP, "%s: sqlite:PATH names a file, and no host", uri);
	return path;
}

static void
check_options(void)
{
	const struct table_how *table = &arg.table;
	if (table->name == NULL || *table->name == '\0')
		die(END_SETUP, "option --table is needed: which table?");
	if (!table_is_text(table->name, strlen(table->name)))
		die(END_SETUP, "option --table: not UTF-8 text");
	if (arg.schema != NULL && table->as_text)
		die(END_SETUP, "options --schema and --as-text exclude each other");
	if ((table->mode == TABLE_UPSERT || table->mode == TABLE_INSERT_ONLY) && arg.key == NULL)
		die(END_SETUP, "option --mode: by which columns? -k names them");
}

static void
refuse(const struct batch *b, size_t row, struct table_fault *fault)
{
	bool has_column = fault->column != NULL;
	if (!reject_is_allowed() && has_column)
		csv_die(END_DATA, b, row, "column '%s': %s", fault->column, fault->reason.at);
	if (!reject_is_allowed())
		csv_die(END_DATA, b, row, "%s", fault->reason.at);
	reject_put_row(
		b, row, slice_of(has_column ? fault->column : ""), fault->code, fault->reason.at);
	fault->reason.len = 0;
}

/* Returns the rows that were put. */
static uint64_t
put_batch(struct table *t, const struct batch *b)
{
	struct table_fault fault = {0};
	uint64_t count = 0;
	struct slice text = batch_text(b);
	bool is_clean = batch_is_utf8(b) && memchr(text.at, '\0', text.len) == NULL;
	for (size_t row = 0; row < b->rows; row++) {
		switch (table_put(t, b, row, is_clean, &fault)) {
		case TABLE_PUT:
			count++;
			break;
		case TABLE_LEFT_OUT:
			stage_counts()->filtered++;
			break;
		case TABLE_BAD:
			refuse(b, row, &fault);
			break;
		}
	}
	buf_clear(&fault.reason);
	return count;
}

static uint64_t
put_records(struct db *db, struct table *t, struct csv_in *in, int input)
{
	uint64_t count = 0;
	for (;;) {
		db_rest(db, input);
		db_let_signals();
		const struct batch *b = csv_read(in);
		db_hold_signals();
		if (b == NULL)
			return count;
		table_expect(t, b);
		count += put_batch(t, b);
	}
}

static void
put(const char *uri, char *const *files, size_t count)
{
	struct arena arena = {0};
	struct buf script = {0};
	struct schema schema;
	struct db db;
	struct table table;
	const char *path = path_of(uri);
	struct slice after =
		arg.after != NULL ? read_script(arg.after, &script) : (struct slice){0};
	if (arg.schema != NULL) {
		schema = schema_read(arg.schema, &arena);
		arg.table.schema = &schema;
		arg.table.schema_file = arg.schema;
	}
	arg.table.null = slice_of(arg.null);
	arg.csv.replaces = arg.table.mode == TABLE_REPLACE;
	struct csv_in *in = csv_open(&arg.csv, files, count);
	const struct header *header = csv_header(in);
	if (arg.key != NULL && header->count != 0)
		arg.table.key = csv_columns(arg.key, "-k", header, 0, &arena);
	db_open(&db, path, arg.lock_wait * 1000);
	struct stage_end *out = stage_output(uri, -1);
	table_open(&table, &db, &arg.table, header, in_name(count != 0 ? files[0] : NULL));
	uint64_t rows = put_records(&db, &table, in, count == 0 ? STDIN_FILENO : -1);
	csv_must_count(csv_records(in), arg.expect_rows);
	table_settle(&table);
	if (arg.after != NULL)
		db_script(&db, arg.after, after);
	reject_finish(csv_records(in));
	table_clear(&table);
	db_commit(&db);
	out->records = rows;
	csv_close(in);
	buf_clear(&script);
	arena_clear(&arena);
}

int
main(int argc, char **argv)
{
	size_t count;
	char **operands = tool_start(&tool, argc, argv, &count, &arg.stats);
	if (count == 1 && strcmp(operands[0], "describe") == 0) {
		describe();
	} else if (count >= 2 && strcmp(operands[0], "put") == 0) {
		check_options();
		reject_start(&arg.rejects);
		put(operands[1], operands + 2, count - 2);
	} else if (count > 0 && strcmp(operands[0], "get") == 0) {
		die(END_SETUP, "connector 'sqlite' cannot get");
	} else {
		die(END_SETUP, "usage: sqlite put sqlite:PATH --table TABLE [OPTION...] [FILE...] "
			       "| sqlite describe");
	}
	end(END_WELL);
}
