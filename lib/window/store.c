#include "window/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tmp.h"

static bool
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Has the temporary been renamed, although the commit failed behind that? */
static bool
is_in_place(const struct store *s)
{
	struct stat made, there;
	return s->out.out.is_temporary && fstat(s->out.out.fd, &made) == 0 &&
	       stat(s->path, &there) == 0 && is_same(&made, &there);
}

static void
say_what_became(void *arg, int status)
{
	const struct store *s = arg;
	if (status == END_WELL || status >= END_SIGNAL)
		return;
	if (s->is_committed)
		warn("%s: committed; only the output is not complete", s->name);
	else if (is_in_place(s))
		warn("%s: replaced, but the disk may not have it yet", s->name);
	else
		warn("%s: nothing was committed", s->name);
}

/*
 * What was cut off need not look malformed: but the last byte that we write is the end of a record.
 */
static void
check_end(const struct store *s)
{
	struct stat st;
	char last = '\n';
	int fd = open(s->path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0 ||
		(st.st_size != 0 && pread(fd, &last, 1, st.st_size - 1) < 0))
		die(END_SETUP, "%s: %s", s->name, strerror(errno));
	if (last != '\n')
		die(END_SETUP, "%s: state damaged: the last record has no end", s->name);
	close(fd);
}

void
store_open(struct store *s, const char *name, const struct csv_how *how, uint64_t lock_wait)
{
	struct stat st;
	*s = (struct store){.name = name, .path = tmp_follow(name), .how = CSV_HOW};
	s->how.max_field = how->max_field;
	s->how.max_record = how->max_record;
	s->how.max_columns = how->max_columns;
	s->how.is_state = true;
	s->how.output = s->path;
	s->cleanup = (struct cleanup){.run = say_what_became, .arg = s};
	cleanup_add(&s->cleanup);
	if (!tmp_can_replace(s->path))
		die(END_SETUP, "%s: not a regular file", name);
	(void)tmp_lock(s->path, lock_wait);
	if (stat(s->path, &st) != 0 && errno == ENOENT)
		return;
	check_end(s);
	s->in = csv_open(&s->how, &(char *){(char *)(uintptr_t)name}, 1);
}

void
store_refuse(const struct store *s, const char *path, int fd)
{
	struct stat own, st;
	bool is_there = stat(s->path, &own) == 0;
	if (path != NULL && strcmp(path, s->path) == 0)
		die(END_SETUP, "%s: is the store itself", path);
	if (is_there && (path != NULL ? stat(path, &st) : fstat(fd, &st)) == 0 &&
		is_same(&own, &st))
		die(END_SETUP, "%s: is the store itself", path != NULL ? path : "stdin");
}

struct csv_out *
store_rewrite(struct store *s)
{
	csv_out_open(&s->out, &s->how);
	/* The records that leave the program are those of its output. */
	s->out.stage->is_beside = true;
	s->out.out.goes_on = true;
	return &s->out;
}

void
store_commit(struct store *s, const struct csv_in *in)
{
	csv_finish(&s->out, in);
	s->is_committed = true;
}

void
store_close(struct store *s)
{
	cleanup_drop(&s->cleanup);
	if (s->in != NULL)
		csv_close(s->in);
	/* path stays: the record of the run names it at the end. */
}
