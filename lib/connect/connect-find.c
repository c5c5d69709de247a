#include "connect/connect-find.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digits.h"

static bool
is_scheme_byte(char byte, bool first)
{
	bool letter = byte >= 'a' && byte <= 'z';
	return letter || (!first && (digits_is(byte) || byte == '+' || byte == '-' || byte == '.'));
}

/* Length of the scheme that text begins with; 0: none.  One letter is no scheme. */
static size_t
scheme_len(const char *text)
{
	size_t n = 0;
	while (is_scheme_byte(text[n], n == 0))
		n++;
	return text[n] == ':' && n > 1 ? n : 0;
}

static bool
is_program(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *
connect_look_in(struct slice directory, const char *scheme)
{
	struct buf path = {0};
	buf_add(&path, directory.len != 0 ? directory.at : ".",
		directory.len != 0 ? directory.len : 1);
	buf_byte(&path, '/');
	buf_text(&path, scheme);
	buf_byte(&path, '\0');
	if (is_program(path.at))
		return path.at;
	buf_clear(&path);
	return NULL;
}

/* Where the running program stands, with a slash behind; empty where the system does not say. */
static void
own_directory(struct buf *out)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path);
	while (n > 0 && path[n - 1] != '/')
		n--;
	buf_add(out, path, n > 0 ? (size_t)n : 0);
	buf_byte(out, '\0');
	out->len--;
}

char *
connect_beside(const char *name)
{
	struct buf own = {0};
	own_directory(&own);
	char *found =
		own.len != 0 ? connect_look_in((struct slice){own.at, own.len - 1}, name) : NULL;
	buf_clear(&own);
	return found;
}

void *
connect_search(void *(*visit)(struct slice directory, void *arg), void *arg)
{
	void *found = NULL;
	const char *path = getenv("ETL_CONNECT_PATH");
	for (; found == NULL && path != NULL && *path != '\0'; path += strspn(path, ":")) {
		size_t len = strcspn(path, ":");
		found = visit((struct slice){path, len}, arg);
		path += len;
	}
	struct buf own = {0};
	struct buf beside = {0};
	own_directory(&own);
	buf_format(&beside, "%s../libexec/etl", own.at);
	if (found == NULL)
		found = visit((struct slice){beside.at, beside.len}, arg);
	/*
	 * Installed programs have strangers beside them; only a build tree has the archive that we
	 * are made of.
	 */
	beside.len = 0;
	buf_format(&beside, "%slibetl.a", own.at);
	buf_byte(&beside, '\0');
	if (found == NULL && own.len != 0 && access(beside.at, F_OK) == 0)
		found = visit((struct slice){own.at, own.len - 1}, arg);
	buf_clear(&own);
	buf_clear(&beside);
	return found;
}

static void *
visit_for_scheme(struct slice directory, void *arg)
{
	return connect_look_in(directory, arg);
}

char *
connect_find(const char *scheme)
{
	return connect_search(visit_for_scheme, (void *)(uintptr_t)scheme);
}

const char *
connect_scheme(const char *operand, struct arena *arena)
{
	size_t len = scheme_len(operand);
	if (len == 0)
		return NULL;
	const char *scheme = arena_keep(arena, operand, len);
	char *program = connect_find(scheme);
	bool is_file = program == NULL && access(operand, F_OK) == 0;
	free(program);
	return is_file ? NULL : scheme;
}

bool
connect_is_scheme(const char *name)
{
	size_t n = 0;
	while (is_scheme_byte(name[n], n == 0))
		n++;
	return n > 1 && name[n] == '\0';
}
