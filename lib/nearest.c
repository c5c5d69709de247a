#include "nearest.h"

#include <stdbool.h>
#include <stdint.h>

#include "msg.h"

enum {
	WORD_MAX = 64, /* bytes compared: longer names are told apart by then */
	SHORT = 4,     /* words below it are near where one letter is wrong */
	BEGUN = 3      /* half changes: between one letter and two */
};

static char
fold(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t low = a < b ? a : b;
	return low < c ? low : c;
}

/* Edit distance (Wagner and Fischer 1974), one row of the table at a time. */
static size_t
distance(struct slice a, struct slice b)
{
	size_t row[WORD_MAX + 1];
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t above = row[j];
			size_t change = corner + (fold(a.at[i - 1]) != fold(b.at[j - 1]));
			row[j] = least(above + 1, row[j - 1] + 1, change);
			corner = above;
		}
	}
	return row[b.len];
}

static struct slice
cut(struct slice s)
{
	return (struct slice){s.at, s.len < WORD_MAX ? s.len : WORD_MAX};
}

/* Has the name the beginning of the word, but for its last letter at most? */
static bool
is_begun(struct slice word, struct slice name)
{
	size_t n = 0;
	while (n < word.len && n < name.len && fold(word.at[n]) == fold(name.at[n]))
		n++;
	return (word.len >= SHORT && n + 1 >= word.len) || (word.len + 1 == SHORT && n == word.len);
}

/*
 * How far apart they are, in half changes: whoever has the beginning right is nearer than two
 * changes.
 */
static size_t
apart(struct slice word, struct slice name)
{
	size_t d = 2 * distance(word, name);
	return d > BEGUN && is_begun(word, name) ? BEGUN : d;
}

size_t
nearest(struct slice word, const struct slice *names, size_t count, size_t out[NEAREST_MAX])
{
	size_t far[NEAREST_MAX];
	size_t found = 0;
	size_t limit = word.len < SHORT ? 1 : cut(word).len / 3 + 1;
	for (size_t i = 0; i < count; i++) {
		size_t d = apart(cut(word), cut(names[i]));
		if ((d > 2 * limit && d != BEGUN) || d >= 2 * word.len)
			continue;
		size_t at = found < NEAREST_MAX ? found : NEAREST_MAX;
		for (; at > 0 && d < far[at - 1]; at--) {
			if (at < NEAREST_MAX) {
				far[at] = far[at - 1];
				out[at] = out[at - 1];
			}
		}
		if (at < NEAREST_MAX) {
			far[at] = d;
			out[at] = i;
			found += found < NEAREST_MAX;
		}
	}
	return found;
}

void
nearest_say(struct buf *why, struct slice word, const struct slice *names, size_t count)
{
	size_t close[NEAREST_MAX];
	size_t found = nearest(word, names, count, close);
	for (size_t i = 0; i < found; i++) {
		char text[SHOWN_MAX];
		buf_format(why, "%s'%s'", i == 0 ? "; did you mean " : " or ",
			shown(text, names[close[i]].at, names[close[i]].len));
	}
	if (found != 0)
		buf_byte(why, '?');
}
