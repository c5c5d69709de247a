#include "load/load.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv/reject.h"
#include "load/append.h"
#include "msg.h"
#include "tmp.h"

/* On any end but a good one, the last line says what the target is now. */
static void
say_nothing_committed(void *name, int status)
{
	if (status != END_WELL && status < END_SIGNAL)
		warn("%s: nothing was committed", (const char *)name);
}

/* A database of which the scheme was forgotten would be replaced by text, or get text behind it. */
static void
refuse_database(const char *path)
{
	static const char magic[] = "SQLite format 3";
	char head[sizeof magic];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is_database = fd >= 0 && read(fd, head, sizeof head) == (ssize_t)sizeof head &&
		memcmp(head, magic, sizeof head) == 0;
	if (fd >= 0)
		close(fd);
	if (is_database)
		die(END_SETUP, "%s: a SQLite database; as such it is written sqlite:%s", path,
			path);
}

void
load_protect(struct cleanup *failed, const char *name, const char *path)
{
	*failed = (struct cleanup){.run = say_nothing_committed, .arg = (void *)(uintptr_t)name};
	cleanup_add(failed);
	refuse_database(path);
}

bool
load_has_content(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size != 0;
}

/* What is appended must have the columns that the file has, in its order. */
static void
check_columns(const char *path, const struct csv_how *csv, const struct csv_in *in)
{
	struct csv_how how = CSV_HOW;
	const struct header *new = csv_header(in);
	how.no_header = csv_header_row(in) == NULL;
	how.tsv = csv->out_tsv;
	how.tsv_escape = csv->out_tsv && csv->tsv_escape;
	how.delimiter = csv->out_delimiter;
	how.max_columns = csv->max_columns;
	struct csv_in *old_in = csv_open(&how, &(char *){(char *)(uintptr_t)path}, 1);
	csv_must_match(path, csv_header(old_in), new, !how.no_header);
	csv_close(old_in);
}

uint64_t
load_file(const struct load_how *how, const char *name, char *const *operands, size_t count)
{
	struct csv_out out;
	struct append append;
	struct cleanup failed;
	char *path = tmp_follow(name);
	bool is_plain = tmp_can_replace(path);
	how->csv->output = path;
	if (is_plain)
		load_protect(&failed, name, path);
	struct csv_in *in = csv_open(how->csv, operands, count);
	if (is_plain)
		append_lock(&append, path, how->lock_wait);
	bool appends = how->appends && load_has_content(path);
	if (appends && csv_header(in)->count != 0)
		check_columns(path, how->csv, in);
	csv_out_open(&out, how->csv);
	csv_copy(in, &out, !appends);
	csv_must_count(csv_records(in), how->expect_rows);
	if (appends) {
		reject_finish(csv_records(in));
		append_output(&append, &out);
	} else {
		csv_finish(&out, in);
	}
	if (is_plain)
		cleanup_drop(&failed);
	csv_close(in);
	return out.records; /* path stays: the record of the run names it at the end */
}
