#include "connect/report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "in.h"
#include "mem.h"
#include "number.h"
#include "slice.h"
#include "stage.h"

enum {
	TEXT_MAX = 256 * 1024, /* of a report that is worth looking at */
	SUM = 3,               /* records, bytes, ns waited */
	TOTALS = 2 * SUM + 2   /* of the input, of the target; filtered, rejected */
};

#define INPUT "input "

/* With a NUL behind. */
static struct buf
read_all(int fd)
{
	enum { PIECE = 4096 };
	struct buf text = {0};
	ssize_t n;
	while ((n = read(fd, buf_room(&text, PIECE), PIECE)) > 0 || (n < 0 && errno == EINTR))
		text.len += n > 0 && text.len < TEXT_MAX ? (size_t)n : 0;
	buf_byte(&text, '\0');
	close(fd);
	return text;
}

/* Takes a line of count numbers; returns what follows it, NULL where it is none. */
static const char *
parse_line(const char *text, uint64_t *number, int count)
{
	for (int i = 0; i < count; i++) {
		size_t len = strspn(text, "0123456789");
		char behind = i + 1 < count ? ' ' : '\n';
		if (!uint64_parse((struct slice){text, len}, &number[i]) || text[len] != behind)
			return NULL;
		text += len + 1;
	}
	return text;
}

static void
enter(struct stage_end *e, const uint64_t sum[SUM])
{
	e->records = sum[0];
	e->bytes = sum[1];
	e->waited = sum[2];
}

static const char *
after(const char *text, const char *word)
{
	size_t len = strlen(word);
	return text != NULL && strncmp(text, word, len) == 0 ? text + len : NULL;
}

/* Skips the lines of single inputs, which are looked at when the totals are known. */
static const char *
skip_inputs(const char *text)
{
	uint64_t sum[SUM];
	for (const char *at; text != NULL && (at = after(text, INPUT)) != NULL;)
		text = parse_line(at, sum, SUM);
	return text;
}

/* Are there no more inputs than files, and do they add up? */
static bool
is_sound(const char *text, size_t count, const uint64_t total[SUM])
{
	uint64_t sum[SUM] = {0};
	uint64_t part[SUM];
	size_t inputs = 0;
	for (const char *at; (at = after(text, INPUT)) != NULL; inputs++) {
		text = parse_line(at, part, SUM);
		for (int i = 0; i < SUM; i++)
			sum[i] += part[i];
	}
	return inputs != 0 && inputs <= count && memcmp(sum, total, sizeof sum) == 0;
}

static struct stage_end *
input_of(const char *file)
{
	return stage_input(in_name(file), in_is_stdin(file) ? STDIN_FILENO : -1);
}

static const char *
all_names(char *const *files, size_t count)
{
	struct buf names = {0};
	for (size_t i = 0; i < count; i++)
		buf_format(&names, "%s%s", i != 0 ? ", " : "", files[i]);
	buf_byte(&names, '\0');
	return names.at;
}

static void
enter_inputs(const char *text, char *const *files, size_t count, const uint64_t total[SUM])
{
	uint64_t part[SUM];
	if (!is_sound(text, count, total)) {
		enter(count == 0 ? input_of("-") : stage_input(all_names(files, count), -1), total);
		return;
	}
	for (const char *at; (at = after(text, INPUT)) != NULL; files++) {
		text = parse_line(at, part, SUM);
		enter(input_of(*files), part);
	}
}

struct report
report_take(int fd, char *const *files, size_t count, const char *target)
{
	struct report r = {0};
	uint64_t total[TOTALS];
	struct buf all = read_all(fd);
	const char *text = after(all.at, STAGE_COMMITTING "\n");
	r.is_committing = text != NULL;
	if (text == NULL)
		text = all.at;
	const char *totals = skip_inputs(text);
	if (target != NULL && totals != NULL && parse_line(totals, total, TOTALS) != NULL) {
		enter_inputs(text, files, count, total);
		enter(stage_output(target, -1), total + SUM);
		stage_counts()->filtered += total[2 * SUM];
		stage_counts()->rejected += total[2 * SUM + 1];
		r.records = total[SUM];
	}
	buf_clear(&all);
	return r;
}
