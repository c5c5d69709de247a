#include "check/infer-parts.h"

#include <string.h>

#include "schema/schema.h"
#include "utf8.h"

enum { ENUM_TIMES = 5 /* each of a set of values has come as often */ };

/* Do two formats of a pair read all values? */
static bool
is_ambiguous(uint32_t can, unsigned form)
{
	if (form < INFER_DATES || infer_rule(form)->pair == 0)
		return false;
	for (unsigned other = form + 1; other < INFER_DATES + INFER_RULES; other++)
		if (infer_rule(other)->pair == infer_rule(form)->pair)
			return (can & infer_bit(other)) != 0;
	return false;
}

/* The words of a string are values like any other. */
static void
add_words(struct infer_column *c)
{
	for (size_t i = 0; c->words != NULL && i < INFER_WORDS; i++) {
		struct slice word = slice_of(infer_words[i]);
		uint32_t number;
		if (c->words[i] == 0)
			continue;
		infer_length(c, word.len);
		c->values += c->words[i];
		c->is_repeated |= c->words[i] > 1;
		if (c->seen == NULL)
			continue;
		uint32_t next = table_count(c->seen);
		table_put(c->seen, &word, 1, &number);
		c->is_repeated |= number != next;
	}
}

static bool
has_enum(const struct infer_column *c)
{
	if (c->seen == NULL || table_count(c->seen) > INFER_ENUM_MAX ||
		c->values < (uint64_t)ENUM_TIMES * table_count(c->seen))
		return false;
	/* What is no text of JSON cannot be in a schema. */
	for (uint32_t i = 0; i < table_count(c->seen); i++) {
		struct slice value = table_key(c->seen, i);
		if (!utf8_is_valid(value.at, value.len))
			return false;
	}
	return true;
}

const char *
infer_form_name(enum infer_form form)
{
	if (form == INFER_INTEGER)
		return "an integer";
	if (form == INFER_NUMBER || form >= INFER_NUMERAL)
		return "a number";
	if (form < INFER_DATES)
		return "a boolean";
	static const char *const names[SCHEMA_KINDS] = {
		[SCHEMA_IS_STRING] = "an address",
		[SCHEMA_IS_DATE] = "a date",
		[SCHEMA_IS_TIME] = "a time",
		[SCHEMA_IS_DATETIME] = "a datetime",
		[SCHEMA_IS_YEARMONTH] = "a yearmonth",
	};
	return names[infer_rule(form)->kind];
}

struct infer_claim
infer_claim(struct infer *in, size_t column)
{
	struct infer_column *c = &in->column[column];
	struct infer_claim claim = {.form = INFER_STRING, .kind = SCHEMA_IS_STRING};
	for (unsigned form = INFER_NUMERAL; c->values != 0 && form-- > 0;)
		if ((c->can & infer_bit(form)) != 0)
			claim.form = (enum infer_form)form;
	claim.is_ambiguous = claim.form != INFER_STRING && is_ambiguous(c->can, claim.form);
	if (claim.is_ambiguous)
		claim.form = INFER_STRING;
	if (claim.form == INFER_STRING)
		add_words(c);
	claim.has_words = claim.form != INFER_STRING && c->words != NULL;
	if (claim.form <= INFER_NUMBER)
		claim.kind = claim.form == INFER_INTEGER ? SCHEMA_IS_INTEGER : SCHEMA_IS_NUMBER;
	else if (claim.form < INFER_DATES)
		claim.kind = SCHEMA_IS_BOOLEAN;
	else if (claim.form < INFER_STRING) {
		claim.kind = infer_rule(claim.form)->kind;
		claim.format = infer_rule(claim.form)->format;
	}
	claim.is_required = c->values != 0 && c->missing == 0 && !claim.has_words;
	claim.is_unique = c->values > 1 && c->seen != NULL && !c->is_repeated &&
			  (claim.kind == SCHEMA_IS_STRING || claim.kind == SCHEMA_IS_INTEGER);
	claim.has_enum = claim.form == INFER_STRING && has_enum(c) && c->values != 0;
	claim.has_bounds = claim.form != INFER_STRING && infer_has_order(claim.form);
	claim.has_lengths = claim.form == INFER_STRING && c->values != 0 && !claim.has_enum;
	return claim;
}

static struct moment
moment_of(struct decimal place)
{
	int128 seconds = place.digits / INFER_NANOS;
	int128 nanos = place.digits % INFER_NANOS;
	if (nanos < 0) {
		nanos += INFER_NANOS;
		seconds--;
	}
	return (struct moment){(int64_t)seconds, (int32_t)nanos};
}

/* The standard's own forms are parts of what ISO 8601 is. */
static size_t
print_default(enum schema_kind kind, struct moment m, char *out)
{
	char text[DATE_PRINT_MAX];
	size_t len = date_print(text, m);
	enum { DATE_LEN = 10, MONTH_LEN = 7, TIME_AT = 11 };
	size_t from = kind == SCHEMA_IS_TIME ? TIME_AT : 0;
	size_t to = kind == SCHEMA_IS_DATE        ? DATE_LEN
		    : kind == SCHEMA_IS_YEARMONTH ? MONTH_LEN
						  : len;
	memcpy(out, text + from, to - from);
	/* A time of a day without a zone has none. */
	return to - from - (kind == SCHEMA_IS_TIME);
}

size_t
infer_print(const struct infer *in, enum infer_form form, struct decimal place,
	char out[INFER_PRINT_MAX])
{
	if (form <= INFER_NUMBER)
		return decimal_print(out, place);
	const struct rule *r = &in->rule[form - INFER_DATES];
	struct moment m = moment_of(place);
	if (r->dates == NULL)
		return print_default(r->kind, m, out);
	struct buf why = {0};
	size_t at = 0;
	struct date_format *f = date_format_new(r->dates_text, DATE_TO_PRINT, &why, &at);
	size_t len = date_format_room(f) <= INFER_PRINT_MAX ? date_format_print(f, m, out) : 0;
	date_format_free(f);
	buf_clear(&why);
	return len;
}
