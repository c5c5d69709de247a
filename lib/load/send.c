#include "load/send.h"

#include <string.h>

#include "in.h"
#include "load/feeder.h"
#include "mem.h"
#include "msg.h"

/*
 * The files as the connector takes them; returns the descriptor of its input, -1: standard input.
 */
static int
pass_files(const struct send_how *how, const struct connect_about *about, char *const *operands,
	size_t count, pid_t *feeder)
{
	struct in in;
	in_check(operands, count);
	if (count == 0)
		return -1;
	if (about->takes_files) {
		connect_word(how->words, "--");
		for (size_t i = 0; i < count; i++)
			connect_word(how->words, operands[i]);
		return -1;
	}
	if (count > 1)
		return feeder_start(how->csv, operands, count, feeder);
	in_open(&in, operands[0]);
	return in.fd;
}

/* The name in messages: a URI of a path alone without its scheme. */
static const char *
target_name(const struct connect_child *child)
{
	const char *rest = strchr(child->shown, ':') + 1;
	return *rest != '\0' && strncmp(rest, "//", 2) != 0 ? rest : child->shown;
}

static _Noreturn void
end_failed(const struct connect_child *child, const struct connect_about *about, int status)
{
	const char *name = target_name(child);
	bool may_be_there = child->is_committing && about->is_announced;
	if (about->is_whole && child->was_killed && child->is_committing)
		warn("%s: killed while committing: either all rows are there or none", name);
	else if (may_be_there && child->was_killed)
		warn("%s: killed while sending: nobody knows how much of it was taken", name);
	else if (about->is_whole || (about->is_announced && !may_be_there))
		warn("%s: nothing was committed", name);
	end(status);
}

uint64_t
send_records(const struct send_how *how, const char *scheme, const char *uri, char *const *operands,
	size_t count, const char **name)
{
	struct arena arena = {0};
	struct connect_child child;
	pid_t feeder = 0;
	struct connect_about about = connect_describe(scheme, &arena);
	if (!about.puts)
		die(END_SETUP, "connector '%s' cannot put", scheme);
	connect_check(scheme, &about, how->words);
	int input = pass_files(how, &about, operands, count, &feeder);
	connect_start(&child, scheme, "put", uri, how->words, input);
	child.files = operands;
	child.files_count = count;
	int status = connect_wait(&child);
	int fed = feeder > 0 ? feeder_wait(feeder) : END_WELL;
	if (status == END_WELL)
		status = fed;
	if (status != END_WELL)
		end_failed(&child, &about, status);
	*name = target_name(&child);
	arena_clear(&arena);
	return child.records;
}
