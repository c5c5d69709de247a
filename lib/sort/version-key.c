#include "sort/version-key.h"

#include <stdbool.h>

#include "digits.h"

/*
 * What a text is by its first bytes: each comes before all that are further down.  A hidden file
 * comes before others.
 */
enum class { EMPTY, DOT, DOTS, HIDDEN, USUAL };

/* Before each part: is there a suffix to be looked at behind what both have without theirs? */
enum { WHOLE, SUFFIXED };

/*
 * A text is parts of what is no digit and numbers, in turn.  What is no digit is compared as these:
 * letters are themselves, and whatever else there is follows OTHER.
 */
enum { TILDE = 1, END = 2, OTHER = 'z' + 1, COUNT_MAX = 255 };

static bool
is_letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* The length of a text without the endings that it has: .tar.gz, .c~ */
static size_t
stem_len(struct slice text)
{
	size_t stem = text.len;
	for (size_t at = stem;; at = stem) {
		while (at > 0 && (is_letter(text.at[at - 1]) || digits_is(text.at[at - 1]) ||
			text.at[at - 1] == '~'))
			at--;
		if (at < 2 || at == stem || text.at[at - 1] != '.' || digits_is(text.at[at]))
			return stem;
		stem = at - 1;
	}
}

static size_t
put_part(struct slice text, size_t i, char **to)
{
	char *out = *to;
	for (; i < text.len && !digits_is(text.at[i]); i++) {
		char c = text.at[i];
		if (!is_letter(c) && c != '~')
			*out++ = OTHER;
		*out++ = c == '~' ? TILDE : c;
	}
	*out++ = END;
	*to = out;
	return i;
}

/* How many digits it has, then these: zeros before it do not count. */
static size_t
put_number(struct slice text, size_t i, char **to)
{
	char *out = *to;
	while (i < text.len && text.at[i] == '0')
		i++;
	size_t first = i;
	while (i < text.len && digits_is(text.at[i]))
		i++;
	size_t count = i - first;
	for (; count >= COUNT_MAX; count -= COUNT_MAX)
		*out++ = (char)COUNT_MAX;
	*out++ = (char)count;
	while (first < i)
		*out++ = text.at[first++];
	*to = out;
	return i;
}

static char *
put_parts(struct slice text, char *out)
{
	for (size_t i = 0; i < text.len;) {
		i = put_part(text, i, &out);
		i = put_number(text, i, &out);
	}
	*out++ = END;
	return out;
}

static enum class
class_of(struct slice text)
{
	if (text.len == 0)
		return EMPTY;
	if (*text.at != '.')
		return USUAL;
	return slice_is(text, ".") ? DOT : slice_is(text, "..") ? DOTS : HIDDEN;
}

void
version_key(struct slice text, struct buf *key)
{
	enum class class = class_of(text);
	char *out = buf_room(key, VERSION_KEY_ROOM(text.len));
	*out++ = (char)class;
	if (class >= HIDDEN) {
		size_t stem = stem_len(text);
		out = put_parts((struct slice){text.at, stem}, out);
		*out++ = stem == text.len ? WHOLE : SUFFIXED;
		if (stem != text.len)
			out = put_parts(text, out);
	}
	key->len = (size_t)(out - key->at);
}
