#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "mem.h"
#include "msg.h"
#include "number.h"
#include "slice.h"
#include "stage-line.h"

enum { TARGETS = 2 };

static struct {
	struct stage_run run;
	int fd[TARGETS];
	size_t targets;
	int report; /* the parent's, where we are a connector; 0: none */
	struct cleanup cleanup;
} stage;

/* The whole line or nothing.  Where locks are not to be had, O_APPEND alone keeps writers apart. */
static bool
append(int fd, struct slice line)
{
	bool is_locked = flock(fd, LOCK_EX) == 0;
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t n = write(fd, line.at, line.len);
	bool good = n == (ssize_t)line.len;
	if (n >= 0 && !good)
		errno = ENOSPC;
	int error = errno;
	if (n > 0 && !good && is_locked && end >= 0)
		(void)!ftruncate(fd, end);
	if (is_locked)
		(void)flock(fd, LOCK_UN);
	errno = error;
	return good;
}

static void
write_record(void *arg, int status)
{
	(void)arg;
	struct slice line = stage_line(&stage.run, status);
	/* The work is done or undone by now: what its record meets no longer changes the status. */
	for (size_t i = 0; i < stage.targets; i++)
		if (!append(stage.fd[i], line) && status < END_SIGNAL)
			warn("the record of this run was not written: %s", strerror(errno));
}

static void
write_report(void *arg, int status)
{
	(void)arg;
	(void)status;
	struct slice line = stage_line_report(&stage.run);
	(void)!write(stage.report, line.at, line.len);
}

/* We are a connector: the numbers go to the parent, who writes the record. */
static bool
start_report(void)
{
	const char *text = getenv("ETL_REPORT_FD");
	uint64_t fd;
	if (text == NULL || !uint64_parse(slice_of(text), &fd) || fd <= STDERR_FILENO ||
		fd > 1 << 20)
		return false;
	unsetenv("ETL_REPORT_FD");
	stage.report = (int)fd;
	(void)fcntl(stage.report, F_SETFD, FD_CLOEXEC);
	stage.cleanup = (struct cleanup){.run = write_report};
	cleanup_add(&stage.cleanup);
	return true;
}

static void
add_target(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		die(END_SETUP, "%s: %s", path, strerror(errno));
	stage.fd[stage.targets++] = fd;
}

void
stage_start(const char *file, int argc, char **argv)
{
	stage.run.argc = argc;
	stage.run.argv = argv;
	stage.run.start = stage_line_now();
	const char *directory = getenv("ETL_RUN_DIR");
	if (start_report())
		return;
	if (file != NULL)
		add_target(file);
	if (directory != NULL && *directory != '\0') {
		struct buf path = {0};
		buf_format(&path, "%s/stages.ndjson", directory);
		buf_byte(&path, '\0');
		add_target(path.at);
		buf_clear(&path);
	}
	if (stage.targets == 0)
		return;
	stage.cleanup = (struct cleanup){.run = write_record};
	cleanup_add(&stage.cleanup);
}

struct stage *
stage_counts(void)
{
	return &stage.run.counts;
}

static struct stage_end *
add_end(struct stage_end **list, const char *name, int fd)
{
	struct stat st;
	struct stage_end *e = xcalloc(1, sizeof *e);
	*e = (struct stage_end){.name = name, .is_pipe = compat_is_pipe(fd)};
	if (e->is_pipe && fstat(fd, &st) == 0) {
		e->device = st.st_dev;
		e->inode = st.st_ino;
	}
	while (*list != NULL)
		list = &(*list)->next;
	*list = e;
	return e;
}

struct stage_end *
stage_input(const char *name, int fd)
{
	return add_end(&stage.run.inputs, name, fd);
}

struct stage_end *
stage_output(const char *name, int fd)
{
	return add_end(&stage.run.outputs, name, fd);
}

void
stage_tick(void)
{
	if (stage.targets == 0)
		return;
	uint64_t now = stage_line_now();
	stage_set(&stage.run.last, now);
	if (stage.run.first == 0)
		stage_set(&stage.run.first, now);
}

void
stage_committing(void)
{
	if (stage.report > 0)
		(void)!write(stage.report, STAGE_COMMITTING "\n", sizeof STAGE_COMMITTING);
}

void
stage_forget(void)
{
	if (stage.targets != 0 || stage.report > 0)
		cleanup_drop(&stage.cleanup);
	stage.targets = 0;
	stage.report = 0;
}
