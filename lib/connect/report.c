#include "connect/report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "number.h"
#include "slice.h"
#include "stage.h"

enum {
	TEXT_BYTES = 512,
	SUM = 3,             /* records, bytes, ns waited */
	TOTALS = 2 * SUM + 2 /* of the input, of the target; filtered, rejected */
};

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

/* false: not a line of eight numbers.  A connector that was killed may have left some of it. */
static bool
parse(const char *text, uint64_t total[TOTALS])
{
	for (int i = 0; i < TOTALS; i++) {
		size_t len = strspn(text, "0123456789");
		char behind = i + 1 < TOTALS ? ' ' : '\n';
		if (!uint64_parse((struct slice){text, len}, &total[i]) || text[len] != behind)
			return false;
		text += len + 1;
	}
	return true;
}

static void
enter(struct stage_end *e, const uint64_t sum[SUM])
{
	e->records = sum[0];
	e->bytes = sum[1];
	e->waited = sum[2];
}

static uint64_t
enter_totals(const uint64_t total[TOTALS], bool from_files, const char *target)
{
	enter(from_files ? stage_input("files", -1) : stage_input("stdin", STDIN_FILENO), total);
	enter(stage_output(target, -1), total + SUM);
	stage_counts()->filtered += total[2 * SUM];
	stage_counts()->rejected += total[2 * SUM + 1];
	return total[SUM];
}

struct report
report_take(int fd, bool from_files, const char *target)
{
	static const char committing[] = STAGE_COMMITTING "\n";
	struct report r = {0};
	char text[TEXT_BYTES];
	read_all(fd, text);
	r.is_committing = strncmp(text, committing, sizeof committing - 1) == 0;
	uint64_t total[TOTALS];
	if (target != NULL && parse(text + (r.is_committing ? sizeof committing - 1 : 0), total))
		r.records = enter_totals(total, from_files, target);
	return r;
}
