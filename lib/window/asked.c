#include "window/asked.h"

#include "date/span.h"
#include "msg.h"

static int64_t
length(const char *option, uint64_t seconds)
{
	if (seconds == 0)
		die(END_SETUP, "option --%s: a window has some length", option);
	if (seconds > (uint64_t)CUT_SPAN_MAX)
		die(END_SETUP, "option --%s: no window is longer than 10000 years", option);
	return (int64_t)seconds;
}

static struct cut_how
sliding(const struct window_asked *asked)
{
	int64_t size = length("sliding", asked->sliding[0]);
	int64_t slide = length("sliding", asked->sliding[1]);
	if (slide > size)
		die(END_SETUP,
			"option --sliding: a window is at least as long as the way to the next; "
			"records between two of them would be lost");
	return (struct cut_how){.kind = CUT_SPANS, .size = size, .slide = slide};
}

static struct cut_how
choose(const struct window_asked *asked)
{
	if (asked->count == 0)
		die(END_SETUP, "option --count: at least one record");
	if (asked->count != UINT64_MAX)
		return (struct cut_how){.kind = CUT_COUNTS,
			.size = asked->count < INT64_MAX ? (int64_t)asked->count : INT64_MAX};
	if (asked->session != SPAN_NONE)
		return (struct cut_how){.kind = CUT_SESSIONS,
			.size = length("session", asked->session)};
	if (asked->sliding[0] != SPAN_NONE)
		return sliding(asked);
	int64_t size = length("tumbling", asked->tumbling);
	return (struct cut_how){.kind = CUT_SPANS, .size = size, .slide = size};
}

struct cut_how
window_asked(const struct window_asked *asked)
{
	struct cut_how how = choose(asked);
	if (asked->offset != SPAN_NONE)
		how.offset = (int64_t)(asked->offset % (uint64_t)how.slide);
	/* No record is later than all of time. */
	if (asked->late != SPAN_NONE)
		how.late = asked->late < (uint64_t)CUT_SPAN_MAX ? (int64_t)asked->late
								: CUT_SPAN_MAX;
	return how;
}
