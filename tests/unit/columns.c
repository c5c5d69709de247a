/*
 * The grammar of columns: etl(7), COLUMNS.
 */
#include "csv/columns.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static const char *const plain[] = {"id", "name", "amt_x", "amt_y", "amt_z", "date"};
static const char *const odd[] = {
	"2-5", "a..c", "x", "x", "a,b", "q\"q", "k=v", "t:1", "*", "", "#1", "-1", "n[2]", "n"};

static struct header
header_of(const char *const *names, size_t count, struct slice *room)
{
	for (size_t i = 0; i < count; i++)
		room[i] = slice_of(names[i]);
	return (struct header){count, room};
}

#define PLAIN plain, sizeof plain / sizeof *plain
#define ODD odd, sizeof odd / sizeof *odd

/* Writes `index[=name][:modifiers]` of each, with blanks between. */
static void
write_columns(struct buf *out, const struct columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *c = &columns->at[i];
		buf_format(out, "%s%zu", i != 0 ? " " : "", c->index + 1);
		if (c->name.at != NULL)
			buf_format(out, "=%.*s", (int)c->name.len, c->name.at);
		if (c->modifiers.at != NULL)
			buf_format(out, ":%.*s", (int)c->modifiers.len, c->modifiers.at);
	}
	buf_byte(out, '\0');
}

static void
gives(const char *const *names, size_t count, unsigned forms, const char *list, const char *want)
{
	struct slice room[32];
	struct header header = header_of(names, count, room);
	struct arena arena = {0};
	struct buf why = {0}, got = {0};
	struct columns columns;
	bool good = columns_parse(&columns, list, &header, forms, &arena, &why);
	if (good)
		write_columns(&got, &columns);
	buf_byte(&why, '\0');
	if (!ok(good && strcmp(got.at, want) == 0, "%s is %s", list, want))
		printf("# got %s\n", good ? got.at : why.at);
	buf_clear(&why);
	buf_clear(&got);
	arena_clear(&arena);
}

static void
refused(const char *const *names, size_t count, unsigned forms, const char *list, const char *want)
{
	struct slice room[32];
	struct header header = header_of(names, count, room);
	struct arena arena = {0};
	struct buf why = {0};
	struct columns columns;
	bool good = columns_parse(&columns, list, &header, forms, &arena, &why);
	buf_byte(&why, '\0');
	if (!ok(!good && strstr(why.at, want) != NULL, "'%s' is refused: %s", list, want))
		printf("# %s\n", good ? "it was taken" : why.at);
	buf_clear(&why);
	arena_clear(&arena);
}

static void
test_forms(void)
{
	gives(PLAIN, 0, "name,id", "2 1");
	gives(PLAIN, 0, "3", "3");
	gives(PLAIN, 0, "#3,#1", "3 1");
	gives(PLAIN, 0, "-1,-6", "6 1");
	gives(PLAIN, 0, "name..amt_y", "2 3 4");
	gives(PLAIN, 0, "2..-2", "2 3 4 5");
	gives(PLAIN, 0, "#2..date", "2 3 4 5 6");
	gives(PLAIN, 0, "2-4", "2 3 4");
	gives(PLAIN, 0, "5-", "5 6");
	gives(PLAIN, 0, "-3-", "4 5 6");
	gives(PLAIN, 0, "3-3", "3");
	gives(PLAIN, 0, "amt_*", "3 4 5");
	gives(PLAIN, 0, "?d,amt_?", "1 3 4 5");
	gives(PLAIN, 0, "amt_[xz]*", "3 5");
	gives(PLAIN, 0, "\"id\"", "1");
	gives(PLAIN, 0, "\"name\"..\"amt_x\"", "2 3");
	gives(PLAIN, 0, "date,1-", "6 1 2 3 4 5");
	gives(PLAIN, 0, "amt_y,amt_*,*", "4 3 5 1 2 6");
	gives(PLAIN, COLUMNS_RENAME, "key=id,amt_x,last=-1", "1=key 3 6=last");
	gives(PLAIN, COLUMNS_RENAME, "\"a,b\"=id,\"c=d\"=\"name\"", "1=a,b 2=c=d");
	gives(PLAIN, COLUMNS_RENAME, "\"\"=id", "1=");
	gives(PLAIN, COLUMNS_RENAME, "\"q\"\"q\"=#2", "2=q\"q");
	gives(PLAIN, COLUMNS_MODIFIERS, "id:nr,name,-1:", "1:nr 2 6:");
	gives(PLAIN, COLUMNS_MODIFIERS, "2-3:n,id..name:r,5-", "2:n 3:n 1:r 5 6");
	gives(PLAIN, COLUMNS_MODIFIERS, "n*:nr,id", "2:nr 1");
	gives(PLAIN, COLUMNS_MODIFIERS, "\"id\":n", "1:n");
}

static void
test_odd_names(void)
{
	gives(ODD, 0, "2-5,a..c", "1 2");
	gives(ODD, 0, "\"a,b\",\"q\"\"q\",\"k=v\",\"t:1\"", "5 6 7 8");
	gives(ODD, COLUMNS_RENAME, "new=\"k=v\"", "7=new");
	gives(ODD, COLUMNS_RENAME, "k=v", "7");
	refused(ODD, COLUMNS_RENAME, "k=v,new=\"k=v\"", "chosen twice");
	gives(ODD, COLUMNS_MODIFIERS, "t:1", "8");
	gives(ODD, COLUMNS_MODIFIERS, "t:1:n", "8:n");
	gives(ODD, 0, "*", "9");
	gives(ODD, 0, "\"*\"", "9");
	gives(ODD, 0, "\"\"", "10");
	gives(ODD, 0, "-1", "12");
	gives(ODD, 0, "x[1],x[2]", "3 4");
	gives(ODD, 0, "n[2]", "13");
	gives(ODD, 0, "\"#1\",1", "11 1");
	gives(ODD, 0, "\"a..c\"..x[2]", "2 3 4");
}

static void
test_refused(void)
{
	refused(PLAIN, 0, "nmae", "no such column: 'nmae'; did you mean 'name'");
	refused(PLAIN, 0, "zzzzzz", "no such column: 'zzzzzz'");
	refused(PLAIN, 0, "7", "there are 6");
	refused(PLAIN, 0, "0", "there are 6");
	refused(PLAIN, 0, "-7", "there are 6");
	refused(PLAIN, 0, "#0", "there are 6");
	refused(PLAIN, 0, "#x", "not a column number");
	refused(PLAIN, 0, "99999999999999999999", "no such column");
	refused(PLAIN, 0, "5-7", "beyond the last column");
	refused(PLAIN, 0, "0-2", "beyond the last column");
	refused(PLAIN, 0, "-9-", "beyond the last column");
	refused(PLAIN, 0, "4-2", "backwards");
	refused(PLAIN, 0, "date..id", "backwards");
	refused(PLAIN, 0, "id..", "lacks an end");
	refused(PLAIN, 0, "..id", "lacks an end");
	refused(PLAIN, 0, "id..nam", "did you mean 'name'");
	refused(PLAIN, 0, "b*", "no column matches");
	refused(PLAIN, 0, "id,id", "chosen twice: 'id'");
	refused(PLAIN, 0, "1,id", "chosen twice: 'id'");
	refused(PLAIN, 0, "amt_*,amt_x", "chosen twice: 'amt_x'");
	refused(PLAIN, 0, "", "empty item");
	refused(PLAIN, 0, "id,", "empty item");
	refused(PLAIN, 0, ",id", "empty item");
	refused(PLAIN, 0, "\"id", "no such column");
	refused(PLAIN, 0, "\"4\"", "no such column: '4'");
	refused(PLAIN, 0, "\"amt_*\"", "no such column");
	refused(PLAIN, 0, "new=id", "no such column: 'new=id'");
	refused(PLAIN, 0, "id:n", "no such column: 'id:n'");
	refused(PLAIN, COLUMNS_RENAME, "=id", "no new name");
	refused(PLAIN, COLUMNS_RENAME, "new=", "a name is missing");
	refused(PLAIN, COLUMNS_RENAME, "new=amt_*", "no such column");
	refused(PLAIN, COLUMNS_MODIFIERS, ":n", "a name is missing");
	refused(ODD, 0, "x", "column 'x' is in the header 2 times: write #3 or x[1]");
	refused(ODD, 0, "\"x\"", "2 times");
	refused(ODD, 0, "x[3]", "no such column: 'x[3]'");
	refused(ODD, 0, "x[0]", "no such column: 'x[0]'");
}

static void
test_invert(void)
{
	struct slice room[32];
	struct header header = header_of(PLAIN, room);
	struct arena arena = {0};
	struct buf why = {0}, got = {0};
	struct columns columns;
	columns_parse(&columns, "date,amt_*", &header, 0, &arena, &why);
	columns_invert(&columns, &header, &arena);
	write_columns(&got, &columns);
	ok(strcmp(got.at, "1 2") == 0, "all but date,amt_* are 1 2");
	columns_parse(&columns, "*", &header, 0, &arena, &why);
	columns_invert(&columns, &header, &arena);
	ok(columns.count == 0, "all but all are none");
	buf_clear(&got);
	buf_clear(&why);
	arena_clear(&arena);
}

static void
test_items_and_runs(void)
{
	struct slice room[32];
	struct header header = header_of(PLAIN, room);
	struct arena arena = {0};
	struct buf why = {0}, got = {0};
	struct columns columns;
	struct columns_run run[6];
	columns_parse(&columns, "date,amt_*,id,2", &header, 0, &arena, &why);
	for (size_t i = 0; i < columns.count; i++)
		buf_format(&got, "%zu", columns.at[i].item);
	ok(got.len == 6 && memcmp(got.at, "011123", 6) == 0,
		"which item of the list a column is from");
	size_t runs = columns_runs(&columns, run);
	ok(runs == 3 && run[0].first == 5 && run[0].last == 5 && run[1].first == 2 &&
			run[1].last == 4 && run[2].first == 0 && run[2].last == 1,
		"6 3 4 5 1 2 are three runs");
	columns.count = 0;
	ok(columns_runs(&columns, run) == 0, "no columns are no run");
	struct slice item = slice_of("\"a=b\"=c=d");
	ok(columns_find_equals(item) == 5, "the '=' behind a quoted name");
	ok(columns_find_equals(slice_of("\"a=b\"")) == 5, "none");
	ok(columns_item_len("\"a,b\"=c,d") == 7 && columns_item_len("") == 0,
		"an item ends at a comma outside quotes");
	buf_clear(&got);
	buf_clear(&why);
	arena_clear(&arena);
}

static void
test_named(void)
{
	struct slice room[32];
	struct header header = header_of(ODD, room);
	struct buf why = {0};
	size_t index = 99;
	ok(columns_named(&header, slice_of("2-5"), &index, &why) && index == 0,
		"a name is nothing but a name");
	ok(!columns_named(&header, slice_of("x"), &index, &why),
		"one that is there twice is refused");
	ok(!columns_named(&header, slice_of("1"), &index, &why), "a number is no name");
	buf_clear(&why);
}

/* 60,000 names of one length, all of them asked for: a second would be too long. */
static void
test_many(void)
{
	enum { MANY = 60000, LEN = 6 };
	static char text[MANY * LEN + 1];
	struct slice *name = calloc(MANY, sizeof *name);
	struct arena arena = {0};
	struct buf why = {0};
	struct columns columns;
	for (size_t i = 0; i < MANY; i++) {
		char word[16];
		snprintf(word, sizeof word, "%05zu,", i);
		memcpy(text + i * LEN, word, LEN);
		name[i] = (struct slice){text + i * LEN, LEN - 1};
	}
	text[MANY * LEN - 1] = '\0';
	struct header header = {MANY, name};
	bool good = columns_parse(&columns, text, &header, 0, &arena, &why);
	ok(good && columns.count == MANY && columns.at[MANY - 1].index == MANY - 1, "60,000 names");
	free(name);
	buf_clear(&why);
	arena_clear(&arena);
}

int
main(void)
{
	test_forms();
	test_odd_names();
	test_refused();
	test_invert();
	test_items_and_runs();
	test_named();
	test_many();
	return done();
}
