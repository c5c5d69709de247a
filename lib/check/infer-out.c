#include "check/infer-out.h"

#include "json/json-out.h"
#include "msg.h"
#include "number.h"

void
infer_out_names(const struct header *header)
{
	struct json_out names;
	struct buf why = {0};
	if (!json_out_init(&names, header, (struct slice){"", 0}, &why)) {
		buf_byte(&why, '\0');
		die(END_DATA, "the header makes no schema: %s", why.at);
	}
	json_out_clear(&names);
	buf_clear(&why);
}

static void
put(struct out *o, const char *text)
{
	out_add(o, text, strlen(text));
}

static void
put_text_member(struct out *o, const char *name, const char *value)
{
	put(o, ", \"");
	put(o, name);
	put(o, "\": ");
	json_out_string(o, slice_of(value));
}

static void
put_missing(struct out *o, const uint64_t *words)
{
	put(o, ", \"missingValues\": [\"\"");
	for (size_t i = 0; i < INFER_WORDS; i++) {
		if (words[i] == 0)
			continue;
		put(o, ", ");
		json_out_string(o, slice_of(infer_words[i]));
	}
	put(o, "]");
}

/* Begins the next constraint. */
static void
put_name(struct out *o, const char *name, bool *is_behind)
{
	put(o, *is_behind ? ", \"" : ", \"constraints\": {\"");
	put(o, name);
	put(o, "\": ");
	*is_behind = true;
}

static void
put_bound(struct out *o, const struct infer *in, enum infer_form form, struct decimal place)
{
	char text[INFER_PRINT_MAX];
	size_t len = infer_print(in, form, place, text);
	if (form <= INFER_NUMBER)
		out_add(o, text, len);
	else
		json_out_string(o, (struct slice){text, len});
}

static void
put_count(struct out *o, size_t n)
{
	char text[INTEGER_PRINT_MAX];
	out_add(o, text, uint64_print(text, n));
}

static void
put_enum(struct out *o, const struct table *seen)
{
	for (uint32_t i = 0; i < table_count(seen); i++) {
		put(o, i == 0 ? "[" : ", ");
		json_out_string(o, table_key(seen, i));
	}
	put(o, "]");
}

static void
put_constraints(struct out *o, const struct infer *in, const struct infer_column *c,
	const struct infer_claim *claim)
{
	bool is_behind = false;
	if (claim->is_required) {
		put_name(o, "required", &is_behind);
		put(o, "true");
	}
	if (claim->is_unique) {
		put_name(o, "unique", &is_behind);
		put(o, "true");
	}
	if (claim->has_bounds) {
		put_name(o, "minimum", &is_behind);
		put_bound(o, in, claim->form, c->low[claim->form]);
		put_name(o, "maximum", &is_behind);
		put_bound(o, in, claim->form, c->high[claim->form]);
	}
	if (claim->has_lengths) {
		put_name(o, "minLength", &is_behind);
		put_count(o, c->min_length);
		put_name(o, "maxLength", &is_behind);
		put_count(o, c->max_length);
	}
	if (claim->has_enum) {
		put_name(o, "enum", &is_behind);
		put_enum(o, c->seen);
	}
	put(o, is_behind ? "}" : "");
}

static void
put_field(struct out *o, const struct infer *in, const struct infer_column *c,
	const struct infer_claim *claim, struct slice name)
{
	put(o, "    {\"name\": ");
	json_out_string(o, name);
	put_text_member(o, "type", schema_kind_name(claim->kind));
	if (claim->format != NULL)
		put_text_member(o, "format", claim->format);
	if (claim->has_words)
		put_missing(o, c->words);
	put_constraints(o, in, c, claim);
	put(o, "}");
}

static void
say(const struct infer_end *end, struct slice name, const char *type, const char *what,
	const char *behind)
{
	char column[SHOWN_MAX], value[SHOWN_MAX];
	warn("%s:%ju: column '%s': %s: %s '%s'%s", end->file, (uintmax_t)end->line,
		shown(column, name.at, name.len), type, what,
		shown(value, end->value.at, end->value.len), behind);
}

/* A number that would not come back as it is written. */
static void
say_numeral(const struct infer_end *end, struct slice name)
{
	struct decimal d;
	struct buf behind = {0};
	char text[DECIMAL_PRINT_MAX];
	if (decimal_parse(end->value, &d) == NUMBER_OK) {
		int len = (int)decimal_print(text, d);
		buf_format(&behind, " would become '%.*s'", len, text);
	} else {
		buf_format(&behind, " would not fit into %d digits", DECIMAL_DIGITS);
	}
	buf_byte(&behind, '\0');
	say(end, name, "string", "as a number", behind.at);
	buf_clear(&behind);
}

static void
say_string(const struct infer_column *c, const struct infer_claim *claim, struct slice name)
{
	char column[SHOWN_MAX];
	if (claim->is_ambiguous) {
		warn("column '%s': string: each value is a date with the day first, and another "
		     "with the month first",
			shown(column, name.at, name.len));
	} else if (c->can == (uint32_t)1 << INFER_NUMERAL) {
		say_numeral(c->end[INFER_NUMBER], name);
	} else if (c->last != NULL && !c->last->is_first) {
		struct buf what = {0};
		buf_format(&what, "not %s:", infer_form_name(c->last_form));
		buf_byte(&what, '\0');
		say(c->last, name, "string", what.at, "");
		buf_clear(&what);
	}
}

/* Why the type is no narrower, and what else may not be as it was expected. */
static void
say_column(const struct infer_column *c, const struct infer_claim *claim, struct slice name)
{
	char column[SHOWN_MAX];
	const struct infer_end *end = c->end[INFER_INTEGER];
	if (claim->form == INFER_STRING)
		say_string(c, claim, name);
	if (claim->form == INFER_NUMBER && !end->is_first)
		say(end, name, "number", "as an integer",
			memchr(end->value.at, '.', end->value.len) != NULL
				? " would lose what is behind the point"
				: " would not fit into 64 bits");
	if (claim->has_words)
		say(c->word, name, schema_kind_name(claim->kind), "but for", ", taken as no value");
	if (c->is_beyond && (claim->kind == SCHEMA_IS_STRING || claim->kind == SCHEMA_IS_INTEGER))
		warn("column '%s': more different values than there is memory for (--memory): "
		     "unique is not claimed",
			shown(column, name.at, name.len));
}

void
infer_out(struct infer *in, const struct header *header, struct out *out)
{
	put(out, "{\n  \"fields\": [\n");
	for (size_t i = 0; i < in->columns; i++) {
		struct infer_claim claim = infer_claim(in, i);
		put_field(out, in, &in->column[i], &claim, header->name[i]);
		put(out, i + 1 < in->columns ? ",\n" : "\n");
		say_column(&in->column[i], &claim, header->name[i]);
	}
	put(out, "  ],\n  \"missingValues\": [\"\"]\n}\n");
}
