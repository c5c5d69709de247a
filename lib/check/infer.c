#include "check/infer-parts.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "schema/schema.h"
#include "utf8.h"

enum {
	KEPT_MAX = 48,
	DAY = 24 * 60 * 60,
	NUMBERS = 1 << INFER_NUMBER | 1u << INFER_NUMERAL /* what decimals as we write them are */
};

const char *const infer_words[INFER_WORDS] = {
	"n/a", "N/A", "NA", "null", "NULL", "None", "nan", "NaN", "-", ".", "?", "#N/A"};

const struct infer_rule infer_rules[INFER_RULES] = {
	{SCHEMA_IS_DATE, NULL, 0},
	{SCHEMA_IS_DATETIME, NULL, 0},
	{SCHEMA_IS_TIME, NULL, 0},
	{SCHEMA_IS_YEARMONTH, NULL, 0},
	{SCHEMA_IS_DATE, "%Y/%m/%d", 0},
	{SCHEMA_IS_DATE, "%d.%m.%Y", 0},
	{SCHEMA_IS_DATE, "%d/%m/%Y", 1},
	{SCHEMA_IS_DATE, "%m/%d/%Y", 1},
	{SCHEMA_IS_DATE, "%d-%m-%Y", 2},
	{SCHEMA_IS_DATE, "%m-%d-%Y", 2},
	{SCHEMA_IS_DATETIME, "%Y-%m-%d %H:%M:%S", 0},
	{SCHEMA_IS_DATETIME, "%Y-%m-%d %H:%M", 0},
	{SCHEMA_IS_DATETIME, "%Y-%m-%dT%H:%M", 0},
	{SCHEMA_IS_DATETIME, "%d.%m.%Y %H:%M", 0},
	{SCHEMA_IS_DATETIME, "%d.%m.%Y %H:%M:%S", 0},
	{SCHEMA_IS_DATETIME, "%d/%m/%Y %H:%M", 3},
	{SCHEMA_IS_DATETIME, "%m/%d/%Y %H:%M", 3},
	{SCHEMA_IS_TIME, "%H:%M", 0},
	{SCHEMA_IS_STRING, "email", 0},
	{SCHEMA_IS_STRING, "uri", 0},
	{SCHEMA_IS_STRING, "uuid", 0},
};

static const char *const booleans[][2] = {{"true", "false"}, {"True", "False"}, {"TRUE", "FALSE"}};

/* The rules are those that a schema makes, so that what is claimed is what it takes. */
static void
init_rule(struct rule *r, size_t i)
{
	struct buf text = {0}, why = {0};
	size_t at = 0;
	*r = (struct rule){.kind = infer_rules[i].kind, .point = '.', .is_bare = true};
	const char *format = infer_rules[i].format;
	if (format == NULL)
		return;
	if (r->kind == SCHEMA_IS_STRING) {
		r->format = *format == 'e' ? RULE_EMAIL : format[1] == 'r' ? RULE_URI : RULE_UUID;
		return;
	}
	buf_text(&text, r->kind == SCHEMA_IS_TIME ? "%Y " : "");
	buf_text(&text, format);
	r->format = RULE_OTHER;
	r->dates_text = slice_of(format);
	r->dates = date_format_new((struct slice){text.at, text.len}, DATE_TO_READ, &why, &at);
	buf_clear(&text);
	buf_clear(&why);
}

void
infer_init(struct infer *in, const struct header *header, uint64_t memory)
{
	*in = (struct infer){.columns = header->count, .rules = INFER_RULES};
	in->memory = memory / (header->count + 1);
	in->rule = xcalloc(INFER_RULES, sizeof *in->rule);
	for (size_t i = 0; i < INFER_RULES; i++)
		init_rule(&in->rule[i], i);
	in->column = xcalloc(in->columns, sizeof *in->column);
	for (size_t i = 0; i < in->columns; i++) {
		in->column[i].can =
			(infer_bit(INFER_DATES + INFER_RULES) - 1) | infer_bit(INFER_NUMERAL);
		in->column[i].min_length = SIZE_MAX;
		in->column[i].seen = table_new(0);
	}
}

void
infer_clear(struct infer *in)
{
	for (size_t i = 0; i < in->rules; i++)
		rule_clear(&in->rule[i]);
	for (size_t i = 0; i < in->columns; i++)
		table_free(in->column[i].seen);
	free(in->rule);
	free(in->column);
	arena_clear(&in->kept);
	arena_clear(&in->made);
}

static const struct infer_end *
note(struct infer *in, const struct infer_column *c, size_t row, struct slice value)
{
	struct infer_end *end = arena_take(&in->kept, sizeof *end);
	size_t len = value.len < KEPT_MAX ? value.len : KEPT_MAX;
	*end = (struct infer_end){
		.file = in->batch->file,
		.line = batch_line(in->batch, row),
		.value = {arena_keep(&in->kept, value.at, len), len},
		.is_first = c->values == 0,
	};
	return end;
}

static bool
is_boolean(struct slice value, unsigned form)
{
	const char *const *words = booleans[form - INFER_BOOLEAN];
	return slice_is(value, words[0]) || slice_is(value, words[1]);
}

/* Is the value of the form?  Sets *place where that has an order. */
static bool
is_of(struct infer *in, unsigned form, struct slice value, struct decimal *place)
{
	int64_t n;
	switch (form) {
	case INFER_INTEGER:
		if (!schema_integer(value, &n))
			return false;
		*place = (struct decimal){n, 0};
		return true;
	case INFER_NUMBER:
		return schema_widen(SCHEMA_DECIMAL, value) == SCHEMA_DECIMAL &&
		       decimal_parse(value, place) == NUMBER_OK;
	case INFER_NUMERAL:
		return decimal_parse(value, place) != NUMBER_NOT;
	case INFER_BOOLEAN:
	case INFER_BOOLEAN_TITLE:
	case INFER_BOOLEAN_UPPER:
		return is_boolean(value, form);
	default:
		break;
	}
	const struct rule *r = &in->rule[form - INFER_DATES];
	if (rule_type(r, value, place, &in->made) != CHECK_GOOD)
		return false;
	/* With an offset a time may be one of the day before, which no bound can say. */
	return r->kind != SCHEMA_IS_TIME ||
	       (place->digits >= 0 && place->digits < (int128)DAY * INFER_NANOS);
}

static void
widen(struct infer_column *c, unsigned form, struct decimal place)
{
	if (c->values == 0 || decimal_order(place, c->low[form]) < 0)
		c->low[form] = place;
	if (c->values == 0 || decimal_order(place, c->high[form]) > 0)
		c->high[form] = place;
}

/* Words stand for no value as long as the others have a type. */
static bool
take_word(struct infer *in, struct infer_column *c, size_t row, struct slice value)
{
	for (size_t i = 0; i < INFER_WORDS; i++) {
		if (!slice_is(value, infer_words[i]))
			continue;
		if (c->words == NULL) {
			c->words = arena_take(&in->kept, INFER_WORDS * sizeof *c->words);
			memset(c->words, 0, INFER_WORDS * sizeof *c->words);
			c->word = note(in, c, row, value);
		}
		c->words[i]++;
		return true;
	}
	return false;
}

/* A value that may end some of the forms; returns whether it is one, and no word. */
static bool
take_value(struct infer *in, struct infer_column *c, size_t row, struct slice value)
{
	const struct infer_end *end = NULL;
	struct decimal place[INFER_FORMS];
	uint32_t is = 0;
	for (unsigned form = 0; form < INFER_FORMS; form++)
		if ((c->can & infer_bit(form)) != 0 && is_of(in, form, value, &place[form]))
			is |= infer_bit(form);
	if (is == 0 && take_word(in, c, row, value))
		return false;
	for (unsigned form = 0; form < INFER_FORMS; form++) {
		if ((is & infer_bit(form)) != 0 && infer_has_order(form))
			widen(c, form, place[form]);
		if ((c->can & ~is & infer_bit(form)) == 0)
			continue;
		end = end != NULL ? end : note(in, c, row, value);
		c->end[form] = end;
		if (is == 0 && c->last == NULL) {
			c->last = end;
			c->last_form = (enum infer_form)form;
		}
	}
	c->can = is;
	return true;
}

/* Integers that have been nothing else so far. */
static bool
take_integer(struct infer_column *c, struct slice value)
{
	int64_t n;
	struct decimal *low = &c->low[INFER_INTEGER], *high = &c->high[INFER_INTEGER];
	if ((c->can & infer_bit(INFER_INTEGER)) == 0 || c->values == 0 ||
		!schema_integer(value, &n))
		return false;
	if (n < low->digits)
		*low = c->low[INFER_NUMBER] = (struct decimal){n, 0};
	if (n > high->digits)
		*high = c->high[INFER_NUMBER] = (struct decimal){n, 0};
	infer_length(c, value.len);
	return true;
}

/* Decimals as we write them, which a number is that has no more than eight digits. */
static bool
take_number(struct infer_column *c, struct slice value)
{
	int64_t digits;
	struct decimal place;
	if (c->can != NUMBERS || schema_widen(SCHEMA_DECIMAL, value) != SCHEMA_DECIMAL ||
		!decimal_parse_short(value, &digits, &place.scale))
		return false;
	place.digits = digits;
	widen(c, INFER_NUMBER, place);
	infer_length(c, value.len);
	return true;
}

/* The values of one column: which of them are there, and are no words, goes to value[] again. */
static size_t
take_values(
	struct infer *in, struct infer_column *c, size_t first, struct slice *value, size_t rows)
{
	size_t count = 0;
	for (size_t i = 0; i < rows; i++) {
		struct slice v = value[i];
		if (v.len == 0) {
			c->missing++;
			continue;
		}
		if (!take_integer(c, v) && !take_number(c, v)) {
			if (c->can != 0 && !take_value(in, c, first + i, v))
				continue;
			infer_length(c, utf8_count(v.at, v.len));
		}
		c->values++;
		value[count++] = v;
	}
	return count;
}

static void
forget(struct infer_column *c)
{
	table_free(c->seen);
	c->seen = NULL;
}

/* They are of no use where they are too many for a set and one has come twice. */
static void
keep(struct infer *in, struct infer_column *c, const struct slice *value, size_t count)
{
	uint32_t number[INFER_ROWS];
	if (c->seen == NULL || count == 0)
		return;
	uint32_t next = table_count(c->seen);
	if (table_bytes_with(c->seen, value, count) > in->memory && next > INFER_ENUM_MAX) {
		c->is_beyond = !c->is_repeated;
		forget(c);
		return;
	}
	table_put(c->seen, value, count, number);
	for (size_t i = 0; i < count; i++) {
		c->is_repeated |= number[i] != next;
		next += number[i] == next;
	}
	if (c->is_repeated && next > INFER_ENUM_MAX)
		forget(c);
}

size_t
infer_values(struct infer *in, const struct batch *b, size_t first, size_t rows, size_t column,
	struct slice *value)
{
	in->batch = b;
	batch_values(b, first, column, NULL, rows, value, &in->made);
	return take_values(in, &in->column[column], first, value, rows);
}

void
infer_reset(struct infer *in)
{
	arena_reset(&in->made);
}

void
infer_take(struct infer *in, const struct batch *b)
{
	struct slice value[INFER_ROWS];
	for (size_t first = 0; first < b->rows; first += INFER_ROWS) {
		size_t rows = b->rows - first < INFER_ROWS ? b->rows - first : INFER_ROWS;
		infer_reset(in);
		for (size_t i = 0; i < in->columns; i++) {
			size_t count = infer_values(in, b, first, rows, i, value);
			keep(in, &in->column[i], value, count);
		}
	}
}
