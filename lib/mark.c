#include "mark.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"

/*
 * A pipe's inode has record locks like a file's, on bytes that need not exist.  The one serialises
 * changes of the mark; the other is held for as long as a writer lives, so that a reader can ask
 * the kernel who it is.
 */
enum { LOCK_MARK = 0, LOCK_WRITER = 1 };

/* Was any input of this program unknown?  One program has one answer. */
static bool saw_unknown;

/* Standard output, from the start of the program: see mark_guard(). */
static struct mark guard;

static unsigned
mode_of(const struct stat *st)
{
	return st->st_mode & 07777;
}

static bool
is_sticky(unsigned mode)
{
	return mode == MARK_DATA || mode == MARK_SETUP || mode == MARK_AGAIN ||
	       mode == MARK_DOUBTFUL;
}

static unsigned
mode_for(int status)
{
	switch (status) {
	case END_DATA:
		return MARK_DATA;
	case END_AGAIN:
		return MARK_AGAIN;
	default:
		return status >= END_SIGNAL ? MARK_WRITING : MARK_SETUP;
	}
}

/*
 * Where locks are not to be had, two writers that start in the same microsecond may miss each
 * other.
 */
static void
lock(int fd, short type, int command, off_t byte)
{
	struct flock l = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
	while (fcntl(fd, command, &l) != 0 && errno == EINTR)
		continue;
}

/* Runs in signal handlers too. */
static void
put_failure(void *arg, int status)
{
	struct mark *m = arg;
	struct stat st;
	lock(m->fd, F_WRLCK, F_SETLKW, LOCK_MARK);
	if (fstat(m->fd, &st) == 0 && !is_sticky(mode_of(&st)))
		(void)!fchmod(m->fd, mode_for(status));
	lock(m->fd, F_UNLCK, F_SETLK, LOCK_MARK);
}

static void
guard_failure(void *arg, int status)
{
	if (status != END_WELL && compat_is_pipe(guard.fd))
		put_failure(arg, status);
}

/* The name of the pipe in ETL_MARKED. */
static void
name_pipe(char out[64], const struct stat *st)
{
	snprintf(out, 64, "%ju:%ju", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino);
}

/* Is fd a pipe whose mark is left to us, and not to a parent that shares it with us? */
static bool
is_for_us(int fd)
{
	struct stat st;
	char pipe[64];
	const char *marked = getenv("ETL_MARKED");
	if (!compat_is_pipe(fd) || fstat(fd, &st) != 0)
		return false;
	name_pipe(pipe, &st);
	return marked == NULL || strcmp(marked, pipe) != 0;
}

void
mark_guard(void)
{
	if (!is_for_us(STDOUT_FILENO))
		return;
	guard = (struct mark){.fd = STDOUT_FILENO};
	guard.cleanup = (struct cleanup){.run = guard_failure, .arg = &guard};
	cleanup_add(&guard.cleanup);
}

/*
 * Takes note of what stands on the pipe and puts our own mark there.  false: it is not ours to
 * mark.
 */
static bool
take_over(struct mark *m)
{
	struct stat st;
	if (fstat(m->fd, &st) != 0)
		return false;
	unsigned mode = mode_of(&st);
	if (mode == MARK_WELL || mode == MARK_UNSURE)
		m->earlier = st.st_mtim.tv_nsec != 0 ? MARK_UNCOUNTED : (uint64_t)st.st_mtim.tv_sec;
	m->is_unsure = mode == MARK_UNSURE;
	return is_sticky(mode) ||
	       fchmod(m->fd, mode == MARK_WRITING ? MARK_DOUBTFUL : MARK_WRITING) == 0;
}

void
mark_begin(struct mark *m, int fd)
{
	*m = (struct mark){.fd = fd};
	if (!is_for_us(fd))
		return;
	lock(fd, F_WRLCK, F_SETLKW, LOCK_MARK);
	m->is_ours = take_over(m);
	lock(fd, F_UNLCK, F_SETLK, LOCK_MARK);
	if (!m->is_ours)
		return;
	lock(fd, F_WRLCK, F_SETLK, LOCK_WRITER);
	m->cleanup = (struct cleanup){.run = put_failure, .arg = m};
	cleanup_add(&m->cleanup);
}

static void
put_count(const struct mark *m, uint64_t records)
{
	bool known = records != MARK_UNCOUNTED && m->earlier != MARK_UNCOUNTED;
	struct timespec times[2] = {
		{.tv_nsec = UTIME_OMIT},
		{.tv_sec = known ? (time_t)(m->earlier + records) : 0, .tv_nsec = !known},
	};
	if (futimens(m->fd, times) == 0)
		(void)!fchmod(m->fd, m->is_unsure || saw_unknown ? MARK_UNSURE : MARK_WELL);
}

void
mark_end(struct mark *m, uint64_t records)
{
	struct stat st;
	if (!m->is_ours)
		return;
	cleanup_drop(&m->cleanup);
	m->is_ours = false;
	lock(m->fd, F_WRLCK, F_SETLKW, LOCK_MARK);
	if (fstat(m->fd, &st) == 0 && !is_sticky(mode_of(&st)))
		put_count(m, records);
	lock(m->fd, F_UNLCK, F_SETLK, LOCK_MARK);
}

void
mark_announce(const struct mark *m)
{
	struct stat st;
	char pipe[64];
	if (!m->is_ours || fstat(m->fd, &st) != 0)
		return;
	name_pipe(pipe, &st);
	setenv("ETL_MARKED", pipe, 1);
}

void
mark_source_open(struct mark_source *s, int fd, const char *name)
{
	struct stat st;
	*s = (struct mark_source){.fd = fd, .name = name, .is_pipe = compat_is_pipe(fd)};
	bool can_break = fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	s->is_mute = can_break && !s->is_pipe;
}

void
mark_source_began(struct mark_source *s)
{
	struct flock l = {
		.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = LOCK_WRITER, .l_len = 1};
	if (!s->is_pipe || s->program[0] != '\0' || fcntl(s->fd, F_GETLK, &l) != 0 ||
		l.l_type == F_UNLCK)
		return;
	char path[64];
	snprintf(path, sizeof path, "/proc/%jd/comm", (intmax_t)l.l_pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t n = read(fd, s->program, sizeof s->program - 1);
	s->program[n > 0 ? n - 1 : 0] = '\0';
	s->writer = l.l_pid;
	close(fd);
}

static enum mark_verdict
fail(const struct mark_source *s, int *status, char *why, int how, const char *what)
{
	*status = how;
	if (s->program[0] != '\0')
		snprintf(why, MARK_WHY_MAX, "%s: upstream %s (process %jd) %s", s->name, s->program,
			(intmax_t)s->writer, what);
	else
		snprintf(why, MARK_WHY_MAX, "%s: the program upstream %s", s->name, what);
	return MARK_FAILED;
}

static enum mark_verdict
judge_count(const struct mark_source *s, const struct stat *st, uint64_t records, int *status,
	char *why)
{
	uint64_t written = (uint64_t)st->st_mtim.tv_sec;
	/*
	 * Older kernels set the time at each write: such a time is that of a writer that came after
	 * the mark.
	 */
	if (st->st_mtim.tv_nsec > 1)
		return fail(s, status, why, END_AGAIN,
			"ended well, then another program wrote to this pipe");
	if (st->st_mtim.tv_nsec == 1 || records == MARK_UNCOUNTED || written == records)
		return MARK_CLEAN;
	*status = END_AGAIN;
	snprintf(why, MARK_WHY_MAX,
		"%s: %ju record%s came, %ju %s written: another program wrote to or read from this "
		"pipe%s",
		s->name, (uintmax_t)records, plural(records), (uintmax_t)written,
		was_or_were(written),
		records + 1 == written || written + 1 == records
			? ", or one side takes the header for a record (-N)"
			: " (if that is meant, write `| cat |`)");
	return MARK_FAILED;
}

static enum mark_verdict
judge_pipe(const struct mark_source *s, uint64_t records, int *status, char *why)
{
	struct stat st;
	enum mark_verdict verdict;
	if (fstat(s->fd, &st) != 0)
		return fail(s, status, why, END_SETUP, "cannot be asked how it ended");
	switch (mode_of(&st)) {
	case MARK_DATA:
		return fail(s, status, why, END_DATA, "ended with status 1");
	case MARK_SETUP:
		return fail(s, status, why, END_SETUP, "ended with status 2");
	case MARK_AGAIN:
		return fail(s, status, why, END_AGAIN, "ended with status 75");
	case MARK_WRITING:
		return fail(s, status, why, END_AGAIN, "was killed before its end");
	case MARK_DOUBTFUL:
		return fail(s, status, why, END_AGAIN, "was not alone in writing to this pipe");
	case MARK_WELL:
		return judge_count(s, &st, records, status, why);
	case MARK_UNSURE:
		verdict = judge_count(s, &st, records, status, why);
		return verdict == MARK_CLEAN ? MARK_UNKNOWN : verdict;
	default:
		return MARK_UNKNOWN;
	}
}

enum mark_verdict
mark_judge(const struct mark_source *s, uint64_t records, int *status, char why[MARK_WHY_MAX])
{
	enum mark_verdict verdict = s->is_mute ? MARK_UNKNOWN : MARK_CLEAN;
	if (s->is_pipe)
		verdict = judge_pipe(s, records, status, why);
	saw_unknown |= verdict == MARK_UNKNOWN;
	return verdict;
}
