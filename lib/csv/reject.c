#include "csv/reject.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/csv-parse.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "stage.h"

enum { FLUSH_AT = 32 * 1024 };

/* One program has one place for its rejects. */
static struct {
	const char *file;
	const char *max_text;
	int fd;
	bool is_allowed;
	bool is_finished;
	bool is_file; /* a regular one */
	bool is_percent;
	uint64_t max;
	struct buf rows;
	size_t whole; /* bytes of it that are whole rows */
	struct cleanup cleanup;
	/* The last row put, from which the lines of its batch are counted on. */
	const char *input;
	uint64_t batch; /* number of its first record */
	size_t row;
	uint64_t line;
} rejects;

/*
 * Under the lock.  What could be written in part only is taken back: a row is whole or not there.
 */
static bool
append(const char *at, size_t len)
{
	off_t end = rejects.is_file ? lseek(rejects.fd, 0, SEEK_END) : 0;
	if (end < 0)
		return false;
	for (size_t done = 0; done < len;) {
		ssize_t n = write(rejects.fd, at + done, len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int why = errno;
			if (rejects.is_file)
				(void)!ftruncate(rejects.fd, end);
			errno = why;
			return false;
		}
		done += (size_t)n;
	}
	return true;
}

/* Whole rows only, so that several stages can share the file. */
static bool
flush(void)
{
	sigset_t old;
	if (rejects.whole == 0)
		return true;
	if (flock(rejects.fd, LOCK_EX) != 0)
		return false;
	/*
	 * Into a file it is soon written; another thread that ends the program would cut the last
	 * row.
	 */
	if (rejects.is_file)
		msg_hold(&old);
	bool good =
		append(rejects.rows.at, __atomic_exchange_n(&rejects.whole, 0, __ATOMIC_RELAXED));
	rejects.rows.len = 0;
	if (rejects.is_file)
		msg_let_go(&old);
	(void)flock(rejects.fd, LOCK_UN);
	return good;
}

static void
flush_on_end(void *arg, int status)
{
	(void)arg;
	(void)status;
	(void)flush();
}

static void
flush_or_die(void)
{
	if (!flush())
		die(END_SETUP, "%s: %s", rejects.file, strerror(errno));
}

static void
read_limit(const char *text)
{
	struct slice digits = slice_of(text);
	rejects.is_percent = digits.len != 0 && digits.at[digits.len - 1] == '%';
	digits.len -= rejects.is_percent;
	if (!uint64_parse(digits, &rejects.max) || (rejects.is_percent && rejects.max > 100))
		die(END_SETUP, "option --max-rejects: '%s' is neither a number nor a percentage",
			text);
	rejects.max_text = text;
}

static void
open_file(const char *file)
{
	static const char head[] = "stage,file,line,byte,column,code,reason,record\n";
	struct stat st;
	rejects.file = file;
	rejects.fd = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (rejects.fd < 0 || flock(rejects.fd, LOCK_EX) != 0 || fstat(rejects.fd, &st) != 0 ||
		(st.st_size == 0 && S_ISREG(st.st_mode) &&
			write(rejects.fd, head, sizeof head - 1) < 0) ||
		flock(rejects.fd, LOCK_UN) != 0)
		die(END_SETUP, "%s: %s", file, strerror(errno));
	rejects.is_file = S_ISREG(st.st_mode);
	rejects.cleanup = (struct cleanup){.run = flush_on_end};
	cleanup_add(&rejects.cleanup);
}

void
reject_start(const struct reject_how *how)
{
	rejects.max = UINT64_MAX;
	rejects.is_allowed = how->file != NULL || how->max != NULL;
	if (how->max != NULL)
		read_limit(how->max);
	if (how->file != NULL)
		open_file(how->file);
}

void
reject_keep_apart(const char *role, const char *name, const struct stat *file)
{
	struct stat own;
	if (rejects.file == NULL || fstat(rejects.fd, &own) != 0 || !S_ISREG(own.st_mode))
		return;
	if (own.st_dev == file->st_dev && own.st_ino == file->st_ino)
		die(END_SETUP, "%s: %s and --rejects are the same file", name, role);
}

bool
reject_is_allowed(void)
{
	return rejects.is_allowed;
}

static void
put_value(const char *at, size_t len)
{
	csv_parse_quote(&rejects.rows, (struct slice){at, len}, ',');
}

static void
put_text(const char *text)
{
	put_value(text, strlen(text));
	buf_byte(&rejects.rows, ',');
}

static void
put_number(uint64_t n)
{
	if (n != 0)
		buf_format(&rejects.rows, "%ju", (uintmax_t)n);
	buf_byte(&rejects.rows, ',');
}

static void
put_row(const struct reject *r)
{
	put_text(msg_program());
	put_text(r->file);
	put_number(r->line);
	put_number(r->byte);
	put_value(r->column.at, r->column.len);
	buf_byte(&rejects.rows, ',');
	put_text(r->code);
	put_text(r->reason);
	put_value(r->record.at, r->record.len);
	buf_byte(&rejects.rows, '\n');
	rejects.whole = rejects.rows.len;
}

/* The handler of a signal writes the rows that are whole: they must not move under it. */
static void
put_row_unseen(const struct reject *r)
{
	sigset_t old;
	msg_hold(&old);
	put_row(r);
	msg_let_go(&old);
	if (rejects.whole > FLUSH_AT)
		flush_or_die();
}

void
reject_put(const struct reject *r)
{
	msg_take_turn();
	stage_count(&stage_counts()->rejected, 1);
	if (rejects.file != NULL)
		put_row_unseen(r);
	if (!rejects.is_percent && stage_counts()->rejected > rejects.max)
		die(END_DATA, "%s:%ju: %s: more than %s reject%s", r->file, (uintmax_t)r->line,
			r->reason, rejects.max_text, plural(rejects.max));
}

/* Of a batch with many, to count from its beginning each time would be most of the work. */
static uint64_t
count_lines(const struct batch *b, size_t row)
{
	bool is_on = rejects.input == b->file && rejects.batch == b->record && rejects.row <= row;
	rejects.line = is_on ? batch_line_on(b, rejects.row, rejects.line, row)
		: batch_line(b, row);
	rejects.input = b->file;
	rejects.batch = b->record;
	rejects.row = row;
	return rejects.line;
}

void
reject_put_row(const struct batch *b, size_t row, struct slice column, const char *code,
	const char *reason)
{
	msg_take_turn();
	reject_put(&(struct reject){
		.file = b->file,
		.line = count_lines(b, row),
		.column = column,
		.code = code,
		.reason = reason,
		.record = batch_run(b, row, 0, b->columns - 1),
	});
}

void
reject_finish(uint64_t records)
{
	uint64_t count = stage_counts()->rejected;
	if (!rejects.is_allowed || rejects.is_finished)
		return;
	rejects.is_finished = true;
	if (rejects.file != NULL)
		flush_or_die();
	if (rejects.is_percent && count * 100 > rejects.max * records)
		die(END_DATA, "%ju of %ju record%s rejected: more than %s", (uintmax_t)count,
			(uintmax_t)records, plural(records), rejects.max_text);
	if (count != 0)
		warn("%ju of %ju record%s rejected%s%s", (uintmax_t)count, (uintmax_t)records,
			plural(records),
			rejects.file != NULL ? ": see " : "",
			rejects.file != NULL ? rejects.file : "");
}
