#include "http-header.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "msg.h"

/* Headers that cannot be given in an argument, or not at all. */
static const struct {
	const char *name;
	bool is_secret;
} kept[] = {
	{"Authorization", true},
	{"Cookie", true},
	{"Proxy-Authorization", true},
	{"Accept-Encoding", false},
	{"Connection", false},
	{"Content-Encoding", false},
	{"Content-Length", false},
	{"Content-Type", false},
	{"Expect", false},
	{"Idempotency-Key", false},
	{"If-Range", false},
	{"Range", false},
	{"TE", false},
	{"Transfer-Encoding", false},
};

/* The value is not shown: it may be a secret. */
static void
add(struct curl_slist **list, const char *line, bool may_be_secret, const char *where)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t name = strspn(line, token);
	if (name == 0 || line[name] != ':' || strpbrk(line, "\r\n") != NULL)
		die(END_SETUP, "%s: not a header of the form 'NAME: VALUE'", where);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		if (strlen(kept[i].name) != name || strncasecmp(kept[i].name, line, name) != 0)
			continue;
		if (!kept[i].is_secret)
			die(END_SETUP, "%s: the header %s is this program's own", where,
				kept[i].name);
		if (!may_be_secret)
			die(END_SETUP, "%s: arguments are seen by all users: put %s into a file, "
				"--header-file FILE", where, kept[i].name);
	}
	/* libcurl sends a header without a value only if it ends with a semicolon. */
	bool is_empty = line[name + 1 + strspn(line + name + 1, " \t")] == '\0';
	struct buf b = {0};
	buf_add(&b, line, is_empty ? name : strlen(line));
	buf_add(&b, ";", is_empty ? 2 : 0);
	buf_byte(&b, '\0');
	*list = curl_slist_append(*list, b.at);
	buf_clear(&b);
}

void
header_add(struct curl_slist **list, const char *line, const char *where)
{
	add(list, line, false, where);
}

void
header_read(struct curl_slist **list, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	if (file == NULL)
		die(END_SETUP, "%s: %s", path, strerror(errno));
	for (ssize_t len; (len = getline(&line, &size, file)) >= 0;) {
		while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		if (strlen(line) != (size_t)len)
			die(END_SETUP, "%s: not text", path);
		if (len > 0 && line[0] != '#')
			add(list, line, true, path);
	}
	if (ferror(file))
		die(END_SETUP, "%s: %s", path, strerror(errno));
	free(line);
	fclose(file);
}
