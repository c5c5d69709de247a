#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect/connect.h"

/* What has been shown, so that the links of one program are shown as one. */
struct listing {
	char **seen; /* program and description */
	size_t count;
	int status;
};

/* An option as it is written, and what it does. */
static void
print_option(const char *line)
{
	const char *name = strchr(line, '\t') + 1;
	const char *value = name + strcspn(name, "\t");
	value += *value == '\t';
	const char *help = value + strcspn(value, "\t");
	int name_len = (int)strcspn(name, "\t");
	int value_len = (int)(help - value);
	/* Given to us these are ours. */
	if (strncmp(name, "--help\t", 7) == 0 || strncmp(name, "--version\t", 10) == 0 ||
		strncmp(name, "--list-options\t", 15) == 0)
		return;
	int room = 28 - name_len - (value_len != 0) - value_len;
	printf("  %.*s%s%.*s%*s %s\n", name_len, name, value_len != 0 ? "=" : "", value_len, value,
		room > 0 ? room : 0, "", help + (*help == '\t'));
}

static void
print_description(char *text)
{
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		if (strncmp(line + 1, "\t--", 3) == 0)
			print_option(line);
		else
			printf("%s\n", line);
	}
}

/* Keeps the text; was it kept before? */
static bool
has_seen(struct listing *list, const struct buf *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->seen[i], text->at) == 0)
			return true;
	list->seen = xrealloc(list->seen, list->count + 1, sizeof *list->seen);
	list->seen[list->count++] = xstrdup(text->at);
	return false;
}

static void
list_program(struct listing *list, const char *scheme, const char *program)
{
	struct buf text = {0};
	char *file = realpath(program, NULL);
	buf_format(&text, "%s\n", file != NULL ? file : program);
	int status = connect_ask(scheme, program, &text);
	if (status != END_WELL) {
		list->status = status;
	} else if (!has_seen(list, &text)) {
		printf("%s", list->count > 1 ? "\n" : "");
		print_description(text.at);
	}
	free(file);
	buf_clear(&text);
}

static void *
list_directory(struct slice directory, void *arg)
{
	struct dirent **entry;
	struct buf path = {0};
	buf_add(&path, directory.at, directory.len);
	buf_byte(&path, '\0');
	int count = scandir(path.at, &entry, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const char *name = entry[i]->d_name;
		bool may_be = connect_is_scheme(name) && strncmp(name, "etl-", 4) != 0;
		char *program = may_be ? connect_look_in(directory, name) : NULL;
		if (program != NULL)
			list_program(arg, name, program);
		free(program);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	buf_clear(&path);
	return NULL;
}

int
connect_list(void)
{
	struct listing list = {0};
	(void)connect_search(list_directory, &list);
	for (size_t i = 0; i < list.count; i++)
		free(list.seen[i]);
	free(list.seen);
	return list.status;
}
