#include "split/crowd.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "msg.h"
#include "out.h"
#include "split/member.h"
#include "stage.h"

enum {
	STARVES = 64 * 1024, /* less waits for one that may soon have nothing to do */
	PLACES = 1024,       /* of members that have ended, before they are let go */
	/* parts that have ended before their time: each is a file that is open */
	AHEAD_MOST = 64
};

struct crowd {
	const struct crowd_how *how;
	struct csv_out *out;
	struct member_how member;
	struct member **at;    /* of each part from `gone` on; NULL: it has ended */
	uint32_t gone;
	uint32_t count, room;
	uint32_t alive;
	uint32_t first;        /* the first that has not ended */
	uint64_t waiting;      /* bytes that wait for members */
	uint64_t held;         /* bytes printed, that wait for their turn */
	struct buf header;     /* the first one that came */
	char *header_name;     /* of the part that it came from */
	size_t columns;
	struct buf turns;      /* part of each record that is not back yet, from turns_at on */
	size_t turns_at;
	struct pollfd *polled;
	struct stage_end *given, *taken; /* of all, where their number is not fixed */
};

void
crowd_check_command(const char *command)
{
	if (command[strspn(command, " \t\n")] == '\0')
		die(END_SETUP, "option --each: '%s' is no command", command);
}

struct crowd *
crowd_new(const struct crowd_how *how, struct csv_out *out)
{
	struct crowd *c = xcalloc(1, sizeof *c);
	*c = (struct crowd){.how = how, .out = out, .polled = xmalloc(sizeof *c->polled)};
	c->member = (struct member_how){how->command, how->ahead, out->dialect, how->max_record};
	if (!how->is_fixed) {
		c->given = stage_output("commands", -1);
		c->taken = stage_input("commands", -1);
	}
	return c;
}

static void
judge_count(const struct crowd *c, const struct member *m)
{
	if (c->how->order == CROWD_IN_TURN && m->printed_records != m->records)
		die(END_DATA, "%s: %ju record%s went in, %ju came out: --keep-order needs one "
			"for each", m->name, (uintmax_t)m->records, plural(m->records),
			(uintmax_t)m->printed_records);
}

static void
drop(struct crowd *c, uint32_t part)
{
	member_free(c->at[part - c->gone]);
	c->at[part - c->gone] = NULL;
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
		struct member *m = c->at[c->first - c->gone];
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
	member_finish(m, c->how->command);
	judge_count(c, m);
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
		struct member *m = c->at[part - c->gone];
		if (m->lines_at == m->lines.len)
			return;
		memcpy(&len, m->lines.at + m->lines_at, sizeof len);
		put_record(c, (struct slice){m->lines.at + m->lines_at + sizeof len, len});
		c->out->records++;
		c->held -= len;
		m->lines_at += sizeof len + len;
		c->turns_at += sizeof part;
		member_shift(&m->lines, &m->lines_at);
		member_shift(&c->turns, &c->turns_at);
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
		c->header_name = xstrdup(m->name);
		if (c->how->has_header) {
			buf_add(&c->header, header.at, header.len);
			put_record(c, header);
		}
		return;
	}
	struct slice first = {c->header.at, c->header.len};
	if (c->how->has_header && !slice_same(first, header))
		die(END_DATA, "%s: its header is '%s', that of %s '%s'", m->name,
			shown(a, header.at, header.len), c->header_name,
			shown(b, first.at, first.len));
	if (c->columns != m->printed.columns)
		die(END_DATA, "%s: %zu column%s came out, of %s %zu", m->name,
			m->printed.columns, plural(m->printed.columns), c->header_name, c->columns);
}

static void
die_of(const struct member *m, struct buf *why)
{
	buf_byte(why, '\0');
	die(END_DATA, "output of %s: %s", m->name, why->at);
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
give(struct crowd *c, struct member *m)
{
	size_t before = member_left(m);
	member_give(m);
	c->waiting -= before - member_left(m);
}

static void
close_input(struct crowd *c, struct member *m)
{
	c->waiting -= member_left(m);
	member_close_input(m);
}

/* Fills c->polled; an end that has nothing to say is asked whether its other end is there. */
static nfds_t
choose_polled(struct crowd *c, int fd)
{
	nfds_t n = 0;
	for (uint32_t part = c->first; part < c->count; part++) {
		const struct member *m = c->at[part - c->gone];
		if (m == NULL || m->has_ended)
			continue;
		if (m->to >= 0)
			c->polled[n++] =
				(struct pollfd){m->to, member_left(m) != 0 ? POLLOUT : 0, 0};
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
		struct member *m = c->at[part - c->gone];
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
		give(c, m);
	if ((from & (POLLIN | POLLHUP | POLLERR)) != 0) {
		member_take(m);
		take_printed(c, m);
	}
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
		if (c->at[part - c->gone] != NULL && !c->at[part - c->gone]->has_ended)
			serve_member(c, c->at[part - c->gone], &p);
	(void)finish_members(c);
	return is_ready;
}

void
crowd_serve_until(void *crowd, int fd)
{
	while (!serve(crowd, fd, true))
		continue;
}

/* For the record of the run, which keeps it. */
static char *
name_of(const char *what, const struct member *m)
{
	struct buf b = {0};
	buf_format(&b, "%s %s", what, m->name);
	buf_byte(&b, '\0');
	return b.at;
}

/* A stream may have no end of parts: the places of the first are let go, never that of the last. */
static void
forget(struct crowd *c)
{
	uint32_t first = c->first < c->count ? c->first : c->count - 1;
	if (c->how->is_fixed || c->count == 0 || first - c->gone < PLACES)
		return;
	memmove(c->at, c->at + (first - c->gone), (c->count - first) * sizeof(struct member *));
	c->gone = first;
}

static void
add_place(struct crowd *c)
{
	forget(c);
	if (c->count - c->gone < c->room)
		return;
	c->room = c->room * 2 + 16;
	c->at = xrealloc(c->at, c->room, sizeof *c->at);
}

/* Have so many parts ended before the first, which needs no more of us to end? */
static bool
is_ahead(const struct crowd *c)
{
	return c->how->order == CROWD_BY_PART && c->alive != 0 &&
		c->count - c->first >= c->alive + AHEAD_MOST &&
		c->at[c->first - c->gone]->is_complete;
}

void
crowd_begin_named(struct crowd *c, const char *name, char *const *variables)
{
	while (c->alive >= c->how->most || is_ahead(c))
		(void)serve(c, -1, true);
	add_place(c);
	struct member *m = member_new(&c->member, c->count, name, variables);
	m->given = c->given;
	m->taken = c->taken;
	if (c->how->is_fixed) {
		m->given = stage_output(name_of("to", m), m->to);
		m->taken = stage_input(name_of("from", m), m->from);
	}
	c->at[c->count++ - c->gone] = m;
	c->alive++;
	c->polled = xrealloc(c->polled, 2 * (size_t)c->alive + 1, sizeof *c->polled);
	move_on(c);
}

void
crowd_begin(struct crowd *c, struct slice value)
{
	char text[SHOWN_MAX];
	struct buf name = {0}, number = {0}, variable = {0};
	buf_format(&name, "part %u", c->count);
	buf_format(&number, "ETL_PART=%u", c->count);
	buf_text(&variable, "ETL_PART_VALUE");
	if (value.at != NULL) {
		buf_format(&name, " ('%s')", shown(text, value.at, value.len));
		buf_byte(&variable, '=');
		buf_add(&variable, value.at, value.len);
	}
	buf_byte(&name, '\0');
	buf_byte(&number, '\0');
	buf_byte(&variable, '\0');
	crowd_begin_named(c, name.at, (char *[]){number.at, variable.at, NULL});
	buf_clear(&name);
	buf_clear(&number);
	buf_clear(&variable);
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
		const struct member *m = c->at[part - c->gone];
		if (m != NULL && m->to >= 0 && !m->is_complete && member_left(m) < STARVES)
			return false;
	}
	return true;
}

void
crowd_put(struct crowd *c, uint32_t part, struct slice text, uint64_t records)
{
	struct member *m = c->at[part - c->gone];
	struct stage_end *given = m != NULL ? m->given : c->given;
	given->records += records;
	given->bytes += text.len;
	if (m != NULL)
		m->records += records;
	if (m == NULL || m->to < 0)
		return;
	buf_add(&m->waits, text.at, text.len);
	c->waiting += text.len;
	give(c, m);
	if (c->waiting != 0)
		(void)serve(c, -1, false);
	while (must_wait(c))
		(void)serve(c, -1, true);
}

void
crowd_end(struct crowd *c, uint32_t part)
{
	struct member *m = c->at[part - c->gone];
	if (m == NULL || m->is_complete)
		return;
	m->is_complete = true;
	if (m->to >= 0 && member_left(m) == 0)
		close_input(c, m);
}

/* Where too much has been printed before its turn, only the one that is waited for gets more. */
bool
crowd_is_free(const struct crowd *c, uint32_t part)
{
	const struct member *m = c->at[part - c->gone];
	if (m->to < 0 || member_left(m) != 0)
		return false;
	if (c->held <= c->how->memory || c->turns_at == c->turns.len)
		return true;
	return memcmp(&part, c->turns.at + c->turns_at, sizeof part) == 0;
}

bool
crowd_has_enough(const struct crowd *c)
{
	for (uint32_t part = 0; part < c->count && c->how->is_fixed; part++)
		if (c->at[part - c->gone]->to >= 0)
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
	for (uint32_t part = c->gone; part < c->count; part++)
		if (c->at[part - c->gone] != NULL)
			drop(c, part);
	free(c->header_name);
	buf_clear(&c->header);
	buf_clear(&c->turns);
	free(c->polled);
	free(c->at);
	free(c);
}
