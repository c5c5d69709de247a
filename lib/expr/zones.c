#include "expr/zones.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "digits.h"
#include "file.h"
#include "msg.h"
#include "nearest.h"

enum { NAME_MAX_BYTES = 255, FILE_MAX_BYTES = 1 << 20, DEPTH_MAX = 3 };

static const char *
directory(void)
{
	const char *given = getenv("TZDIR");
	return given != NULL && *given != '\0' ? given : "/usr/share/zoneinfo";
}

/* Letters, digits, _ + -, and between them slashes: nothing that leaves the directory. */
static bool
is_name(struct slice name)
{
	if (name.len == 0 || name.len > NAME_MAX_BYTES || name.at[0] == '/' ||
		name.at[name.len - 1] == '/')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char byte = name.at[i];
		bool is_letter = (unsigned char)((byte | 0x20) - 'a') < 26;
		if (!is_letter && !digits_is(byte) &&
			(byte == '\0' || strchr("_+-/", byte) == NULL))
			return false;
	}
	return true;
}

/* The names of zones below a directory, as far as they may be meant. */
struct listing {
	struct arena arena;
	struct slice *name;
	size_t names;
};

static void
add_name(struct listing *l, const char *name)
{
	if ((l->names & (l->names - 1)) == 0)
		l->name = xrealloc(l->name, l->names == 0 ? 1 : l->names * 2, sizeof *l->name);
	size_t len = strlen(name);
	l->name[l->names++] = (struct slice){arena_keep(&l->arena, name, len), len};
}

static void list(struct listing *l, const char *under, int depth);

/* `under` is empty or ends with a slash. */
static void
list_entry(struct listing *l, const char *under, const char *entry, int depth)
{
	struct buf path = {0};
	struct stat st;
	buf_format(&path, "%s/%s%s", directory(), under, entry);
	buf_byte(&path, '\0');
	const char *name = path.at + strlen(directory()) + 1;
	if (stat(path.at, &st) == 0 && S_ISREG(st.st_mode)) {
		add_name(l, name);
	} else if (depth > 1) {
		struct buf below = {0};
		buf_format(&below, "%s/", name);
		buf_byte(&below, '\0');
		list(l, below.at, depth - 1);
		buf_clear(&below);
	}
	buf_clear(&path);
}

static void
list(struct listing *l, const char *under, int depth)
{
	struct buf path = {0};
	buf_format(&path, "%s/%s", directory(), under);
	buf_byte(&path, '\0');
	DIR *dir = opendir(path.at);
	buf_clear(&path);
	if (dir == NULL)
		return;
	for (struct dirent *d; (d = readdir(dir)) != NULL;)
		if (strchr(d->d_name, '.') == NULL && strcmp(d->d_name, "posix") != 0 &&
			strcmp(d->d_name, "right") != 0)
			list_entry(l, under, d->d_name, depth);
	closedir(dir);
}

static int
by_name(const void *a, const void *b)
{
	const struct slice *x = a;
	const struct slice *y = b;
	return slice_order(*x, *y);
}

/* Is word the name's last part, in either case, a blank being an underscore: new york? */
static bool
is_place(struct slice word, struct slice name)
{
	if (name.len <= word.len || name.at[name.len - word.len - 1] != '/')
		return false;
	const char *last = name.at + name.len - word.len;
	for (size_t i = 0; i < word.len; i++)
		if (strncasecmp(&word.at[i], &last[i], 1) != 0 &&
			!(word.at[i] == ' ' && last[i] == '_'))
			return false;
	return true;
}

/* The place without its continent, else names that are written nearly so. */
static void
say_nearest(struct slice name, struct buf *why)
{
	struct listing l = {0};
	list(&l, "", DEPTH_MAX);
	if (l.names != 0)
		qsort(l.name, l.names, sizeof *l.name, by_name);
	size_t i = 0;
	while (i < l.names && !is_place(name, l.name[i]))
		i++;
	if (i < l.names)
		buf_format(why, "; did you mean '%.*s'?", (int)l.name[i].len, l.name[i].at);
	else
		nearest_say(why, name, l.name, l.names);
	free(l.name);
	arena_clear(&l.arena);
}

static void
say_missing(struct slice name, int error, struct buf *why)
{
	char text[SHOWN_MAX];
	struct stat st;
	shown(text, name.at, name.len);
	if (stat(directory(), &st) != 0) {
		buf_format(why, "%s: %s; time zones are in the package tzdata, or where TZDIR says",
			directory(), strerror(errno));
	} else if (error == ENOENT || error == ENOTDIR || error == EISDIR) {
		buf_format(why, "no such time zone: '%s'", text);
		say_nearest(name, why);
	} else {
		buf_format(why, "%s/%s: %s", directory(), text, strerror(error));
	}
}

struct zone *
zones_load(struct slice name, struct buf *why)
{
	struct buf path = {0};
	struct buf bytes = {0};
	struct zone *z = NULL;
	if (!is_name(name)) {
		say_missing(name, ENOENT, why);
		return NULL;
	}
	buf_format(&path, "%s/%.*s", directory(), (int)name.len, name.at);
	buf_byte(&path, '\0');
	struct stat st;
	int error = file_read(path.at, FILE_MAX_BYTES, &bytes, &st);
	if (error == 0) {
		buf_format(why, "%s: ", path.at);
		z = zone_new(name, (struct slice){bytes.at, bytes.len}, why);
	} else {
		say_missing(name, error, why);
	}
	buf_clear(&path);
	buf_clear(&bytes);
	return z;
}
