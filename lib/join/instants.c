#include "join/instants.h"

#include <string.h>

#include "csv/csv.h"
#include "csv/reject.h"
#include "msg.h"
#include "stage.h"

enum { DIGITS = 9 /* behind the point */ };

static const char *const on_error_names[] = {
	[INSTANTS_FAIL] = "fail",
	[INSTANTS_NULL] = "null",
	[INSTANTS_SKIP] = "skip",
	[INSTANTS_REJECT] = "reject",
};

bool
instants_parse_on_error(const char *text, enum instants_on_error *out)
{
	for (size_t i = INSTANTS_FAIL; i < sizeof on_error_names / sizeof *on_error_names; i++)
		if (strcmp(text, on_error_names[i]) == 0) {
			*out = (enum instants_on_error)i;
			return true;
		}
	return false;
}

/* So that the difference of two fits as well. */
static bool
is_in_range(int128 digits, int32_t scale)
{
	int128 limit = (int128)1 << 96;
	for (; scale < DIGITS; scale++)
		limit /= 10;
	return -limit < digits && digits < limit;
}

const char *
instants_parse_number(struct slice text, int128 *out)
{
	struct decimal d;
	int64_t digits;
	if (decimal_parse_short(text, &digits, &d.scale)) {
		d.digits = digits;
	} else {
		enum number_fault fault = decimal_parse(text, &d);
		if (fault != NUMBER_OK)
			return number_fault_text(fault);
		d = decimal_trim(d, DIGITS);
		if (d.scale > DIGITS)
			return "more than nine digits behind the point";
	}
	if (!is_in_range(d.digits, d.scale))
		return "number out of range";
	for (*out = d.digits; d.scale < DIGITS; d.scale++)
		*out *= 10;
	return NULL;
}

static const char *
parse(const struct instants_how *how, struct slice text, int128 *out)
{
	struct moment m;
	if (how->is_number)
		return instants_parse_number(text, out);
	enum date_fault fault = how->format != NULL ? date_format_parse(how->format, text, &m)
						    : date_parse(text, &m);
	if (fault != DATE_OK)
		return date_fault_text(fault);
	*out = m.seconds * INSTANTS_SECOND + m.nanos;
	return NULL;
}

/* Deals with a value that cannot be read; returns what the row is then. */
static enum instants_is
judge(struct instants *t, const struct batch *b, size_t row, struct slice value, const char *reason)
{
	char name[SHOWN_MAX], text[SHOWN_MAX];
	struct buf why = {0};
	stage_count(&t->how->faults, 1);
	if (t->how->on_error == INSTANTS_NULL)
		return INSTANTS_EMPTY;
	if (t->how->on_error == INSTANTS_SKIP) {
		stage_count(&stage_counts()->filtered, !t->is_beside);
		return INSTANTS_DROPPED;
	}
	buf_format(&why, "column '%s': %s: '%s'", shown(name, t->name.at, t->name.len), reason,
		shown(text, value.at, value.len));
	buf_byte(&why, '\0');
	if (t->how->on_error == INSTANTS_FAIL)
		csv_die(END_DATA, b, row, "%s", why.at);
	reject_put_row(b, row, t->name, "time", why.at);
	stage_count(&stage_counts()->made, t->is_beside);
	buf_clear(&why);
	return INSTANTS_DROPPED;
}

void
instants_take(struct instants *t, const struct batch *b, size_t first, size_t rows)
{
	arena_reset(&t->made);
	batch_values(b, first, t->column, NULL, rows, t->value, &t->made);
	for (size_t i = 0; i < rows; i++) {
		const char *reason = NULL;
		t->is[i] = INSTANTS_EMPTY;
		if (t->value[i].len == 0)
			continue;
		t->is[i] = INSTANTS_THERE;
		reason = parse(t->how, t->value[i], &t->at[i]);
		if (reason != NULL)
			t->is[i] = (uint8_t)judge(t, b, first + i, t->value[i], reason);
	}
}

void
instants_clear(struct instants *t)
{
	arena_clear(&t->made);
}

void
instants_report(const struct instants_how *how)
{
	if (how->faults == 0 || how->on_error == INSTANTS_REJECT)
		return;
	warn("%ju record%s %s (--on-error=%s)", (uintmax_t)how->faults, plural(how->faults),
		how->on_error == INSTANTS_SKIP ? "skipped"
					       : "with no time for one that cannot be read",
		on_error_names[how->on_error]);
}
