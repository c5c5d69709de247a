#include "join/asof.h"

#include <string.h>

#include "csv/reject.h"
#include "date/span.h"
#include "mem.h"
#include "msg.h"

/* Any distance is less. */
#define NO_TOLERANCE ((int128)1 << 120)

void
asof_set_direction(const struct opt *opt, const char *value)
{
	static const char *const names[] = {
		[TIMELINE_BACKWARD] = "backward",
		[TIMELINE_FORWARD] = "forward",
		[TIMELINE_NEAREST] = "nearest",
	};
	struct asof_how *how = opt->into;
	how->has_direction = true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(value, names[i]) == 0) {
			how->direction = (enum timeline_direction)i;
			return;
		}
	die(END_SETUP, "option --direction: '%s' is none of backward, forward, nearest", value);
}

void
asof_set_on_error(const struct opt *opt, const char *value)
{
	struct asof_how *how = opt->into;
	if (!instants_parse_on_error(value, &how->times.on_error))
		die(END_SETUP,
			"option --on-error: '%s' is none of fail, null, skip, reject", value);
}

static void
need_time(bool is_given, const char *option)
{
	if (is_given)
		die(END_SETUP, "option %s: in which column is the time?  --asof says", option);
}

static void
read_format(struct asof_how *how)
{
	struct buf reason = {0};
	size_t at;
	how->times.format = date_format_new(slice_of(how->format), DATE_TO_READ, &reason, &at);
	if (how->times.format != NULL)
		return;
	buf_byte(&reason, '\0');
	die(END_SETUP, "option --time-format: %s: '%s'", reason.at, how->format + at);
}

void
asof_start(struct asof_how *how)
{
	if (how->time == NULL) {
		need_time(how->has_direction, "--direction");
		need_time(how->tolerance != NULL, "--tolerance");
		need_time(how->format != NULL, "--time-format");
		need_time(how->times.on_error != INSTANTS_UNSET, "--on-error");
		return;
	}
	if (how->format != NULL)
		read_format(how);
	if (how->times.on_error == INSTANTS_REJECT && !reject_is_allowed())
		die(END_SETUP, "option --on-error=reject needs --rejects FILE or --max-rejects N");
	if (how->times.on_error == INSTANTS_UNSET)
		how->times.on_error = reject_is_allowed() ? INSTANTS_REJECT : INSTANTS_FAIL;
}

int128
asof_tolerance(const struct asof_how *how)
{
	uint64_t seconds;
	int128 number;
	if (how->tolerance == NULL)
		return NO_TOLERANCE;
	struct slice text = slice_of(how->tolerance);
	if (!how->times.is_number && span_parse(text, &seconds))
		return seconds * INSTANTS_SECOND;
	if (how->times.is_number && instants_parse_number(text, &number) == NULL && number >= 0)
		return number;
	die(END_SETUP, "option --tolerance: '%s' is no %s", how->tolerance,
		how->times.is_number ? "number, as the times are (:n)"
				     : "span of time such as 90s, 15m, 1h, 7d, 2w");
}
