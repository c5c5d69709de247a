#include "sqlite-match.h"

#include <string.h>
#include <strings.h>

#include "mem.h"
#include "msg.h"
#include "schema/schema-file.h"

/* A column of the table as it stands. */
struct old_column {
	const char *name;
	const char *type;
	bool has_default;
	bool is_made;   /* generated: cannot be inserted */
	bool is_rowid;  /* INTEGER PRIMARY KEY: SQLite finds a value */
	bool is_used;
	int key;        /* place in the primary key, from 1; 0: none */
};

struct old_table {
	struct old_column *column;
	size_t columns;
};

/* The affinity rules (datatype3.html, 3.1), as what a value is bound as. */
static enum bind
bind_for(const char *type)
{
	static const struct {
		const char *part;
		enum bind bind;
	} rules[] = {
		{"INT", BIND_INTEGER},
		{"CHAR", BIND_TEXT},
		{"CLOB", BIND_TEXT},
		{"TEXT", BIND_TEXT},
		{"BLOB", BIND_BLOB},
		{"REAL", BIND_REAL},
		{"FLOA", BIND_REAL},
		{"DOUB", BIND_REAL},
	};
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcasestr(type, rules[i].part) != NULL)
			return rules[i].bind;
	/* No type, or NUMERIC: SQLite itself turns text into a number where that is the same. */
	return BIND_TEXT;
}

static enum bind
bind_for_schema(enum schema_type type)
{
	return type == SCHEMA_INTEGER ? BIND_WHOLE : type == SCHEMA_NUMBER ? BIND_REAL : BIND_TEXT;
}

static void
check_name(const struct slice *name, size_t index, const char *file)
{
	char text[SHOWN_MAX];
	if (!table_is_text(name->at, name->len))
		die(END_DATA, "%s: column %zu: its name is not UTF-8 text: '%s'", file, index + 1,
			shown(text, name->at, name->len));
}

static void
check_count(struct table *t, size_t count, const char *file)
{
	int max = sqlite3_limit(t->db->sqlite, SQLITE_LIMIT_COLUMN, -1);
	if (count > (size_t)max)
		die(END_DATA, "%s: %zu columns: a table of SQLite can have %d", file, count, max);
}

/* SQLite's names are the same whatever the case of their ASCII letters is. */
static void
check_twins(struct table *t, const char *file)
{
	for (size_t i = 0; i < t->columns; i++)
		for (size_t k = 0; k < i; k++)
			if (strcasecmp(t->column[i].name.at, t->column[k].name.at) == 0)
				die(END_DATA,
					"%s: columns %zu and %zu have the same name to SQLite: "
					"'%s', '%s'",
					file, k + 1, i + 1, t->column[k].name.at,
					t->column[i].name.at);
}

static void
take_header(struct table *t, const struct header *header, const char *file)
{
	check_count(t, header->count, file);
	t->columns = header->count;
	t->column = arena_take(&t->arena, t->columns * sizeof *t->column);
	for (size_t i = 0; i < t->columns; i++) {
		const struct slice *name = &header->name[i];
		check_name(name, i, file);
		t->column[i] = (struct table_column){
			.name = {arena_keep(&t->arena, name->at, name->len), name->len},
		};
	}
	check_twins(t, file);
	for (size_t i = 0; i < t->how->key.count; i++)
		t->column[t->how->key.at[i].index].is_key = true;
}

static const struct schema_field *
field_of(const struct table *t, const struct table_column *c)
{
	return t->how->schema != NULL ? schema_find(t->how->schema, c->name) : NULL;
}

static void
take_missing(struct table *t)
{
	for (size_t i = 0; i < t->columns; i++) {
		const struct schema_field *field = field_of(t, &t->column[i]);
		if (field != NULL)
			t->column[i].missing = schema_read_missing(
				t->how->schema_file, t->how->schema, field, &t->arena);
	}
}

static void
check_schema(const struct table *t, const char *file)
{
	for (size_t i = 0; t->how->schema != NULL && i < t->how->schema->count; i++) {
		char text[SHOWN_MAX];
		struct slice name = t->how->schema->field[i].name;
		bool found = false;
		for (size_t k = 0; k < t->columns && !found; k++)
			found = slice_same(t->column[k].name, name);
		if (!found)
			die(END_DATA, "%s: there is no column '%s', which the schema has", file,
				shown(text, name.at, name.len));
	}
}

/* What a column of a new table is. */
static void
plan(struct table *t)
{
	for (size_t i = 0; i < t->columns; i++) {
		struct table_column *c = &t->column[i];
		const struct schema_field *field = field_of(t, c);
		if (field != NULL)
			c->bind = bind_for_schema(field->type);
		else
			c->bind = t->how->as_text ? BIND_TEXT : BIND_GUESS;
	}
}

/* The table's columns; columns is 0 where there is no such table. */
static struct old_table
read_old(struct table *t)
{
	struct old_table old = {0};
	size_t keys = 0;
	sqlite3_stmt *s = db_prepare(t->db, "PRAGMA main.table_xinfo(\"%w\")", t->how->name);
	size_t max = (size_t)sqlite3_limit(t->db->sqlite, SQLITE_LIMIT_COLUMN, -1);
	old.column = arena_take(&t->arena, (max + 1) * sizeof *old.column);
	while (old.columns <= max && db_step(t->db, s)) {
		const char *name = (const char *)sqlite3_column_text(s, 1);
		const char *type = (const char *)sqlite3_column_text(s, 2);
		old.column[old.columns] = (struct old_column){
			.name = arena_keep(&t->arena, name, strlen(name)),
			.type = arena_keep(&t->arena, type, strlen(type)),
			.has_default = sqlite3_column_type(s, 4) != SQLITE_NULL,
			.key = sqlite3_column_int(s, 5),
			.is_made = sqlite3_column_int(s, 6) != 0,
		};
		keys += old.column[old.columns++].key != 0;
	}
	sqlite3_finalize(s);
	for (size_t i = 0; i < old.columns; i++)
		old.column[i].is_rowid = keys == 1 && old.column[i].key != 0 &&
					 strcasecmp(old.column[i].type, "INTEGER") == 0;
	return old;
}

static void
check_is_table(struct table *t)
{
	sqlite3_stmt *s = db_prepare(t->db,
		"SELECT 1 FROM main.sqlite_schema WHERE type = 'view' AND name = %Q COLLATE NOCASE",
		t->how->name);
	if (db_step(t->db, s))
		die(END_SETUP, "%s: '%s' is a view; a load needs a table", t->db->path,
			t->how->name);
	sqlite3_finalize(s);
}

static struct old_column *
find_old(struct old_table *old, const char *name)
{
	struct old_column *close = NULL;
	for (size_t i = 0; i < old->columns; i++) {
		struct old_column *c = &old->column[i];
		if (strcmp(c->name, name) == 0)
			return c;
		if (strcasecmp(c->name, name) == 0)
			close = c;
	}
	return close;
}

static void
add_name(struct buf *list, const char *name)
{
	char text[SHOWN_MAX];
	buf_format(list, "%s'%s'", list->len != 0 ? ", " : "", shown(text, name, strlen(name)));
}

/* Both lists, so that one look tells what to do. */
static void
check_match(const struct table *t, const struct old_table *old, const char *file)
{
	struct buf mine = {0}, its = {0}, missing = {0};
	for (size_t i = 0; i < t->columns; i++)
		if (t->column[i].bind == BIND_GUESS)
			add_name(&missing, t->column[i].name.at);
	bool lacks = missing.len != 0;
	for (size_t i = 0; !lacks && i < old->columns; i++) {
		const struct old_column *c = &old->column[i];
		if (!c->is_used && !c->is_made && !c->has_default && !c->is_rowid)
			add_name(&missing, c->name);
	}
	if (missing.len == 0)
		return;
	for (size_t i = 0; i < t->columns; i++)
		add_name(&mine, t->column[i].name.at);
	for (size_t i = 0; i < old->columns; i++)
		add_name(&its, old->column[i].name);
	buf_byte(&missing, '\0');
	buf_byte(&mine, '\0');
	buf_byte(&its, '\0');
	if (lacks)
		warn("%s: table '%s' has no column %s", file, t->how->name, missing.at);
	else
		warn("%s: there is no column %s, for which table '%s' has no default", file,
			missing.at, t->how->name);
	die(END_DATA, "%s: the input has the columns %s; the table has %s", file, mine.at, its.at);
}

/* Each column gets that of the table with its name; BIND_GUESS is left where there is none. */
static void
match(struct table *t, struct old_table *old, const char *file)
{
	for (size_t i = 0; i < t->columns; i++) {
		struct table_column *c = &t->column[i];
		struct old_column *its = find_old(old, c->name.at);
		const struct schema_field *field = field_of(t, c);
		c->bind = BIND_GUESS;
		if (its == NULL)
			continue;
		if (its->is_made)
			die(END_DATA,
				"%s: column '%s' of table '%s' is generated: it cannot be loaded",
				file, its->name, t->how->name);
		its->is_used = true;
		c->bind = bind_for(its->type);
		if (c->bind == BIND_INTEGER && field != NULL && field->type == SCHEMA_INTEGER)
			c->bind = BIND_WHOLE;
	}
	check_match(t, old, file);
}

bool
match_is_there(struct table *t)
{
	check_is_table(t);
	return read_old(t).columns != 0;
}

void
match_header(struct table *t, const struct header *header, const char *file)
{
	struct old_table old = read_old(t);
	take_header(t, header, file);
	check_schema(t, file);
	take_missing(t);
	if (old.columns == 0)
		plan(t);
	else
		match(t, &old, file);
}
