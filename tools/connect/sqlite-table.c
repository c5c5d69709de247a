#include "sqlite-table.h"

#include <string.h>

#include "decimal/double.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "sqlite-match.h"
#include "utf8.h"

bool
table_is_text(const char *at, size_t len)
{
	return memchr(at, '\0', len) == NULL && utf8_is_valid(at, len);
}

/* The names of the columns, or of the key's alone, in brackets. */
static void
add_columns(sqlite3_str *sql, const struct table *t, bool keys)
{
	const struct columns *key = &t->how->key;
	for (size_t i = 0; i < (keys ? key->count : t->columns); i++)
		sqlite3_str_appendf(sql, "%s\"%w\"", i == 0 ? "(" : ", ",
			t->column[keys ? key->at[i].index : i].name.at);
	sqlite3_str_appendchar(sql, 1, ')');
}

static void
add_update(sqlite3_str *sql, const struct table *t)
{
	bool is_first = true;
	for (size_t i = 0; i < t->columns; i++) {
		if (t->column[i].is_key)
			continue;
		sqlite3_str_appendf(sql, "%s\"%w\" = excluded.\"%w\"",
			is_first ? " DO UPDATE SET " : ", ", t->column[i].name.at,
			t->column[i].name.at);
		is_first = false;
	}
	if (is_first)
		sqlite3_str_appendall(sql, " DO NOTHING");
}

static void
add_target(sqlite3_str *sql, const struct table *t)
{
	if (t->is_spooled)
		sqlite3_str_appendall(sql, "temp.etl_spool");
	else
		sqlite3_str_appendf(sql, "main.\"%w\"", t->how->name);
}

static char *
finish_sql(sqlite3_str *sql)
{
	char *text = sqlite3_str_finish(sql);
	if (text == NULL)
		die(END_SETUP, "out of memory");
	return text;
}

static char *
insert_sql(const struct table *t, enum table_mode mode)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendall(sql, "INSERT INTO ");
	add_target(sql, t);
	add_columns(sql, t, false);
	sqlite3_str_appendall(sql, " VALUES");
	for (size_t i = 0; i < t->columns; i++)
		sqlite3_str_appendall(sql, i == 0 ? "(?" : ",?");
	sqlite3_str_appendchar(sql, 1, ')');
	if (mode == TABLE_UPSERT || mode == TABLE_INSERT_ONLY) {
		sqlite3_str_appendall(sql, " ON CONFLICT");
		add_columns(sql, t, true);
		if (mode == TABLE_UPSERT)
			add_update(sql, t);
		else
			sqlite3_str_appendall(sql, " DO NOTHING");
	}
	return finish_sql(sql);
}

/* A key that the table does not hold to would be a promise that nobody keeps. */
static void
check_key(struct table *t)
{
	sqlite3_stmt *s = NULL;
	if (t->how->key.count == 0)
		return;
	char *sql = insert_sql(t, TABLE_INSERT_ONLY);
	if (sqlite3_prepare_v2(t->db->sqlite, sql, -1, &s, NULL) != SQLITE_OK) {
		sqlite3_str *names = sqlite3_str_new(NULL);
		add_columns(names, t, true);
		die(END_SETUP,
			"%s: option -k: table '%s' has no PRIMARY KEY and no unique index on %s",
			t->db->path, t->how->name, finish_sql(names));
	}
	sqlite3_finalize(s);
	sqlite3_free(sql);
}

static void
prepare_insert(struct table *t)
{
	char *sql = insert_sql(t, t->how->mode);
	sqlite3_finalize(t->insert);
	if (sqlite3_prepare_v3(t->db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &t->insert,
		    NULL) != SQLITE_OK)
		db_die(t->db);
	sqlite3_free(sql);
}

static const char *
type_of(const struct table *t, const struct table_column *c)
{
	if (c->bind == BIND_REAL)
		return "REAL";
	bool is_guess = c->bind == BIND_GUESS && c->is_integer && !t->is_spooled;
	return is_guess || c->bind == BIND_WHOLE ? "INTEGER" : "TEXT";
}

static void
create(struct table *t)
{
	sqlite3_str *sql = sqlite3_str_new(NULL);
	sqlite3_str_appendall(sql, "CREATE TABLE ");
	add_target(sql, t);
	for (size_t i = 0; i < t->columns; i++) {
		const struct table_column *c = &t->column[i];
		sqlite3_str_appendf(sql, "%s\"%w\" %s%s", i == 0 ? "(" : ", ", c->name.at,
			type_of(t, c), c->is_key ? " NOT NULL" : "");
	}
	if (t->how->key.count != 0) {
		sqlite3_str_appendall(sql, ", PRIMARY KEY ");
		add_columns(sql, t, true);
	}
	sqlite3_str_appendchar(sql, 1, ')');
	char *text = finish_sql(sql);
	db_run(t->db, "%s", text);
	sqlite3_free(text);
}

void
table_open(struct table *t, struct db *db, const struct table_how *how, const struct header *header,
	const char *file)
{
	*t = (struct table){.db = db, .how = how};
	t->is_new = !match_is_there(t);
	if (!t->is_new && how->mode == TABLE_REPLACE)
		db_run(db, "DELETE FROM main.\"%w\"", how->name);
	if (header->count == 0)
		return;
	match_header(t, header, file);
	if (t->is_new)
		return;
	check_key(t);
	prepare_insert(t);
	t->is_made = true;
}

/*
 * From now on rows go to the temporary table; whose columns are text, and make text of what they
 * are given.
 */
static void
move_to_spool(struct table *t)
{
	t->is_spooled = true;
	create(t);
	db_run(t->db, "INSERT INTO temp.etl_spool SELECT * FROM main.\"%w\"", t->how->name);
	sqlite3_finalize(t->insert);
	t->insert = NULL;
	db_run(t->db, "DROP TABLE main.\"%w\"", t->how->name);
	prepare_insert(t);
}

/* Where it is the only field, quotes say nothing of an empty one: it has to have them. */
static bool
is_null(const struct table *t, const struct table_column *c, struct cell cell, struct slice value)
{
	bool may_be = !cell.quoted || (t->columns == 1 && value.len == 0);
	return may_be && (slice_same(value, t->how->null) || schema_texts_have(c->missing, value));
}

/* Widens what the column is seen as by its values in the batch. */
static void
look_at(const struct table *t, struct table_column *c, const struct batch *b, size_t index)
{
	struct arena arena = {0};
	for (size_t row = 0; row < b->rows && c->seen <= SCHEMA_INTEGER; row++) {
		struct cell cell = batch_cell(b, row, index);
		struct slice value = batch_value(b, cell, &arena);
		if (!is_null(t, c, cell, value))
			c->seen = schema_widen(c->seen, value);
	}
	arena_clear(&arena);
}

void
table_expect(struct table *t, const struct batch *b)
{
	bool is_wrong = false;
	for (size_t i = 0; i < t->columns && t->is_new; i++) {
		struct table_column *c = &t->column[i];
		if (c->bind != BIND_GUESS || c->seen > SCHEMA_INTEGER)
			continue;
		look_at(t, c, b, i);
		is_wrong |= c->is_integer && c->seen > SCHEMA_INTEGER;
		if (!t->is_made)
			c->is_integer = c->seen == SCHEMA_INTEGER;
	}
	if (!t->is_new)
		return;
	if (!t->is_made) {
		create(t);
		prepare_insert(t);
		t->is_made = true;
	} else if (is_wrong && !t->is_spooled) {
		move_to_spool(t);
	}
}

static bool
refuse(struct table_fault *fault, const struct table_column *c, const char *code,
	const char *reason, struct slice value)
{
	char text[SHOWN_MAX];
	fault->code = code;
	fault->column = c->name.at;
	buf_format(&fault->reason, "%s: '%s'", reason, shown(text, value.at, value.len));
	buf_byte(&fault->reason, '\0');
	return false;
}

static bool
bind_integer(struct table *t, const struct table_column *c, int place, struct slice value,
	struct table_fault *fault)
{
	int64_t n;
	int64_t exact;
	bool is_exact = schema_integer(value, &exact);
	if (is_exact || (c->bind == BIND_WHOLE && int64_parse(value, &n))) {
		sqlite3_bind_int64(t->insert, place, is_exact ? exact : n);
		return true;
	}
	if (int64_parse(value, &n))
		return refuse(fault, c, "form",
			"an INTEGER column would change it (--schema can allow that)", value);
	return refuse(fault, c, "type", "not a 64-bit integer, as its column needs", value);
}

static bool
bind_real(struct table *t, const struct table_column *c, int place, struct slice value,
	struct table_fault *fault)
{
	double x;
	enum number_fault why = double_parse(value, &x);
	if (why != NUMBER_OK)
		return refuse(fault, c, "type", number_fault_text(why), value);
	sqlite3_bind_double(t->insert, place, x);
	return true;
}

/* The bytes stay where they are until the row has been inserted. */
static bool
bind_bytes(struct table *t, const struct table_column *c, int place, struct slice value,
	bool is_clean, struct table_fault *fault)
{
	int code;
	if (c->bind == BIND_BLOB) {
		code = sqlite3_bind_blob64(t->insert, place, value.at, value.len, SQLITE_STATIC);
	} else if (is_clean || table_is_text(value.at, value.len)) {
		code = sqlite3_bind_text64(
			t->insert, place, value.at, value.len, SQLITE_STATIC, SQLITE_UTF8);
	} else {
		bool has_nul = memchr(value.at, '\0', value.len) != NULL;
		return refuse(fault, c, has_nul ? "nul" : "utf8",
			has_nul ? "SQLite's texts hold no NUL byte" : "not UTF-8", value);
	}
	if (code == SQLITE_TOOBIG)
		return refuse(fault, c, "length", "longer than SQLite can hold", value);
	if (code != SQLITE_OK)
		db_die(t->db);
	return true;
}

static bool
bind_value(struct table *t, const struct table_column *c, int place, struct slice value,
	bool is_clean, struct table_fault *fault)
{
	switch (c->bind) {
	case BIND_INTEGER:
	case BIND_WHOLE:
		return bind_integer(t, c, place, value, fault);
	case BIND_REAL:
		return bind_real(t, c, place, value, fault);
	case BIND_GUESS:
		if (c->is_integer && !t->is_spooled)
			return bind_integer(t, c, place, value, fault);
		break;
	case BIND_TEXT:
	case BIND_BLOB:
		break;
	}
	return bind_bytes(t, c, place, value, is_clean, fault);
}

static bool
bind_row(struct table *t, const struct batch *b, size_t row, bool is_clean,
	struct table_fault *fault)
{
	arena_reset(&t->values);
	for (size_t i = 0; i < t->columns; i++) {
		const struct table_column *c = &t->column[i];
		struct cell cell = batch_cell(b, row, i);
		struct slice value = batch_value(b, cell, &t->values);
		int place = (int)i + 1;
		bool is_good = true;
		if (!is_null(t, c, cell, value))
			is_good = bind_value(t, c, place, value, is_clean, fault);
		else if (c->is_key)
			is_good = refuse(fault, c, "key", "a key cannot be NULL", value);
		else
			sqlite3_bind_null(t->insert, place);
		if (!is_good)
			return false;
	}
	return true;
}

enum table_answer
table_put(struct table *t, const struct batch *b, size_t row, bool is_clean,
	struct table_fault *fault)
{
	if (!bind_row(t, b, row, is_clean, fault))
		return TABLE_BAD;
	int code = sqlite3_step(t->insert);
	if (code == SQLITE_DONE) {
		sqlite3_reset(t->insert);
		return sqlite3_changes(t->db->sqlite) != 0 ? TABLE_PUT : TABLE_LEFT_OUT;
	}
	if (!db_is_row_fault(t->db, code))
		db_die(t->db);
	fault->code = "constraint";
	fault->column = NULL;
	buf_text(&fault->reason, sqlite3_errmsg(t->db->sqlite));
	buf_byte(&fault->reason, '\0');
	sqlite3_reset(t->insert);
	return TABLE_BAD;
}

void
table_settle(struct table *t)
{
	bool is_wrong = t->is_spooled;
	if (!t->is_new)
		return;
	for (size_t i = 0; i < t->columns; i++)
		is_wrong |= t->is_made && t->column[i].bind == BIND_GUESS &&
			t->column[i].is_integer != (t->column[i].seen == SCHEMA_INTEGER);
	if (is_wrong && !t->is_spooled)
		move_to_spool(t);
	for (size_t i = 0; i < t->columns; i++)
		t->column[i].is_integer = t->column[i].seen == SCHEMA_INTEGER;
	if (t->is_spooled) {
		t->is_spooled = false;
		create(t);
		db_run(t->db, "INSERT INTO main.\"%w\" SELECT * FROM temp.etl_spool", t->how->name);
		sqlite3_finalize(t->insert);
		t->insert = NULL;
		db_run(t->db, "DROP TABLE temp.etl_spool");
	} else if (!t->is_made && t->columns != 0) {
		create(t);
	}
}

void
table_clear(struct table *t)
{
	sqlite3_finalize(t->insert);
	arena_clear(&t->arena);
	arena_clear(&t->values);
	*t = (struct table){0};
}
