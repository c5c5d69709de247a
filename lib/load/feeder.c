#include "load/feeder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "mark.h"
#include "msg.h"
#include "stage.h"

/* What the pipe holds is as the files are: the connector gets the options too, and acts on them. */
static struct csv_how
as_it_is(const struct csv_how *csv)
{
	struct csv_how how = *csv;
	how.out_tsv = how.tsv;
	how.out_delimiter = how.delimiter;
	how.no_header |= how.header != NULL;
	how.header = NULL;
	how.rename_header = NULL;
	how.ragged &= ~(unsigned)RAGGED_REJECT;
	return how;
}

static _Noreturn void
feed(const struct csv_how *csv, char *const *files, size_t count, int to, pid_t parent)
{
	struct csv_out out;
	stage_forget();
	if (!compat_die_with(parent) || dup2(to, STDOUT_FILENO) < 0)
		end(END_AGAIN);
	close(to);
	mark_guard();
	struct csv_how how = as_it_is(csv);
	struct csv_in *in = csv_open(&how, files, count);
	csv_out_open(&out, &how);
	csv_copy(in, &out, true);
	csv_finish(&out, in);
	end(END_WELL);
}

int
feeder_start(const struct csv_how *csv, char *const *files, size_t count, pid_t *pid)
{
	int ends[2];
	pid_t parent = getpid();
	if (pipe2(ends, O_CLOEXEC) != 0 || (*pid = fork()) < 0)
		die(END_SETUP, "a pipe to the connector: %s", strerror(errno));
	if (*pid == 0) {
		close(ends[0]);
		feed(csv, files, count, ends[1], parent);
	}
	close(ends[1]);
	return ends[0];
}

int
feeder_wait(pid_t pid)
{
	int status;
	if (waitpid(pid, &status, 0) != pid)
		return END_WELL;
	return WIFEXITED(status) ? WEXITSTATUS(status) : END_AGAIN;
}
