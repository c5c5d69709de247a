#include "split/crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "compat.h"
#include "connect/child.h"
#include "csv/batch.h"
#include "mark.h"
#include "msg.h"
#include "number.h"
#include "split/printed.h"
#include "stage.h"

enum {
	GRACE_MS = 1000,
	PIECE = 64 * 1024, /* bytes read at a time, and those that may wait while others starve */
	SIGNALS = 32
};

struct member {
	uint32_t part;
	char *value;
	struct child child;
	int to, from;          /* our ends of its pipes; -1: closed */
	struct mark mark;
	struct mark_source source;
	struct stage_end *given, *taken;
	struct buf waits;      /* what it is yet to be given, from waits_at on */
	size_t waits_at;
	uint64_t records;      /* that it was given */
	bool is_complete;      /* it gets no more */
	bool is_silent;        /* nor do we */
	bool has_ended;
	struct printed printed;
	bool has_begun;        /* its header has come */
	uint64_t printed_records;
	/* What it has printed, before its time has come. */
	struct out held;       /* CROWD_BY_PART: a file, if it has a name */
	uint64_t held_records;
	struct buf lines;      /* CROWD_IN_TURN: records, the length before each */
	size_t lines_at;
};

struct crowd {
	const struct crowd_how *how;
	struct csv_out *out;
	struct member **at;    /* of each part; NULL: it has ended */
	uint32_t count, room;
	uint32_t alive;
	uint32_t first;        /* the first that has not ended */
	uint64_t waiting;      /* bytes that wait for members */
	uint64_t held;         /* bytes printed, that wait for their turn */
	struct buf header;     /* the first one that came */
	uint32_t header_part;
	size_t columns;
	struct buf turns;      /* part of each record that is not back yet, from turns_at on */
	size_t turns_at;
	struct pollfd *polled;
	struct stage_end *given, *taken; /* of all, where their number is not fixed */
};

struct crowd *
crowd_new(const struct crowd_how *how, struct csv_out *out)
{
	struct crowd *c = xcalloc(1, sizeof *c);
	*c = (struct crowd){.how = how, .out = out, .polled = xmalloc(sizeof *c->polled)};
	if (!how->is_fixed) {
		c->given = stage_output("commands", -1);
		c->taken = stage_input("commands", -1);
	}
	return c;
}

/* What has been taken off the front goes, when it is worth it. */
static void
shift(struct buf *b, size_t *at)
{
	if (*at != b->len && *at < PIECE + b->len / 2)
		return;
	memmove(b->at, b->at + *at, b->len - *at);
	b->len -= *at;
	*at = 0;
}

static size_t
left_of(const struct member *m)
{
	return m->waits.len - m->waits_at;
}

/* In the child. */
static void
set_environment(void *arg)
{
	const struct member *m = arg;
	char number[INTEGER_PRINT_MAX + 1];
	number[uint64_print(number, m->part)] = '\0';
	setenv("ETL_PART", number, 1);
	unsetenv("ETL_PART_VALUE");
	if (m->value != NULL)
		setenv("ETL_PART_VALUE", m->value, 1);
}

static void
make_pipe(const struct member *m, int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		die(END_SETUP, "part %u: pipe: %s", m->part, strerror(errno));
}

static void
never_wait(int fd)
{
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static char *
name_of(const char *what, uint32_t part)
{
	struct buf b = {0};
	buf_format(&b, "%s part %u", what, part);
	buf_byte(&b, '\0');
	return b.at;
}

/* The mark is there before the command is, so that it never sees the pipe without. */
static void
start(struct crowd *c, struct member *m)
{
	int in[2], out[2];
	char *argv[] = {"sh", "-c", (char *)(uintptr_t)c->how->command, NULL};
	make_pipe(m, in);
	make_pipe(m, out);
	m->to = in[1];
	m->from = out[0];
	if (c->how->ahead != 0)
		compat_grow_pipe(m->to, c->how->ahead);
	never_wait(m->to);
	never_wait(m->from);
	mark_begin(&m->mark, m->to);
	int why = child_start(&m->child, &(struct child_how){
		.argv = argv,
		.input = in[0],
		.output = out[1],
		.grace_ms = GRACE_MS,
		.prepare = set_environment,
		.arg = m,
	});
	if (why != 0)
		die(END_SETUP, "part %u: sh: %s", m->part, strerror(why));
	close(in[0]);
	close(out[1]);
	m->given = c->how->is_fixed ? stage_output(name_of("to", m->part), m->to) : c->given;
	m->taken = c->how->is_fixed ? stage_input(name_of("from", m->part), m->from) : c->taken;
	mark_source_open(&m->source, m->from, "its output");
}

/* What ended it, where that was a signal; a shell says so by its status. */
static int
signal_of(int status)
{
	int number = status - END_SIGNAL;
	return number > 0 && number < SIGNALS ? number : 0;
}

static void
judge_status(const struct crowd *c, const struct member *m, int status)
{
	char text[SHOWN_MAX];
	const char *command = shown(text, c->how->command, strlen(c->how->command));
	if (status == END_WELL)
		return;
	if (signal_of(status) != 0)
		die(END_AGAIN, "part %u: '%s' was ended by signal %d", m->part, command,
			signal_of(status));
	bool is_ours = status == END_DATA || status == END_SETUP || status == END_AGAIN;
	die(is_ours ? status : END_SETUP, "part %u: '%s' ended with status %d", m->part, command,
		status);
}

/* One of ours behind it may have failed, although the shell says that all is well. */
static void
judge_mark(const struct member *m)
{
	struct stat st;
	int status;
	char why[MARK_WHY_MAX];
	bool is_untouched = fstat(m->from, &st) != 0 || (st.st_mode & 07777) == MARK_UNTOUCHED;
	if (!is_untouched &&
		mark_judge(&m->source, m->printed_records, &status, why) == MARK_FAILED)
		die(status, "part %u: %s", m->part, why);
}

static void
judge_count(const struct crowd *c, const struct member *m)
{
	if (c->how->order == CROWD_IN_TURN && m->printed_records != m->records)
		die(END_DATA, "part %u: %ju record%s went in, %ju came out: --keep-order needs one "
			"for each", m->part, (uintmax_t)m->records, plural(m->records),
			(uintmax_t)m->printed_records);
}

/* What it needed while it ran. */
static void
release(struct member *m)
{
	close(m->from);
	buf_clear(&m->waits);
	printed_clear(&m->printed);
	free(m->value);
	m->value = NULL;
	m->has_ended = true;
}

static void
drop(struct crowd *c, uint32_t part)
{
	buf_clear(&c->at[part]->lines);
	free(c->at[part]);
	c->at[part] = NULL;
}

/* What it has printed into a file, now that its time has come. */
static void
put_held(struct crowd *c, struct member *m)
{
	char piece[16 * 1024];
	if (m->held.name == NULL)
		return;
	out_flush(&m->held);
	for (uint64_t at = 0; at < m->held.bytes;) {
		uint64_t left = m->held.bytes - at;
		size_t len = left < sizeof piece ? (size_t)left : sizeof piece;
		out_read_spool(&m->held, at, piece, len);
		out_add(&c->out->out, piece, len);
		at += len;
	}
	c->out->records += m->held_records;
	out_close_spool(&m->held);
	m->held = (struct out){0};
}

/* Those that have ended go, as far as nothing of theirs is still to come. */
static void
move_on(struct crowd *c)
{
	for (; c->first < c->count; c->first++) {
		struct member *m = c->at[c->first];
		if (m == NULL)
			continue;
		put_held(c, m);
		if (!m->has_ended)
			return;
		if (!c->how->is_fixed)
			drop(c, c->first);
	}
}

static void
finish_member(struct crowd *c, struct member *m)
{
	int status = child_wait(&m->child);
	judge_status(c, m, status);
	judge_mark(m);
	judge_count(c, m);
	release(m);
	c->alive--;
	if (!c->how->is_fixed && c->how->order != CROWD_BY_PART)
		drop(c, m->part);
	move_on(c);
}

static void
put_record(struct crowd *c, struct slice record)
{
	out_add(&c->out->out, record.at, record.len);
	out_byte(&c->out->out, '\n');
}

/* Records whose turn it is. */
static void
put_turns(struct crowd *c)
{
	while (c->turns_at < c->turns.len) {
		uint32_t part, len;
		memcpy(&part, c->turns.at + c->turns_at, sizeof part);
		struct member *m = c->at[part];
		if (m->lines_at == m->lines.len)
			return;
		memcpy(&len, m->lines.at + m->lines_at, sizeof len);
		put_record(c, (struct slice){m->lines.at + m->lines_at + sizeof len, len});
		c->out->records++;
		c->held -= len;
		m->lines_at += sizeof len + len;
		c->turns_at += sizeof part;
		shift(&m->lines, &m->lines_at);
		shift(&c->turns, &c->turns_at);
	}
}

static void
take_records(struct crowd *c, struct member *m, struct slice records, size_t count)
{
	uint32_t len = (uint32_t)records.len;
	m->printed_records += count;
	m->taken->records += count;
	if (c->how->order == CROWD_IN_TURN) {
		buf_add(&m->lines, &len, sizeof len);
		buf_add(&m->lines, records.at, records.len);
		c->held += len;
	} else if (c->how->order == CROWD_AS_IT_COMES || m->part == c->first) {
		put_record(c, records);
		c->out->records += count;
	} else {
		if (m->held.name == NULL)
			out_open_spool(&m->held);
		out_add(&m->held, records.at, records.len);
		out_byte(&m->held, '\n');
		m->held_records += count;
	}
}

/* The first record of each: all have the same columns. */
static void
take_first(struct crowd *c, struct member *m, struct slice header)
{
	char a[SHOWN_MAX], b[SHOWN_MAX];
	m->has_begun = true;
	if (c->columns == 0) {
		c->columns = m->printed.columns;
		c->header_part = m->part;
		if (c->how->has_header) {
			buf_add(&c->header, header.at, header.len);
			put_record(c, header);
		}
		return;
	}
	struct slice first = {c->header.at, c->header.len};
	if (c->how->has_header && !slice_same(first, header))
		die(END_DATA, "part %u: its header is '%s', that of part %u '%s'", m->part,
			shown(a, header.at, header.len), c->header_part,
			shown(b, first.at, first.len));
	if (c->columns != m->printed.columns)
		die(END_DATA, "part %u: %zu column%s came out, of part %u %zu", m->part,
			m->printed.columns, plural(m->printed.columns), c->header_part, c->columns);
}

static void
die_of(const struct member *m, struct buf *why)
{
	buf_byte(why, '\0');
	die(END_DATA, "output of part %u: %s", m->part, why->at);
}

static void
take_printed(struct crowd *c, struct member *m)
{
	struct buf why = {0};
	struct slice records;
	size_t count;
	for (;;) {
		bool is_first = !m->has_begun;
		size_t most = is_first || c->how->order == CROWD_IN_TURN ? 1 : SIZE_MAX;
		if (!printed_next(&m->printed, most, &records, &count, &why))
			break;
		if (is_first)
			take_first(c, m, records);
		if (!is_first || !c->how->has_header)
			take_records(c, m, records, count);
	}
	if (why.len != 0 || (m->is_silent && !printed_is_whole(&m->printed, &why)))
		die_of(m, &why);
	put_turns(c);
}

static void
read_from(struct crowd *c, struct member *m)
{
	ssize_t n = read(m->from, printed_place(&m->printed, PIECE), PIECE);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		die(END_SETUP, "output of part %u: %s", m->part, strerror(errno));
	if (n < 0)
		return;
	if (n == 0) {
		printed_end(&m->printed);
		m->is_silent = true;
	} else {
		mark_source_began(&m->source);
		printed_came(&m->printed, (size_t)n);
		m->taken->bytes += (uint64_t)n;
	}
	take_printed(c, m);
}

/* It has all that it gets, or has left, which is no failure if it then ends well. */
static void
close_input(struct crowd *c, struct member *m)
{
	c->waiting -= left_of(m);
	m->waits.len = 0;
	m->waits_at = 0;
	mark_end(&m->mark, m->records);
	close(m->to);
	m->to = -1;
}

/* As write(2), but that nobody reads is no signal. */
static ssize_t
write_quietly(int fd, const char *at, size_t len)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
	sigaction(SIGPIPE, &ignore, &before);
	ssize_t n = write(fd, at, len);
	int why = errno;
	sigaction(SIGPIPE, &before, NULL);
	errno = why;
	return n;
}

static void
write_to(struct crowd *c, struct member *m)
{
	while (left_of(m) != 0) {
		ssize_t n = write_quietly(m->to, m->waits.at + m->waits_at, left_of(m));
		if (n < 0 && errno == EPIPE) {
			close_input(c, m);
			return;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			die(END_SETUP, "input of part %u: %s", m->part, strerror(errno));
		if (n < 0)
			break;
		m->waits_at += (size_t)n;
		c->waiting -= (uint64_t)n;
	}
	shift(&m->waits, &m->waits_at);
	if (m->is_complete && left_of(m) == 0)
		close_input(c, m);
}

/* Fills c->polled; an end that has nothing to say is asked whether its other end is there. */
static nfds_t
choose_polled(struct crowd *c, int fd)
{
	nfds_t n = 0;
	for (uint32_t part = c->first; part < c->count; part++) {
		const struct member *m = c->at[part];
		if (m == NULL || m->has_ended)
			continue;
		if (m->to >= 0)
			c->polled[n++] = (struct pollfd){m->to, left_of(m) != 0 ? POLLOUT : 0, 0};
		if (!m->is_silent)
			c->polled[n++] = (struct pollfd){m->from, POLLIN, 0};
	}
	if (fd >= 0)
		c->polled[n++] = (struct pollfd){fd, POLLIN, 0};
	return n;
}

/* Waits for those whose both ends are closed.  Was there one? */
static bool
finish_members(struct crowd *c)
{
	uint32_t alive = c->alive;
	for (uint32_t part = c->first; part < c->count; part++) {
		struct member *m = c->at[part];
		if (m != NULL && !m->has_ended && m->to < 0 && m->is_silent)
			finish_member(c, m);
	}
	return c->alive != alive;
}

static void
serve_member(struct crowd *c, struct member *m, const struct pollfd **p)
{
	short to = m->to >= 0 ? (*p)++->revents : 0;
	short from = !m->is_silent ? (*p)++->revents : 0;
	if ((to & POLLERR) != 0)
		close_input(c, m);
	else if ((to & POLLOUT) != 0)
		write_to(c, m);
	if ((from & (POLLIN | POLLHUP | POLLERR)) != 0)
		read_from(c, m);
}

/*
 * Does all that can be done at once; with `waits`, waits until there is something to do, or until
 * fd is ready.  Returns whether that is so.
 */
static bool
serve(struct crowd *c, int fd, bool waits)
{
	if (finish_members(c))
		return false;
	nfds_t n = choose_polled(c, fd);
	if (waits && c->out->out.len != 0)
		out_flush(&c->out->out);
	if (poll(c->polled, n, waits ? -1 : 0) < 0)
		return false;
	bool is_ready = fd >= 0 && c->polled[n - 1].revents != 0;
	const struct pollfd *p = c->polled;
	for (uint32_t part = c->first; part < c->count; part++)
		if (c->at[part] != NULL && !c->at[part]->has_ended)
			serve_member(c, c->at[part], &p);
	(void)finish_members(c);
	return is_ready;
}

void
crowd_serve_until(void *crowd, int fd)
{
	while (!serve(crowd, fd, true))
		continue;
}

static void
add_place(struct crowd *c)
{
	if (c->count < c->room)
		return;
	c->room = c->room * 2 + 16;
	c->at = xrealloc(c->at, c->room, sizeof *c->at);
}

void
crowd_begin(struct crowd *c, struct slice value)
{
	while (c->alive >= c->how->most)
		(void)serve(c, -1, true);
	add_place(c);
	struct member *m = xcalloc(1, sizeof *m);
	m->part = c->count;
	if (value.at != NULL) {
		m->value = xmalloc(value.len + 1);
		memcpy(m->value, value.at, value.len);
		m->value[value.len] = '\0';
	}
	printed_init(&m->printed, c->out->dialect, c->how->max_record);
	start(c, m);
	c->at[c->count++] = m;
	c->alive++;
	c->polled = xrealloc(c->polled, 2 * (size_t)c->alive + 1, sizeof *c->polled);
	move_on(c);
}

/* Could none of them use more, or is there no room for more? */
static bool
must_wait(const struct crowd *c)
{
	if (c->waiting == 0 || c->waiting > c->how->memory)
		return c->waiting != 0;
	if (!c->how->is_fixed && c->alive < c->how->most)
		return false;
	for (uint32_t part = c->first; part < c->count; part++) {
		const struct member *m = c->at[part];
		if (m != NULL && m->to >= 0 && !m->is_complete && left_of(m) < PIECE)
			return false;
	}
	return true;
}

void
crowd_put(struct crowd *c, uint32_t part, struct slice text, uint64_t records)
{
	struct member *m = c->at[part];
	struct stage_end *given = m != NULL ? m->given : c->given;
	given->records += records;
	given->bytes += text.len;
	if (m != NULL)
		m->records += records;
	if (m == NULL || m->to < 0)
		return;
	buf_add(&m->waits, text.at, text.len);
	c->waiting += text.len;
	write_to(c, m);
	if (c->waiting != 0)
		(void)serve(c, -1, false);
	while (must_wait(c))
		(void)serve(c, -1, true);
}

void
crowd_end(struct crowd *c, uint32_t part)
{
	struct member *m = c->at[part];
	if (m == NULL || m->is_complete)
		return;
	m->is_complete = true;
	if (m->to >= 0 && left_of(m) == 0)
		close_input(c, m);
}

/* Where too much has been printed before its turn, only the one that is waited for gets more. */
bool
crowd_is_free(const struct crowd *c, uint32_t part)
{
	const struct member *m = c->at[part];
	if (m->to < 0 || left_of(m) != 0)
		return false;
	if (c->held <= c->how->memory || c->turns_at == c->turns.len)
		return true;
	return memcmp(&part, c->turns.at + c->turns_at, sizeof part) == 0;
}

bool
crowd_has_enough(const struct crowd *c)
{
	for (uint32_t part = 0; part < c->count && c->how->is_fixed; part++)
		if (c->at[part]->to >= 0)
			return false;
	return c->how->is_fixed && c->count != 0;
}

static bool
has_free(const struct crowd *c)
{
	for (uint32_t part = 0; part < c->count; part++)
		if (crowd_is_free(c, part))
			return true;
	return false;
}

void
crowd_await(struct crowd *c)
{
	(void)serve(c, -1, false);
	while (!has_free(c) && !crowd_has_enough(c))
		(void)serve(c, -1, true);
}

void
crowd_note_turns(struct crowd *c, const uint32_t *part, size_t records)
{
	if (c->how->order == CROWD_IN_TURN)
		buf_add(&c->turns, part, records * sizeof *part);
}

void
crowd_finish(struct crowd *c)
{
	for (uint32_t part = c->first; part < c->count; part++)
		crowd_end(c, part);
	while (c->alive != 0)
		(void)serve(c, -1, true);
}

void
crowd_free(struct crowd *c)
{
	if (c == NULL)
		return;
	for (uint32_t part = 0; part < c->count; part++)
		if (c->at[part] != NULL)
			drop(c, part);
	buf_clear(&c->header);
	buf_clear(&c->turns);
	free(c->polled);
	free(c->at);
	free(c);
}
