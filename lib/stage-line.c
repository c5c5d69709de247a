#include "stage-line.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "msg.h"
#include "number.h"
#include "url.h"
#include "utf8.h"

/* What the lists may take of a record, so that it is always a whole one. */
enum {
	LINE_BYTES = 64 * 1024,
	INPUTS_BYTES = 32 * 1024,
	OUTPUTS_BYTES = 16 * 1024,
	ARGV_BYTES = 8 * 1024,
	NAME_BYTES = 1024
};

/* Static: where a signal handler writes there is no other memory to be had. */
static struct {
	char at[LINE_BYTES];
	size_t len;
} line;

static void
put(const char *text, size_t len)
{
	size_t room = LINE_BYTES - 1 - line.len;
	memcpy(line.at + line.len, text, len < room ? len : room);
	line.len += len < room ? len : room;
}

static void
put_text(const char *text)
{
	put(text, strlen(text));
}

static void
put_count(uint64_t n)
{
	char digits[INTEGER_PRINT_MAX];
	put(digits, uint64_print(digits, n));
}

static void
put_control(uint32_t point)
{
	static const char hex[] = "0123456789abcdef";
	put_text("\\u00");
	put(&hex[point >> 4], 1);
	put(&hex[point & 15], 1);
}

/*
 * Text within a JSON string, cut between characters where the record would grow beyond stop.  What
 * is no UTF-8 becomes U+FFFD: JSON has no bytes.
 */
static void
put_escaped(struct slice text, size_t stop)
{
	uint32_t point;
	for (size_t i = 0, n; i < text.len; i += n) {
		if (line.len >= stop) {
			put_text("...");
			return;
		}
		n = utf8_next(text.at + i, text.len - i, &point);
		if (point == UTF8_INVALID)
			put_text("\\ufffd");
		else if (point < 0x20)
			put_control(point);
		else if (point == '"' || point == '\\')
			put((char[]){'\\', (char)point}, 2);
		else
			put(text.at + i, n);
	}
}

static void
put_string(const char *text, size_t max)
{
	put_text("\"");
	put_escaped(slice_of(text), line.len + max);
	put_text("\"");
}

static void
put_field(const char *name, uint64_t n)
{
	put_text(",\"");
	put_text(name);
	put_text("\":");
	put_count(n);
}

/* Seconds with six digits. */
static void
put_seconds(const char *name, uint64_t ns)
{
	uint64_t micros = ns / 1000 % 1000000;
	put_field(name, ns / 1000000000);
	put_text(".");
	for (uint64_t unit = 100000; unit > 0; unit /= 10)
		put_count(micros / unit % 10);
}

uint64_t
stage_line_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Other threads go on counting while one ends the program. */
static uint64_t
get(const uint64_t *count)
{
	return __atomic_load_n(count, __ATOMIC_RELAXED);
}

static void
put_time(const char *name, const uint64_t *ns)
{
	if (get(ns) != 0)
		put_seconds(name, get(ns));
}

static void
put_end(const struct stage_end *e)
{
	put_text("{\"name\":");
	put_string(e->name, NAME_BYTES);
	if (e->is_pipe) {
		put_text(",\"pipe\":\"");
		put_count(e->device);
		put_text(":");
		put_count(e->inode);
		put_text("\"");
	}
	uint64_t records = get(&e->records), bytes = get(&e->bytes);
	if (records != STAGE_UNCOUNTED)
		put_field("records", records);
	if (bytes != STAGE_UNCOUNTED)
		put_field("bytes", bytes);
	put_seconds("blocked", get(&e->waited));
	put_text("}");
}

static void
put_ends(const char *name, const char *more, const struct stage_end *list, size_t max)
{
	size_t stop = line.len + max;
	uint64_t left_out = 0;
	put_text(",\"");
	put_text(name);
	put_text("\":[");
	for (const struct stage_end *e = list; e != NULL; e = e->next) {
		if (line.len >= stop) {
			left_out++;
			continue;
		}
		put_text(e != list ? "," : "");
		put_end(e);
	}
	put_text("]");
	if (left_out != 0)
		put_field(more, left_out);
}

/* Passwords in URLs must not be on record. */
static void
put_argument(const char *text, size_t stop)
{
	struct slice password;
	put_text("\"");
	while (line.len < stop && (password = url_password(text)).len != 0) {
		put_escaped((struct slice){text, (size_t)(password.at - text)}, stop);
		put_text("***");
		text = password.at + password.len;
	}
	put_escaped(slice_of(text), stop);
	put_text("\"");
}

static void
put_argv(const struct stage_run *run)
{
	size_t stop = line.len + ARGV_BYTES;
	put_text(",\"argv\":[");
	for (int i = 0; i < run->argc; i++) {
		put_text(i != 0 ? "," : "");
		put_argument(run->argv[i], stop);
		if (line.len >= stop)
			break;
	}
	put_text("]");
}

static uint64_t
add_counts(uint64_t a, uint64_t b)
{
	return a != STAGE_UNCOUNTED && b != STAGE_UNCOUNTED ? a + b : STAGE_UNCOUNTED;
}

static struct stage_end
sum_of(const struct stage_end *list)
{
	struct stage_end sum = {0};
	for (const struct stage_end *e = list; e != NULL; e = e->next) {
		sum.records = add_counts(sum.records, e->is_beside ? 0 : get(&e->records));
		sum.bytes = add_counts(sum.bytes, get(&e->bytes));
		sum.waited += get(&e->waited);
	}
	return sum;
}

static void
put_totals(
	const char *records, const char *bytes, const char *blocked, const struct stage_end *list)
{
	struct stage_end sum = sum_of(list);
	if (sum.records != STAGE_UNCOUNTED)
		put_field(records, sum.records);
	if (sum.bytes != STAGE_UNCOUNTED)
		put_field(bytes, sum.bytes);
	put_seconds(blocked, sum.waited);
}

static uint64_t
ns_used(const struct rusage *use)
{
	uint64_t seconds = (uint64_t)(use->ru_utime.tv_sec + use->ru_stime.tv_sec);
	uint64_t micros = (uint64_t)(use->ru_utime.tv_usec + use->ru_stime.tv_usec);
	return seconds * 1000000000u + micros * 1000;
}

/* Those of the children that we have waited for included. */
static void
put_costs(const struct stage_run *run)
{
	struct rusage own, children;
	uint64_t now = stage_line_now();
	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &children);
	long peak = own.ru_maxrss > children.ru_maxrss ? own.ru_maxrss : children.ru_maxrss;
	put_seconds("cpu", ns_used(&own) + ns_used(&children));
	put_field("peak_memory", (uint64_t)peak * 1024);
	put_time("started", &run->start);
	put_time("first_record", &run->first);
	put_time("last_record", &run->last);
	put_time("ended", &now);
}

struct slice
stage_line(const struct stage_run *run, int status)
{
	line.len = 0;
	put_text("{\"program\":");
	put_string(msg_program(), 64);
	put_field("pid", (uint64_t)getpid());
	put_field("status", (uint64_t)status);
	put_totals("in", "bytes_in", "blocked_read", run->inputs);
	put_totals("out", "bytes_out", "blocked_write", run->outputs);
	put_field("filtered", get(&run->counts.filtered));
	put_field("rejected", get(&run->counts.rejected));
	put_field("made", get(&run->counts.made));
	put_costs(run);
	put_ends("inputs", "more_inputs", run->inputs, INPUTS_BYTES);
	put_ends("outputs", "more_outputs", run->outputs, OUTPUTS_BYTES);
	put_argv(run);
	put_text("}\n");
	return (struct slice){line.at, line.len};
}

static void
put_sum(const struct stage_end *list)
{
	struct stage_end sum = sum_of(list);
	put_count(sum.records);
	put_text(" ");
	put_count(sum.bytes);
	put_text(" ");
	put_count(sum.waited);
	put_text(" ");
}

/* Of several inputs each by itself, unless there are too many. */
static void
put_inputs(const struct stage_end *list)
{
	for (const struct stage_end *e = list; e != NULL && list->next != NULL; e = e->next) {
		if (line.len > INPUTS_BYTES) {
			line.len = 0;
			return;
		}
		put_text("input ");
		put_count(e->records);
		put_text(" ");
		put_count(e->bytes);
		put_text(" ");
		put_count(e->waited);
		put_text("\n");
	}
}

struct slice
stage_line_report(const struct stage_run *run)
{
	line.len = 0;
	put_inputs(run->inputs);
	put_sum(run->inputs);
	put_sum(run->outputs);
	put_count(get(&run->counts.filtered));
	put_text(" ");
	put_count(get(&run->counts.rejected));
	put_text("\n");
	return (struct slice){line.at, line.len};
}
