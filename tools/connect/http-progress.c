#include "http-progress.h"

#include <unistd.h>

#include "number.h"

/* Runs in signal handlers too. */
static void
tell(void *arg, int status)
{
	const struct progress *p = arg;
	if (status != END_WELL)
		(void)!write(STDERR_FILENO, p->now->at, p->now->len);
}

static void
put_acknowledged(struct buf *line, const struct progress *p)
{
	char batches[INTEGER_GROUPED_MAX], taken[INTEGER_GROUPED_MAX], total[INTEGER_GROUPED_MAX];
	if (p->batches == 0)
		buf_text(line, "nothing was acknowledged");
	else
		buf_format(line, "%s batch%s (%s of %s records) %s acknowledged",
			uint64_grouped(batches, p->batches), p->batches != 1 ? "es" : "",
			uint64_grouped(taken, p->records), uint64_grouped(total, p->total),
			p->batches != 1 ? "were" : "was");
}

/* Makes the line that is said if the program ends now. */
static void
prepare(struct progress *p)
{
	struct buf *line = &p->line[p->now == p->line];
	char number[INTEGER_GROUPED_MAX];
	line->len = 0;
	buf_format(line, "%s: %s: ", msg_program(), p->shown);
	put_acknowledged(line, p);
	if ((p->is_under_way || p->is_unknown) && p->is_all)
		buf_text(line, "; whether the request was taken is not known");
	else if (p->is_under_way || p->is_unknown)
		buf_format(line, "; whether batch %s was taken is not known",
			uint64_grouped(number, p->batches + 1));
	buf_byte(line, '\n');
	p->now = line;
}

void
progress_start(struct progress *p, const char *shown, uint64_t total)
{
	*p = (struct progress){.shown = shown, .total = total};
	prepare(p);
	p->cleanup = (struct cleanup){.run = tell, .arg = p};
	cleanup_add(&p->cleanup);
}

void
progress_send(struct progress *p, uint64_t records)
{
	p->is_all = records == p->total;
	p->is_under_way = true;
	prepare(p);
}

void
progress_fail(struct progress *p, bool is_known)
{
	p->is_under_way = false;
	p->is_unknown |= !is_known;
	prepare(p);
}

void
progress_acknowledge(struct progress *p, uint64_t records)
{
	p->is_under_way = false;
	p->is_unknown = false;
	p->batches++;
	p->records += records;
	prepare(p);
}

void
progress_finish(struct progress *p)
{
	cleanup_drop(&p->cleanup);
	buf_clear(&p->line[0]);
	buf_clear(&p->line[1]);
}
