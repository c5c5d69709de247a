#include "join/unpaired.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "in.h"
#include "msg.h"
#include "tmp.h"

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The directory that a file is in, or is to be in. */
static bool
stat_directory(const char *path, struct stat *st)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return stat(".", st) == 0;
	char *directory = xstrdup(path);
	directory[slash - path + 1] = '\0';
	bool result = stat(directory, st) == 0;
	free(directory);
	return result;
}

static const char *
last_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

/* Neither is there: would they be the same? */
static bool
would_be_same(const char *a, const char *b)
{
	struct stat x, y;
	return strcmp(last_name(a), last_name(b)) == 0 && stat_directory(a, &x) &&
		stat_directory(b, &y) && is_same_file(&x, &y);
}

/* Are two paths the same regular file, or will they be? */
static bool
is_same_path(const char *a, const char *b)
{
	struct stat x, y;
	bool has_a = stat(a, &x) == 0;
	bool has_b = stat(b, &y) == 0;
	if (has_a && has_b)
		return S_ISREG(x.st_mode) && is_same_file(&x, &y);
	if (has_a || has_b)
		return false;
	char *first = tmp_follow(a), *second = tmp_follow(b);
	bool result = would_be_same(first, second);
	free(first);
	free(second);
	return result;
}

/* The same, where one of them is open. */
static bool
is_descriptor(const char *path, int fd)
{
	struct stat x, y;
	return stat(path, &x) == 0 && fstat(fd, &y) == 0 && S_ISREG(x.st_mode) &&
		is_same_file(&x, &y);
}

void
unpaired_check(const char *file, const char *option, char *const *operands, size_t count,
	const char *output)
{
	if (file == NULL)
		return;
	if (*file == '\0')
		die(END_SETUP, "option %s: '' is no file", option);
	for (size_t i = 0; i < count; i++)
		if (in_is_stdin(operands[i]) ? is_descriptor(file, STDIN_FILENO)
					     : is_same_path(file, operands[i]))
			die(END_SETUP, "%s: input and %s are the same file", file, option);
	if (output != NULL ? is_same_path(file, output) : is_descriptor(file, STDOUT_FILENO))
		die(END_SETUP, "%s: output and %s are the same file", file, option);
}

void
unpaired_check_both(const char *left, const char *right)
{
	if (left != NULL && right != NULL && is_same_path(left, right))
		die(END_SETUP, "%s: --unpaired-left and --unpaired-right are the same file", left);
}

void
unpaired_open(struct unpaired *u, const char *file, const struct csv_how *like)
{
	*u = (struct unpaired){.how = *like, .is_open = file != NULL};
	if (file == NULL)
		return;
	u->how.output = file;
	csv_out_open(&u->out, &u->how);
	u->out.stage->is_beside = true;
}

void
unpaired_start(struct unpaired *u, const struct csv_in *in)
{
	if (!u->is_open)
		return;
	u->out.columns = csv_header(in)->count;
	csv_put_header(&u->out, csv_header_row(in));
}

void
unpaired_flush(struct unpaired *u)
{
	if (u->is_open)
		out_flush(&u->out.out);
}

void
unpaired_finish(struct unpaired *u)
{
	if (u->is_open)
		csv_finish(&u->out, NULL);
}
