#include "connect/connect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connect/report.h"
#include "digits.h"
#include "msg.h"
#include "nearest.h"
#include "url.h"

/* A database may have much to roll back. */
enum { GRACE_MS = 5000 };

void
connect_word(struct connect_words *words, const char *word)
{
	if (words->count + 1 >= words->room) {
		words->room = words->room * 2 + 16;
		words->at = xrealloc(words->at, words->room, sizeof *words->at);
	}
	words->at[words->count++] = xstrdup(word);
	words->at[words->count] = NULL;
}

void
connect_option(struct connect_words *words, const char *name, const char *value)
{
	struct buf word = {0};
	buf_format(&word, "--%s%s%s", name, value != NULL ? "=" : "", value != NULL ? value : "");
	buf_byte(&word, '\0');
	connect_word(words, word.at);
	buf_clear(&word);
}

char *
connect_shown(const char *uri)
{
	struct buf b = {0};
	for (struct slice password; (password = url_password(uri)).len != 0;
		uri = password.at + password.len) {
		buf_add(&b, uri, (size_t)(password.at - uri));
		buf_text(&b, "***");
	}
	buf_add(&b, uri, strlen(uri) + 1);
	return b.at;
}

static int
hex_digit(char byte)
{
	if (digits_is(byte))
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

char *
connect_file(const char *uri)
{
	const char *at = uri + strlen("file:");
	if (strncmp(at, "//localhost/", 12) == 0)
		at += 11;
	else if (strncmp(at, "///", 3) == 0)
		at += 2;
	else if (strncmp(at, "//", 2) == 0)
		die(END_SETUP, "%s: a file: URI names no other host", uri);
	char *path = xstrdup(at);
	char *to = path;
	for (; *at != '\0'; at++) {
		bool escaped = at[0] == '%' && hex_digit(at[1]) >= 0 && hex_digit(at[2]) >= 0;
		*to++ = escaped ? (char)(hex_digit(at[1]) * 16 + hex_digit(at[2])) : *at;
		at += escaped ? 2 : 0;
	}
	*to = '\0';
	return path;
}

static char *
find_or_die(const char *scheme)
{
	char *program = connect_find(scheme);
	if (program == NULL)
		die(END_SETUP,
			"no connector for '%s:' (etl-extract --list shows those there are; a file "
			"is ./%s:...)",
			scheme, scheme);
	return program;
}

static void
make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		die(END_SETUP, "pipe: %s", strerror(errno));
}

/*
 * The record of the run is the parent's: a connector reports to it, and one that is only asked does
 * nothing.  Its messages are the parent's too: they begin with what the user has typed.
 */
static void
set_environment(void *arg)
{
	const int *report = arg;
	char number[16];
	setenv("ETL_PROGRAM", msg_program(), 1);
	unsetenv("ETL_REPORT_FD");
	if (report == NULL) {
		unsetenv("ETL_RUN_DIR");
		return;
	}
	snprintf(number, sizeof number, "%d", *report);
	setenv("ETL_REPORT_FD", number, 1);
	(void)fcntl(*report, F_SETFD, 0);
}

/*
 * Runs `SCHEME words...`; report: where its counts go, NULL: it is only asked.  Returns 0, or an
 * errno.
 */
static int
start(struct child *child, const char *program, char *const *words, int input, int output,
	int *report)
{
	return child_start(child, &(struct child_how){
		.program = program,
		.argv = words,
		.input = input,
		.output = output,
		.grace_ms = GRACE_MS,
		.prepare = set_environment,
		.arg = report,
	});
}

/* We were ended by a signal, and the connector was not. */
static void
say_late(void *arg, int status)
{
	static const char late[] = ": the connector had finished its work before the signal\n";
	struct connect_child *child = arg;
	(void)status;
	if (child->child.has_ended && child->child.how == 0 && child->from < 0) {
		const char *name = msg_program();
		(void)!write(STDERR_FILENO, name, strlen(name));
		(void)!write(STDERR_FILENO, late, sizeof late - 1);
	}
}

void
connect_start(struct connect_child *child, const char *scheme, const char *verb, const char *uri,
	const struct connect_words *words, int input)
{
	char *program = find_or_die(scheme);
	const char **argv = xcalloc(words->count + 4, sizeof *argv);
	bool gets = strcmp(verb, "get") == 0;
	int data[2] = {-1, -1};
	int report[2];
	argv[0] = scheme;
	argv[1] = verb;
	argv[2] = uri;
	for (size_t i = 0; i < words->count; i++)
		argv[3 + i] = words->at[i];
	make_pipe(report);
	if (gets)
		make_pipe(data);
	*child = (struct connect_child){.scheme = scheme, .from = data[0], .report = report[0]};
	child->shown = connect_shown(uri);
	child->cleanup = (struct cleanup){.run = say_late, .arg = child};
	cleanup_add(&child->cleanup);
	int why = start(&child->child, program, (char *const *)(uintptr_t)argv,
		input >= 0 ? input : 0, gets ? data[1] : 0, &report[1]);
	if (why != 0)
		die(END_SETUP, "%s: %s", program, strerror(why));
	close(report[1]);
	if (gets)
		close(data[1]);
	if (input > STDERR_FILENO)
		close(input);
	free(argv);
	free(program);
}

/* What a connector gets we count ourselves, as it comes. */
static void
take_report(struct connect_child *child)
{
	const char *target = child->from < 0 ? child->shown : NULL;
	struct report report = report_take(child->report, child->files, child->files_count, target);
	child->is_committing = report.is_committing;
	child->records = report.records;
}

static int
judge(struct connect_child *child, int status)
{
	const char *scheme = child->scheme;
	child->was_killed = WIFSIGNALED(child->child.how);
	if (child->was_killed) {
		warn("connector '%s' was killed by signal %d", scheme, status - END_SIGNAL);
		return END_AGAIN;
	}
	if (status == END_WELL || status == END_DATA || status == END_SETUP || status == END_AGAIN)
		return status;
	warn("connector '%s' ended with status %d", scheme, status);
	return END_SETUP;
}

int
connect_wait(struct connect_child *child)
{
	if (child->from >= 0)
		close(child->from);
	take_report(child);
	int status = child_wait(&child->child);
	cleanup_drop(&child->cleanup);
	return judge(child, status);
}

int
connect_ask(const char *scheme, const char *program, struct buf *text)
{
	char *argv[] = {(char *)(uintptr_t)scheme, (char *)(uintptr_t)"describe", NULL};
	int ends[2];
	ssize_t n;
	struct child child;
	make_pipe(ends);
	/* One that does not know the word must not take our input for its own. */
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing < 0)
		die(END_SETUP, "/dev/null: %s", strerror(errno));
	int why = start(&child, program, argv, nothing, ends[1], NULL);
	close(nothing);
	close(ends[1]);
	while ((n = read(ends[0], buf_room(text, 4096), 4096)) > 0)
		text->len += (size_t)n;
	close(ends[0]);
	buf_byte(text, '\0');
	int status = why == 0 ? child_wait(&child) : END_SETUP;
	if (why != 0)
		warn("%s: %s", program, strerror(why));
	else if (WIFSIGNALED(child.how))
		warn("%s: was killed by signal %d", program, status - END_SIGNAL);
	else if (status != END_WELL)
		warn("%s: does not say what it is (describe)", program);
	return status > END_SIGNAL ? END_AGAIN : status != END_WELL ? END_SETUP : END_WELL;
}

/* One line of the description: `word rest`, or an option with tabs between. */
static void
take_line(struct connect_about *about, const char *line)
{
	const char *option = strstr(line, "\t--");
	if (option != NULL && option - line == 1) {
		struct slice name = {option + 3, strcspn(option + 3, "\t")};
		const char *value = name.at + name.len + (name.at[name.len] == '\t');
		about->value[about->names] = (struct slice){value, strcspn(value, "\t")};
		about->name[about->names++] = name;
		return;
	}
	if (strncmp(line, "directions ", 11) == 0) {
		about->gets = strstr(line, "get") != NULL;
		about->puts = strstr(line, "put") != NULL;
	} else if (strncmp(line, "unit ", 5) == 0) {
		about->is_records = strncmp(line + 5, "records", 7) == 0;
	} else if (strcmp(line, "files yes") == 0) {
		about->takes_files = true;
	} else if (strcmp(line, "commits whole") == 0) {
		about->is_whole = true;
	} else if (strcmp(line, "commits announced") == 0) {
		about->is_announced = true;
	}
}

struct connect_about
connect_describe(const char *scheme, struct arena *arena)
{
	struct connect_about about = {0};
	struct buf text = {0};
	char *program = find_or_die(scheme);
	int status = connect_ask(scheme, program, &text);
	if (status != END_WELL)
		end(status);
	char *copy = arena_keep(arena, text.at, text.len);
	about.name = arena_take(arena, text.len * sizeof *about.name);
	about.value = arena_take(arena, text.len * sizeof *about.value);
	for (char *line = strtok(copy, "\n"); line != NULL; line = strtok(NULL, "\n"))
		take_line(&about, line);
	buf_clear(&text);
	free(program);
	return about;
}

/* Which of its options has that name; about->names: none. */
static size_t
find_option(const struct connect_about *about, struct slice name)
{
	size_t i = 0;
	while (i < about->names && !slice_same(about->name[i], name))
		i++;
	return i;
}

static _Noreturn void
die_unknown(const char *scheme, const struct connect_about *about, struct slice name)
{
	size_t close[NEAREST_MAX];
	size_t found = nearest(name, about->name, about->names, close);
	struct buf why = {0};
	buf_format(
		&why, "unknown option '--%.*s' of connector '%s'", (int)name.len, name.at, scheme);
	for (size_t i = 0; i < found; i++) {
		struct slice as = about->name[close[i]];
		struct slice value = about->value[close[i]];
		buf_format(&why, "%s'--%.*s%s%.*s'", i == 0 ? "; did you mean " : " or ",
			(int)as.len, as.at, value.len != 0 ? "=" : "", (int)value.len, value.at);
	}
	buf_format(&why, found != 0 ? "?" : "; see 'etl-extract --list'");
	buf_byte(&why, '\0');
	die(END_SETUP, "%s", why.at);
}

void
connect_check(
	const char *scheme, const struct connect_about *about, const struct connect_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strncmp(words->at[i], "--", 2) != 0)
			continue;
		struct slice name = {words->at[i] + 2, strcspn(words->at[i] + 2, "=")};
		size_t k = find_option(about, name);
		if (k == about->names)
			die_unknown(scheme, about, name);
		/* A value that was written apart has been taken for an operand. */
		if (about->value[k].len != 0 && name.at[name.len] != '=')
			die(END_SETUP,
				"option --%.*s of connector '%s' needs its value behind a '=': "
				"--%.*s=%.*s",
				(int)name.len, name.at, scheme, (int)name.len, name.at,
				(int)about->value[k].len, about->value[k].at);
	}
}
