#include "connect/report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "number.h"
#include "slice.h"
#include "stage.h"

enum { TEXT_BYTES = 512 };

static void
read_all(int fd, char text[TEXT_BYTES])
{
	size_t len = 0;
	ssize_t n;
	while ((n = read(fd, text + len, TEXT_BYTES - 1 - len)) > 0 || (n < 0 && errno == EINTR))
		len += n > 0 ? (size_t)n : 0;
	text[len] = '\0';
	close(fd);
}

/* The next number of a report; UINT64_MAX where there is none. */
static uint64_t
take_number(const char **text)
{
	uint64_t n;
	*text += strspn(*text, " ");
	size_t len = strspn(*text, "0123456789");
	bool good = uint64_parse((struct slice){*text, len}, &n);
	*text += len;
	return good ? n : UINT64_MAX;
}

static void
take_sum(struct stage_end *e, const char **text)
{
	e->records = take_number(text);
	e->bytes = take_number(text);
	e->waited = take_number(text);
}

static uint64_t
take_totals(const char *text, bool from_files, const char *target)
{
	struct stage_end *out = stage_output(target, -1);
	take_sum(from_files ? stage_input("files", -1) : stage_input("stdin", STDIN_FILENO), &text);
	take_sum(out, &text);
	stage_counts()->filtered += take_number(&text);
	stage_counts()->rejected += take_number(&text);
	return out->records;
}

struct report
report_take(int fd, bool from_files, const char *target)
{
	static const char committing[] = STAGE_COMMITTING "\n";
	struct report r = {0};
	char text[TEXT_BYTES];
	read_all(fd, text);
	r.is_committing = strncmp(text, committing, sizeof committing - 1) == 0;
	const char *totals = text + (r.is_committing ? sizeof committing - 1 : 0);
	if (target != NULL && *totals != '\0')
		r.records = take_totals(totals, from_files, target);
	return r;
}
